"""What is said of each error code, in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chalicelib.core.domain.errors import InvalidField
from chalicelib.core.i18n import N_, translator

_ERRORS: Final[Mapping[str, str]] = {
    "malformed": N_("We could not read that request."),
    "unauthenticated": N_("Please sign in first."),
    "forbidden": N_("You are not allowed to do this."),
    "not_found": N_("There is nothing here. Please check the link or the number."),
    "method_not_allowed": N_("That can't be done here."),
    "conflict": N_("That is not possible right now."),
    "illegal_transition": N_("That is not possible for this request any more."),
    "not_on_duty": N_("You are not on duty now."),
    "has_open_case": N_("Please finish the case you have first."),
    "calls_not_configured": N_("Calls can't be put through here yet. Please tell the helpline."),
    "call_failed": N_("The call could not be put through. Please try again in a moment."),
    "video_not_configured": N_("There are no video calls here. Please call by phone."),
    "too_many_releases": N_(
        "You have given back %(most)s cases in this hour. Please choose a reason for this one."
    ),
    "already_claimed": N_("Somebody else has this case already."),
    "version_conflict": N_("Somebody else has changed this meanwhile. Please look at it again."),
    "already_there": N_("There is one with this id already."),
    "not_your_shift": N_("This shift is somebody else's."),
    "shift_started": N_("This shift has begun already."),
    "already_offered": N_("This shift is on offer already."),
    "offer_closed": N_("This offer is closed."),
    "not_offered_to_you": N_("This offer is for somebody else."),
    "not_your_offer": N_("This offer is somebody else's."),
    "on_leave": N_("Whoever is to take the shift is on leave then."),
    "on_another_line": N_("Whoever is to take the shift has another one then."),
    "not_serving": N_("Whoever is to take the shift does not serve then."),
    "does_not_suit": N_(
        "This oncologist does not speak the patient's language, or the patient asked for a woman."
    ),
    "sign_in_closed": N_("Sign-in is closed for this doctor. Open it first, then invite them."),
    "not_invited": N_("This doctor was never invited. Send an invitation by e-mail first."),
    "has_left": N_("This doctor has left. Change the first day gone, then open sign-in."),
    "merge_into_earlier": N_("That request came later. Please merge it into this one instead."),
    "too_many_open_cases": N_("There are already %(limit)s open requests for this phone."),
    "request_id_reused": N_(
        "There was another request with this request_id. Please send a new one with a new id."
    ),
    "forged_form": N_("This page was open too long. Please load it again and send it once more."),
    "cross_site": N_(
        "This did not come from our own page, so nothing was done. Please open our page and send it"
        " again from there."
    ),
    "wrong_sign_in": N_("That name and password do not go together. Please try again."),
    "sign_in_too_often": N_("There have been too many tries. Please wait a quarter of an hour."),
    "sign_in_expired": N_("That took too long. Please sign in again."),
    "sign_in_impossible": N_(
        "Your account is not ready yet. Please ask an administrator of the helpline."
    ),
    "too_large": N_("That is more than we can take. Please make it shorter."),
    "unsupported_media_type": N_("That content type is not understood here."),
    "invalid": N_("Please check what you entered."),
    "too_many_requests": N_("There have been too many requests from this phone. Please try later."),
    "too_many_from_address": N_(
        "Very many requests have come from your network today. Please ring us, or try here again"
        " tomorrow."
    ),
    "too_many_readings": N_("This was opened very often. Please try again in an hour."),
    "blocked": N_("We can't take a request from this phone now. Please try later."),
    "busy": N_("We are very busy just now. Please try again in a moment."),
    "internal": N_("Something went wrong on our side. Please try again."),
}
# Said to an administrator, of the oncologist whom they chose.
_OF_ANOTHER: Final[Mapping[str, str]] = {
    "not_on_duty": N_("This oncologist is not on duty now."),
    "has_open_case": N_("This oncologist has another case in hand."),
}
_FIELDS: Final[Mapping[str, str]] = {
    "required": N_("Please fill this in."),
    "wrong_type": N_("This is not in the form we expect."),
    "unknown_field": N_("We don't know this field."),
    "not_text": N_("This holds characters that we can't use."),
    "too_long": N_("This is too long."),
    "too_short": N_("This is too short."),
    "own_number": N_("This is the helpline's own number. Enter another one."),
    "out_of_range": N_("This must be between %(least)s and %(most)s."),
    "not_one_of": N_("Please choose one of: %(among)s."),
    "video_not_offered": N_("There are no video calls here. Please choose a phone call."),
    "consent_required": N_("We need your consent before we can call you."),
    "bad_date": N_("This is not a date like 2026-11-23."),
    "end_before_start": N_("The end must come after the start."),
    "too_many_days": N_("Please ask for at most %(most)s days at a time."),
    "bad_time": N_("This is not a time like 13:30."),
    "bad_instant": N_("This is not an instant with its offset from UTC."),
    "bad_zone": N_("This is no time zone."),
    "unknown": N_("We don't know this one."),
    "one_only": N_("Please give only one of these."),
    "too_far": N_("This is more than a year away."),
    "itself": N_("Please choose another one."),
    "repeated": N_("This is there twice."),
    "outside_hours": N_("This lies outside the working hours."),
    "overlapping": N_("This overlaps another one."),
    "on_leave": N_("They are on leave then."),
    "gone": N_("They have left by then."),
    "not_joined": N_("They have not yet joined then."),
    "other_zone": N_("The helpline's time zone is %(zone)s, and can't be another."),
    "not_on": N_("There is no such shift then, or they are not on it."),
    "on_two_lines": N_("They would be on duty in two places at once."),
    "in_the_past": N_("This is in the past."),
    "oneself": N_("Please choose somebody else."),
    "nobody": N_("Choose who goes off, who comes on, or both."),
    "ruled": N_("A fixed list says who is on then. Drop it first, under what was changed by hand."),
    "no_windows": N_("Write hours like 10:00-17:00, or leave it empty."),
    "no_order": N_("Write the order as whole numbers: 1, 2, 3."),
    "too_many_shifts": N_("This is too much at once. Please choose fewer days."),
    "contradicts": N_("The body and the header name different versions."),
    "not_with_on": N_("This can't be combined with a list of who is on."),
    "only_one_of": N_("Please give only one of: %(among)s."),
    "not_with_status": N_("This can't be combined with this status."),
    "weak_password": N_(
        "Please choose another one: 12 characters or more, with capital and small letters and a"
        " number."
    ),
    "not_the_same": N_("The two are not the same."),
    "not_new": N_("The new password must differ from the one you have now."),
    "wrong_code": N_("This code does not fit. Wait for the next one and try again."),
}
# Where an error does not tell the range.
_NOT_POSSIBLE: Final = N_("This number is not possible here.")
_SPECIAL: Final[Mapping[tuple[str, str], str]] = {
    ("username", "required"): N_("Enter your user name."),
    ("password", "required"): N_("Enter your password."),
    ("new_password", "required"): N_("Choose a new password."),
    ("password", "wrong_password"): N_("This is not your password."),
    ("code", "required"): N_("Enter the code from your phone."),
    ("device_code", "required"): N_("Enter the code that the app shows now."),
    ("what", "required"): N_("Enter a number or a name."),
    ("oncologist", "required"): N_("Choose a doctor."),
    ("reason", "required"): N_("Say why."),
    ("into", "required"): N_("Enter the number of the other case."),
    ("into", "unknown"): N_("There is no case with this number."),
    ("into", "itself"): N_("This is the number of this very case."),
    ("until", "required"): N_("Choose the day on which the phone is free again."),
    ("phone", "required"): N_("Enter your phone number."),
    ("phone", "not_a_phone"): N_("Enter a phone number: digits only, like 98765 43210."),
    ("phone", "too_short"): N_("This phone number is too short. It should have 10 digits."),
    ("phone", "too_long"): N_("This phone number is too long. It should have 10 digits."),
    ("phone", "invalid"): N_("This is not a phone number in India. Please check the digits."),
    ("phone", "foreign"): N_("We can only call phone numbers in India."),
    ("phone", "own_number"): N_(
        "This is the helpline's own number. Enter the number on which a doctor can call you."
    ),
    ("phone", "service_number"): N_(
        "We can't call this number. Enter a mobile or a landline number."
    ),
    ("consent", "cross_site"): N_(
        "This did not come from our own page. Please check it, tick this box and send it again."
    ),
    ("email", "invalid"): N_("This is not an e-mail address that takes mail."),
    ("result", "required"): N_("Choose what came of the call."),
    ("cursor", "invalid"): N_("This page of the list is not there any more. Please start again."),
    ("message", "too_long"): N_(
        "Your message is too long. Please keep it to %(longest)s characters."
    ),
    ("asking_for", "adult_needed"): N_(
        "For a patient under 18 an adult must ask. Tick that you ask for another person."
    ),
    ("note", "adult_needed"): N_(
        "The patient is under 18. Write in the note which adult was there."
    ),
    ("age", "wrong_type"): N_("Enter the age in years, as a number."),
    ("age", "out_of_range"): N_("Enter an age between %(least)s and %(most)s."),
}


def error_message(code: str, language: str, params: Mapping[str, object]) -> str:
    """Say what went wrong; a code without words of its own is told as not possible."""
    text = _OF_ANOTHER.get(code) if params.get("of_another") else _ERRORS.get(code)
    return _say(text or _ERRORS["conflict"], language, params)


def field_message(problem: InvalidField, language: str) -> str:
    """Say what is wrong with a field."""
    text = _SPECIAL.get((problem.field, problem.field_code)) or _FIELDS.get(problem.field_code)
    if problem.field_code == "out_of_range" and "most" not in problem.params:
        text = _NOT_POSSIBLE
    return _say(text or _FIELDS["wrong_type"], language, problem.params)


def _say(text: str, language: str, params: Mapping[str, object]) -> str:
    return translator(language).gettext(text) % _Lenient(params)


class _Lenient(dict[str, object]):
    """Leaves out what a sentence needs and an error does not tell: the sentence is told still."""

    def __missing__(self, _: str) -> str:
        return ""
