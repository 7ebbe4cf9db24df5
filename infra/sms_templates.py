"""Prints every SMS text as it is registered with the DLT: its name here, its words, its segments.

The names are those by which the parameter DltTemplateIds gives each registration's id. A wording
that changes has another name.
"""

import argparse
import re

from chalicelib.core.domain.language import COPY_LANGUAGES
from chalicelib.messages.domain.sms_segments import count_segments
from chalicelib.messages.domain.templates import Template
from chalicelib.messages.services.dlt_registrations import registered_name
from chalicelib.messages.services.sms_texts import sms_pattern
from infra.sms_widths import widest
from infra.translations import compile_catalogues

# Whose links open a shift's page, not a case's.
TO_A_SHIFT = (Template.SHIFT_TOMORROW, Template.SHIFT_SOON)
VARIABLE = re.compile(r"%\((\w+)\)s")


def main() -> None:
    """Print them, language by language, with the fixed part of links where it is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--public-url", default="https://...", help="the address in links")
    base = parser.parse_args().public_url.rstrip("/")
    compile_catalogues()
    for language in COPY_LANGUAGES:
        print(f"# {language.own_name}\n")
        for template in Template:
            page = "s" if template in TO_A_SHIFT else "c"
            link = f"{base}/{page}/{{#var#}}"
            pattern = sms_pattern(template, language).replace("%(link)s", link)
            segments = count_segments(widest(template, language))
            name = registered_name(template, language, sms_pattern)
            print(f"{name}, {segments} segments at most:\n{VARIABLE.sub('{#var#}', pattern)}\n")


if __name__ == "__main__":
    main()
