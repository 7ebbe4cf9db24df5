"""A family on a cheap phone: what they do on the deployed helpline, from asking to withdrawing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from infra.screenshots.scene import Scene
from tests.browser.family import EVERYBODY, Family, Visits
from tests.browser.visit import tab_to
from tests.stack.harness import StackUnderTest

pytestmark = pytest.mark.browser
OWN_PAGE = re.compile(r"/c/[0-9A-Z]+\?t=[^&]+$")
FIRST_VIEW = 20 * 1024
# Each width in each language, every other one without scripts; all of them: --every-way.
SHORT = (0, 3, 5, 6, 8, 11)


@pytest.fixture(
    params=[
        pytest.param(kind, marks=[] if number in SHORT else pytest.mark.every_way)
        for number, kind in enumerate(EVERYBODY)
    ],
    ids=str,
)
def family(request: pytest.FixtureRequest, visit: Visits, scene: Scene) -> Family:
    return request.param.begins(visit, scene)


def test_from_the_first_look_to_the_last(family: Family):
    """Every flow, in one visit: what is checked on each page of it stands in the steps."""
    family.looks()
    family.makes_mistakes()
    case = family.asks()
    family.needs_the_sms(case)
    family.is_met_by_video(case)
    family.changes_the_time(case)
    family.reads_what_we_keep(case)
    family.cancels(case)
    family.withdraws(case)


@pytest.mark.parametrize("javascript", [False, True])
def test_a_half_filled_form_changes_its_language_and_loses_nothing(
    visit: Visits, stack: StackUnderTest, javascript: bool
):
    page = visit(width=390, javascript=javascript).open("/request")
    page.get_by_label("Your phone number").fill("98123 4567")
    page.get_by_text("Tell the doctor more").click()
    page.get_by_label("Town or city").fill("Indore")
    page.get_by_label("The cost").check()
    page.get_by_label("I agree").check()

    page.get_by_role("button", name="हिन्दी").click()

    expect(page.locator("html")).to_have_attribute("lang", "hi")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_label("आपका फ़ोन नंबर")).to_have_value("98123 4567")
    expect(page.get_by_label("शहर या गाँव")).to_have_value("Indore")
    expect(page.get_by_label("ख़र्च")).to_be_checked()
    expect(page.get_by_label("मेरी सहमति")).to_be_checked()
    expect(page.get_by_label("फ़ोन पर किस भाषा में")).to_have_value("hi")

    number = f"98123 4567{int(javascript)}"
    page.get_by_label("आपका फ़ोन नंबर").fill(number)
    page.get_by_role("button", name="मुझे फ़ोन करें").last.click()
    expect(page).to_have_url(OWN_PAGE)
    assert case_of(stack, "+91" + number.replace(" ", ""))["city"]["S"] == "Indore"


def test_a_chosen_language_stays_chosen(visit: Visits):
    family = visit(width=320, javascript=False)
    page = family.open("/")
    page.get_by_role("link", name="हिन्दी").click()
    expect(page.locator("html")).to_have_attribute("lang", "hi")

    family.open("/request")
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask us to call you")


@pytest.mark.parametrize("javascript", [False, True])
def test_from_asking_to_cancelling_by_keyboard_alone(visit: Visits, javascript: bool):
    page = visit(width=1280, javascript=javascript).open("/")
    press(page, page.get_by_role("link", name="Ask us to call you"), "Enter")

    tab_to(page, page.get_by_label("Your phone number"))
    page.keyboard.type(f"98123 4568{int(javascript)}")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Error:"))
    expect(page.get_by_role("alert")).to_be_focused()
    press(page, page.get_by_role("alert").get_by_role("link"), "Enter")
    expect(page.get_by_label("I agree")).to_be_focused()
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Ask for a call").last, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("We will call you")

    press(page, page.locator("summary", has_text="Call me at another time"), "Enter")
    press(page, page.get_by_role("button", name="In the afternoon"), "Space")
    expect(page.get_by_role("status")).to_contain_text("We have changed the time.")

    press(page, page.locator("summary", has_text="I do not need a call"), "Space")
    press(page, page.get_by_role("button", name="Cancel my request"), "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is cancelled")


@pytest.mark.parametrize("path", ["/", "/request"])
def test_the_first_view_is_one_page_and_one_style_sheet(visit: Visits, path: str):
    family = visit(width=320, language="hi")
    asked: list[Request] = []
    # Bound in Python: a list's own method takes no note of its listener.
    family.context.on("request", lambda request: asked.append(request))  # noqa: PLW0108
    family.open(path)

    assert [each.resource_type for each in asked] == ["document", "stylesheet"]
    assert sum(len(each.response().body()) for each in asked) <= FIRST_VIEW


def test_a_wrong_link_is_a_page_that_helps(visit: Visits):
    page = visit(width=320, javascript=False).open("/c/K7M240R59XK?t=wrong")

    expect(page.get_by_role("heading", level=1)).to_have_text("We can't find that page")
    expect(page.get_by_role("main").get_by_role("link", name="93555 20202")).to_be_visible()


def press(page: Page, control: Any, key: str) -> None:
    tab_to(page, control)
    page.keyboard.press(key)


def case_of(stack: StackUnderTest, phone: str) -> dict[str, Any]:
    (case,) = [item for item in stack.items("CasesTable") if item.get("phone") == {"S": phone}]
    return case
