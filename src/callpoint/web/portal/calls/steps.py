"""The steps of a call in words, one sentence for each kind of fact (`snapshot.fact_kinds`)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callpoint.calls.models import Step
from callpoint.snapshot import fact_kinds as kinds

Data = Mapping[str, Any]


def in_words(step: Step) -> str:
    """What happened; a kind this version does not know by its name."""
    words = _WORDS.get(step.kind)
    return words(step.data) if words is not None else step.kind


def _party(data: Data) -> str:
    by = str(data.get("by") or "?")
    return str(_PARTIES.get(by, by))


def _received(data: Data) -> str:
    words = {"dialled": data.get("dialled", ""), "source": data.get("source", ""), "trunk": data.get("trunk", "")}
    return _("%(dialled)s was dialled; the call came from %(source)s by the trunk %(trunk)s") % words


def _decided(data: Data) -> str:
    if data.get("psap"):
        return _("Decided: goes to %(psap)s") % {"psap": data["psap"]}
    return _("Decided: nobody known for that place, so the relay center first")


def _dialled(data: Data) -> str:
    words = {"number": data.get("attempt", 1), "target": data.get("target", ""), "uri": data.get("uri", "")}
    return _("Attempt %(number)s: %(target)s is called (%(uri)s)") % words


def _progress(data: Data) -> str:
    words = {"target": data.get("target", ""), "status": data.get("status", ""), "reason": data.get("reason", "")}
    return _("%(target)s says %(status)s %(reason)s") % words


def _attempt_failed(data: Data) -> str:
    reason = str(data.get("reason") or "")
    words = {"target": data.get("target", ""), "reason": _(reason) if reason else ""}
    if data.get("next"):
        return _("%(target)s is given up, the next one follows: %(reason)s") % words
    return _("%(target)s is given up: %(reason)s") % words


def _answered(data: Data) -> str:
    return _("Answered by %(who)s") % {"who": data.get("by", "")}


def _ended(data: Data) -> str:
    why = str(data.get("why") or "")
    if not why:
        return _("Ended by %(by)s") % {"by": _party(data)}
    return _("Ended by %(by)s: %(why)s") % {"by": _party(data), "why": _(why)}


def _refused(data: Data) -> str:
    return _("Refused: %(status)s %(reason)s") % {"status": data.get("status", ""), "reason": data.get("reason", "")}


def _misdial(data: Data) -> str:
    return _("A prefix was dialled: %(dialled)s") % {"dialled": data.get("dialled", "")}


def _transfer_refused(data: Data) -> str:
    return _("A transfer was refused (asked by %(who)s)") % {"who": _party(data)}


def _read_back(data: Data) -> str:
    what = str(data.get("step") or "")
    if what == "playing" and data.get("text"):
        return _("Read back: “%(text)s”") % {"text": data["text"]}
    if what == "digit":
        return _("Key %(digit)s pressed, which means nothing here") % {"digit": data.get("digit", "")}
    return str(_READ_BACK.get(what, what or "?"))


def _relayed(data: Data) -> str:
    return _("%(method)s passed on from %(who)s") % {"method": data.get("method", ""), "who": _party(data)}


def _restored(data: Data) -> str:
    return _("The node was started again and took the call up")


def _psap_callback(data: Data) -> str:
    words = {"psap": data.get("psap") or data.get("source", ""), "number": data.get("number", "")}
    return _("%(psap)s called %(number)s back") % words


def _call_out(data: Data) -> str:
    words = {"number": data.get("number", ""), "why": data.get("why") or data.get("status") or ""}
    sentence = _CALL_OUT.get(str(data.get("state") or ""))
    return str(sentence) % words if sentence is not None else _("%(number)s was called to hear of it") % words


def _monitor(data: Data) -> str:
    step = str(data.get("step") or "")
    sentence = _MONITOR.get(step)
    words = {"who": data.get("by") or _("somebody"), "why": data.get("why") or "?"}
    return str(sentence) % words if sentence is not None else step or "?"


def _alert(data: Data) -> str:
    names = ", ".join(str(name) for name in data.get("subscriptions") or ())
    if not names:
        return _("Nobody is to be told of it")
    return _("Told by the subscriptions: %(names)s") % {"names": names}


def _acknowledged(data: Data) -> str:
    words = {"who": data.get("by", ""), "how": str(_HOW.get(str(data.get("how") or ""), data.get("how", "")))}
    return _("%(who)s acknowledged (%(how)s)") % words


def _escalated(data: Data) -> str:
    return _("Nobody had acknowledged; %(group)s is told") % {"group": data.get("group", "")}


def _chat(data: Data) -> str:
    return _("%(who)s wrote: “%(text)s”") % {"who": data.get("by", ""), "text": data.get("text", "")}


_CALL_OUT: Final[Mapping[str, Promise]] = {
    "ringing": gettext_lazy("%(number)s rings, to hear of it"),
    "answered": gettext_lazy("%(number)s answered and hears of it"),
    "spoken": gettext_lazy("%(number)s has heard of it"),
    "acknowledged": gettext_lazy("%(number)s pressed 1: acknowledged"),
    "joined": gettext_lazy("%(number)s pressed 2 and joins the call"),
    "ended": gettext_lazy("The call to %(number)s is over: %(why)s"),
}
_MONITOR: Final[Mapping[str, Promise]] = {
    "anchored": gettext_lazy("The audio was taken up so that it can be listened to"),
    "listening": gettext_lazy("%(who)s listens"),
    "joined": gettext_lazy("%(who)s joined and is heard"),
    "left": gettext_lazy("%(who)s stopped listening"),
    "released": gettext_lazy("The audio flows directly again"),
    "refused": gettext_lazy("%(who)s was not let in: %(why)s"),
    "failed": gettext_lazy("Listening failed, the call goes on: %(why)s"),
    "recording": gettext_lazy("The call is recorded"),
}
_HOW: Final[Mapping[str, Promise]] = {
    "screen": gettext_lazy("on a screen"),
    "board": gettext_lazy("on the live board"),
    "voice": gettext_lazy("by phone"),
    "link": gettext_lazy("by a link"),
}
_PARTIES: Final[Mapping[str, Promise]] = {
    "caller": gettext_lazy("the caller"),
    "psap": gettext_lazy("the PSAP"),
    "relay_center": gettext_lazy("the relay center"),
    "node": gettext_lazy("this node"),
    "third party": gettext_lazy("somebody else"),
}
_READ_BACK: Final[Mapping[str, Promise]] = {
    "repeated": gettext_lazy("The caller had it repeated"),
    "confirmed": gettext_lazy("The caller confirmed the location"),
    "reported_wrong": gettext_lazy("The caller reported the location wrong"),
}
_WORDS: Final[dict[str, Callable[[Data], str]]] = {
    kinds.RECEIVED: _received,
    kinds.DECIDED: _decided,
    kinds.DIALLED: _dialled,
    kinds.PROGRESS: _progress,
    kinds.ATTEMPT_FAILED: _attempt_failed,
    kinds.ANSWERED: _answered,
    kinds.ENDED: _ended,
    kinds.REFUSED: _refused,
    kinds.MISDIAL: _misdial,
    kinds.TRANSFER_REFUSED: _transfer_refused,
    kinds.READ_BACK: _read_back,
    kinds.RELAYED: _relayed,
    kinds.RESTORED: _restored,
    kinds.PSAP_CALLBACK: _psap_callback,
    kinds.CALL_OUT: _call_out,
    kinds.MONITOR: _monitor,
    kinds.ALERT: _alert,
    kinds.ACKNOWLEDGED: _acknowledged,
    kinds.ESCALATED: _escalated,
    kinds.CHAT: _chat,
}
