"""What is Exotel's alone: letters beyond GSM-7."""

from dataclasses import replace

from chalicelib.messages.providers.contract import Sender
from chalicelib.messages.providers.exotel import sms
from tests.support.provider_samples import MESSAGE


def test_exotel_is_told_of_letters_beyond_gsm_and_of_no_template_that_there_is_not():
    account = dict.fromkeys(sms.CREDENTIALS, "made-up")
    hindi = replace(MESSAGE, text="नमस्ते", template_id="")
    form = sms.send(hindi, account, Sender("HELPLN", entity_id="110100"), "")

    assert form.fields["EncodingType"] == "unicode"
    assert form.fields["Body"] == "नमस्ते"
    assert "DltTemplateId" not in form.fields
