"""AWS services that send SMS: what sends by them, and what their refusals mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    ParamValidationError,
)
from botocore.exceptions import ConnectionError as NoConnection

from chalicelib.core.component import component
from chalicelib.messages.providers.contract import AwsSmsProvider, Sender
from chalicelib.messages.providers.send_retry import (
    NOT_REACHED,
    OPTED_OUT,
    THROTTLED,
    HandOver,
    NotTaken,
)
from chalicelib.messages.services.ports import ANSWER_LOST, OutgoingMessage, SendFailed

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


@component
class AwsSms:
    """Sends SMS by an AWS service, of which ``client`` makes a client; the port MessageGateway."""

    name: str
    package: AwsSmsProvider
    client: Callable[[], Any]
    sender: Sender
    hand_over: HandOver = field(default_factory=HandOver)

    def send(self, message: OutgoingMessage) -> str:
        """Send and return the provider's id. Raises SendFailed."""
        request = self.package.send(message, self.sender)
        return self.hand_over(lambda: self._once(request))

    def _once(self, request: dict[str, Any]) -> str:
        try:
            answer = getattr(self.client(), self.package.OPERATION)(**request)
        except ClientError as error:
            raise _of_refusal(self.name, error) from error
        except NoConnection as error:
            raise NotTaken(NOT_REACHED) from error
        except HTTPClientError as error:
            raise SendFailed(ANSWER_LOST, temporary=True) from error
        except ParamValidationError:
            # Its message quotes the parameters, the phone among them.
            raise SendFailed(f"{self.name}_invalid_request", temporary=False) from None
        except BotoCoreError as error:
            raise SendFailed(f"{self.name}_{type(error).__name__}", temporary=True) from error
        return str(answer["MessageId"])


def _of_refusal(provider: str, error: ClientError) -> SendFailed:
    code = str(error.response["Error"]["Code"])
    reason = str(error.response.get("Reason") or code)
    if _OPTED_OUT & {code, reason}:
        return SendFailed(OPTED_OUT, temporary=False)
    if code in _THROTTLED:
        return NotTaken(THROTTLED)
    return SendFailed(f"{provider}_{reason}", temporary=code not in _PERMANENT)
