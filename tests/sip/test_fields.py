"""Header fields against a plain model: a list of (key, values), edited the simple way."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from callpoint.sip.fields import key_of
from callpoint.sip.message import Request, parse

NAMES = ["Via", "v", "VIA", "Route", "Contact", "m", "Subject", "s", "X-Employee-ID", "Record-Route", "To"]
LISTS = {"via", "route", "contact", "record-route"}

names = st.sampled_from(NAMES)
one_value = st.sampled_from(["SIP/2.0/UDP a;b=c", "<sip:a,b@c;lr>", '"x, y" <sip:d@e>', "plain", "a b"])
several = st.lists(one_value, min_size=1, max_size=3)


class FieldsMachine(RuleBasedStateMachine):
    """Each edit is done to a message and to the model; after each both must tell the same, also read from bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.message = Request("INVITE", "sip:911@h")
        self.model: list[tuple[str, list[str]]] = []

    @initialize(fields=st.lists(st.tuples(names, several, st.sampled_from([",", " , ", ",\r\n\t"])), max_size=6))
    def start(self, fields: list[tuple[str, list[str], str]]) -> None:
        lines = [f"{name}: {joint.join(values)}" for name, values, joint in fields if key_of(name) in LISTS]
        head = "\r\n".join(["INVITE sip:911@h SIP/2.0", *lines, "Content-Length: 0", "", ""])
        message = parse(head.encode())
        assert isinstance(message, Request)
        self.message = message
        self.model = [(key_of(name), list(values)) for name, values, _ in fields if key_of(name) in LISTS]

    @rule(name=names, value=one_value)
    def set(self, name: str, value: str) -> None:
        key = key_of(name)
        places = [index for index, field in enumerate(self.model) if field[0] == key]
        at = places[0] if places else self.end()
        self.model = (
            [field for field in self.model[:at] if field[0] != key]
            + [(key, [value])]
            + [field for field in self.model[at:] if field[0] != key]
        )
        self.message.set(name, value)

    @rule(name=names, value=one_value)
    def add(self, name: str, value: str) -> None:
        self.model.append((key_of(name), [value]))
        self.message.add(name, value)

    @rule(name=names, value=one_value)
    def prepend(self, name: str, value: str) -> None:
        key = key_of(name)
        at = next((index for index, field in enumerate(self.model) if field[0] == key), 0)
        self.model.insert(at, (key, [value]))
        self.message.prepend(name, value)

    @rule(name=names)
    def remove(self, name: str) -> None:
        self.model = [field for field in self.model if field[0] != key_of(name)]
        self.message.remove(name)

    @rule(name=names)
    def pop_first(self, name: str) -> None:
        field = next((field for field in self.model if field[0] == key_of(name)), None)
        expected = field[1].pop(0) if field else None
        self.model = [field for field in self.model if field[1]]
        assert self.message.pop_first(name) == expected

    @rule()
    def go_on_with_a_copy(self) -> None:
        self.message = self.message.copy()

    def end(self) -> int:
        return len(self.model)

    @invariant()
    def tells_the_same(self) -> None:
        again = parse(bytes(self.message))
        for name in NAMES:
            expected = [value for key, values in self.model if key == key_of(name) for value in values]
            assert self.message.values(name) == expected
            assert again.values(name) == expected
            assert self.message.has(name) == bool(expected)
        order = [key for key, _ in self.model]
        assert [key for key, _ in again.raw_fields() if key != "content-length"] == order


TestFields = FieldsMachine.TestCase
TestFields.settings = settings(max_examples=40, stateful_step_count=15)
