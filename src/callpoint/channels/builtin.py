"""The built-in words: one composition for every alert type, in the form each channel needs."""

from collections.abc import Callable, Mapping
from typing import Final

from callpoint.channels.phrases import Phrases

Values = Mapping[str, str]

# What is told of a call, the most important first.
_CALL: Final = (
    "callback_number", "location", "place", "directions", "location_unsure", "coordinates", "moment", "destination",
    "cost", "caller_number", "state", "about",
)  # fmt: skip
_OF_A_PERSON: Final = ("person", "about", "location", "callback_number", "moment")
_OTHER: Final = ("about", "moment")
_TO_A_PERSON: Final = ("location", "callback_number", "about")
FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "emergency": _CALL,
    "relay_center": _CALL,
    "test_call": _CALL,
    "psap_callback": _CALL,
    "call_ended": _CALL,
    "misdial": ("dialled", *_CALL),
    "undefined_network": _OF_A_PERSON,
    "person_without_location": _OF_A_PERSON,
    "trunk_down": _OTHER,
    "nobody_reachable": _OTHER,
    "self_test": ("moment",),
    "welcome": _TO_A_PERSON,
    "update_available": ("about",),
    "reminder": _TO_A_PERSON,
}
"""Alert type to the facts its text lists, those that are known."""

CALLS: Final = frozenset({"emergency", "relay_center", "test_call", "psap_callback", "call_ended", "misdial"})
# What would mislead: a call back goes to the person, and what it comes from and answers are addresses for machines.
_LEFT_OUT: Final = {
    "psap_callback": frozenset({"destination", "caller_number", "about"}),
    "misdial": frozenset({"destination"}),
}
# A 911 call without them is news in itself.
_SAID_EVEN_IF_UNKNOWN: Final = frozenset({"callback_number", "location"})
_LINKS_OF_ALERTS: Final = ("acknowledge_link", "board_link")
_LINKS_OF_PEOPLE: Final = ("my_location_link", "download_link")
_TESTS_BY_NAME: Final = frozenset({"self_test", "test_call"})
_TO_PEOPLE: Final = frozenset({"welcome", "update_available", "reminder"})
_SPOKEN: Final = (
    "location", "place", "directions", "location_unsure", "callback_number", "destination", "about",
)  # fmt: skip


def subject(alert_type: str, values: Values, phrases: Phrases, test: bool) -> str:
    """One line: what, who, where."""
    filled = phrases.subjects[alert_type].format_map({**values, "place": values["place"] or phrases.no_location})
    return _mark(alert_type, phrases, test) + filled.rstrip(" :,")


def _mark(alert_type: str, phrases: Phrases, test: bool) -> str:
    return phrases.test_mark if test and alert_type not in _TESTS_BY_NAME else ""


def text(alert_type: str, channel: str, values: Values, phrases: Phrases, test: bool) -> str:
    """The whole text; for the voice channel a sentence a line."""
    compose = _FORMS.get(channel, _long)
    return compose(alert_type, {**values, "center": _center(values, phrases)}, phrases, test)


def _center(values: Values, phrases: Phrases) -> str:
    name = values["psap"] or phrases.psap_unnamed
    return name[:1].upper() + name[1:]


def _facts(alert_type: str, values: Values, phrases: Phrases, names: tuple[str, ...]) -> list[str]:
    found = []
    for name in FACTS[alert_type]:
        value = _fact(name, alert_type, values, phrases)
        if value and name in names:
            found.append(phrases.labels[name] + phrases.colon + value)
    return found


def _fact(name: str, alert_type: str, values: Values, phrases: Phrases) -> str:
    """The value as it is told; "" leaves it out."""
    value = values[name]
    if not value and name in _SAID_EVEN_IF_UNKNOWN and alert_type in CALLS:
        return phrases.no_callback if name == "callback_number" else phrases.no_location
    if name == "place" and value in (values["location"], values["location_unsure"]):
        return ""  # no building is known: the location says it all
    if name == "location_unsure" and value:
        return phrases.unsure.format(value)
    if name == "caller_number" and value == values["callback_number"]:
        return ""
    if name in _LEFT_OUT.get(alert_type, ()):
        return ""
    return value


def _long(alert_type: str, values: Values, phrases: Phrases, test: bool) -> str:
    """For e-mail, Teams, Slack and programs: what happened, what to do, the facts, the links."""
    links = [phrases.labels[name] + phrases.colon + values[name] for name in _links(alert_type) if values[name]]
    parts = [
        _opening(alert_type, values, phrases, test),
        "\n".join(_facts(alert_type, values, phrases, tuple(FACTS[alert_type]))),
        "\n".join(links),
        phrases.footer.format_map(values) if values["organization"] else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _links(alert_type: str) -> tuple[str, ...]:
    return _LINKS_OF_PEOPLE if alert_type in _TO_PEOPLE else _LINKS_OF_ALERTS


def _opening(alert_type: str, values: Values, phrases: Phrases, test: bool) -> str:
    said = [
        phrases.voice_test if test and alert_type != "self_test" else "",
        phrases.leads[alert_type].format_map(values),
        phrases.advice.get(alert_type, ""),
    ]
    return " ".join(part for part in said if part)


def _screen(alert_type: str, values: Values, phrases: Phrases, test: bool) -> str:
    """For screens, which have buttons in place of links."""
    return "\n".join(
        [
            _opening(alert_type, values, phrases, test),
            *_facts(alert_type, values, phrases, tuple(FACTS[alert_type])),
        ]
    )


def _short(alert_type: str, values: Values, phrases: Phrases, test: bool) -> str:
    """For text messages: who, where, callback, then the rest."""
    known = [phrases.shorts[alert_type].format_map(values).replace(": .", ".")]
    if alert_type in CALLS:
        known += [f"{_where(values, phrases)}.", _short_fact("callback_number", alert_type, values, phrases)]
        known += [_short_fact(name, alert_type, values, phrases) for name in ("directions", "cost", "time")]
    link = next((values[name] for name in _links(alert_type) if values[name]), "")
    return _mark(alert_type, phrases, test) + " ".join(part for part in (*known, link) if part)


def _short_fact(name: str, alert_type: str, values: Values, phrases: Phrases) -> str:
    value = values[name] if name == "time" else _fact(name, alert_type, values, phrases)
    return f"{phrases.labels[name]}{phrases.colon}{value.rstrip('.')}." if value else ""


def _where(values: Values, phrases: Phrases) -> str:
    location = values["location"]
    if not location and values["location_unsure"]:
        return phrases.unsure.format(values["location_unsure"])
    if not location:
        return phrases.labels["location"] + phrases.colon + phrases.no_location
    building = values["building"]
    return location if not building or building in location else f"{building}, {location}"


def _spoken(alert_type: str, values: Values, phrases: Phrases, test: bool) -> str:
    """A sentence a line, for the ear. What the keys do, whoever reads it aloud says."""
    said = [
        phrases.voice_test if test else "",
        phrases.voice_opening.format_map(values) if values["organization"] and not test else "",
        phrases.leads[alert_type].format_map(values),
        *(f"{fact.rstrip('.')}." for fact in _facts(alert_type, values, phrases, _SPOKEN)),
    ]
    return "\n".join(sentence for sentence in said if sentence)


_FORMS: Final[Mapping[str, Callable[[str, Values, Phrases, bool], str]]] = {
    "sms": _short,
    "voice": _spoken,
    "onsite": _screen,
}
