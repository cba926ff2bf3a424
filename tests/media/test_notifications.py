"""Who is told, what is kept for the record's keeper, and how the node is found among those who are linked."""

from typing import Any, cast

import pytest

from callpoint.media.node_link import NodeLink
from callpoint.media.notifications import MOST_KEPT, Notifications
from callpoint.transport.control import ControlError, LinkLostError, Peer


class Linked:
    """A link: serves some methods, keeps what it is told."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.asked: list[str] = []
        self.gone = False

    def tell(self, what: str, **particulars: Any) -> None:
        if self.gone:
            raise LinkLostError("gone")
        self.told.append((what, particulars))

    async def ask(self, method: str, seconds: float, **_: Any) -> dict[str, Any]:
        self.asked.append(method)
        answer = self.answers.get(method)
        if answer is None:
            raise ControlError(f"{method} is not served here")
        if isinstance(answer, Exception):
            raise answer
        return cast("dict[str, Any]", answer)


def peers(*linked: Linked) -> list[Peer]:
    return cast("list[Peer]", list(linked))


def test_everybody_is_told_and_one_that_is_just_going_holds_up_no_other() -> None:
    going, staying = Linked(), Linked()
    going.gone = True
    notifications = Notifications(lambda: peers(going, staying))
    notifications.tell("session", {"session": "s1", "state": "joined"})
    [(what, told)] = staying.told
    assert (what, told["session"], told["state"]) == ("session", "s1", "joined")
    assert told["at"].endswith("Z")


def test_what_nobody_writes_down_is_kept_for_the_next_who_does() -> None:
    node, keeper, next_keeper = Linked(), Linked(), Linked()
    linked = [node]
    notifications = Notifications(lambda: peers(*linked))
    notifications.tell("session", {"session": "s1"})
    notifications.tell("digit", {"session": "s1", "digit": "1"})
    missed = notifications.keeps_record(peers(keeper)[0])
    assert [(told["what"], told["session"]) for told in missed] == [("session", "s1")]
    notifications.tell("session", {"session": "s2"})
    assert notifications.keeps_record(peers(keeper)[0]) == []
    notifications.lost(peers(keeper)[0])
    notifications.lost(peers(node)[0])
    notifications.tell("recording", {"recording": "acme/1"})
    assert [told["what"] for told in notifications.keeps_record(peers(next_keeper)[0])] == ["recording"]


def test_what_is_kept_has_a_bound() -> None:
    notifications = Notifications(lambda: ())
    for number in range(MOST_KEPT + 5):
        notifications.tell("session", {"session": number})
    missed = notifications.keeps_record(peers(Linked())[0])
    assert (len(missed), missed[0]["session"]) == (MOST_KEPT, 5)


async def test_the_node_is_the_one_that_serves_and_is_asked_first_from_then_on() -> None:
    dispatcher, node = Linked(), Linked(anchor={"caller": {}}, release={})
    link = NodeLink(lambda: peers(dispatcher, node))
    assert link.connected
    assert await link.ask("anchor", 5.0, call_id="c1") == {"caller": {}}
    assert await link.ask("release", 5.0, call_id="c1") == {}
    assert (dispatcher.asked, node.asked) == (["anchor"], ["anchor", "release"])


async def test_a_refusal_is_the_nodes_last_word() -> None:
    node, other = Linked(anchor=ControlError("488")), Linked(anchor={})
    with pytest.raises(ControlError, match="488"):
        await NodeLink(lambda: peers(node, other)).ask("anchor", 5.0)
    assert other.asked == []


async def test_without_a_node_it_is_said() -> None:
    assert not NodeLink(lambda: ()).connected
    for linked in ((), (Linked(),)):
        with pytest.raises(ControlError, match="cannot be asked"):
            await NodeLink(lambda linked=linked: peers(*linked)).ask("anchor", 5.0)  # type: ignore[misc]
