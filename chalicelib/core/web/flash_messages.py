"""What a page says at its top after something was done: codes in the address, words here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chalicelib.core.i18n import N_

NOTICES: Final[Mapping[str, str]] = {
    "none_waits": N_("Nobody who suits you is waiting now."),
    "not_on_duty": N_("You are not on duty now."),
    "released": N_("The case is back at its place in line."),
    "case_completed": N_("Done. The patient is sent your name and registration number by SMS."),
    "case_waiting": N_("Noted. The case is back in line, and we try again later."),
    "case_closed": N_("Noted. The case is closed."),
    "outcome_kept": N_(
        "Somebody else has this case by now, its phone number was changed, or it is closed. What"
        " you wrote is kept on it, and whoever has it sees it."
    ),
    "shift_confirmed": N_("Thank you. You have told us that you will be there."),
    "shift_offered": N_("Your shift is on offer. It stays yours until somebody takes it."),
    "offer_taken": N_("Thank you. The shift is yours now."),
    "offer_declined": N_("The offer is declined, and your colleague is told."),
    "offer_withdrawn": N_("Your offer is withdrawn. The shift stays yours."),
    "leave_taken": N_("Your leave is noted, and you are off your shifts in it."),
    "leave_dropped": N_("Your leave is taken back. Days that are published stay as they are."),
    "feed_revoked": N_("The address of your calendar opens nothing any more."),
    "signed_out_everywhere": N_("You are signed out on all devices."),
    "password_changed": N_("Your password is changed. Sign in with the new one."),
    "signed_out": N_("You are signed out."),
    "case_assigned": N_("The case is with the doctor now."),
    "case_closed_by_hand": N_("The case is closed."),
    "case_reopened": N_("The case is back at its old place in line."),
    "case_merged": N_("The two cases are one now: this one."),
    "case_corrected": N_("Corrected."),
    "case_erased": N_("What was personal is erased."),
    "phone_blocked": N_("The phone is blocked."),
    "block_lifted": N_("The block is lifted."),
    "message_again": N_("It is sent again within five minutes."),
    "person_kept": N_("Saved."),
    "sign_in_opened": N_("Sign-in is open again."),
    "sign_in_closed": N_("Sign-in is closed, and all their sessions have ended."),
    "person_invited": N_("Saved, and an invitation is on its way."),
}
