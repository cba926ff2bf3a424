"""People compared: what each row of a file makes new, changes or leaves, and who is not in the file at all."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from callpoint.directory.bulk import batched
from callpoint.directory.imports.plan import Noted
from callpoint.directory.imports.result import RowError
from callpoint.directory.imports.table import Row, Table
from callpoint.directory.imports.users import IDENTITIES, Places, Reader, WantedPerson
from callpoint.directory.models import Person
from callpoint.directory.models.base import Values
from callpoint.directory.models.person import identity_of

COMPARED: Final = (
    *("identification_type", "device_user_id", "phone_number", "first_name", "last_name", "email"),
    *("callback_number", "language", "active", "assigned_location_id"),
)
"""The columns of people a file can say something of."""
_MISSING_AT_ONCE: Final = 2000


class PeopleComparison:
    """Call within the organization's scope; rows in pieces, in the order of the file, and `missing` at the end."""

    def __init__(self, table: Table) -> None:
        self._places = Places.read()
        self._reader = Reader(table, self._places)
        self.notes = self._reader.notes
        self._rows_of: dict[int, int] = {}
        self._doubtful: set[str] = set()

    def noted(self, rows: Sequence[Row]) -> list[Noted]:
        """What becomes of each row."""
        read = [(row, _trouble(row) or self._reader.read(row)) for row in rows]
        wanted = [found for _, found in read if isinstance(found, WantedPerson)]
        existing = _existing(wanted)
        holders = _holders(wanted)
        return [
            self._compared(found, existing.get(found.key), holders)
            if isinstance(found, WantedPerson)
            else self._wrong(row, found)
            for row, found in read
        ]

    def missing(self) -> Iterator[list[Noted]]:
        """Active people who are in no row; one whose row is wrong is not missing."""
        found = Person.objects.filter(active=True).order_by("pk").values("pk", *COMPARED)
        piece: list[Noted] = []
        for person in found.iterator(_MISSING_AT_ONCE):
            if person["pk"] in self._rows_of or identity_of(person).strip().casefold() in self._doubtful:
                continue
            work = {"before": {"active": True}, "after": {"active": False}}
            piece.append(Noted(0, "missing", identity_of(person), _name(person), object=person["pk"], work=work))
            if len(piece) == _MISSING_AT_ONCE:
                yield piece
                piece = []
        yield piece

    def _wrong(self, row: Row, errors: Sequence[RowError]) -> Noted:
        keys = [row.get(name).strip() for name in IDENTITIES]
        self._doubtful.update(key.casefold() for key in keys if key)
        name = " ".join(filter(None, (row.get(part).strip() for part in ("first_name", "last_name", "name"))))
        return Noted(row.number, "wrong", keys[0] or keys[1], name[:160], cells=row.all, problems=errors)

    def _compared(self, wanted: WantedPerson, person: Values | None, holders: dict[tuple[str, str], int]) -> Noted:
        row, values, key = wanted.row, wanted.values, wanted.key[1]
        if error := self._taken(wanted, person, holders):
            return self._wrong(row, [error])
        if person is None:
            work = {"values": values, "told": {"location": wanted.place}}
            return Noted(row.number, "new", key, _name(values), work=work)
        self._rows_of[person["pk"]] = row.number
        differing = [name for name, value in values.items() if person[name] != value]
        name = _name(person | values)
        if not differing:
            return Noted(row.number, "unchanged", key, name, object=person["pk"])
        work = {
            "before": {field: person[field] for field in differing},
            "after": {field: values[field] for field in differing},
        }
        shown = [self._shown(field, person[field], values[field]) for field in differing]
        return Noted(row.number, "changed", key, name, shown, person["pk"], work)

    def _taken(
        self, wanted: WantedPerson, person: Values | None, holders: dict[tuple[str, str], int]
    ) -> RowError | None:
        own = person["pk"] if person is not None else None
        number = wanted.row.number
        if own is not None and own in self._rows_of:
            return RowError(number, "", f"is the same person as row {self._rows_of[own]}; keep one of them")
        for name in IDENTITIES:
            value = wanted.values.get(name)
            if value and holders.get((name, value), own) != own:
                what = f"the {name.replace('_', ' ').replace(' id', ' ID')} {value}"
                return RowError(number, "", f"{what} belongs to somebody else here; correct one of them")
        return None

    def _shown(self, field: str, before: Any, after: Any) -> tuple[str, str, str]:
        if field == "assigned_location_id":
            return "location", self._places.words.get(before, ""), self._places.words.get(after, "")
        return field, words(before), words(after)


def words(value: Any) -> str:
    """A value as a file would have it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _trouble(row: Row) -> list[RowError]:
    return [RowError(row.number, "", row.trouble)] if row.trouble else []


def _name(values: Values) -> str:
    return " ".join(filter(None, (values.get("first_name", ""), values.get("last_name", ""))))


def _existing(wanted: Sequence[WantedPerson]) -> dict[tuple[str, str], Values]:
    found: dict[tuple[str, str], Values] = {}
    for kind in IDENTITIES:
        for keys in batched([row.key[1] for row in wanted if row.key[0] == kind]):
            for person in Person.objects.filter(**{f"{kind}__in": keys}).values("pk", *COMPARED):
                found[kind, person[kind]] = person
    return found


def _holders(wanted: Sequence[WantedPerson]) -> dict[tuple[str, str], int]:
    """Who has the IDs and numbers of these rows that they are not known by."""
    holders: dict[tuple[str, str], int] = {}
    for name in IDENTITIES:
        values = [value for row in wanted if row.key[0] != name and (value := row.values.get(name))]
        for keys in batched(values):
            for pk, value in Person.objects.filter(**{f"{name}__in": keys}).values_list("pk", name):
                holders[name, value] = pk
    return holders
