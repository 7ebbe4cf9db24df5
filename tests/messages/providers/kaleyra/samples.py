"""What Kaleyra sends and answers."""

from chalicelib.messages.domain.delivery import Receipt
from chalicelib.messages.providers.contract import Sender
from tests.support.provider_samples import RECEIPTS, Samples

SAMPLES = Samples(
    credentials={
        "kaleyra-sid": ["HXIN1"],
        "kaleyra-api-key": ["newer", "older"],
        "kaleyra-webhook-secret": ["fresh-secret-of-kaleyra", "stale-secret-of-kaleyra"],
    },
    sender=Sender("HELPLN"),
    path="/v1/HXIN1/messages",
    headers={"api-key": "newer"},
    form={
        "to": "+919812345678",
        "sender": "HELPLN",
        "type": "TXN",
        "body": "Your request: K7M 240",
        "template_id": "110716",
        "callback": f'{{"url": "{RECEIPTS}", "method": "GET"}}',
    },
    taken={"id": "ka1", "type": "TXN", "totalCount": 1, "error": {}},
    taken_as="ka1",
    refused=[
        (400, {"code": 1417, "message": "Invalid number."}, "invalid_number", False),
        (400, {"code": 1400, "message": "Request invalid"}, "kaleyra_1400", False),
        (401, {}, "kaleyra_401", True),
        (403, {"code": "no +91 98123"}, "kaleyra_403", True),
    ],
    receipts=[
        ({"id": "ka1", "status": "Delivered"}, Receipt(True, "", "ka1")),
        ({"id": "ka1", "status": "Undelivered"}, Receipt(False, "kaleyra_undelivered", "ka1")),
        ({"status": "Failed", "mobile": "919812345678"}, Receipt(False, "kaleyra_undelivered")),
        ({"id": "ka1", "status": "Sent"}, None),
        ({}, None),
    ],
)
