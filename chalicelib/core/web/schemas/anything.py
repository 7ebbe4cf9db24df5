"""The parameters of somebody else's program."""

from __future__ import annotations

from chalicelib.core.web.schemas.fields import INCLUDE, QuerySchema


class AnythingSchema(QuerySchema):
    """A provider's own parameters, of which the few that count are read."""

    class Meta:
        """There may be any number."""

        unknown = INCLUDE
