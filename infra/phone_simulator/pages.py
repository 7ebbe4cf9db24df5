"""What the handset's server shows: the phone, its conversation, and the API's description."""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chalicelib.core.domain.language import Language, detect_language
from chalicelib.core.domain.phone import Phone
from infra import demo
from infra.local_stack import LocalStack
from infra.openapi.document import WRITES
from infra.phone_simulator.phone import Event

FOLDER = Path(__file__).parent
HELPLINE = "93555 20202"
# Somebody to be: a number, a name, and what they write.
PEOPLE = (
    ("+919812345678", "Sunita", "hi"),
    ("+919812345679", "Arjun", "en"),
)
SAMPLES = {
    "hi": ("मुझे डॉक्टर से बात करनी है", "स्थिति", "मदद", "बंद", "शुरू"),
    "en": ("Please call me about my mother's reports", "STATUS", "HELP", "STOP", "START"),
}
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)।]")


def phone_page(stack: LocalStack, phone: Phone, events: Sequence[Event], problem: str = "") -> str:
    """Render the phone."""
    who = next((each for each in PEOPLE if each[0] == phone.e164), None)
    return _render(
        "handset.html",
        phone=phone,
        name=who[1] if who else "Somebody else",
        language=who[2] if who else "en",
        is_known=who is not None,
        people=PEOPLE,
        samples=SAMPLES,
        events=events,
        problem=problem,
        stack=stack,
        helpline=HELPLINE,
        demo=demo,
    )


def conversation(events: Sequence[Event]) -> str:
    """Render what happened on the phone, alone."""
    return _render("conversation.html", events=events)


def api_page(stack: LocalStack, description: Path) -> str:
    """Render the description of the API, as it is published."""
    api = json.loads(description.read_text(encoding="utf-8"))
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in api["paths"].items():
        for method, call in methods.items():
            named = {**call, "method": method.upper(), "path": path}
            groups.setdefault(call["tags"][0], []).append(named)
    return _render(
        "api.html",
        api=api,
        groups=groups,
        stack=stack,
        writes=WRITES,
        component=lambda reference: api["components"][reference.split("/")[2]][
            reference.rpartition("/")[2]
        ],
    )


def linked(text: str) -> Markup:
    """Make the links in a text ones that can be followed."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        parts.append(Markup.escape(text[end : found.start()]))
        link = Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>')
        parts.append(link.format(found[0]))
        end = found.end()
    return Markup("").join([*parts, Markup.escape(text[end:])])


def _render(template: str, **values: Any) -> str:  # noqa: ANN401 - whatever it shows
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["linked"] = linked
    environment.filters["language"] = lambda text: detect_language(text, Language.EN)
    return environment
