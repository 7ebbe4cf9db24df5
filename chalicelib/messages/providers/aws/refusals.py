"""What a refusal of Amazon's senders of SMS means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    ParamValidationError,
)
from botocore.exceptions import ConnectionError as NoConnection

from chalicelib.messages.providers.send_retry import NOT_REACHED, OPTED_OUT, THROTTLED, NotTaken
from chalicelib.messages.services.ports import ANSWER_LOST, SendFailed

_OPTED_OUT: Final = frozenset(
    {"OptedOut", "OptedOutException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"}
)
_THROTTLED: Final = frozenset(
    {
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "RequestThrottled",
        "ServiceUnavailable",
    }
)
# The message's own fault: it would be refused again. What the account lacks may be mended.
_PERMANENT: Final = frozenset(
    {
        "ConflictException",
        "InvalidParameter",
        "InvalidParameterValue",
        "ParameterValueInvalid",
        "ValidationError",
        "ValidationException",
    }
)


def send_by(provider: str, call: Callable[..., Any], request: dict[str, Any]) -> str:
    """Make one call that sends, and return the message's id. Raises SendFailed."""
    try:
        answer = call(**request)
    except ClientError as error:
        raise _of_refusal(provider, error) from error
    except NoConnection as error:
        raise NotTaken(NOT_REACHED) from error
    except HTTPClientError as error:
        raise SendFailed(ANSWER_LOST, temporary=True) from error
    except ParamValidationError:
        # Its message quotes the parameters, the phone among them.
        raise SendFailed(f"{provider}_invalid_request", temporary=False) from None
    except BotoCoreError as error:
        raise SendFailed(f"{provider}_{type(error).__name__}", temporary=True) from error
    return str(answer["MessageId"])


def _of_refusal(provider: str, error: ClientError) -> SendFailed:
    code = str(error.response["Error"]["Code"])
    reason = str(error.response.get("Reason") or code)
    if _OPTED_OUT & {code, reason}:
        return SendFailed(OPTED_OUT, temporary=False)
    if code in _THROTTLED:
        return NotTaken(THROTTLED)
    return SendFailed(f"{provider}_{reason}", temporary=code not in _PERMANENT)
