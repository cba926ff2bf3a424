"""Prefixes and suffixes of house numbers, each pair under one small number; 0 is neither."""

from typing import Final

from callpoint.addresses.reference.house_number import affix_key
from callpoint.datasets.building import Draft

BARE: Final = 0


class Affixes:
    """While a data set is built. Spellings that mean the same share a number; the first is kept."""

    def __init__(self) -> None:
        self._by_key: dict[str, int] = {"": BARE}
        self._rows: list[tuple[int, str, str]] = []

    def number(self, prefix: str, suffix: str) -> int:
        """The number of the pair."""
        if not prefix and not suffix:
            return BARE
        key = affix_key(prefix, suffix)
        known = self._by_key.setdefault(key, len(self._by_key))
        if known > len(self._rows):
            self._rows.append((known, prefix, suffix))
        return known

    def write(self, draft: Draft) -> None:
        """The table `affix`."""
        draft.executemany("INSERT INTO affix VALUES (?,?,?)", self._rows)
