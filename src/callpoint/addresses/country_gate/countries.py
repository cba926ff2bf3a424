"""Countries by name: what the words of an address call a country, and how we call it in a reason."""

from types import MappingProxyType
from typing import Final

from callpoint.addresses.domains.countries import COUNTRIES
from callpoint.addresses.folding import fold

_OURS: Final = ("US", "CA")
# Where the parser's first name for a country is not the one people know, and the two particles of names.
_ENGLISH: Final = MappingProxyType(
    {
        "BA": "Bosnia and Herzegovina",
        "CU": "Cuba",
        "GB": "the United Kingdom",
        "IE": "Ireland",
        "JO": "Jordan",
        "LB": "Lebanon",
        "NL": "the Netherlands",
        "PA": "Panama",
        "PE": "Peru",
        "PL": "Poland",
        "TT": "Trinidad and Tobago",
        "AE": "the United Arab Emirates",
        "BS": "the Bahamas",
        "PH": "the Philippines",
    }
)
# Names of towns here, so the parser leaves them be; as the last words of what it could not place they are countries.
_TOWNS_TOO: Final = MappingProxyType(
    {"cuba": "CU", "georgia": "GE", "jordan": "JO", "lebanon": "LB", "panama": "PA", "peru": "PE", "poland": "PL"}
)

# Towns that are named like countries or parts of them, and are under the post of a neighbour: (folded name, state).
TOWNS_NAMED_LIKE_COUNTRIES: Final = frozenset((
    *(("chili", "NY"), ("egypt", "PA"), ("georgia", "VT"), ("holland", "VT"), ("italy", "NY"), ("norway", "NY")),
    *(("russia", "NY"), ("sweden", "NY"), ("wales", "NY")),
))  # fmt: skip


def _english() -> dict[str, str]:
    names: dict[str, str] = {"GE": "Georgia"}
    for name, code in COUNTRIES.items():
        names.setdefault(code, name.title())
    return {code: _ENGLISH.get(code, name) for code, name in names.items()}


_NAMES: Final = MappingProxyType(_english())
# Folded name -> English name, of every country but ours.
FOREIGN: Final = MappingProxyType(
    {name: _NAMES[code] for name, code in {**COUNTRIES, **_TOWNS_TOO}.items() if code not in _OURS}
)


def ours(words: str) -> str:
    """ "US" or "CA" when `words` name one of the two by name or code, else ""."""
    code = words.strip().upper()
    code = code if code in _OURS else COUNTRIES.get(fold(words), "")
    return code if code in _OURS else ""


def name_of(words: str) -> str:
    """The English name of the country that `words` name or abbreviate; the words themselves when it is unknown."""
    code = words.strip().upper()
    if code in _NAMES and len(code) == 2:
        return _NAMES[code]
    return FOREIGN.get(fold(words)) or words.strip()
