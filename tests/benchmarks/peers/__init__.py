"""Two other ways to keep a queue in DynamoDB, written from how they are described in public.

Each does what the helpline does with a case, as its description has it, and no more: no lock for a
second request, no languages, no lease in the database. What they leave out makes them cheaper than
they would be here, so that a comparison with them is a kind one.
"""
