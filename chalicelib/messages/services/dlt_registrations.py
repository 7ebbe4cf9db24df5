"""The DLT's ids of the templates: one for each wording, in each language.

India's carriers drop in silence what differs from its registration. So a wording's version follows
from its words, the configuration names registrations by it, and a deployment in which one is
missing refuses to start rather than to send what nobody receives.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Final

from chalicelib.core.component import component
from chalicelib.core.domain.language import COPY_LANGUAGES, copy_language
from chalicelib.messages.domain.templates import Template

Wording = Callable[[Template, str], str]

_LONGEST_ID: Final = 50
_VERSION_LENGTH: Final = 6


class NotRegistered(Exception):
    """Registrations are missing, or are not what the configuration should hold: says which."""


@component
class Registrations:
    """The registered templates' ids."""

    ids: Mapping[tuple[Template, str], str]

    @classmethod
    def read(cls, text: str, wording: Wording, *, required: bool) -> Registrations:
        """Read the configuration: ``{"received.en.3fa9c1": "1107...", ...}``.

        Empty, there are none, which is fine where they are not ``required``. Otherwise every text
        must be there in its present ``wording``; registrations of other wordings are passed over,
        so that those of the next ones can be configured ahead. Raises NotRegistered.
        """
        if not text.strip() and not required:
            return cls({})
        given = _parsed(text)
        names = {
            (template, language.value): registered_name(template, language, wording)
            for template in Template
            for language in COPY_LANGUAGES
        }
        missing = [name for name in names.values() if name not in given]
        if missing:
            raise NotRegistered(f"DLT_TEMPLATE_IDS: no id for {', '.join(missing)}")
        return cls({key: given[name] for key, name in names.items()})

    def __call__(self, template: Template, language: str) -> str:
        """Give the id of a template in the language in which we write it; empty without any."""
        return self.ids.get((template, copy_language(language).value), "")


def registered_name(template: Template, language: str, wording: Wording) -> str:
    """Name a template's present wording in a language: another wording has another name."""
    words = wording(template, language)
    version = sha256(words.encode()).hexdigest()[:_VERSION_LENGTH]
    return f"{template.value}.{language}.{version}"


def _parsed(text: str) -> dict[str, str]:
    try:
        ids = json.loads(text or "{}")
    except ValueError:
        raise NotRegistered("DLT_TEMPLATE_IDS: no JSON") from None
    if not isinstance(ids, dict):
        raise NotRegistered("DLT_TEMPLATE_IDS: no object of names and ids")
    for name, id_ in ids.items():
        if not (isinstance(id_, str) and 0 < len(id_) <= _LONGEST_ID and id_.isalnum()):
            raise NotRegistered(f"DLT_TEMPLATE_IDS: {name}: no id")
    return ids
