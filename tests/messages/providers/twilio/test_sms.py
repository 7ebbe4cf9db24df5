"""What is Twilio's alone: messaging services."""

from chalicelib.messages.providers.contract import Sender
from chalicelib.messages.providers.twilio import sms
from tests.support.provider_samples import MESSAGE


def test_twilio_sends_by_a_messaging_service():
    account = {sms.ACCOUNT_SID: "AC1", sms.AUTH_TOKEN: "token"}
    form = sms.send(MESSAGE, account, Sender("MG0123"), "")

    assert form.fields == {
        "To": MESSAGE.phone,
        "MessagingServiceSid": "MG0123",
        "Body": MESSAGE.text,
    }
