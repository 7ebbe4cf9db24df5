"""A family on a cheap phone: the pages of the deployed helpline without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.stack.harness import StackUnderTest

pytestmark = pytest.mark.browser
CHEAP_PHONE = {"width": 320, "height": 568}
NOT_ALLOWED = "Refused to"


class Visit:
    """One person's browser, and what it asked for and complained of."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        page.on("request", lambda request: self.hosts.add("/".join(request.url.split("/")[:3])))
        page.on("console", lambda message: self.complaints.append(message.text))

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def fits_the_screen(self) -> bool:
        """Whether nothing has to be scrolled sideways."""
        wide = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
        return bool(self.page.evaluate(f"{wide} <= {CHEAP_PHONE['width']}"))


@pytest.fixture
def visit(
    browser: Browser, stack: StackUnderTest, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    stack.empty()
    context = browser.new_context(
        viewport=CHEAP_PHONE, java_script_enabled=False, locale=request.param
    )
    visit = Visit(context.new_page(), stack.url)
    yield visit
    context.close()
    assert visit.hosts == {stack.url}
    assert not [text for text in visit.complaints if NOT_ALLOWED in text]


@pytest.mark.parametrize("visit", ["hi-IN"], indirect=True)
def test_a_family_asks_in_hindi_makes_mistakes_and_cancels(visit: Visit, stack: StackUnderTest):
    page = visit.page
    visit.open("/")
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    expect(page.get_by_role("link", name="93555 20202")).to_have_attribute(
        "href", "tel:+919355520202"
    )
    assert visit.fits_the_screen()

    page.get_by_role("link", name="हमसे फ़ोन करवाएँ").click()
    assert visit.fits_the_screen()
    page.get_by_label("आपका फ़ोन नंबर").fill("९८१२३")
    page.get_by_text("डॉक्टर को और बताएँ").click()
    page.get_by_label("मरीज़ का नाम").fill("सुनीता")
    page.get_by_label("मरीज़ की उम्र").fill("४००")
    page.get_by_role("button", name="फ़ोन करने को कहें").click()

    expect(page).to_have_title(re.compile("^गलती:"))
    problems = page.get_by_role("alert").get_by_role("link")
    expect(problems).to_have_text(
        [
            "यह फ़ोन नंबर छोटा है। इसमें 10 अंक होने चाहिए।",
            "उम्र 0 से 120 के बीच लिखें।",
            "फ़ोन करने से पहले हमें आपकी सहमति चाहिए।",
        ]
    )
    assert visit.fits_the_screen()
    expect(page.get_by_label("मरीज़ का नाम")).to_have_value("सुनीता")
    expect(page.get_by_label("मरीज़ की उम्र")).to_have_value("४००")
    problems.first.click()
    expect(page.get_by_label("आपका फ़ोन नंबर")).to_be_focused()

    page.get_by_label("आपका फ़ोन नंबर").fill("९८१२३ ४५६७८")
    page.get_by_label("मरीज़ की उम्र").fill("४०")
    page.get_by_label("मैं सहमति").check()
    page.get_by_role("button", name="फ़ोन करने को कहें").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("हम आपको फ़ोन करेंगे")
    assert visit.fits_the_screen()
    (case,) = [item for item in stack.items("CasesTable") if item["sk"]["S"] == "CASE"]
    assert (case["phone"]["S"], case["name"]["S"]) == ("+919812345678", "सुनीता")
    kept = page.locator(".link a").get_attribute("href")
    assert kept == page.url

    page.reload()
    page.get_by_text("अब मुझे फ़ोन की ज़रूरत नहीं है").click()
    page.get_by_role("button", name="मेरा अनुरोध रद्द करें").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("आपका अनुरोध रद्द हो गया")
    assert page.url == kept
    texts = stack.wait_for(lambda: _at_least(stack.sent_sms("+919812345678"), 2))
    assert "रद्द" in texts[-1]


@pytest.mark.parametrize("visit", ["en-IN"], indirect=True)
def test_a_chosen_language_stays_chosen(visit: Visit):
    page = visit.page
    visit.open("/")
    page.get_by_role("link", name="हिन्दी").click()
    expect(page.locator("html")).to_have_attribute("lang", "hi")

    visit.open("/request")
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask us to call you")


@pytest.mark.parametrize("visit", ["en-IN"], indirect=True)
def test_the_whole_form_by_keyboard_alone(visit: Visit):
    page = visit.page
    visit.open("/request")
    page.get_by_label("Your phone number").focus()
    page.keyboard.type("98123 45679")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("I agree")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("We will call you")


@pytest.mark.parametrize("visit", ["en-IN"], indirect=True)
def test_a_wrong_link_is_a_page_that_helps(visit: Visit):
    visit.open("/c/K7M240R59XK?t=wrong")

    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Something is not right")
    expect(visit.page.get_by_role("link", name="93555 20202")).to_be_visible()


def _at_least(found: list[str], number: int) -> list[str]:
    return found if len(found) >= number else []
