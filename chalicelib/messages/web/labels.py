"""What each message is about, as administrators read it: never its text."""

from __future__ import annotations

from typing import Final

from chalicelib.core.i18n import N_, Labels
from chalicelib.messages.domain.templates import Template

ABOUT: Final[Labels] = {
    Template.RECEIVED: N_("Your request has come"),
    Template.MISSED_CALL: N_("You rang, and we call you"),
    Template.ALREADY_IN_LINE: N_("You are in line already"),
    Template.STATUS: N_("How your request stands"),
    Template.CLOSED_NOW: N_("We are closed, and call you"),
    Template.NEW_LINK: N_("The link to your request"),
    Template.NEW_TIME: N_("A new time for our call"),
    Template.NO_TIME_YET: N_("No doctor is on duty yet"),
    Template.EXPIRED: N_("No doctor could call you"),
    Template.CALLING_SOON: N_("A doctor calls you now"),
    Template.VIDEO_LINK: N_("The link for the video call"),
    Template.UNREACHABLE: N_("We could not reach you"),
    Template.CANCELLED: N_("Your request is cancelled"),
    Template.FINISHED: N_("Who has called you"),
    Template.NO_OPEN_CASE: N_("You have no open request"),
    Template.HELP: N_("Answer to HELP"),
    Template.OPTED_OUT: N_("Answer to STOP"),
    Template.OPTED_IN: N_("Answer to START"),
    Template.SHIFT_TOMORROW: N_("Your shift tomorrow"),
    Template.SHIFT_SOON: N_("Your shift begins soon"),
    Template.SHIFT_STARTS: N_("Your shift begins"),
    Template.SHIFT_ENDED: N_("Your shift has ended"),
    Template.SHIFT_CHANGED: N_("Your shifts have changed"),
    Template.SWAP_OFFERED: N_("A shift is on offer"),
    Template.SWAP_DECLINED: N_("Your offer is declined"),
    Template.GAP: N_("Gaps in the rota"),
}
