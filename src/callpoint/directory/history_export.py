"""A chain of changes as JSON Lines, for somebody who checks it without this program. The recipe is in docs/audit.md.

Each line after the first is `{"digest":"…","entry":…}`: from the 86th character on, without the last brace, stands the
very text the digest was made of, so that a checker need not know how it is written.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from callpoint.directory.chain_check import ROWS_AT_ONCE
from callpoint.directory.models import Change, Organization
from callpoint.directory.models.chain import COVERED, START, chain_of, text_of
from callpoint.directory.tenancy import everywhere

RECIPE: Final = (
    'Each following line is {"digest":D,"entry":E}. D is the SHA-256 (hexadecimal) of the bytes of E as they stand '
    "in the line: from byte 86 to the last but one, newline not counted. E.previous is D of the line before; in the "
    'first line it is "previous" of this one. E.number grows by one.'
)


def json_lines(
    organization: Organization | None, now: datetime, first: int = 1, last: int | None = None
) -> Iterator[str]:
    """Lines with their ends: what this is, then the entries numbered from `first` to `last` (None: all there are)."""
    chain = chain_of(organization.pk if organization is not None else None)
    with everywhere():
        before = Change.objects.filter(chain=chain, number=first - 1).values_list("digest", flat=True).first()
    head = {
        "callpoint": "history",
        "chain": chain,
        "organization": organization.slug if organization is not None else None,
        "exported_at": now.isoformat(),
        "first": first,
        "previous": before or START,
        "how_to_check": RECIPE,
    }
    yield json.dumps(head, ensure_ascii=False) + "\n"
    for row in _rows(chain, first, last):
        yield f'{{"digest":"{row["digest"]}","entry":{text_of(row)}}}\n'


def _rows(chain: int, first: int, last: int | None) -> Iterator[dict[str, Any]]:
    number = first
    while last is None or number <= last:
        with everywhere():
            rows = Change.objects.filter(chain=chain, number__gte=number).order_by("number")
            if last is not None:
                rows = rows.filter(number__lte=last)
            page = list(rows.values(*COVERED, "digest")[:ROWS_AT_ONCE])
        yield from page
        if len(page) < ROWS_AT_ONCE:
            return
        number = page[-1]["number"] + 1
