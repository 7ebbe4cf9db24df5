"""The administrators' command line: ``python -m helpline --help``.

It does everything by the HTTP API, signed in as a person, and is no part of what is deployed.
"""
