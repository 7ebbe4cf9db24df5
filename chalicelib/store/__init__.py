"""DynamoDB through PynamoDB: the stores that the services' ports describe.

Models and encodings are this package's own; what leaves it are domain objects and domain errors.
"""
