"""`make sms`: a patient's SMS into the running local stack, as AWS delivers one."""

import argparse
import json
import os
import sys
import uuid

from infra.aws_emulator import EngineError
from infra.local_stack import LocalStack, attach

HELPLINE = "+919355520202"


def payload(sender: str, text: str, message_id: str) -> str:
    """Return an SMS as AWS End User Messaging describes it to the topic, as JSON."""
    return json.dumps(
        {
            "originationNumber": sender,
            "destinationNumber": HELPLINE,
            "messageKeyword": "HELPLINE",
            "messageBody": text,
            "inboundMessageId": message_id,
            "previousPublishedMessageId": "",
        },
        ensure_ascii=False,
    )


def send(stack: LocalStack, sender: str, text: str, message_id: str | None = None) -> str:
    """Publish the SMS as AWS End User Messaging does and return its id.

    The same `message_id` again is the same SMS, delivered twice.
    """
    message_id = message_id or str(uuid.uuid4())
    stack.client("sns").publish(
        TopicArn=stack.outputs["InboundSmsTopic"],
        # Chalice reads the subject, which AWS sends as null and the engine leaves out.
        Subject="SMS",
        Message=payload(sender, text, message_id),
        # The engine delivers no record without attributes either.
        MessageAttributes={"origin": {"DataType": "String", "StringValue": "local"}},
    )
    return message_id


def main() -> None:
    """Send what the environment holds: make passes text through it unharmed by a shell."""
    parser = argparse.ArgumentParser(prog="make sms", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    sender, text = os.environ.get("SMS_FROM", ""), os.environ.get("SMS_TEXT", "")
    if not sender:
        sys.exit("helpline: say who it is from, as in make sms FROM=+919812345678 TEXT='call me'")
    try:
        message_id = send(attach(arguments.port), sender, text)
    except EngineError as error:
        sys.exit(f"helpline: {error}")
    print(f"sent {message_id}")


if __name__ == "__main__":
    main()
