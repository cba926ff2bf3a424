"""The addresses of a file: each different one is judged once, however many rows have it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from callpoint.addresses.parsing import parse_fields
from callpoint.addresses.verdict import Reason
from callpoint.directory.verdicts import Accepted, AddressError, Judge, accept, unchecked_columns
from callpoint.i3.civic import Civic

SUGGESTION_TAKEN: Final = "suggestion_taken"


class Addresses:
    """Addresses by what the file says of them; without a judge they come in unchecked, taken apart all the same.

    With `accept_suggestions` one that is not accepted is taken as its only suggestion, which `chosen` keeps.
    """

    def __init__(self, judge: Judge | None, accept_suggestions: bool = False) -> None:
        self._judge = judge
        self._accept_suggestions = accept_suggestions
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
            if self._accept_suggestions and self._judge is not None:
                return _only_suggestion(civic, error, self._judge) or error
            return error


def _only_suggestion(civic: Civic, error: AddressError, judge: Judge) -> Accepted | None:
    """What was suggested, if that is one address and it is accepted itself."""
    suggestions = error.verdict.suggestions if error.verdict is not None else ()
    if error.verdict is None or error.verdict.status == "refused" or len(suggestions) != 1:
        return None
    likely = suggestions[0].civic
    try:
        found = accept(likely, judge)
    except AddressError:
        return None
    chosen = {"given": civic.formatted(), "chosen": likely.formatted()}
    taken = Reason(SUGGESTION_TAKEN, f"{civic.formatted()} is not known; {likely.formatted()} was taken for it")
    return replace(found, columns=found.columns | {"chosen": chosen}, warnings=(taken, *found.warnings))


_STREET: Final = frozenset({"HNO", "HNS", "HNP", "PRM", "PRD", "STP", "RD", "STS", "POD", "POM"})


def column_to_blame(error: AddressError, columns: Mapping[str, str]) -> str:
    """The header of the column that holds the wrong element; "" when it is the address as a whole."""
    element = error.element
    for field in (element.lower(), "street" if element in _STREET else ""):
        if field and field in columns:
            return columns[field]
    return "" if element else columns.get("street", "")
