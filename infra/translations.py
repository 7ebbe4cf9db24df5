"""The gettext catalogues: compiled for use, refreshed from the code, checked to be whole.

`python -m infra.translations` compiles them (they are kept as text only), `--refresh` brings them
up to the texts in the code, and `--check` tells what a translator still has to do, and exits with
1.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from infra.paths import CATALOGUES, ROOT

DOMAIN = "helpline"
TEMPLATE = CATALOGUES / f"{DOMAIN}.pot"
# English is what stands in the code: its catalogue is for corrections, and may be empty.
WRITTEN_IN_CODE = "en"
KEYWORDS = {"_": None, "N_": None, "NP_": ((1, "c"), 2)}
WIDTH = 100
REFRESH = "run: .venv/bin/python -m infra.translations --refresh"

Text = tuple[str | None, str]


def compile_catalogues() -> None:
    """Write each catalogue's `.mo` beside it where it is missing or older."""
    for source in sources():
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        catalogue = read(source)
        # Written aside and moved: a test run beside this one may be reading it, or compile it too.
        unfinished = compiled.with_suffix(f".mo.{os.getpid()}")
        with unfinished.open("wb") as out:
            write_mo(out, catalogue)
        unfinished.replace(compiled)


def refresh() -> None:
    """Bring the template and every catalogue up to the texts in the code; nothing is guessed."""
    template, wanted = read(TEMPLATE), texts_in_code()
    for context, text in {_text(message.context, message.id) for message in template} - wanted:
        if text:
            template.delete(text, context)
    for context, text in sorted(wanted, key=str):
        template.add(text, context=context)
    _write(template, TEMPLATE)
    for source in sources():
        catalogue = read(source)
        catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
        _write(catalogue, source)


def faults() -> Iterator[str]:
    """Yield what is missing, stale or uncertain, a line for each text."""
    wanted = texts_in_code()
    for path in [TEMPLATE, *sources()]:
        name = path.relative_to(CATALOGUES).as_posix()
        catalogue = read(path)
        known = {_text(message.context, message.id): message for message in catalogue if message.id}
        stale = len(known.keys() - wanted) + len(catalogue.obsolete)
        if missing := wanted - known.keys():
            yield f"{name}: {len(missing)} texts are missing; {REFRESH}"
        if stale:
            yield f"{name}: {stale} texts are in the code no more; {REFRESH}"
        for (_, text), message in known.items():
            if message.fuzzy:
                yield f"{name}: not certain: {text}"
            elif not message.string and path != TEMPLATE and language(path) != WRITTEN_IN_CODE:
                yield f"{name}: not translated: {text}"


def sources() -> list[Path]:
    """List the catalogues, a language each."""
    return sorted(CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def language(source: Path) -> str:
    """Tell the language of a catalogue by its place."""
    return source.parent.parent.name


def read(source: Path) -> Catalog:
    """Read a catalogue, or the template, of which none is fit for use."""
    locale = None if source == TEMPLATE else language(source)
    with source.open("rb") as lines:
        return read_po(lines, locale=locale, abort_invalid=True)


def texts_in_code() -> set[Text]:
    """Find every text that the code and the pages mark for the catalogues, with its context."""
    with (ROOT / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]  # Babel's
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return {_text(context, message) for _, _, message, _, context in found}


def _text(context: str | None, message: str | Sequence[str]) -> Text:
    return context, message if isinstance(message, str) else message[0]


def _write(catalogue: Catalog, path: Path) -> None:
    unfinished = path.with_suffix(".new")
    with unfinished.open("wb") as out:
        write_po(
            out,
            catalogue,
            width=WIDTH,
            sort_output=True,
            no_location=True,
            ignore_obsolete=True,
        )
    unfinished.replace(path)


def main() -> None:
    """Do what is asked; by itself, compile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refresh", action="store_true")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    if asked.refresh:
        refresh()
    found = list(faults()) if asked.check else []
    for fault in found:
        print(fault)
    if found:
        sys.exit(1)
    compile_catalogues()


if __name__ == "__main__":
    main()
