"""Cells that a spreadsheet would take for formulas: made harmless on the way out, and as they were on the way in."""

from typing import Final

# What a cell must not begin with: spreadsheets evaluate it, also behind the tab or line end they skip.
_BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_GUARD: Final = "'"


def harmless(cell: str) -> str:
    """The cell with an apostrophe before it if a spreadsheet would evaluate it."""
    return f"{_GUARD}{cell}" if cell.startswith(_BEGINS_FORMULA) else cell


def as_it_was(cell: str) -> str:
    """What `harmless` was given. Only for cells it wrote: others may begin with an apostrophe by themselves."""
    return cell[1:] if cell.startswith(_GUARD) and cell[1:].startswith(_BEGINS_FORMULA) else cell
