"""A new language is its catalogue and its code in COPY_LANGUAGES; Urdu turns the page around."""

import re
import shutil

import pytest
from babel.messages.mofile import write_mo

from chalicelib.core import i18n
from chalicelib.core.domain import language as languages
from chalicelib.core.domain.language import COPY_LANGUAGES, Language
from chalicelib.core.paths import STATIC
from chalicelib.core.web import language_negotiation as web_languages
from chalicelib.core.web import rendering
from infra import translations

OWN = "/c/K7M240R59XK?t=token-of-K7M240R59XK"
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset)-(?:left|right)|left|right)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)


@pytest.fixture
def urdu(tmp_path, monkeypatch):
    """A catalogue whose every text is some Urdu, where the helpline looks for its catalogues."""
    folder = tmp_path / "locale"
    shutil.copytree(translations.CATALOGUES, folder)
    made = translations.read(folder / "hi" / "LC_MESSAGES" / "helpline.po")
    for message in made:
        if message.id:
            kept = " ".join(re.findall(r"%\(\w+\)s", str(message.id)))
            message.string = f"اردو {kept}".strip()
    compiled = folder / "ur" / "LC_MESSAGES" / "helpline.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as out:
        write_mo(out, made)
    monkeypatch.setattr(i18n, "LOCALE", folder)
    for module in (languages, web_languages, rendering):
        monkeypatch.setattr(module, "COPY_LANGUAGES", (*COPY_LANGUAGES, Language.UR))
    i18n.translator.cache_clear()
    yield
    i18n.translator.cache_clear()


@pytest.mark.usefixtures("urdu")
@pytest.mark.parametrize("path", ["/", "/request", "/notice", OWN])
def test_a_page_in_a_new_language_is_whole_and_in_its_direction(web, case, path):
    separator = "&" if "?" in path else "?"

    answer = web.get(f"{path}{separator}lang=ur")

    body = answer.body.decode()
    assert answer.status_code == 200
    assert '<html lang="ur" dir="rtl">' in body
    assert "lang=ur" in answer.headers["Set-Cookie"]
    (heading,) = re.findall(r"<h1>(.*?)</h1>", body)
    # What consent was asked for in no other language is shown in English until it is written.
    assert heading == ("What we do with what you tell us" if path == "/notice" else "اردو")
    assert 'lang="en"' in body
    assert 'lang="hi"' in body


@pytest.mark.usefixtures("urdu")
def test_whoever_accepts_the_new_language_gets_it(web):
    assert 'lang="ur" dir="rtl"' in web.get("/", accept_language="ur-IN, en;q=0.5").body.decode()
    assert 'lang="ur"' in web.get("/", accept_language="en").body.decode()


@pytest.mark.parametrize("language", Language)
def test_only_urdu_is_written_from_right_to_left(language):
    assert language.direction == ("rtl" if language is Language.UR else "ltr")


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_style_sheets_know_no_left_and_no_right(sheet):
    assert PHYSICAL.findall(sheet.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "css", ["margin-left: 1px", "a{right:0}", "text-align: left", "float: right"]
)
def test_a_planted_left_or_right_is_found(css):
    assert PHYSICAL.search(css)
