"""After a target has answered, refused or said nothing: the next one, or the end.

Promise 2 decides each row: a call ends at a failure only when a *person at the PSAP* gave it. That can be said of
three answers (486, 600, 603), and only from a PSAP reached as an i3 element. A carrier in between uses
the same codes for its own reasons (603 for calls its analytics dislike), so from a carrier, as from the relay
center, they lead on to the next target. Every other failure is about us, our message, our account, the way
there or a machine, and the caller must not pay for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from callpoint.routing.records import Target

Outcome = Literal["silent", "timed_out", "unreachable"]
"""Without a final response: no provisional within REROUTE_SECONDS, transaction timeout, transport failure."""

Action = Literal["wait", "answered", "next", "final", "exhausted"]

# The design's reroute time: a PSAP's border element answers 180 or 183 in well under a second; two seconds of
# nothing at all mean that nothing is there, and a caller in need hears silence meanwhile.
REROUTE_SECONDS: Final = 2.0

_BY_A_PERSON: Final[Mapping[int, str]] = MappingProxyType(
    {
        486: "the PSAP is busy",
        600: "the PSAP is busy everywhere",
        603: "the PSAP declined the call",
    }
)

# Why each of these goes on. Codes without a row take that of their class, below.
_GOES_ON: Final[Mapping[int, str]] = MappingProxyType(
    {
        400: "it cannot read our message; the next one may",
        401: "it wants credentials, which are ours to have: not the caller's fault",
        402: "it wants payment, which is ours to settle",
        403: "it refuses us, our address or our account, not the emergency",
        404: "it does not know the number or service: our routing is wrong",
        405: "it does not take the method",
        406: "it cannot answer in a form we take",
        407: "a proxy before it wants credentials, which are ours to have",
        408: "it did not answer in time",
        410: "it has moved away: our routing is old",
        413: "our message is too large for it: the location's size is no fault of the caller",
        414: "our address of it is too long for it",
        415: "it cannot read the body that carries the location",
        416: "it does not know the kind of address we used (often urn:service:sos)",
        420: "it wants an extension we do not have",
        421: "it wants an extension the caller may not have",
        422: "the session timer is too short for it",
        424: "it found our location bad (RFC 6442 §4.3); the relay center asks the caller",
        433: "it dislikes a call without a number",
        480: "nobody is there now",
        481: "it lost the call",
        482: "it saw a loop, which is made by routes, not by callers",
        483: "the way there is too long",
        484: "the number is too short for it",
        485: "the number is ambiguous to it",
        487: "it ended the call before anybody answered",
        488: "it cannot take the offered audio; the next one may",
        489: "it does not know the event",
        491: "it was busy with another request of this call",
        493: "it cannot decrypt the body",
        500: "it has an internal error",
        501: "it cannot do what is asked",
        502: "the next element behind it failed",
        503: "it is out of service or overloaded",
        504: "something behind it did not answer in time",
        505: "it does not speak our version of SIP",
        513: "our message is too large for it",
        580: "it cannot meet the preconditions of the audio",
        604: "it says the number exists nowhere: our routing is wrong",
        606: "it cannot take the offered audio; the next one may",
        607: "an analytics engine calls it unwanted: no person at a PSAP does",
        608: "an analytics engine rejected it: no person at a PSAP did",
    }
)

_BY_CLASS: Final[Mapping[int, str]] = MappingProxyType(
    {
        3: "it sends us elsewhere; only places we know are dialled, so the next of them is",
        4: "it refuses for a reason of its own or ours",
        5: "it failed",
        6: "it refuses for a reason that no person gave",
    }
)

_WITHOUT_RESPONSE: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        "silent": "it said nothing within the reroute time",
        "timed_out": "it never gave a final answer",
        "unreachable": "it could not be reached",
    }
)

# What would tell the *caller's side* something to act on; RFC 3261 §16.7 step 6 prefers these among the 4xx.
# 401 and 407 are among them in the RFC; of a call we dialled ourselves they are not the caller's to answer.
_INFORMATIVE: Final = frozenset({415, 420, 484})
_OURS_TO_DEAL_WITH: Final = frozenset({401, 407})


@dataclass(frozen=True)
class NextStep:
    """`next` dials the next target; `exhausted` means there is none; `final` ends the call. `why` is in words."""

    action: Action
    why: str


def next_step(outcome: int | Outcome, target: Target, remaining: int) -> NextStep:
    """What to do after `target` gave a final status (int), or none (Outcome); `remaining` targets follow.

    Never asked about an attempt the caller gave up: that call is over whatever the target says. A provisional
    status means waiting on.
    """
    if isinstance(outcome, str):
        return _onwards(_WITHOUT_RESPONSE[outcome], remaining)
    if outcome < 300:
        return NextStep("wait", "it is being worked on") if outcome < 200 else NextStep("answered", "it answered")
    if outcome in _BY_A_PERSON and target.kind == "psap" and target.profile == "i3":
        return NextStep("final", _BY_A_PERSON[outcome])
    why = _GOES_ON.get(outcome) or _BY_CLASS.get(outcome // 100) or "it gave an answer outside SIP"
    return _onwards(f"{outcome}: {why}", remaining)


def _onwards(why: str, remaining: int) -> NextStep:
    return NextStep("next" if remaining > 0 else "exhausted", why)


def best_response(statuses: Iterable[int]) -> int:
    """The status for the caller when no target answered, of all final statuses received (RFC 3261 §16.7 step 6).

    A 6xx wins; else the lowest class, within 4xx one that says what to change, else the first to come. 0 stands
    for a target without a final response and counts as 408, as does an empty list. 503 never goes upstream,
    because it would make the caller's side shun *us*: it becomes 500. Challenges and redirections are for the
    element that dialled, which is this one: they are passed over, and become 500 where nothing else came.
    """
    final = [status or 408 for status in statuses] or [408]
    for_caller = [status for status in final if status >= 400 and status not in _OURS_TO_DEAL_WITH]
    if not for_caller:
        return 500
    lowest = 6 if any(status >= 600 for status in for_caller) else min(status // 100 for status in for_caller)
    of_class = [status for status in for_caller if min(status // 100, 6) == lowest]
    best = next((status for status in of_class if status in _INFORMATIVE), of_class[0])
    return 500 if best == 503 else best
