"""States, territories and provinces by their two letters, and which postal codes may lie in them."""

from types import MappingProxyType
from typing import Final

STATES: Final = frozenset((
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA",
    "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR",
    "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
))  # fmt: skip
TERRITORIES: Final = frozenset(("PR", "GU", "VI", "AS", "MP"))
US_REGIONS: Final = STATES | TERRITORIES
PROVINCES: Final = frozenset(("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"))
# Military post: US stamps, and a door in another country.
MILITARY: Final = frozenset(("AA", "AE", "AP"))
# Independent states that the US post serves under ZIP codes; their emergency calls are their own.
ASSOCIATED_STATES: Final = MappingProxyType(
    {"FM": "the Federated States of Micronesia", "MH": "the Marshall Islands", "PW": "Palau"}
)

# By first letter of the postal code. The Canadian government's own codes (K1A) serve offices on both banks of the
# river, and Lloydminster's two codes lie on a street that is the border.
_PROVINCES_BY_LETTER: Final = MappingProxyType(
    {
        letter: frozenset(provinces)
        for letters, provinces in (
            ("A", ("NL",)),
            ("B", ("NS",)),
            ("C", ("PE",)),
            ("E", ("NB",)),
            ("GHJ", ("QC",)),
            ("KLMNP", ("ON",)),
            ("R", ("MB",)),
            ("S", ("SK",)),
            ("T", ("AB",)),
            ("V", ("BC",)),
            ("X", ("NT", "NU")),
            ("Y", ("YT",)),
        )
        for letter in letters
    }
)
_ACROSS_A_BORDER: Final = MappingProxyType(
    {
        "K1A": frozenset(("ON", "QC")),
        "H0M": frozenset(("QC", "ON")),  # Akwesasne
        "S9V": frozenset(("SK", "AB")),
        "T9V": frozenset(("SK", "AB")),
    }
)


def country_of(region: str) -> str:
    """ "US", "CA", or "" for two letters that are no region of either."""
    if region in US_REGIONS:
        return "US"
    return "CA" if region in PROVINCES else ""


def provinces_of(fsa: str) -> frozenset[str]:
    """The provinces in which a postal code beginning so may lie; empty when no code begins so."""
    return _ACROSS_A_BORDER.get(fsa[:3]) or _PROVINCES_BY_LETTER.get(fsa[:1], frozenset())
