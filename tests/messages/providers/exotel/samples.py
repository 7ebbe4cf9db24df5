"""What Exotel sends and answers."""

from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.domain.telephony import InboundSms
from chalicelib.messages.providers.contract import Sender
from tests.support.provider_samples import MESSAGE, RECEIPTS, Samples

INVALID = {"RestException": {"Status": 400, "Message": f"Invalid Recipient {MESSAGE.phone}"}}

SAMPLES = Samples(
    credentials={
        "exotel-account-sid": ["helpline1"],
        "exotel-api-key": ["key"],
        "exotel-api-token": ["token"],
        "exotel-webhook-secret": ["fresh-secret-of-exotel", "stale-secret-of-exotel"],
    },
    sender=Sender("HELPLN", entity_id="110100"),
    path="/v1/Accounts/helpline1/Sms/send.json",
    user="key:token",
    form={
        "From": "HELPLN",
        "To": "+919812345678",
        "Body": "Your request: K7M 240",
        "SmsType": "transactional",
        "EncodingType": "plain",
        "DltEntityId": "110100",
        "DltTemplateId": "110716",
        "StatusCallback": RECEIPTS,
    },
    taken={"SMSMessage": {"Sid": "ex1", "Status": "queued"}},
    taken_as="ex1",
    refused=[
        (400, INVALID, "exotel_400", False),
        (403, {}, "exotel_403", True),
        (401, {}, "exotel_401", True),
    ],
    receipts=[
        ({"Status": "sent", "SmsSid": "ex9"}, Receipt(True, "", "ex9")),
        ({"Status": "failed", "DetailedStatusCode": "21003"}, Receipt(False, "exotel_21003")),
        ({"Status": "failed-dnd"}, Receipt(False, "exotel_undelivered")),
        ({"Status": "submitted"}, None),
        ({}, None),
    ],
    inbound=(
        {"SmsSid": "ex1", "From": "09812345678", "To": "08088919888", "Body": "मुझे बात करनी है"},
        InboundSms("exotel:ex1", "09812345678", "मुझे बात करनी है"),
    ),
    id_parameter="SmsSid",
)
