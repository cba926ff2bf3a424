"""A PSAP calls one of our numbers back: the person's trunk rings at once, and the call is never refused.

Theory of operation. Who may: a PSAP or relay center, by the source of its call (`psap_sources`). Anybody else who
writes `Priority: psap-callback` is what they were without it. What is a call back: one so marked (RFC 7090 §4), one
that names an emergency call of the window, or one to a number of the window or to a phone number of a person of ours.
Without mark and window a PSAP still rings that person: it may call hours later, for reasons nobody here need know.

The call goes, its body untouched, to the person's trunk (`Trunk.callback_uri`), else to where the person's call came
from, else to the next known trunk of the organization: one after another until somebody answers. Whatever a phone or
switchboard says to it, busy and declined included, only leads on to the next. At the end the call is answered and the
call taker told in words that nobody could be reached; so is a marked call to a number nobody here knows. A 404 would be
the truth of the protocol, but at a call taker's position it is a failed call that says nothing, and behind this node
there is nobody left who could know the number, since the PSAP has it from us.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from callpoint.i3.errors import DocumentError
from callpoint.i3.identifiers import parse_emergency_call_id
from callpoint.media.ports import PortRange
from callpoint.node.callback_recorder import CallbackRecorder
from callpoint.node.callback_ways import Wanted, Way, ways_to
from callpoint.node.callback_window import CallbackWindow, RecentCall
from callpoint.node.context import CallContext, CallMarks
from callpoint.node.local_answer import LocalAnswer
from callpoint.node.other_calls import Arrived
from callpoint.node.phone_phrases import phrases
from callpoint.node.psap_callback_call import PsapCallback, is_marked
from callpoint.node.psap_sources import PsapSources
from callpoint.node.services import Services
from callpoint.routing.identity import us_or_canadian
from callpoint.routing.plan import CallPlan, IncomingCall
from callpoint.routing.records import Identity, Target, Trunk
from callpoint.routing.view import DirectoryUnavailable
from callpoint.sip.message import Request
from callpoint.snapshot import fact_kinds
from callpoint.speech.renderer import Renderer
from callpoint.transport.endpoint import token

ANNOUNCEMENTS = 3
UNMARKED_TRUNK = Trunk("", id_headers=())  # nothing between the PSAP and us is private


class NumberDirectory(Protocol):
    """What a call back asks of the directory (`routing.view.DirectoryView`)."""

    def trunks(self) -> Sequence[Trunk]: ...

    def person(self, organization: str, identity: str) -> Identity | None: ...


class PsapCallbacks:
    """Takes the calls of PSAPs (`services.OtherCalls`)."""

    def __init__(
        self,
        services: Services,
        directory: NumberDirectory,
        sources: PsapSources,
        window: CallbackWindow,
        renderer: Renderer,
        ports: PortRange,
    ) -> None:
        self._services = services
        self._directory = directory
        self._sources = sources
        self._window = window
        self._renderer = renderer
        self._ports = ports

    def takes(self, arrived: Arrived) -> bool:
        psap = self._sources.name_of(arrived.source)
        if not psap:
            return False
        marked = is_marked(arrived.request)
        wanted = self._wanted(arrived)
        if wanted is None and not marked:
            return False
        wanted = wanted or Wanted(us_or_canadian(arrived.dialled.digits) or arrived.dialled.digits)
        ways = tuple(ways_to(wanted, self._directory.trunks(), self._services.endpoint))
        context = self._context(arrived, wanted, ways)
        self._record(context, wanted, ways, psap, marked)
        callback = PsapCallback(self._services, context, ways, lambda: self._announce(context, wanted))
        callback.start()
        return True

    # --- whom

    def _wanted(self, arrived: Arrived) -> Wanted | None:
        number = us_or_canadian(arrived.dialled.digits)
        recent = self._named_call(arrived.request) or (self._window.find(number) if number else None)
        if recent is not None:
            return Wanted(
                recent.number or number or arrived.dialled.digits,
                recent.organization,
                recent.device_user_id,
                recent.person,
                recent=recent,
            )
        person = self._owner(number) if number else None
        if person is None:
            return None
        return Wanted(number, person.organization, person.identity, person.name, person.language)

    def _named_call(self, request: Request) -> RecentCall | None:
        """By the emergency call identifier it may carry: PSAPs that call our Contact back know no number."""
        for value in request.values("Call-Info"):
            if "purpose=emergency-callid" in value.lower():
                try:
                    name = parse_emergency_call_id(value.partition("<")[2].partition(">")[0]).token
                except DocumentError:
                    continue
                if (recent := self._window.of_call(name)) is not None:
                    return recent
        return None

    def _owner(self, number: str) -> Identity | None:
        """The person, or the place (ELIN), known by that very number."""
        for organization in sorted({trunk.organization for trunk in self._directory.trunks() if trunk.organization}):
            try:
                found = self._directory.person(organization, number)
            except DirectoryUnavailable:
                return None  # then only the window knows
            if found is not None and found.active:
                return found
        return None

    # --- how

    def _context(self, arrived: Arrived, wanted: Wanted, ways: tuple[Way, ...]) -> CallContext:
        marks = CallMarks(token(), token(), self._services.config.host_name)
        recorder = CallbackRecorder.over(self._services.recorder.of_call(marks.call_id, wanted.organization))
        incoming = IncomingCall(wanted.organization, wanted.number, "emergency", "", "", "", UNMARKED_TRUNK)
        plan = CallPlan(
            kind="emergency",
            organization=wanted.organization,
            identity=None,
            callback_number=wanted.number,
            location=None,
            location_source="none",
            psap=None,
            targets=tuple(Target(way.name, way.uri, "carrier") for way in ways),
            unregistered=False,
            reasons=(),
            notified=(),
        )
        arrived_at = self._services.endpoint.now()
        return CallContext(arrived.request, arrived.tx, arrived.source, arrived_at, incoming, plan, marks, recorder)

    def _record(self, context: CallContext, wanted: Wanted, ways: tuple[Way, ...], psap: str, marked: bool) -> None:
        recent, source = wanted.recent, context.source
        location: Mapping[str, Any] | None = recent.location if recent is not None else None
        context.recorder.fact(
            fact_kinds.PSAP_CALLBACK,
            number=wanted.number,
            psap=psap,
            source=f"{source.transport} {source.host}:{source.port}",
            sip_call_id=context.invite.get("Call-ID") or "",
            person=wanted.person,
            device_user_id=wanted.device_user_id,
            trunk=ways[0].name if ways else "",
            uri=ways[0].uri if ways else "",
            original_call_id=recent.call_id if recent is not None else "",
            location=dict(location) if location is not None else None,
            priority=marked,
        )

    # --- nobody

    def _announce(self, context: CallContext, wanted: Wanted) -> None:
        services = self._services
        answer = LocalAnswer(services.endpoint, services.dialogs, context.invite, context.tx, context.source)
        answer.on_ended = lambda by: context.recorder.fact(
            fact_kinds.ENDED, by=by, why="nobody was reached", status=0, talked_seconds=0.0, answered=False
        )
        name = "nobody_answers" if wanted.organization else "unknown_number"
        services.endpoint.spawn(self._say(context, answer, (phrases(wanted.language)[name],) * ANNOUNCEMENTS))

    async def _say(self, context: CallContext, answer: LocalAnswer, segments: Sequence[str]) -> None:
        if not await answer.answer(self._ports):
            answer.refuse()
            return
        after_ms = round((self._services.endpoint.now() - context.arrived) * 1000, 1)
        context.recorder.fact(
            fact_kinds.ANSWERED, by="announcement", kind="announcement", attempt=0, status=200, setup_ms=after_ms
        )
        answer.start(answer.say(self._renderer, segments))
