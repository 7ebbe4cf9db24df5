"""The demo's people: made up, the same on every local stack, and on duty around the clock."""

from datetime import date

from chalicelib.core.domain.working_hours import MIDNIGHT, WEEKDAYS, OpenWindow, WorkingHours
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.domain.model import Line, RoundRobin

ADMINISTRATOR = "admin"
# Good on a local stack alone: the pool of a deployed stage knows none of these people.
PASSWORD = "Helpline-demo-1"  # noqa: S105
# What stands in the address at which Exotel, or the handset in its place, tells of a missed call.
EXOTEL_SECRET = "the-demos-part-of-exotels-address"  # noqa: S105
VIDEO_SECRET = "helpline-demo-video-secret-of-32-bytes"  # noqa: S105

ONCOLOGISTS = (
    Oncologist(
        id="asha",
        name="Dr Asha Menon",
        registration="DEMO-1001",
        phone="+919000000001",
        languages=("hi", "en", "ml"),
        gender="female",
    ),
    Oncologist(
        id="bharat",
        name="Dr Bharat Rao",
        registration="DEMO-1002",
        phone="+919000000002",
        languages=("en", "hi", "te", "kn"),
        gender="male",
    ),
    Oncologist(
        id="chitra",
        name="Dr Chitra Sen",
        registration="DEMO-1003",
        phone="+919000000003",
        languages=("bn", "hi", "en"),
        gender="female",
    ),
)
# An `end` of midnight is the end of the day.
ALWAYS_OPEN = WorkingHours(weekly=((OpenWindow(MIDNIGHT, MIDNIGHT),),) * 7)
# Everybody is on duty, every day, from midnight to midnight.
LINES = (
    Line(
        id="demo",
        days=WEEKDAYS,
        start=MIDNIGHT,
        end=MIDNIGHT,
        rotation=RoundRobin(tuple(who.id for who in ONCOLOGISTS), date(2026, 1, 1)),
        people=len(ONCOLOGISTS),
        languages=("hi", "en"),
    ),
)
