"""A family, and what it does on its way through the patients' pages, step by step.

The steps speak every language: their words are the catalogue's, and whoever reads Hindi types
Devanagari digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from playwright.sync_api import Page, expect

from chalicelib.cases.domain.answers import Mode
from chalicelib.cases.domain.case import Case, Status
from chalicelib.cases.domain.timeline import CloseReason
from chalicelib.core.domain.language import COPY_LANGUAGES, Language
from chalicelib.core.i18n import translator
from infra import demo
from infra.screenshots.browser import WIDTHS
from infra.screenshots.scene import Scene
from tests.browser.visit import Visit, fits
from tests.support.helpline import in_use

Visits = Callable[..., Visit]
DOCTOR = demo.ONCOLOGISTS[0].id
NAME = "सुनीता <b>"
TURN = (
    "It is your turn. A doctor has your request and will call you soon. Please keep your phone with"
    " you."
)
FIRST_PHONE = 9_812_346_000
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")


@dataclass(frozen=True, slots=True)
class Kind:
    """Whose phone it is: how wide, in which language, with scripts or without."""

    width: int
    language: Language
    javascript: bool

    def __str__(self) -> str:
        return f"{self.width}-{self.language}-{'js' if self.javascript else 'no-js'}"

    def begins(self, visit: Visits, scene: Scene) -> Family:
        """Take the phone into the hand."""
        how = {"width": self.width, "language": self.language, "javascript": self.javascript}
        return Family(self, visit(**how), scene)


EVERYBODY = tuple(Kind(*each) for each in product(WIDTHS, COPY_LANGUAGES, (False, True)))


class Family:
    """Somebody who asks for a patient, without JavaScript or with it."""

    def __init__(self, kind: Kind, visit: Visit, scene: Scene) -> None:
        self._width = kind.width
        self._language = kind.language
        self._phone = str(FIRST_PHONE + EVERYBODY.index(kind))
        self._visit = visit
        self._scene = scene
        self._page: Page = visit.page
        self.say = translator(kind.language).gettext

    def looks(self) -> None:
        """The start tells the number and the hours, and leads to the form."""
        page = self._visit.open("/")
        self._sees("Talk to a cancer doctor, free")
        expect(page.locator("html")).to_have_attribute("lang", self._language)
        expect(page.locator(".state")).to_have_text(self.say("We are open now, day and night."))
        main = page.get_by_role("main")
        expect(main.get_by_role("link", name="93555 20202")).to_have_attribute(
            "href", "tel:+919355520202"
        )
        self._follows("Ask us to call you")
        self._sees("Ask us to call you")

    def makes_mistakes(self) -> None:
        """What is wrong is summed up and told once more at its field; nothing typed is lost."""
        page, say = self._page, self.say
        page.get_by_label(say("Your phone number")).fill(self._digits("98123"))
        self._unfolds("Tell the doctor more (you need not)")
        page.get_by_label(say("Patient's name")).fill(NAME)
        page.get_by_label(say("Patient's age in years")).fill(self._digits("400"))
        page.get_by_label(say("How shall we talk?")).select_option("video")
        self._presses("Ask for a call")

        expect(page).to_have_title(re.compile("^" + say("Error:")))
        summary = page.get_by_role("alert")
        expect(summary).to_be_focused()
        expect(summary.get_by_role("heading")).to_have_text(say("There is a problem"))
        told = [
            say("This phone number is too short. It should have 10 digits."),
            say("Enter an age between %(least)s and %(most)s.") % {"least": 0, "most": 120},
            say("We need your consent before we can call you."),
        ]
        expect(summary.get_by_role("link")).to_have_text(told)
        expect(page.locator(".wrong")).to_have_text(told)
        expect(page.get_by_label(say("Patient's name"))).to_have_value(NAME)
        expect(page.get_by_label(say("Patient's age in years"))).to_have_value(self._digits("400"))
        fits(page, self._width)
        summary.get_by_role("link").first.click()
        expect(page.get_by_label(say("Your phone number"))).to_be_focused()

    def asks(self) -> Case:
        """The notice stands before the consent; then it says when we call, and what to keep."""
        page, say = self._page, self.say
        page.get_by_label(say("Your phone number")).fill(self._digits(self._phone))
        page.get_by_label(say("Patient's age in years")).fill(self._digits("40"))
        consent = page.get_by_label(
            say("I agree that you keep and use this so that a doctor can call me")
        )
        assert page.locator(".notice").bounding_box()["y"] < consent.bounding_box()["y"]
        consent.check()
        self._presses("Ask for a call")

        self._sees("We will call you")
        (reference,) = re.findall(r"/c/([0-9A-Z]+)\?", page.url)
        case = in_use().cases.store.get(reference, consistent=True)
        assert case.phone == f"+91{self._phone}"
        assert (case.details.name, case.details.age, case.mode) == (NAME, 40, Mode.VIDEO)
        expect(page.locator(".number")).to_contain_text(reference[:4])
        expect(page.locator(".link a")).to_have_attribute("href", page.url)
        expect(page.locator(".ready li").first).to_have_text(
            say("Your reports: biopsy, scans, blood tests")
        )
        return case

    def needs_the_sms(self, case: Case) -> None:
        """What was told opens by the link in the SMS alone; the page says so and offers it."""
        self._follows("See all that we keep about you")
        self._sees("This needs the link from our SMS")
        self._presses("Send me the link by SMS")
        self._sees("The link is on its way")
        self._visit.open(self._scene.own(case))
        self._sees("We will call you")

    def changes_the_time(self, case: Case) -> None:
        """Another time of the day is chosen, and the place in line stays."""
        self._unfolds("Call me at another time")
        self._presses("In the morning")

        expect(self._page.get_by_role("status")).to_have_text(
            self.say("We have changed the time. You keep your place in line.")
        )
        changed = self._now(case)
        assert changed.requested_at == case.requested_at
        assert changed.version > case.version

    def is_met_by_video(self, case: Case) -> None:
        """The way to the room opens when the doctor is there, and closes behind them."""
        page, now = self._page, in_use().core.now()
        self._follows("To the video call")
        expect(page.locator(".lead")).to_have_text(self.say("The video call is not open yet."))
        in_use().cases.store.claim(case.reference, DOCTOR, now)
        try:
            in_use().cases.video.open(case.reference, DOCTOR, now)
            page.reload()
            self._sees("Your video call")
            room = page.get_by_role("link", name=self.say("Go to the video call"))
            expect(room).to_have_attribute("href", re.compile(r"^https://meet\.example\.invalid/"))
            self._visit.open(self._scene.own(case))
            expect(page.locator(".lead")).to_contain_text(self.say(TURN))
        finally:
            in_use().cases.work_queue.release(case.reference, DOCTOR, in_use().core.now())
        self._visit.open(self._scene.video_call(case))
        expect(page.locator(".lead")).to_have_text(self.say("The video call is not open yet."))
        self._follows("See my request")
        self._sees("We will call you")

    def reads_what_we_keep(self, case: Case) -> None:
        """Everything that was told is there to be read."""
        page = self._page
        self._follows("See all that we keep about you")
        self._sees("What we keep about you")
        expect(page.locator("dd").filter(has_text=case.phone)).to_be_visible()
        expect(page.locator("dd").filter(has_text=NAME)).to_be_visible()
        self._follows("Back to my request")

    def cancels(self, case: Case) -> None:
        """Nobody calls any more."""
        self._unfolds("I do not need a call any more")
        self._presses("Cancel my request")
        self._sees("Your request is cancelled")
        assert self._now(case).closed_reason is CloseReason.CANCELLED

    def withdraws(self, case: Case) -> None:
        """The consent goes back by one button, once it is said what that does."""
        page = self._page
        self._follows("Withdraw my consent, and have my data erased")
        expect(page.locator("dt").last).to_have_text(self.say("What the law has us keep"))
        assert not self._now(case).is_erased
        self._presses("Withdraw my consent and erase")

        self._sees("Your consent is withdrawn")
        left = self._now(case)
        assert (left.status, left.is_erased) == (Status.CLOSED, True)
        assert (left.phone, left.details.name) == ("", None)

    def _digits(self, digits: str) -> str:
        return digits.translate(DEVANAGARI) if self._language is Language.HI else digits

    def _sees(self, heading: str) -> None:
        page = self._page
        expect(page.get_by_role("heading", level=1)).to_have_text(self.say(heading))
        fits(page, self._width)

    def _follows(self, link: str) -> None:
        self._page.get_by_role("main").get_by_role("link", name=self.say(link)).click()

    def _unfolds(self, fold: str) -> None:
        self._page.locator("summary", has_text=self.say(fold)).click()

    def _presses(self, button: str) -> None:
        self._page.get_by_role("main").get_by_role("button", name=self.say(button)).click()

    def _now(self, case: Case) -> Case:
        return in_use().cases.store.get(case.reference, consistent=True)
