"""What is asked of the list of people: the query string read, and written again for links and saved filters."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from callpoint.directory.readiness.counting import Category

SIZES: Final = (25, 50, 100, 200)
SORTS: Final = ("id", "name", "email", "phone", "callback")
LONGEST: Final = 100
"""Characters of a search; more is somebody's clipboard."""
_KEY_DIGITS: Final = 18


@dataclass(frozen=True)
class PeopleQuery:
    """A search, filters, an order and a page; every field has the name it has in the query string.

    `building` and `location` are parts of names, `in_building` and `in_location` primary keys (as links from other
    pages bring them); `active` is "yes", "no" or "" for both; `language` "en", "fr", or "own" for people without one;
    `since` is an ISO date in the organization's time zone; `sort` one of `SORTS`, with a "-" before it for the other
    way round.
    """

    q: str = ""
    readiness: str = ""
    building: str = ""
    location: str = ""
    in_building: int | None = None
    in_location: int | None = None
    active: str = ""
    kind: str = ""
    language: str = ""
    since: str = ""
    sort: str = "id"
    size: int = SIZES[1]
    page: int = 1

    @property
    def filters(self) -> int:
        """How many filters are set beside the search."""
        return sum(getattr(self, name) != default for name, default in _FILTERS.items())

    def written(self, **changes: object) -> str:
        """The query string, with changes; what is at its default is left out, and so is the page unless changed."""
        asked = replace(self, page=1)
        asked = replace(asked, **changes)  # type: ignore[arg-type]
        given = {name: getattr(asked, name) for name in _DEFAULTS}
        return urlencode({name: value for name, value in given.items() if value != _DEFAULTS[name]})

    def sorted_by(self, column: str) -> str:
        """The query string that sorts by the column: the other way round if it is sorted by it already."""
        return self.written(sort=f"-{column}" if self.sort == column else column)


def read(given: Mapping[str, str]) -> PeopleQuery:
    """Out of a query string; what makes no sense is left out, as if it had not been asked."""
    sort = given.get("sort", "")
    since = given.get("since", "")
    size = _number(given.get("size", ""))
    return PeopleQuery(
        q=_text(given.get("q", "")),
        readiness=_one_of(given.get("readiness", ""), [category.value for category in Category]),
        building=_text(given.get("building", "")),
        location=_text(given.get("location", "")),
        in_building=_number(given.get("in_building", "")),
        in_location=_number(given.get("in_location", "")),
        active=_one_of(given.get("active", ""), ("yes", "no")),
        kind=_one_of(given.get("kind", ""), ("device_user_id", "phone_number")),
        language=_one_of(given.get("language", ""), ("en", "fr", "own")),
        since=since if _is_date(since) else "",
        sort=sort if sort.removeprefix("-") in SORTS else "id",
        size=size if size in SIZES else SIZES[1],
        page=max(1, _number(given.get("page", "")) or 1),
    )


_DEFAULTS: Final = {field.name: field.default for field in fields(PeopleQuery)}
_FILTERS: Final = {name: value for name, value in _DEFAULTS.items() if name not in ("q", "sort", "size", "page")}


def _text(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())[:LONGEST]


def _one_of(text: str, known: tuple[str, ...] | list[str]) -> str:
    return text if text in known else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _KEY_DIGITS else None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).year > 1
    except ValueError:
        return False
