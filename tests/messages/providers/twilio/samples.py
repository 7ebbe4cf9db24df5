"""What Twilio sends and answers."""

from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.domain.telephony import InboundSms
from chalicelib.messages.providers.contract import Sender
from chalicelib.messages.providers.twilio.signature import signature
from tests.support.provider_samples import MESSAGE, RECEIPTS, Form, Samples


def _sign(url: str, form: Form) -> dict[str, str]:
    return {"x-twilio-signature": signature("older", url, form)}


def _refusal(status: int, code: object, cause: str, *, temporary: bool) -> tuple:
    told = {"code": code, "message": f"to {MESSAGE.phone}", "status": status}
    return status, told, cause, temporary


SAMPLES = Samples(
    credentials={"twilio-account-sid": ["AC1"], "twilio-auth-token": ["newer", "older"]},
    sender=Sender("+15005550006"),
    path="/2010-04-01/Accounts/AC1/Messages.json",
    user="AC1:newer",
    form={
        "To": "+919812345678",
        "From": "+15005550006",
        "Body": "Your request: K7M 240",
        "StatusCallback": RECEIPTS,
    },
    taken={"sid": "SM1", "status": "queued", "error_code": None},
    taken_as="SM1",
    refused=[
        _refusal(400, 21610, "opted_out", temporary=False),
        _refusal(400, 21211, "invalid_number", temporary=False),
        _refusal(400, 21614, "invalid_number", temporary=False),
        _refusal(400, 21606, "twilio_21606", temporary=False),
        _refusal(400, "+91 98123 45678", "twilio_400", temporary=False),
        _refusal(401, 20003, "twilio_20003", temporary=True),
        _refusal(403, 20005, "twilio_20005", temporary=True),
        _refusal(404, 20404, "twilio_20404", temporary=True),
        _refusal(307, None, "twilio_307", temporary=True),
    ],
    receipts=[
        ({"MessageStatus": "delivered", "MessageSid": "SM9"}, Receipt(True, "", "SM9")),
        ({"MessageStatus": "read"}, Receipt(True)),
        ({"SmsStatus": "delivered"}, Receipt(True)),
        ({"MessageStatus": "undelivered", "ErrorCode": "30005"}, Receipt(False, "twilio_30005")),
        (
            {"MessageStatus": "failed", "ErrorCode": "to +91 98123", "MessageSid": "S M"},
            Receipt(False, "twilio_undelivered"),
        ),
        ({"MessageStatus": "sent"}, None),
        ({"MessageStatus": "queued"}, None),
        ({"MessageStatus": "?"}, None),
        ({}, None),
    ],
    inbound=(
        {"MessageSid": "SM1", "From": "+919812345678", "Body": "मुझे बात करनी है", "NumMedia": "0"},
        InboundSms("twilio:SM1", "+919812345678", "मुझे बात करनी है"),
    ),
    id_parameter="MessageSid",
    sign=_sign,
)
