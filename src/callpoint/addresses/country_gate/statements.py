"""What an address says about where it is, statement by statement, and which statements agree."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

from callpoint.addresses.country_gate.countries import TOWNS_NAMED_LIKE_COUNTRIES
from callpoint.addresses.folding import fold
from callpoint.addresses.parsed import Gazetteer, Parsed
from callpoint.addresses.postal.areas import FsaArea, ZipArea
from callpoint.addresses.postal.regions import country_of

_ZIP: Final = re.compile(r"\d{5}(?:-?\d{4})?")
# No code of Canada has D, F, I, O, Q or U (they read like digits), none begins with W or Z.
_CANADIAN: Final = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z](?:[ -]?\d[ABCEGHJ-NPRSTV-Z]\d)?", re.IGNORECASE)
_FSA_CHARS: Final = 3


class PostalKnowledge(Protocol):
    """What the gate asks of `addresses.postal.PostalTables`; tests bring small ones."""

    def zip(self, code: str) -> ZipArea | None: ...
    def fsa(self, code: str) -> FsaArea | None: ...
    def regions_of_postal(self, code: str) -> frozenset[str]: ...
    def serves(self, code: str, place: str) -> bool: ...
    def is_place(self, name: str, region: str) -> bool: ...
    def regions_of_place(self, name: str) -> frozenset[str]: ...


@dataclass(frozen=True)
class Statements:
    """Region, place and postal code of one address, held against the tables.

    `gazetteer` may know places the post does not, such as those of a loaded data set.
    """

    parsed: Parsed
    tables: PostalKnowledge
    gazetteer: Gazetteer | None = None

    @property
    def region(self) -> str:
        """State, territory or province; "" when what stands there is none."""
        return self.parsed.civic.A1 if country_of(self.parsed.civic.A1) else ""

    @property
    def place(self) -> str:
        return self.parsed.civic.A3 or self.parsed.civic.PCN or self.parsed.civic.A4

    @property
    def code(self) -> str:
        return self.parsed.civic.PC.strip()

    @property
    def is_zip(self) -> bool:
        """Whether the postal code has the form of a ZIP code."""
        return _ZIP.fullmatch(self.code) is not None

    @property
    def is_canadian_code(self) -> bool:
        """Whether the postal code is a whole one of Canada; no other country writes letter, digit, letter twice."""
        return len(self.code) > _FSA_CHARS and _CANADIAN.fullmatch(self.code) is not None

    @cached_property
    def code_regions(self) -> frozenset[str]:
        """Where the postal code may lie; empty for one of neither country."""
        if self.is_zip or _CANADIAN.fullmatch(self.code):
            return self.tables.regions_of_postal(self.code)
        return frozenset()

    @cached_property
    def code_is_known(self) -> bool:
        """Whether the tables have this very code, rather than only its prefix."""
        if self.is_zip:
            return self.tables.zip(self.code) is not None
        return bool(self.code_regions) and self.tables.fsa(self.code) is not None

    @cached_property
    def place_in_region(self) -> bool:
        """Whether the region has a place of that name."""
        return bool(self.place and self.region) and self.has_place(self.place, self.region)

    def has_place(self, name: str, region: str) -> bool:
        """Whether the post, the gazetteer or the map knows a place of that name in the region."""
        if (fold(name), region) in TOWNS_NAMED_LIKE_COUNTRIES:
            return True
        return self.tables.is_place(name, region) or (
            self.gazetteer is not None and self.gazetteer.is_place(fold(name), region)
        )

    @cached_property
    def code_in_region(self) -> bool:
        """Whether the postal code lies in the region. A code nobody knows agrees with nothing."""
        return self.code_is_known and self.region in self.code_regions

    @cached_property
    def code_serves_place(self) -> bool:
        """Whether the postal code is one of the place."""
        return bool(self.place) and self.code_is_known and self.tables.serves(self.code, self.place)
