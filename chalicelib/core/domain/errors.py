"""Coded errors of the domain.

An error carries a stable ``code`` and the values its sentence needs, never the sentence itself:
the copy stands in the language catalogues, and the web layer alone knows HTTP statuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar


class HelplineError(Exception):
    """Base of every error that the helpline raises on purpose."""

    code: ClassVar[str] = "error"

    def __init__(self, **params: object) -> None:
        """Keep what the sentence needs; nothing personal belongs in ``params``."""
        super().__init__(self.code)
        self.params = params


class InvalidField(HelplineError):
    """One field is wrong: ``field`` is its path (``lines[0].start``), ``code`` says how."""

    code: ClassVar[str] = "invalid"

    def __init__(self, field: str, code: str, **params: object) -> None:
        """Name the field and what is wrong with it."""
        super().__init__(**params)
        self.field = field
        self.field_code = code

    def __str__(self) -> str:
        """Show the path and the code; never the value."""
        return f"{self.field}: {self.field_code}"


class InvalidInput(HelplineError):
    """Everything that is wrong with one request, all at once."""

    code: ClassVar[str] = "invalid"

    def __init__(self, fields: Iterable[InvalidField]) -> None:
        """Collect the fields in the order in which the form shows them."""
        super().__init__()
        self.fields = tuple(fields)

    def __str__(self) -> str:
        """List each path with its code."""
        return ", ".join(str(field) for field in self.fields)


class NotFound(HelplineError):
    """There is none, or it is not the caller's to see: the two are told apart by nobody."""

    code: ClassVar[str] = "not_found"


class LinkRefused(NotFound):
    """A patient's link is too weak for what is asked, or has ``ended``.

    Programs are told what they are told of a wrong link; a page explains it, and offers the link
    ``by_sms`` where an SMS may reach the phone. ``language`` is what the patient wrote in, if any.
    """

    code: ClassVar[str] = "link_refused"

    def __init__(
        self, reference: str, token: str, *, ended: bool, by_sms: bool, language: str | None
    ) -> None:
        """Keep what the page needs."""
        super().__init__()
        self.reference = reference
        self.token = token
        self.ended = ended
        self.by_sms = by_sms
        self.language = language


class Conflict(HelplineError):
    """The state of things does not allow it now."""

    code: ClassVar[str] = "conflict"


class IllegalTransition(Conflict):
    """A case in this state cannot do that."""

    code: ClassVar[str] = "illegal_transition"


class NotOnDuty(Conflict):
    """Only an oncologist whose shift runs now may claim."""

    code: ClassVar[str] = "not_on_duty"


class HasOpenCase(Conflict):
    """An oncologist holds one case at a time."""

    code: ClassVar[str] = "has_open_case"


class AlreadyClaimed(Conflict):
    """Somebody else was first."""

    code: ClassVar[str] = "already_claimed"


class NotYourCase(Conflict):
    """The case is claimed, but by somebody else or by nobody."""

    code: ClassVar[str] = "not_your_case"


class TooManyReleases(Conflict):
    """A doctor gave back so many cases in an hour that the next needs a reason."""

    code: ClassVar[str] = "too_many_releases"


class CallsNotConfigured(Conflict):
    """The provider that is to bridge calls has given no account yet."""

    code: ClassVar[str] = "calls_not_configured"


class VideoNotConfigured(Conflict):
    """There is no place for video calls here."""

    code: ClassVar[str] = "video_not_configured"


class TooManyOpenCases(Conflict):
    """A phone may have only so many cases open; ``limit`` says how many."""

    code: ClassVar[str] = "too_many_open_cases"


class RequestIdReused(Conflict):
    """A request of this id was taken, with another body."""

    code: ClassVar[str] = "request_id_reused"


class TooManyRequests(HelplineError):
    """Too many new cases from one phone in a day; ``retry_after`` is in seconds."""

    code: ClassVar[str] = "too_many_requests"


class TooManyFromAddress(TooManyRequests):
    """Too many callbacks were asked for from one address in a day."""

    code: ClassVar[str] = "too_many_from_address"


class TooManyReadings(TooManyRequests):
    """One's own data was opened too often in an hour."""

    code: ClassVar[str] = "too_many_readings"


class Blocked(HelplineError):
    """A person has blocked this phone for a while; ``retry_after`` is in seconds."""

    code: ClassVar[str] = "blocked"


class Unauthenticated(HelplineError):
    """No credentials, or none that hold."""

    code: ClassVar[str] = "unauthenticated"


class Forbidden(HelplineError):
    """Known, but without the role that this needs."""

    code: ClassVar[str] = "forbidden"


class Busy(HelplineError):
    """The database could not take it just now; the same request may be sent again."""

    code: ClassVar[str] = "busy"


class CallFailed(Busy):
    """The provider did not place the call; it may be tried again."""

    code: ClassVar[str] = "call_failed"


class VersionConflict(Conflict):
    """The editor saw an older version: ``current`` is the newer document, ``version`` its own.

    ``current`` is None, and ``version`` 0, where the document is not there any more.
    """

    code: ClassVar[str] = "version_conflict"

    def __init__(self, current: object, version: int) -> None:
        """Keep what the editor has to look at before trying again."""
        super().__init__(version=version)
        self.current = current
        self.version = version


class DoesNotSuit(Conflict):
    """The oncologist does not speak the patient's language, or the patient asked for a woman."""

    code: ClassVar[str] = "does_not_suit"


class MergeIntoEarlier(Conflict):
    """The other case was asked for later: merged into it, the person would lose their place."""

    code: ClassVar[str] = "merge_into_earlier"


class SignInClosed(Conflict):
    """The sign-in was closed: only an explicit act of an administrator opens it again."""

    code: ClassVar[str] = "sign_in_closed"


class NotInvited(Conflict):
    """There is no sign-in to open: the oncologist was never invited."""

    code: ClassVar[str] = "not_invited"


class HasLeft(Conflict):
    """The oncologist has left, and can't sign in."""

    code: ClassVar[str] = "has_left"


class WrongSignIn(HelplineError):
    """The user name or the password is wrong; which one is told to nobody."""

    code: ClassVar[str] = "wrong_sign_in"


class SignInTooOften(HelplineError):
    """Too many tries; ``retry_after`` is in seconds."""

    code: ClassVar[str] = "sign_in_too_often"


class SignInExpired(HelplineError):
    """The step came too late: from the start, please."""

    code: ClassVar[str] = "sign_in_expired"


class SignInImpossible(Forbidden):
    """The account is not ready: it has no role, or asks for what no page here can answer."""

    code: ClassVar[str] = "sign_in_impossible"


def cause_of(error: BaseException) -> str:
    """Return an error's kind and the innermost place that it came from: never what it says."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    file = trace.tb_frame.f_code.co_filename
    # Many modules share a name: ours are named by their path below the package.
    file = file.rpartition("/chalicelib/" if "/chalicelib/" in file else "/")[2]
    return f"{type(error).__name__} {file}:{trace.tb_lineno}"
