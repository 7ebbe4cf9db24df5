"""One person's browser, and what every page owes them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from infra.screenshots.browser import HEIGHTS, WIDTHS, sign_in, speak

# Each width, each language: how every flow is driven (make test EVERY_WAY=1). test_every_page.py
# looks at the pages in all of each.
EVERY_WAY = ((320, "hi"), (390, "en"), (1280, "hi"))
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
REFUSED = "Refused to"
MOST_TABS = 400
LEAST_TARGET = 44
_axe = Axe()

_CONTROLS = """() => {
    const shown = (each) => each.checkVisibility({visibilityProperty: true}) &&
        each.getAttribute('aria-hidden') !== 'true';
    const controls = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
    const one_of_many = (each) => each.type === 'radio' &&
        document.querySelector(`input[name="${each.name}"]:checked`) !== each &&
        document.querySelector(`input[name="${each.name}"]`) !== each;
    return [...document.querySelectorAll(controls)]
        .filter((each) => shown(each) && !each.disabled && !one_of_many(each)).length;
}"""
# What stands within a sentence is as high as its line, which WCAG allows.
_SMALL = """(least) => {
    const alone = (each) => each.tagName !== 'A' ||
        each.parentElement.textContent.trim() === each.textContent.trim();
    const controls = 'main a[href], header a[href], footer a[href], button, select, textarea, ' +
        'input:not([type=hidden], [type=checkbox]), summary, .tick label';
    return [...document.querySelectorAll(controls)]
        .filter((each) => each.checkVisibility() && !each.ariaHidden && alone(each))
        .filter((each) => each.getBoundingClientRect().height < least)
        .map((each) => each.outerHTML);
}"""
# Null where the walk is over; nothing where it goes on within one control, as in a date's parts.
_FOCUSED = """() => {
    const now = document.activeElement;
    if (!now || now === document.body) return null;
    if (now === window.__last) return '';
    window.__last = now;
    if (window.__seen.has(now)) return null;
    window.__seen.add(now);
    return now.outerHTML.slice(0, 80);
}"""


def driven(turn: int, *, numbered: bool = False) -> pytest.MarkDecorator:
    """Drive a flow in every way, its number last where it is asked for.

    Without ``--every-way`` one of them is taken: ``turn`` gives each flow of a file another.
    """
    short = turn % len(EVERY_WAY)
    ways = [
        pytest.param(
            *(*way, number) if numbered else way,
            id=f"{way[0]}-{way[1]}",
            marks=[] if number == short else pytest.mark.every_way,
        )
        for number, way in enumerate(EVERY_WAY)
    ]
    return pytest.mark.parametrize(("width", "language", "run")[: 2 + numbered], ways)


class Visit:
    """A browser of one's own: its size, its language, whether it runs scripts, who is signed in."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        *,
        width: int = 390,
        language: str = "en",
        javascript: bool = True,
        who: str | None = None,
        sessions: dict[str, list[Any]] | None = None,
    ) -> None:
        self.base = base
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            locale=f"{language}-IN",
            java_script_enabled=javascript,
        )
        self.context.on("request", lambda request: self.hosts.add(_host(request.url)))
        self.context.on("console", lambda message: self.complaints.append(message.text))
        if sessions is not None and who in sessions:
            self.context.add_cookies(sessions[who])
        elif who is not None:
            sign_in(self.context, base, who)
            if sessions is not None:
                sessions[who] = self.context.cookies()
        self.page: Page = self.context.new_page()

    def open(self, path: str) -> Page:
        """Open a page of the helpline."""
        self.page.goto(self.base + path)
        return self.page

    def speak(self, language: str) -> None:
        """Choose a language from the next page on."""
        speak(self.context, self.base, language)

    def end(self) -> None:
        """Close it; fails where another host was asked, or the policy refused something."""
        self.context.close()
        no_other_host(self)


def no_other_host(visit: Visit) -> None:
    """Fail where anything was asked of another host, or refused by the page's policy."""
    assert visit.hosts <= {visit.base}
    assert not [text for text in visit.complaints if REFUSED in text]


def no_violations(page: Page) -> None:
    """Fail where axe finds anything against WCAG 2.1 A or AA; with the whole of its report.

    A page's policy allows no script, and what the tests evaluate is not the page's: the policy
    stays in force, and axe runs all the same.
    """
    options = {"runOnly": WCAG, "resultTypes": ["violations"]}
    results = _axe.run(page, options=options)
    assert not results.violations_count, results.generate_report()


# What reaches beyond the screen: each element's tag, class, right edge and first words.
_WIDE = """
() => [...document.querySelectorAll("*")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth)
  .map((each) => [each.tagName, each.className, each.getBoundingClientRect().right,
    each.textContent.trim().slice(0, 80)].join(" "))
  .join("; ")
"""


def fits(page: Page, *widths: int) -> None:
    """Fail where something has to be scrolled sideways at one of the widths."""
    # Before it is loaded whole, a page has no style sheet, or only a part of it.
    page.wait_for_load_state()
    for width in widths or WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        wide = page.evaluate(
            "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
        )
        assert wide <= width, f"{wide} px wide on a screen of {width}: {page.evaluate(_WIDE)}"


def no_small_targets(page: Page) -> None:
    """Fail where something to be pressed is lower than a fingertip."""
    small = page.evaluate(_SMALL, LEAST_TARGET)
    assert not small, small


def tab_to(page: Page, control: Locator) -> None:
    """Go on with Tab until the control has the focus; fails where it is never reached."""
    for _ in range(MOST_TABS):
        if control.evaluate("(each) => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"never reached: {control}")


def press(page: Page, control: Locator) -> None:
    """Go to a control with Tab and press it, as whoever has no mouse does."""
    tab_to(page, control)
    page.keyboard.press("Enter")


def write(page: Page, control: Locator, text: str) -> None:
    """Go to a field with Tab and type into it, in place of what stands there."""
    tab_to(page, control)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def write_day(page: Page, control: Locator, day: date) -> None:
    """Go to a date's field with Tab and type the date, in the order in which the browser asks."""
    tab_to(page, control)
    page.keyboard.type(f"{day:%m%d%Y}")
    assert control.input_value() == day.isoformat()


def choose(page: Page, control: Locator, value: str) -> None:
    """Go to a list with Tab and go down with the arrow until the value is chosen."""
    tab_to(page, control)
    for _ in range(MOST_TABS):
        if control.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"never chosen: {value}")


def by_keyboard(page: Page) -> list[str]:
    """Walk through the page with Tab, and tell what was reached; fails where a control was not.

    Of a group of radio buttons one is reached, and the arrows reach the others.
    """
    page.evaluate("window.__seen = new Set(); window.__last = null; document.activeElement.blur()")
    # From the top, wherever the page put the focus.
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    reached: list[str] = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused is None:
            break
        if focused:
            reached.append(focused)
    controls = page.evaluate(_CONTROLS)
    assert len(reached) >= controls, f"{len(reached)} of {controls} reached: {reached}"
    return reached


def _host(url: str) -> str:
    return "/".join(url.split("/")[:3])
