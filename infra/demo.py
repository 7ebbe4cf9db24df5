"""The demo's people: made up, the same on every local stack, and on duty around the clock."""

from datetime import date, datetime, time, timedelta

from chalicelib.domain.clock import IST
from chalicelib.domain.rota import DutyDay, Oncologist, Shift
from chalicelib.domain.working_hours import MIDNIGHT, OpenWindow, WorkingHours

ADMINISTRATOR = "admin"
# Good on a local stack alone: the pool of a deployed stage knows none of these people.
PASSWORD = "Helpline-demo-1"  # noqa: S105

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


def duty_day(day: date) -> DutyDay:
    """Return a day on which everybody is on duty from midnight to midnight."""
    start = datetime.combine(day, time(0), IST)
    everybody = tuple(oncologist.id for oncologist in ONCOLOGISTS)
    shift = Shift(f"demo-{day.isoformat()}", "demo", start, start + timedelta(days=1), everybody)
    return DutyDay(day, (shift,))
