"""What goes wrong on the way in, and the one table that gives each error its HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from chalicelib.core.domain.errors import (
    Blocked,
    Busy,
    Conflict,
    Forbidden,
    HelplineError,
    InvalidField,
    InvalidInput,
    NotFound,
    NotYourCase,
    SignInExpired,
    SignInTooOften,
    TooManyRequests,
    Unauthenticated,
    VersionConflict,
    WrongSignIn,
)

BUSY_RETRY_SECONDS: Final = 2


class Malformed(HelplineError, code="malformed"):
    """The body is not what its content type says: no JSON, or no object."""


class TooLarge(HelplineError, code="too_large"):
    """The body is larger than anything that is asked for here."""


class UnsupportedMediaType(HelplineError, code="unsupported_media_type"):
    """The body is of a kind that is not read here."""


class MethodNotAllowed(HelplineError, code="method_not_allowed"):
    """The path is there, but not for this method; ``allow`` lists those that are."""


class ForgedForm(Forbidden, code="forged_form"):
    """A form that no page of this session has shown, or one that another site sent."""


class CrossSite(ForgedForm, code="cross_site"):
    """A form that did not come from a page of ours."""


class Unexpected(HelplineError, code="internal"):
    """A fault of ours, of which the caller learns no more than an id to name it by."""


class NewerVersion(VersionConflict):
    """Somebody was quicker: ``document`` is what they made of it, as it is shown to editors."""

    def __init__(self, document: Mapping[str, Any], version: int) -> None:
        """Keep the newer document for the answer."""
        super().__init__(document, version)
        self.document = document


STATUSES: Final[Mapping[type[HelplineError], int]] = {
    Malformed: HTTPStatus.BAD_REQUEST,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    # Whose case it is, if anybody's, is nobody else's business.
    NotYourCase: HTTPStatus.NOT_FOUND,
    MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    Conflict: HTTPStatus.CONFLICT,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidField: HTTPStatus.UNPROCESSABLE_ENTITY,
    WrongSignIn: HTTPStatus.UNPROCESSABLE_ENTITY,
    SignInExpired: HTTPStatus.UNPROCESSABLE_ENTITY,
    SignInTooOften: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    Blocked: HTTPStatus.TOO_MANY_REQUESTS,
    Unexpected: HTTPStatus.INTERNAL_SERVER_ERROR,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
}


def status_of(error: HelplineError) -> int:
    """Tell the status of an error: its own class's, or else the nearest base's; 500 for none."""
    return next(
        (STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def public_code(error: HelplineError) -> str:
    """Tell the code that the caller sees, by which nobody tells "none" from "not yours"."""
    return NotFound.code if status_of(error) == STATUSES[NotFound] else error.code


def fields_of(error: HelplineError) -> tuple[InvalidField, ...]:
    """Tell the fields that an error names."""
    match error:
        case InvalidInput():
            return error.fields
        case InvalidField():
            return (error,)
    return ()


def headers_of(error: HelplineError) -> dict[str, str]:
    """Tell the headers that an error's answer carries beside its body."""
    match error:
        case TooManyRequests() | SignInTooOften() | Blocked():
            return {"Retry-After": str(max(1, int(str(error.params.get("retry_after", 60)))))}
        case Busy():
            return {"Retry-After": str(BUSY_RETRY_SECONDS)}
        case NewerVersion():
            return version_tag(error.version)
        case MethodNotAllowed():
            return {"Allow": str(error.params["allow"])}
        case Unauthenticated():
            return {"WWW-Authenticate": "Bearer"}
    return {}


def version_tag(version: int) -> dict[str, str]:
    """Tell the version of the document that is answered."""
    return {"ETag": f'"{version}"'}
