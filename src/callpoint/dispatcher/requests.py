"""What worker and pages may ask of the dispatcher: facts REQUESTED in `dispatcher/requests.db`, and their forms.

The asking process appends to that journal (`snapshot.journal.Journal`) under the organization's slug; the fact's
`data["request"]` says which of these it is. What comes of it stands in the dispatcher's own journal.

`test_recipient`: test one recipient of the plan now. `recipient` (its id), `key` (chosen by the asker; the same one is
done once). Its notices are of type `self_test` with the key `self_test/<recipient>/<key>`.

`message`: an e-mail to one address. `type` (welcome | update_available | reminder), `address`, `subject`, `text`,
`language`, `name` (for the record), `key`. Its notices have the key `message/<key>`.

`raise`: an alert that is no call's. `type` (undefined_network | person_without_location | …), `about` (one sentence),
`key` (the same trouble is told once while it is open), and as far as known `call`: fields of `AlertCall`, by which
subscriptions filter. Alerts of calls (emergency, relay_center, test_call, psap_callback) cannot be asked for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from callpoint.dispatcher.delivery import MESSAGES
from callpoint.routing.alert_call import AlertCall
from callpoint.routing.alert_records import ALERT_TYPES, AlertType
from callpoint.snapshot.facts import Fact

OF_CALLS: Final = frozenset({"emergency", "relay_center", "test_call", "psap_callback", "call_ended"})
LONGEST_KEY: Final = 150


class RequestError(ValueError):
    """A request nobody can follow, in words."""


@dataclass(frozen=True)
class TestRecipient:
    organization: str
    recipient: str
    key: str


@dataclass(frozen=True)
class Message:
    organization: str
    key: str
    type: str
    address: str
    subject: str
    text: str
    language: str = "en"
    name: str = ""


@dataclass(frozen=True)
class Raise:
    key: str
    type: AlertType
    call: AlertCall


Request = TestRecipient | Message | Raise


def read_request(fact: Fact) -> Request:
    """Raises RequestError."""
    read = _READERS.get(_text(fact.data, "request"))
    if read is None:
        raise RequestError(f"{fact.data.get('request')!r} is no request this version knows")
    return read(fact)


def _test(fact: Fact) -> TestRecipient:
    return TestRecipient(fact.organization, _needed(fact, "recipient"), _key(fact))


def _message(fact: Fact) -> Message:
    type_ = _needed(fact, "type")
    if type_ not in MESSAGES:
        raise RequestError(f"{type_!r} is no type of message")
    return Message(
        organization=fact.organization,
        key=_key(fact),
        type=type_,
        address=_needed(fact, "address"),
        subject=" ".join(_needed(fact, "subject").split()),
        text=_needed(fact, "text"),
        language=_text(fact.data, "language") or "en",
        name=_text(fact.data, "name"),
    )


def _raise(fact: Fact) -> Raise:
    type_ = _needed(fact, "type")
    if type_ not in ALERT_TYPES or type_ in OF_CALLS:
        raise RequestError(f"an alert of type {type_!r} cannot be asked for")
    known = fact.data.get("call")
    try:
        call = AlertCall.from_json(known if isinstance(known, dict) else {})
    except (TypeError, ValueError, IndexError) as error:
        raise RequestError(f"its call cannot be read: {error}") from error
    about = _text(fact.data, "about") or call.about
    # Whatever it says of itself, it is the asking organization's.
    call = replace(call, organization=fact.organization, at=call.at or fact.at, about=about)
    return Raise(_key(fact), type_, call)


_READERS: Final[Mapping[str, Callable[[Fact], Request]]] = {
    "test_recipient": _test,
    "message": _message,
    "raise": _raise,
}


def _key(fact: Fact) -> str:
    return (_text(fact.data, "key") or str(fact.seq))[:LONGEST_KEY]


def _needed(fact: Fact, name: str) -> str:
    found = _text(fact.data, name)
    if not found:
        raise RequestError(f"{name} is missing")
    return found


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""
