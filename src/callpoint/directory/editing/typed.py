"""Typed text into values, and the check that nobody else changed a row while it was being edited."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache, partial
from typing import Any, Final
from zoneinfo import available_timezones

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext

from callpoint.directory.editing.refused import WHOLE, Refused
from callpoint.directory.models.base import RecordedModel
from callpoint.directory.models.chain import chain_of, hold
from callpoint.directory.rules import RuleError, text

SEEN: Final = "seen"
"""The field in which a form brings back the fingerprint of the row it was filled from; without it nothing is asked."""
LARGEST_FEE: Final = Decimal("999999.99")
_YES: Final = {"yes": True, "on": True, "true": True, "1": True, "no": False, "": False, "false": False, "0": False}

Rule = Callable[[str], Any]


def yes_or_no(value: str) -> bool:
    """A check box or a JSON truth value as text; absent is no. Raises `RuleError`."""
    answer = _YES.get(value.strip().lower())
    if answer is None:
        raise RuleError(gettext("%(value)r is neither yes nor no") % {"value": value})
    return answer


def required(value: str, longest: int) -> str:
    """Text that must be there. Raises `RuleError`."""
    kept = text(value, longest)
    if not kept:
        raise RuleError(gettext("is missing"))
    if not kept.isprintable():
        raise RuleError(gettext("holds a control character; type it again"))
    return kept


def one_of(value: str, choices: Iterable[str]) -> str:
    """One of the choices, exactly. Raises `RuleError`."""
    known = list(choices)
    if value not in known:
        raise RuleError(gettext("%(value)r is none of %(known)s") % {"value": value, "known": ", ".join(known)})
    return value


def whole_number(value: str, lowest: int, highest: int) -> int:
    """A whole number in the range. Raises `RuleError`."""
    written = value.strip()
    if not (written.isascii() and written.isdigit() and len(written) < 10 and lowest <= int(written) <= highest):
        raise RuleError(gettext("must be a whole number from %(low)s to %(high)s") % {"low": lowest, "high": highest})
    return int(written)


def amount(value: str) -> Decimal:
    """Money with at most two places, not negative. Raises `RuleError`."""
    try:
        number = Decimal(value.strip().replace(",", "."))
    except InvalidOperation as error:
        raise RuleError(gettext("%(value)r is no amount; write it as 100.00") % {"value": value}) from error
    if not number.is_finite() or not 0 <= number <= LARGEST_FEE or number != number.quantize(Decimal("0.01")):
        raise RuleError(gettext("%(value)r is no amount; write it as 100.00") % {"value": value})
    return number.quantize(Decimal("0.01"))


def currency(value: str) -> str:
    """The currency of the US or Canada. Raises `RuleError`."""
    return one_of(value.strip().upper(), ("USD", "CAD"))


def time_zone(value: str) -> str:
    """A name of the time zone database. Raises `RuleError`."""
    if value not in _zones():
        raise RuleError(gettext("%(value)r is no time zone; an example is America/Toronto") % {"value": value})
    return value


def language(value: str) -> str:
    """A language of the pages. Raises `RuleError`."""
    return one_of(value, dict(settings.LANGUAGES))


def several(value: str) -> list[str]:
    """What stands in a list, one a line or separated by commas, each once and in order."""
    pieces = (piece.strip() for piece in re.split(r"[,\n]", value))
    return list(dict.fromkeys(piece for piece in pieces if piece))


def fingerprint(row: RecordedModel, *beside: RecordedModel) -> str:
    """What a form carries along, to tell whether the row (and those `beside` it) is still as it was shown."""
    values = [one.values() for one in (row, *beside)]
    return hashlib.sha256(json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()[:24]


def refuse_if_changed(
    row: RecordedModel, fields: Mapping[str, str], beside: Callable[[], Iterable[RecordedModel]] = tuple
) -> None:
    """Lock the stored row; raises `Refused` when it is gone, or no longer what `fields["seen"]` was made from.

    Within a transaction. The history's chain is held first, in the order of `RecordedModel.save`.
    """
    hold(chain_of(row.owner_id()))
    stored = type(row)._base_manager.select_for_update().filter(pk=row.pk).first()
    if not isinstance(stored, RecordedModel):
        raise Refused({WHOLE: [gettext("It was removed in the meantime.")]})
    if SEEN in fields and fields[SEEN] != fingerprint(stored, *beside()):
        raise Refused(
            {WHOLE: [gettext("Somebody else changed it in the meantime. Look at it as it is now, then change it.")]}
        )


def at_most(longest: int) -> Rule:
    """A rule for text that must be there, of so many characters at most."""
    return partial(required, longest=longest)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
