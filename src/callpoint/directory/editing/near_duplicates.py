"""IDs that look the same to a reader and are not: the exact-match rule's usual victims.

Two IDs are near each other when they are equal but for case, blanks and separators, leading zeros, full-width forms,
letters of another alphabet, and characters that look alike (O and 0; l, I and 1). They are only ever warned of.

No column holds the folded ID. The database goes once over the index of IDs and folds what is likely: some 30 ms for
100,000 people. What it finds is folded again and compared here, and so are IDs with characters it cannot fold.
"""

import re
import unicodedata
from typing import Any, Final

from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.functions import Lower, Replace
from django.db.models.lookups import Exact

from callpoint.directory.models import Organization, Person
from callpoint.routing.identity import difference, near_miss_key

MOST: Final = 20
"""More than anybody reads; who has that many needs another naming rule."""
SEPARATORS: Final = " ./@_-"
"""Those the database takes out of an ID; an ID with others is folded here. The hyphen is last for patterns' sake."""
_LONGEST: Final = 128
_DIGITS: Final = re.compile(r"[0-9]+")
# Small Cyrillic and Greek letters that, small or capital, no screen tells from a Latin one.
_OTHER_ALPHABETS: Final = str.maketrans("авекмнорстухіѕјαβεζηικμνορτυχ", "abekmhopctyxisjabezhikmnoptyx")
_LOOK_ALIKE: Final = str.maketrans("oli", "011")


def near_duplicates(organization: Organization, device_user_id: str, but: Person | None = None) -> list[Person]:
    """People of the organization whose ID is near this one and not the same, at most `MOST`, by ID.

    Call within the organization's scope. `but` is left out: the person the ID is typed for.
    """
    key = folded(device_user_id)
    if not key or len(device_user_id) > _LONGEST:
        return []
    rows = Person.objects.filter(organization=organization).exclude(device_user_id=device_user_id)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    likely = _candidates(key)
    found = rows.filter(likely).values_list("pk", "device_user_id").order_by("device_user_id")
    near = [pk for pk, other in found.iterator() if other and folded(other) == key][:MOST]
    return list(Person.objects.filter(pk__in=near).order_by("device_user_id")) if near else []


def how_they_differ(one: str, other: str) -> str:
    """In words, for two near IDs: "upper and lower case differ", "characters that look alike differ"."""
    if near_miss_key(one) == near_miss_key(other) and one.isascii() and other.isascii():
        return difference(one, other)
    return "characters that look alike differ"


def folded(device_user_id: str) -> str:
    """What the ID looks like; equal for near ones, "" without any letter or digit."""
    text = unicodedata.normalize("NFKC", device_user_id).casefold().translate(_OTHER_ALPHABETS)
    letters = "".join([char for char in text if char.isalnum()]).translate(_LOOK_ALIKE)
    return _DIGITS.sub(lambda digits: digits.group().lstrip("0") or "0", letters)


def _candidates(key: str) -> Q:
    """Every near ID and few others: odd ones, or those that come to the key's characters whatever zeros it has."""
    odd = Q(_Odd(F("device_user_id")))
    if not key.isascii():
        return odd
    significant = key.replace("0", "")
    # The pattern is not needed for the answer; it keeps most rows from being folded.
    pattern = "%".join(["", *significant.replace("1", "_"), ""]) or "%"
    return odd | Q(_Like(F("device_user_id"), Value(pattern)), Q(Exact(_significant(), Value(significant))))


def _significant() -> Func:
    """The ID without zeros and separators, in lower case, l and I as 1: made by the database."""
    text: Func = Lower("device_user_id")
    for char in (*SEPARATORS, "0", "o"):
        text = Replace(text, Value(char), Value(""))
    for char in "li":
        text = Replace(text, Value(char), Value("1"))
    return text


class _Odd(Func):
    """Whether a text has characters beyond ASCII's letters and digits and the usual separators."""

    output_field = BooleanField()
    template = f"(%(expressions)s ~ '[^0-9A-Za-z{SEPARATORS}]')"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = f"(%(expressions)s GLOB '*[^0-9A-Za-z{SEPARATORS}]*')"
        return self.as_sql(compiler, connection, template=template, **extra)


class _Like(Func):
    """Whether a text fits a pattern, ASCII letters in either case."""

    template = "(%(expressions)s)"
    arg_joiner = " ILIKE "
    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, arg_joiner=" LIKE ", **extra)
