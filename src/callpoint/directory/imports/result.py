"""What an import says about itself."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class RowError:
    """What is wrong in one row, and what to do. `row` counts lines as a spreadsheet does: the header is row 1.

    Row 0 means the file as a whole; `column` is the header as it stands in the file ("" = the whole row). `given` is
    the address as it was understood and `suggestions` the likely right ones, where an address is what is wrong.
    """

    row: int
    column: str
    message: str
    given: str = ""
    suggestions: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"row {self.row}" if self.row else "file"
        return f"{where}, {self.column}: {self.message}" if self.column else f"{where}: {self.message}"


@dataclass
class Result:
    """Counts of rows, the errors in the order of the file, and columns that nobody knew and that were passed over.

    `written` is False for a dry run, and when wrong rows kept the whole file out; the counts then say what
    would have been. `not_dispatchable` counts accepted rows whose address, as it is kept, no data set confirms to
    the door, and `warnings` are about rows that were accepted.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: int = 0
    not_dispatchable: int = 0
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    written: bool = False
    dry_run: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values, as `--json` prints them."""
        return asdict(self)

    def add_errors(self, errors: Sequence[RowError]) -> None:
        """Take the errors of one wrong row."""
        self.wrong += 1
        self.errors.extend(errors)
