"""What cases, their queue, calls and video are made of."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.core.wiring import Container
from chalicelib.messages.wiring import Messages
from chalicelib.rota.wiring import Rota

if TYPE_CHECKING:
    from chalicelib.cases.domain.case import Case
    from chalicelib.cases.services.blocked_phones import BlockPhones
    from chalicelib.cases.services.call_route import RouteCall
    from chalicelib.cases.services.calls import Calls
    from chalicelib.cases.services.cases import CaseList, PatientCase
    from chalicelib.cases.services.current_message import CurrentMessage
    from chalicelib.cases.services.known_callers import KnownCallers
    from chalicelib.cases.services.links import CaseLinks
    from chalicelib.cases.services.manage_cases import CaseDesk
    from chalicelib.cases.services.missing_notifications import OwedByCases
    from chalicelib.cases.services.notify_case_changes import TellOfChanges
    from chalicelib.cases.services.ports import (
        BlockStore,
        CaseSearchStore,
        CaseStore,
        MergingStore,
        RecentCases,
        Rooms,
        WholeCases,
    )
    from chalicelib.cases.services.process_due_cases import DueCases
    from chalicelib.cases.services.queue_metrics import WatchLine
    from chalicelib.cases.services.rate_limit import AddressLimit
    from chalicelib.cases.services.receive_missed_call import ReceiveMissedCall
    from chalicelib.cases.services.receive_sms import ReceiveSms
    from chalicelib.cases.services.release_limit import ReleaseLimit
    from chalicelib.cases.services.request_callback import RequestCallback
    from chalicelib.cases.services.retry_messages import MessageList, RetryMessages
    from chalicelib.cases.services.review_promises import PromiseReviewStore, ReviewPromises
    from chalicelib.cases.services.search_cases import FindCases
    from chalicelib.cases.services.send_link import SendLink
    from chalicelib.cases.services.shift_handover import HandOver
    from chalicelib.cases.services.sweep_unsent import SweepUnsent
    from chalicelib.cases.services.video import Video
    from chalicelib.cases.services.wait_estimate import Outlook
    from chalicelib.cases.services.work_queue import WorkQueue
    from chalicelib.core.dynamodb.table import Table


class Cases(Container):
    """Requests, the queue, the desks, calls and video."""

    @property
    def messages(self) -> Messages:
        """The outbox, and what sends it."""
        return self.of(Messages)

    @property
    def rota(self) -> Rota:
        """Who is on duty when."""
        return self.of(Rota)

    @cached_property
    def table(self) -> Table:
        """The cases table, by its name."""
        return self.core.table(self.core.settings.cases_table)

    @cached_property
    def store(self) -> CaseStore:
        """The cases table."""
        from chalicelib.cases.store.cases import DynamoCases

        return DynamoCases(self.table)

    @cached_property
    def recent(self) -> RecentCases:
        """The cases by when something became of them."""
        from chalicelib.cases.store.recent_changes import DynamoRecent

        return DynamoRecent(self.table)

    @cached_property
    def whole_cases(self) -> WholeCases:
        """The cases, many at a time."""
        from chalicelib.cases.store.cases import DynamoWholeCases

        return DynamoWholeCases(self.table)

    @cached_property
    def merging(self) -> MergingStore:
        """The cases table, as merging sees it."""
        from chalicelib.cases.store.cases import DynamoMerging

        return DynamoMerging(self.table)

    @cached_property
    def found(self) -> CaseSearchStore:
        """The cases table, as who searches sees it."""
        from chalicelib.cases.store.case_search import DynamoFound

        return DynamoFound(self.table)

    @cached_property
    def block_store(self) -> BlockStore:
        """The cases table, as blocks see it."""
        from chalicelib.cases.store.blocks import DynamoBlocks

        return DynamoBlocks(self.table)

    @cached_property
    def consent_version(self) -> str:
        """The notice to which people consent now."""
        from chalicelib.core.domain.consent_notices import CURRENT

        return CURRENT.name

    @cached_property
    def outlook(self) -> Outlook:
        """How long somebody waits."""
        from chalicelib.cases.services.wait_estimate import Outlook

        return Outlook(self.store, self.rota.duty_view)

    @cached_property
    def request_callback(self) -> RequestCallback:
        """Asks for a callback."""
        from chalicelib.cases.services.request_callback import RequestCallback

        return RequestCallback(
            self.store,
            self.outlook,
            self.core.secrets,
            self.links,
            randomness.token_bytes,
            own_numbers=self.core.own_numbers,
        )

    @cached_property
    def known_callers(self) -> KnownCallers:
        """Recognises the helpline's own numbers, and its doctors'."""
        from chalicelib.cases.services.known_callers import KnownCallers

        return KnownCallers(
            self.core.own_numbers,
            self.rota.duty_view,
            self.messages.send_messages,
            self.core.secrets,
        )

    @cached_property
    def address_limit(self) -> AddressLimit:
        """Limits the requests from one address."""
        from chalicelib.cases.services.rate_limit import AddressLimit

        most = self.core.settings.address_daily_asks
        return AddressLimit(self.core.try_counter, self.core.secrets.tries_key, most)

    @cached_property
    def release_limit(self) -> ReleaseLimit:
        """Limits how often a doctor gives cases back without a reason."""
        from chalicelib.cases.services.release_limit import ReleaseLimit

        return ReleaseLimit(self.core.try_counter)

    @cached_property
    def work_queue(self) -> WorkQueue:
        """Works through the queue."""
        from chalicelib.cases.services.work_queue import WorkQueue

        return WorkQueue(self.store, self.rota.store, self.outlook)

    @cached_property
    def links(self) -> CaseLinks:
        """Makes and checks patients' links."""
        from chalicelib.cases.services.links import CaseLinks

        return CaseLinks(self.core.secrets)

    @cached_property
    def send_link(self) -> SendLink:
        """Sends a patient's link by SMS."""
        from chalicelib.cases.services.send_link import SendLink

        messages = self.messages
        return SendLink(self.store, self.links, messages.store, messages.send_messages)

    @cached_property
    def own_case(self) -> PatientCase:
        """Shows patients their own case."""
        from chalicelib.cases.services.cases import PatientCase

        return PatientCase(self.store, self.links, self.outlook)

    @cached_property
    def case_list(self) -> CaseList:
        """Shows administrators the cases."""
        from chalicelib.cases.services.cases import CaseList

        return CaseList(self.store)

    @cached_property
    def case_desk(self) -> CaseDesk:
        """What administrators do with cases."""
        from chalicelib.cases.services.manage_cases import CaseDesk

        core = self.core
        return CaseDesk(
            self.store,
            self.merging,
            self.outlook,
            core.secrets,
            core.own_numbers,
            offers_video=self.offers_video,
        )

    @cached_property
    def find_cases(self) -> FindCases:
        """Finds cases by who asked."""
        from chalicelib.cases.services.search_cases import FindCases

        return FindCases(self.found, self.core.secrets)

    @cached_property
    def blocks(self) -> BlockPhones:
        """Blocks phones."""
        from chalicelib.cases.services.blocked_phones import BlockPhones

        return BlockPhones(self.block_store, self.store, self.found, self.core.secrets)

    @cached_property
    def route_call(self) -> RouteCall:
        """Finds who would get a call."""
        from chalicelib.cases.services.call_route import RouteCall

        return RouteCall(self.rota.store, self.rota.edits)

    @cached_property
    def calls(self) -> Calls:
        """Calls patients."""
        from chalicelib.cases.services.calls import Calls, Tell

        told = Tell(self.core.settings.told_before_calls)
        duty = self.rota.duty_view
        return Calls(self.store, duty, self.messages.call_bridge, randomness.token_bytes, told)

    @cached_property
    def video(self) -> Video:
        """Opens video rooms."""
        from chalicelib.cases.services.video import Video

        return Video(self.store, self.rota.duty_view, self.core.secrets, self.links, self.rooms)

    @cached_property
    def offers_video(self) -> bool:
        """Whether there are video calls here; known without the code that makes them."""
        return self.core.settings.video_kind != "none"

    @cached_property
    def rooms(self) -> Rooms | None:
        """The place of video calls; None where there is none."""
        from chalicelib.cases.gateways.video_jitsi import Jaas, JitsiRooms, OwnServer

        settings = self.core.settings
        match settings.video_kind:
            case "jitsi":
                server = OwnServer(settings.video_domain, settings.video_app_id)
                return JitsiRooms(server, self.core.credentials)
            case "jaas":
                jaas = Jaas(settings.video_domain, settings.video_app_id, settings.video_key_id)
                return JitsiRooms(jaas, self.core.credentials)
        return None

    @cached_property
    def owed_by_cases(self) -> OwedByCases:
        """Finds what cases owe and nobody has stored."""
        from chalicelib.cases.services.missing_notifications import OwedByCases

        return OwedByCases(self.messages.store, self.outlook)

    @cached_property
    def tell_of_changes(self) -> TellOfChanges:
        """Sends what changes of cases owe."""
        from chalicelib.cases.services.notify_case_changes import TellOfChanges

        messages = self.messages
        return TellOfChanges(messages.send_messages, self.store, messages.outbox, self.outlook)

    @cached_property
    def sweep_unsent(self) -> SweepUnsent:
        """Sends what is owed and unsent, and finds what nobody stored."""
        from chalicelib.cases.services.sweep_unsent import SweepUnsent

        return SweepUnsent(
            self.store,
            self.recent,
            self.messages.outbox,
            self.owed_by_cases,
            self.messages.send_messages,
        )

    @cached_property
    def current_message(self) -> CurrentMessage:
        """Checks messages before they are sent late."""
        from chalicelib.cases.services.current_message import CurrentMessage

        messages = self.messages.store
        return CurrentMessage(self.store, messages, self.rota.store, self.outlook)

    @cached_property
    def message_list(self) -> MessageList:
        """Shows administrators the messages."""
        from chalicelib.cases.services.retry_messages import MessageList

        return MessageList(self.found, self.messages.store, self.messages.outbox)

    @cached_property
    def retry_messages(self) -> RetryMessages:
        """Queues failed messages again."""
        from chalicelib.cases.services.retry_messages import RetryMessages

        messages = self.messages
        return RetryMessages(
            self.store, messages.store, messages.outbox, self.owed_by_cases, self.current_message
        )

    @cached_property
    def receive_sms(self) -> ReceiveSms:
        """Receives an SMS."""
        from chalicelib.cases.services.receive_sms import ReceiveSms

        return ReceiveSms(
            self.request_callback,
            self.store,
            self.messages.store,
            self.messages.send_messages,
            self.core.secrets,
            self.consent_version,
            self.known_callers,
        )

    @cached_property
    def receive_missed_call(self) -> ReceiveMissedCall:
        """Receives a missed call."""
        from chalicelib.cases.services.receive_missed_call import ReceiveMissedCall

        return ReceiveMissedCall(
            self.request_callback,
            self.store,
            self.messages.store,
            self.core.secrets,
            self.consent_version,
            self.known_callers,
        )

    @cached_property
    def due_cases(self) -> DueCases:
        """Offers the cases that are due, and ends leases that ran out."""
        from chalicelib.cases.services.process_due_cases import DueCases

        return DueCases(self.store, self.outlook)

    @cached_property
    def review_promises(self) -> ReviewPromises:
        """Makes promises again that cannot hold, and ends what nobody serves."""
        from chalicelib.cases.services.review_promises import ReviewPromises

        return ReviewPromises(self.store, self.promise_reviews, self.outlook)

    @cached_property
    def promise_reviews(self) -> PromiseReviewStore:
        """How far promises have been reviewed, in the cases table."""
        from chalicelib.cases.store.promise_reviews import DynamoPromiseReviews

        return DynamoPromiseReviews(self.table)

    @cached_property
    def watch_line(self) -> WatchLine:
        """Measures the queue."""
        from chalicelib.cases.services.queue_metrics import WatchLine

        return WatchLine(self.store, self.messages.store, self.outlook)

    @cached_property
    def hand_over(self) -> HandOver:
        """Hands open cases over at the end of a shift."""
        from chalicelib.cases.services.shift_handover import HandOver

        rota = self.rota
        send = self.messages.send_messages
        return HandOver(self.store, rota.store, rota.edits, rota.addresses, send)

    def from_image(self, image: Mapping[str, Any] | None) -> Case | None:
        """Read a case from a stream's image; None for an item that is none."""
        from chalicelib.cases.store import case_mapping

        return (
            case_mapping.case_from_image(image) if image and case_mapping.is_case(image) else None
        )

    def reference_in(self, image: Mapping[str, Any] | None) -> str | None:
        """Read a case's reference from a stream's image; None for an item that is no case."""
        from chalicelib.cases.store import case_mapping, keys

        return (
            keys.reference_in(image["pk"]["S"]) if image and case_mapping.is_case(image) else None
        )

    def own_link(self, reference: str, serial: int, term: int) -> str:
        """Return the address of a patient's own page, for an SMS; empty without a public one."""
        from chalicelib.cases.services.cases import own_path

        return self._strong_link(own_path, reference, serial, term)

    def video_link(self, reference: str, serial: int, term: int) -> str:
        """Return the address of the way to a case's room; empty without a public one."""
        from chalicelib.cases.services.video import video_path

        return self._strong_link(video_path, reference, serial, term)

    def _strong_link(
        self, path: Callable[[str, str], str], reference: str, serial: int, term: int
    ) -> str:
        """Return a link that goes to the case's phone, and by that opens all of the case."""
        from chalicelib.cases.domain.links import Link, Strength

        base = self.core.settings.public_url
        token = self.links.token(reference, Link(Strength.STRONG, serial, term))
        return f"{base}/{path(reference, token)}" if base else ""
