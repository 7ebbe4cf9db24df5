"""The audit's actions and people in words. An action without words is shown by its code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chalicelib.cases.web.labels import FIELDS
from chalicelib.core.domain.audit import OUTCOME, PATIENTS, REFUSED, SYSTEM_ROLE, AuditEntry
from chalicelib.core.i18n import N_, Labels, label_of, translator

ACTIONS: Final[Labels] = {
    "audit.read": N_("searched the audit"),
    "block.add": N_("blocked a phone"),
    "block.lift": N_("lifted a block"),
    "blocks.list": N_("read the blocked phones"),
    "case.assign": N_("gave a case to a doctor"),
    "case.attempt": N_("noted what came of a call"),
    "case.call": N_("called the patient"),
    "case.claim": N_("took the next case"),
    "case.close": N_("closed a case"),
    "case.correct": N_("corrected a case"),
    "case.erase": N_("erased a case"),
    "case.export": N_("exported a case"),
    "case.keep": N_("kept a case longer"),
    "case.merge": N_("joined two cases"),
    "case.phone": N_("looked at the whole phone number"),
    "case.read": N_("read a case"),
    "case.release": N_("gave a case back"),
    "case.reopen": N_("opened a case again"),
    "case.search": N_("searched for cases"),
    "case.video": N_("opened a video room"),
    "consent.withdraw": N_("took the consent back"),
    "data.read": N_("read their own data"),
    "duty.read": N_("opened the desk"),
    "erasure.fail": N_("found an erasure incomplete"),
    "erasure.prove": N_("proved an erasure"),
    "feed.make": N_("made a calendar address"),
    "feed.revoke": N_("closed a calendar address"),
    "hours.change": N_("changed the hours"),
    "leave.drop": N_("took leave back"),
    "leave.take": N_("took leave"),
    "lines.change": N_("changed the lines"),
    "link.send": N_("had the link sent by SMS"),
    "message.retry": N_("had a message sent again"),
    "messages.list": N_("read the messages"),
    "messages.search": N_("looked for a phone's messages"),
    "oncologist.add": N_("added a doctor"),
    "oncologist.change": N_("changed a doctor's data"),
    "oncologists.list": N_("read the doctors' data"),
    "override.add": N_("changed who is on duty"),
    "override.drop": N_("dropped an exception of the rota"),
    "password.change": N_("changed their password"),
    "recipients.change": N_("changed who is told of gaps"),
    "recipients.read": N_("read who is told of gaps"),
    "reports.rebuild": N_("had the reports counted anew"),
    "rota.publish": N_("published the rota"),
    "session.begin": N_("signed in"),
    "session.end": N_("signed out"),
    "session.end_all": N_("signed out everywhere"),
    "shift.confirm": N_("confirmed a shift"),
    "sign_in.close": N_("closed a doctor's sign-in"),
    "sign_in.open": N_("opened a doctor's sign-in"),
    "sign_in.read": N_("looked up whether a doctor can sign in"),
    "swap.accept": N_("took a shift"),
    "swap.decline": N_("declined a shift"),
    "swap.offer": N_("offered a shift"),
    "swap.withdraw": N_("withdrew an offer"),
}
_FIELDS: Final[Labels] = {
    **FIELDS,
    "registration": N_("Registration number"),
    "languages": N_("Languages"),
    "gender": N_("The doctor is"),
    "sites": N_("Cancers treated"),
    "joined": N_("First day"),
    "left": N_("First day gone"),
    "email": N_("an invitation by e-mail"),
}
_REFUSED: Final = N_("refused: %(code)s")
_CHANGED: Final = N_("changed: %(fields)s")
_ACTING_FOR: Final = N_("for %(names)s")
_PATIENT: Final = N_("The patient")
_SYSTEM: Final = N_("The helpline")


def say_person(entry: AuditEntry, name_of: Callable[[str], str], language: str) -> str:
    """Tell who did it."""
    known = {PATIENTS: _PATIENT, SYSTEM_ROLE: _SYSTEM}
    said = known.get(entry.role)
    return translator(language).gettext(said) if said else name_of(entry.who)


def say_detail(entry: AuditEntry, name_of: Callable[[str], str], language: str) -> str:
    """Return what more an entry says: its outcome, the changed fields, for whom somebody acted."""
    translate = translator(language).gettext
    detail = dict(entry.detail)
    told = []
    if entry.is_refused:
        detail.pop(OUTCOME, None)
        code = detail.pop("code", "") or detail.pop(REFUSED, "")
        told.append(translate(_REFUSED) % {"code": code})
    if changed := detail.pop("changed", ""):
        fields = [label_of(_FIELDS, name, language) for name in changed.split(":")]
        told.append(translate(_CHANGED) % {"fields": ", ".join(fields)})
    if acting_for := detail.pop("acting_for", ""):
        names = [name_of(who) for who in acting_for.split(":")]
        told.append(translate(_ACTING_FOR) % {"names": ", ".join(names)})
    detail.pop(OUTCOME, None)
    return "; ".join([*told, *(f"{name}: {value}" for name, value in detail.items() if value)])
