"""Facts of the dispatcher's journal become rows that pages show: deliveries, results of tests, signs of screens.

The position is kept with the call records, in the same transaction; what is written here may be written twice with
the same result.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from callpoint.directory.models import Organization, Welcome
from callpoint.directory.tenancy import everywhere
from callpoint.notices.models import Delivery, Recipient, RecipientTest, Screen, ScreenSign
from callpoint.snapshot import fact_kinds as kinds
from callpoint.snapshot.facts import Fact

_GOOD: Final = frozenset({Delivery.State.SENT, Delivery.State.DELIVERED, Delivery.State.ACKNOWLEDGED})
# What a delivery has reached is not taken back by something older told later (a report that overtook its receipt).
_RANK: Final = {state: rank for rank, state in enumerate(("queued", "retrying", "sent", "delivered", "acknowledged"))}
_WELCOME: Final = "message/welcome/"
_COLUMNS: Final = (
    *("state", "attempts", "sent_at", "delivered_at", "acknowledged_at", "acknowledged_by", "trouble", "reference"),
    "address",
)


def take_in(facts: Sequence[Fact]) -> None:
    """Write what these facts say, in their order. Call within a transaction."""
    with everywhere():
        slugs = {fact.organization for fact in facts}
        organizations = dict(Organization.objects.filter(slug__in=slugs).values_list("slug", "pk"))
        _deliveries([fact for fact in facts if fact.kind == kinds.NOTICE], organizations)
        for fact in facts:
            rule = _RULES.get(fact.kind)
            if rule is not None and fact.organization in organizations:
                rule(fact, organizations[fact.organization])


def _deliveries(facts: Sequence[Fact], organizations: Mapping[str, int]) -> None:
    keys = {_text(fact, "key", 255) for fact in facts}
    known = {row.key: row for row in Delivery.objects.filter(key__in=keys)}
    new: dict[str, Delivery] = {}
    for fact in facts:
        key = _text(fact, "key", 255)
        row = known.get(key) or new.get(key)
        if row is None:
            row = new[key] = _begun(fact, key, organizations)
        _advance(row, fact)
    Delivery.objects.bulk_create(new.values())
    Delivery.objects.bulk_update(known.values(), _COLUMNS)


def _begun(fact: Fact, key: str, organizations: Mapping[str, int]) -> Delivery:
    return Delivery(
        organization_id=organizations.get(fact.organization),
        key=key,
        alert=_text(fact, "alert", 128),
        call_id=_clean(fact.call_id)[:128],
        type=_text(fact, "type", 24),
        subscription=_text(fact, "subscription", 120),
        step=_number(fact, "step"),
        recipient=_text(fact, "recipient", 120),
        recipient_id=_key(fact, "recipient_id"),
        channel=_text(fact, "channel", 8),
        queued_at=_when(fact),
    )


def _advance(row: Delivery, fact: Fact) -> None:
    state, at = _text(fact, "state", 12), _when(fact)
    row.attempts = max(row.attempts, _number(fact, "attempt"))
    row.address = _text(fact, "address", 500) or row.address
    row.reference = _text(fact, "reference", 200) or row.reference
    if state == Delivery.State.SENT:
        row.sent_at = row.sent_at or at
    elif state == Delivery.State.DELIVERED:
        row.delivered_at = row.delivered_at or at
    elif state == Delivery.State.ACKNOWLEDGED:
        row.acknowledged_at = row.acknowledged_at or at
        row.acknowledged_by = row.acknowledged_by or _text(fact, "by", 200)
    if state in Delivery.State.values and _RANK.get(state, 9) >= _RANK.get(row.state, 0):
        row.state = state
        row.trouble = _text(fact, "trouble", 500)


def _acknowledged(fact: Fact, organization: int) -> None:
    """Who said so by a recipient's own way (a key pressed, a link) has acknowledged that recipient's notices."""
    recipient = _key(fact, "recipient_id")
    if recipient is None:
        return
    mine = Delivery.objects.filter(organization_id=organization, alert=_text(fact, "alert", 128))
    mine.filter(recipient_id=recipient, acknowledged_at=None).update(
        state=Delivery.State.ACKNOWLEDGED, acknowledged_at=_when(fact), acknowledged_by=_text(fact, "by", 200)
    )


def _tested(fact: Fact, organization: int) -> None:
    """What a notice came to is what is known of its recipient, be it a test or the real thing."""
    recipient, state = _key(fact, "recipient_id"), _text(fact, "state", 12)
    if recipient is None or state not in {*_GOOD, Delivery.State.FAILED}:
        return
    if not Recipient.objects.filter(pk=recipient, organization_id=organization).exists():
        return
    found: dict[str, Any] = {"state": state, "at": _when(fact), "trouble": _text(fact, "trouble", 500)}
    if state in _GOOD:
        found["good_at"] = _when(fact)
    RecipientTest.objects.update_or_create(
        recipient_id=recipient, defaults=found, create_defaults={**found, "organization_id": organization}
    )


def _welcomed(fact: Fact, organization: int) -> None:
    """What became of a welcome: its row says whether it is still tried."""
    key, state = _text(fact, "key", 255), _text(fact, "state", 12)
    person = key.removeprefix(_WELCOME)
    if not key.startswith(_WELCOME) or not (person.isascii() and person.isdigit() and len(person) < 19):
        return
    mine = Welcome.objects.filter(person=int(person), organization_id=organization)
    trouble = _text(fact, "trouble", 255)
    if state in _GOOD:
        mine.update(sent_at=_when(fact), next_at=None, trouble="")
    elif state == Delivery.State.FAILED:
        mine.update(next_at=None, trouble=trouble, attempts=_number(fact, "attempt"))
    elif state == Delivery.State.RETRYING:
        mine.update(trouble=trouble, attempts=_number(fact, "attempt"))


def _noticed(fact: Fact, organization: int) -> None:
    _tested(fact, organization)
    _welcomed(fact, organization)


def _screen(fact: Fact, organization: int) -> None:
    screen, state = _key(fact, "screen"), _text(fact, "state", 16)
    if screen is None or not Screen.objects.filter(pk=screen, organization_id=organization).exists():
        return
    found: dict[str, Any] = {"connected": state != "lost", "at": _when(fact)}
    if state == "volume_checked":
        found["volume_checked_at"] = _when(fact)
    for column, longest in (("program", 200), ("origin", 64)):
        if text := _text(fact, column, longest):
            found[column] = text
    ScreenSign.objects.update_or_create(
        screen_id=screen, defaults=found, create_defaults={**found, "organization_id": organization}
    )


_RULES: Final[Mapping[str, Callable[[Fact, int], None]]] = {
    kinds.NOTICE: _noticed,
    kinds.ACKNOWLEDGED: _acknowledged,
    kinds.SCREEN: _screen,
}


def _when(fact: Fact) -> datetime:
    return datetime.fromisoformat(fact.at)


def _text(fact: Fact, name: str, longest: int) -> str:
    value = fact.data.get(name)
    return "" if value is None else _clean(str(value))[:longest]


def _clean(text: str) -> str:
    """Without what PostgreSQL cannot keep: an address or an answer of a provider must never stop the worker."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _number(fact: Fact, name: str) -> int:
    value = fact.data.get(name)
    return min(max(value, 0), 32_000) if isinstance(value, int) else 0


def _key(fact: Fact, name: str) -> int | None:
    """Ids of rows are texts in facts; what is none names nobody."""
    text = _text(fact, name, 19)
    return int(text) if text.isascii() and text.isdigit() else None
