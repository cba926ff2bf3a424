"""The addresses of a file: each different one is judged once, however many rows have it."""

from collections.abc import Mapping
from typing import Final

from callpoint.addresses.parsing import parse_fields
from callpoint.directory.verdicts import Accepted, AddressError, Judge, accept, unchecked_columns
from callpoint.i3.civic import Civic


class Addresses:
    """Addresses by what the file says of them; without a judge they come in unchecked, taken apart all the same."""

    def __init__(self, judge: Judge | None) -> None:
        self._judge = judge
        self._known: dict[Civic, Accepted | AddressError] = {}

    def accepted(self, civic: Civic) -> Accepted:
        """The address as it is kept. Raises `AddressError`, the same one for every row that has it."""
        found = self._known.get(civic)
        if found is None:
            found = self._known[civic] = self._found(civic)
        if isinstance(found, AddressError):
            raise found
        return found

    def _found(self, civic: Civic) -> Accepted | AddressError:
        try:
            if self._judge is None:
                return Accepted(unchecked_columns(parse_fields(civic).civic))
            return accept(civic, self._judge)
        except AddressError as error:
            return error


_STREET: Final = frozenset({"HNO", "HNS", "HNP", "PRM", "PRD", "STP", "RD", "STS", "POD", "POM"})


def column_to_blame(error: AddressError, columns: Mapping[str, str]) -> str:
    """The header of the column that holds the wrong element; "" when it is the address as a whole."""
    element = error.element
    for field in (element.lower(), "street" if element in _STREET else ""):
        if field and field in columns:
            return columns[field]
    return "" if element else columns.get("street", "")
