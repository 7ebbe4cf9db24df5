"""Compiles the gettext catalogues, which are kept as text only."""

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from infra.paths import CATALOGUES


def compile_catalogues() -> None:
    """Write each catalogue's `.mo` beside it where it is missing or older."""
    for source in sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as lines:
            catalogue = read_po(lines, locale=source.parent.parent.name, abort_invalid=True)
        # Written aside and moved: a test run beside this one may be reading it.
        unfinished = compiled.with_suffix(".mo.new")
        with unfinished.open("wb") as out:
            write_mo(out, catalogue)
        unfinished.replace(compiled)


if __name__ == "__main__":
    compile_catalogues()
