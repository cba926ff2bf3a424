"""The four tables as such: every row is taken, every state can be reached and left."""

from collections.abc import Iterator

import pytest
from tests.sip.stage import TCP, UDP, request_of_ours, request_of_theirs

from callpoint.sip.hop import Hop
from callpoint.sip.machine import Input, Machinery, State, Table, Transaction, kind_of
from callpoint.sip.matching import server_key
from callpoint.sip.timers import Timers
from callpoint.sip.transaction_client import (
    INVITE_CLIENT,
    NON_INVITE_CLIENT,
    ClientTransaction,
    InviteClient,
    NonInviteClient,
)
from callpoint.sip.transaction_server import (
    INVITE_SERVER,
    NON_INVITE_SERVER,
    InviteServer,
    NonInviteServer,
    ServerTransaction,
)

TABLES: dict[type[Transaction], tuple[Table, State]] = {
    InviteClient: (INVITE_CLIENT, State.CALLING),
    NonInviteClient: (NON_INVITE_CLIENT, State.TRYING),
    InviteServer: (INVITE_SERVER, State.PROCEEDING),
    NonInviteServer: (NON_INVITE_SERVER, State.TRYING),
}

STATUS_OF = {Input.TRYING: 100, Input.PROVISIONAL: 180, Input.SUCCESS: 200, Input.FAILURE: 486}


def every_row() -> Iterator[tuple[type[Transaction], State, Input]]:
    for kind, (table, _) in TABLES.items():
        for state, what in table:
            yield kind, state, what


def build(kind: type[Transaction], hop: Hop, machinery: Machinery) -> Transaction:
    if issubclass(kind, InviteClient | NonInviteClient):
        request = request_of_ours("INVITE" if kind is InviteClient else "BYE")
        request.prepend("Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx")
        return kind(machinery, request, hop, "z9hG4bKx")
    request = request_of_theirs("INVITE" if kind is InviteServer else "BYE")
    assert issubclass(kind, InviteServer | NonInviteServer)
    return kind(machinery, request, server_key(request), hop, hop)


def happen(tx: Transaction, what: Input) -> None:
    status = STATUS_OF.get(what)
    if isinstance(tx, ClientTransaction) and status is not None:
        tx.receive(tx.request.response(status, None, "tag"), 1.0)
    elif isinstance(tx, ServerTransaction) and status is not None:
        tx.respond(tx.response(status), 1.0)
    elif isinstance(tx, InviteServer) and what is Input.ACK:
        tx.receive_ack(request_of_theirs("ACK"), UDP, 1.0)
    elif isinstance(tx, InviteServer) and what is Input.CANCEL:
        tx.receive_cancel(request_of_theirs("CANCEL"), 1.0)
    elif what.startswith("timer"):
        tx.fire(what, 1.0)
    else:
        tx.step(what, 1.0)


@pytest.mark.parametrize("hop", [UDP, TCP], ids=["udp", "tcp"])
@pytest.mark.parametrize(("kind", "state", "what"), list(every_row()))
def test_every_row_leads_where_it_says(kind: type[Transaction], state: State, what: Input, hop: Hop) -> None:
    ended: list[Transaction] = []
    machinery = Machinery(Timers(), lambda: "token", ended=ended.append)
    tx = build(kind, hop, machinery)
    tx.state = state
    happen(tx, what)
    after, actions = TABLES[kind][0][state, what]
    lingers = any(action.startswith("linger") for action in actions)
    if lingers and hop.reliable:
        after = State.TERMINATED  # nothing comes again over a stream
    assert tx.state is after
    assert ended == ([tx] if after is State.TERMINATED else [])
    if after is State.TERMINATED:
        assert all(owner is not tx for owner, _ in machinery.timers._things.values())


@pytest.mark.parametrize("kind", TABLES)
def test_what_has_no_row_changes_nothing(kind: type[Transaction]) -> None:
    table, _ = TABLES[kind]
    for state in State:
        for what in Input:
            if (state, what) not in table:
                machinery = Machinery(Timers(), lambda: "token")
                tx = build(kind, UDP, machinery)
                tx.state = state
                tx.step(what, 1.0)
                assert tx.state is state
                assert not machinery.outgoing + machinery.events
                assert len(machinery.timers) == 0


@pytest.mark.parametrize("kind", TABLES)
def test_every_state_can_be_reached_and_ended(kind: type[Transaction]) -> None:
    table, first = TABLES[kind]
    reached, ending = {first}, {State.TERMINATED}
    for _ in State:
        reached |= {after for (state, _), (after, _) in table.items() if state in reached}
        ending |= {state for (state, _), (after, _) in table.items() if after in ending}
    states = {state for state, _ in table}
    assert reached == states | {State.TERMINATED}
    assert ending == reached
    assert State.TERMINATED not in states


@pytest.mark.parametrize(
    ("status", "what"),
    [
        (100, Input.TRYING),
        (101, Input.PROVISIONAL),
        (199, Input.PROVISIONAL),
        (200, Input.SUCCESS),
        (299, Input.SUCCESS),
        (300, Input.FAILURE),
        (699, Input.FAILURE),
        (999, Input.FAILURE),
    ],
)
def test_a_status_is_one_kind_of_input(status: int, what: Input) -> None:
    assert kind_of(status) is what


def test_a_misspelt_action_is_found_at_import() -> None:
    with pytest.raises(AttributeError):
        type("Broken", (Transaction,), {"table": {(State.CALLING, Input.ACK): (State.CALLING, ("no_such_action",))}})
