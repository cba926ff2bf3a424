"""The names of places that the post or any loaded data set knows."""

from collections.abc import Sequence
from functools import lru_cache

from callpoint.addresses.postal import PostalTables
from callpoint.addresses.reference import ReferenceSet


class KnownPlaces:
    """A `parsed.Gazetteer` over the tables and the sets of one moment.

    The parser asks for every split of the words of a line, mostly for names that are none; so answers are kept.
    """

    def __init__(self, tables: PostalTables, sets: Sequence[ReferenceSet]) -> None:
        self._tables = tables
        self._sets = sets
        self.is_place = lru_cache(maxsize=1 << 16)(self._is_place)

    def _is_place(self, name: str, region: str) -> bool:
        """Whether `region` (two letters, "" = any) has a place of that name."""
        return self._tables.is_place(name, region) or self.in_sets(name, region)

    def in_sets(self, name: str, region: str) -> bool:
        """Whether a loaded set has doors in a place of that name."""
        return any(one.is_place(name, region) for one in self._sets)
