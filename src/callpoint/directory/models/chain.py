"""The hash chain of changes: an entry that is altered, taken out or slipped in later does not fit its neighbours.

Each organization has a chain of its own, so that it can be handed out and checked without anybody else's entries;
the installation's own changes are chain 0. Whoever appends holds the chain's `ChainHead` row until the end of the
transaction: taken before any row is written, so that two writers of one organization wait for each other and never
in a circle.

Whoever may write to the database may write all of a chain anew; that shows only beside a head that was kept elsewhere
(`callpoint audit verify --against`). What a digest covers and how anybody checks it is told in docs/audit.md.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder

from callpoint.directory.models.change import ChainHead

START: Final = "0" * 64
"""What the first entry carries in place of the digest of the one before."""
COVERED: Final = (
    "chain",
    "number",
    "previous",
    "at",
    "who",
    "why",
    "origin",
    "model",
    "object_id",
    "action",
    "import_run_id",
    "before",
    "after",
)
"""The columns of `Change` a digest covers, in the order of nothing: keys are sorted."""


def chain_of(organization_id: int | None) -> int:
    """The chain an organization's changes are kept in."""
    return organization_id or 0


def hold(chain: int) -> ChainHead:
    """The chain's head, ours until the transaction ends. Call within one, before the first row is written."""
    head = ChainHead.objects.select_for_update().filter(pk=chain).first()
    if head is None:
        ChainHead.objects.bulk_create([ChainHead(chain=chain, digest=START)], ignore_conflicts=True)
        head = ChainHead.objects.select_for_update().get(pk=chain)
    return head


def seal(rows: Sequence[dict[str, Any]]) -> None:
    """Number and chain changes given by column attribute, all of one organization, and move the head behind them."""
    if not rows:
        return
    head = hold(chain_of(rows[0]["organization_id"]))
    for row in rows:
        row["chain"], row["number"], row["previous"] = head.chain, head.number + 1, head.digest
        head.number, head.digest = row["number"], digest(row)
        row["digest"] = head.digest
    head.save()


def digest(entry: dict[str, Any]) -> str:
    """SHA-256 of the entry's text, as 64 hexadecimal digits."""
    return hashlib.sha256(text_of(entry).encode()).hexdigest()


def text_of(entry: dict[str, Any]) -> str:
    """The covered columns as JSON: the same text before and after a database has kept the entry."""
    covered = {name: entry[name] for name in COVERED}
    covered["at"] = entry["at"].astimezone(UTC).isoformat()
    covered["before"], covered["after"] = _kept(entry["before"]), _kept(entry["after"])
    return json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _kept(value: Any) -> Any:
    """A value as it comes back from the database, where SQLite keeps JSON as text and PostgreSQL as jsonb."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _kept(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_kept(one) for one in value]
    return _kept(json.loads(json.dumps(value, cls=DjangoJSONEncoder)))


def _number(value: float) -> float | int:
    """jsonb knows no exponent and no negative zero: 1e+22 comes back as an integer."""
    if abs(value) < _WITHOUT_EXPONENT or value in (float("inf"), float("-inf")):
        return value + 0.0
    return int(Decimal(repr(value)))


_WITHOUT_EXPONENT: Final = 1e16  # from here on Python writes a float with an exponent, and it has no fraction
