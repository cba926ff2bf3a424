"""Those who were turned away: taken in from the journal, and which of them an organization may see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from callpoint.calls.clean import storable, texts
from callpoint.calls.fact import Fact
from callpoint.calls.fact_rules import time_of
from callpoint.calls.models import Stranger
from callpoint.directory.editing.trunk_proofs import foreign, holds, too_wide
from callpoint.directory.models import Trunk

MOST: Final = 2_000
"""Rows that are kept, the latest: nobody reads more, and a flood of forged sources must not fill the database."""
_KEY: Final = ("source", "transport", "method", "digest_username")
_LATEST: Final = ("uri", "user_agent")


def take_in(fact: Fact) -> None:
    """A fact of kind `stranger` becomes a row, or is added to the row of its like."""
    why = str(fact.data.get("why"))
    if why not in Stranger.Why.values:
        return
    at, count = time_of(fact.at), fact.data.get("count")
    key = texts(fact.data, Stranger, {name: name for name in _KEY})
    row = Stranger.objects.filter(**key, why=why).first() or Stranger(**key, why=why, first_at=at)
    for name, text in texts(fact.data, Stranger, {name: name for name in _LATEST}).items():
        setattr(row, name, text)
    names = fact.data.get("certificate_names")
    row.certificate_names = list(storable(names)) if isinstance(names, list) else []
    row.count += count if isinstance(count, int) and count > 0 else 1
    row.last_at = at
    added = row.pk is None
    row.save()
    if added:
        _forget_oldest()


def forget_proven(fact: Fact) -> None:
    """A call came from there: its first INVITE was without a password as digest wants it, not by mistake."""
    source = str(fact.data.get("source") or "").partition(" ")[2].rpartition(":")[0].strip("[]")
    if source:
        Stranger.objects.filter(source=source, why=Stranger.Why.NO_CREDENTIALS).delete()


def attempts_on(trunk: Trunk, others: Sequence[Trunk], since: datetime) -> list[Stranger]:
    """Attempts since then by whoever claims to be this trunk, the latest first: by its own user, or from its networks.

    `others` are all trunks of the installation. A user name or network that another tenant's trunk claims too, and a
    network as wide as the Internet, tell nothing of whose attempt it was: nothing is shown by them.
    """
    shared = {(rival.kind, rival.proof) for rival in foreign(trunk, others)}
    wide = set(too_wide(trunk))
    own = Trunk(source_networks=[n for n in trunk.source_networks if n not in wide and ("network", n) not in shared])
    by_user = trunk.digest_username and ("digest", trunk.digest_username) not in shared
    recent = latest().filter(last_at__gte=since)
    return [
        row
        for row in recent
        if (by_user and row.digest_username == trunk.digest_username)
        or (row.digest_username in ("", trunk.digest_username) and holds(own, row.source))
    ]


def latest(search: str = "") -> QuerySet[Stranger]:
    """All of them, the latest first, for the provider; `search` looks in source, user and user agent."""
    found = Stranger.objects.order_by("-last_at", "-pk")
    if search:
        found = found.filter(
            Q(source__icontains=search) | Q(digest_username__icontains=search) | Q(user_agent__icontains=search)
        )
    return found


def _forget_oldest() -> None:
    surplus = list(latest().values_list("pk", flat=True)[MOST : MOST + 100])
    if surplus:
        Stranger.objects.filter(pk__in=surplus).delete()
