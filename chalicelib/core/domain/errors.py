"""Coded errors of the domain.

An error carries a stable ``code`` and the values its sentence needs, never the sentence itself:
the copy stands in the language catalogues, and the web layer alone knows HTTP statuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar


class HelplineError(Exception):
    """Base of every error that the helpline raises on purpose."""

    code: ClassVar[str]

    def __init_subclass__(cls, code: str | None = None) -> None:
        """Set the stable code of a kind of error; without one it has its parent's."""
        cls.code = code or cls.code

    def __init__(self, **params: object) -> None:
        """Keep what the sentence needs; nothing personal belongs in ``params``."""
        super().__init__(self.code)
        self.params = params


class InvalidField(HelplineError, code="invalid"):
    """One field is wrong: ``field`` is its path (``lines[0].start``), ``code`` says how."""

    def __init__(self, field: str, code: str, **params: object) -> None:
        """Name the field and what is wrong with it."""
        super().__init__(**params)
        self.field = field
        self.field_code = code

    def __str__(self) -> str:
        """Show the path and the code; never the value."""
        return f"{self.field}: {self.field_code}"


class InvalidInput(HelplineError, code="invalid"):
    """Everything that is wrong with one request, all at once."""

    def __init__(self, fields: Iterable[InvalidField]) -> None:
        """Collect the fields in the order in which the form shows them."""
        super().__init__()
        self.fields = tuple(fields)

    def __str__(self) -> str:
        """List each path with its code."""
        return ", ".join(str(field) for field in self.fields)


class NotFound(HelplineError, code="not_found"):
    """There is none, or it is not the caller's to see: the two are told apart by nobody."""


class LinkRefused(NotFound, code="link_refused"):
    """A patient's link is too weak for what is asked, or has ``ended``.

    Programs are told what they are told of a wrong link; a page explains it, and offers the link
    ``by_sms`` where an SMS may reach the phone. ``language`` is what the patient wrote in, if any.
    """

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


class Conflict(HelplineError, code="conflict"):
    """The state of things does not allow it now."""


class IllegalTransition(Conflict, code="illegal_transition"):
    """A case in this state cannot do that."""


class NotOnDuty(Conflict, code="not_on_duty"):
    """Only an oncologist whose shift runs now may claim."""


class HasOpenCase(Conflict, code="has_open_case"):
    """An oncologist holds one case at a time."""


class AlreadyClaimed(Conflict, code="already_claimed"):
    """Somebody else was first."""


class NotYourCase(Conflict, code="not_your_case"):
    """The case is claimed, but by somebody else or by nobody."""


class TooManyReleases(Conflict, code="too_many_releases"):
    """A doctor gave back so many cases in an hour that the next needs a reason."""


class CallsNotConfigured(Conflict, code="calls_not_configured"):
    """The provider that is to bridge calls has given no account yet."""


class VideoNotConfigured(Conflict, code="video_not_configured"):
    """There is no place for video calls here."""


class TooManyOpenCases(Conflict, code="too_many_open_cases"):
    """A phone may have only so many cases open; ``limit`` says how many."""


class RequestIdReused(Conflict, code="request_id_reused"):
    """A request of this id was taken, with another body."""


class TooManyRequests(HelplineError, code="too_many_requests"):
    """Too many new cases from one phone in a day; ``retry_after`` is in seconds."""


class TooManyFromAddress(TooManyRequests, code="too_many_from_address"):
    """Too many callbacks were asked for from one address in a day."""


class TooManyReadings(TooManyRequests, code="too_many_readings"):
    """One's own data was opened too often in an hour."""


class Blocked(HelplineError, code="blocked"):
    """A person has blocked this phone for a while; ``retry_after`` is in seconds."""


class Unauthenticated(HelplineError, code="unauthenticated"):
    """No credentials, or none that hold."""


class Forbidden(HelplineError, code="forbidden"):
    """Known, but without the role that this needs."""


class Busy(HelplineError, code="busy"):
    """The database could not take it just now; the same request may be sent again."""


class CallFailed(Busy, code="call_failed"):
    """The provider did not place the call; it may be tried again."""


class VersionConflict(Conflict, code="version_conflict"):
    """The editor saw an older version: ``current`` is the newer document, ``version`` its own.

    ``current`` is None, and ``version`` 0, where the document is not there any more.
    """

    def __init__(self, current: object, version: int) -> None:
        """Keep what the editor has to look at before trying again."""
        super().__init__(version=version)
        self.current = current
        self.version = version


class DoesNotSuit(Conflict, code="does_not_suit"):
    """The oncologist does not speak the patient's language, or the patient asked for a woman."""


class MergeIntoEarlier(Conflict, code="merge_into_earlier"):
    """The other case was asked for later: merged into it, the person would lose their place."""


class SignInClosed(Conflict, code="sign_in_closed"):
    """The sign-in was closed: only an explicit act of an administrator opens it again."""


class NotInvited(Conflict, code="not_invited"):
    """There is no sign-in to open: the oncologist was never invited."""


class HasLeft(Conflict, code="has_left"):
    """The oncologist has left, and can't sign in."""


class WrongSignIn(HelplineError, code="wrong_sign_in"):
    """The user name or the password is wrong; which one is told to nobody."""


class SignInTooOften(HelplineError, code="sign_in_too_often"):
    """Too many tries; ``retry_after`` is in seconds."""


class SignInExpired(HelplineError, code="sign_in_expired"):
    """The step came too late: from the start, please."""


class SignInImpossible(Forbidden, code="sign_in_impossible"):
    """The account is not ready: it has no role, or asks for what no page here can answer."""


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
