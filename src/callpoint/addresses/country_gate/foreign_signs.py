"""Signs that an address lies elsewhere, and where: names of countries and their parts, forms of postcodes, words.

They name the probable country of what is refused. A *sure* sign is also held against statements that seem to agree:
"Bellevue WA 6056" is near Perth although Washington has a Bellevue. A *likely* one is held against weak agreement,
and a *hint* against nothing: streets of Puerto Rico and New Mexico are Spanish.
"""

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from callpoint.addresses.country_gate.countries import FOREIGN, name_of, ours
from callpoint.addresses.country_gate.statements import Statements
from callpoint.addresses.domains.countries import SHARED_WITH_TOWNS
from callpoint.addresses.folding import fold
from callpoint.addresses.postal.regions import ASSOCIATED_STATES

Weight = Literal["sure", "likely", "hint"]


class Sign(NamedTuple):
    """`seen` is what was seen, in words for the reason."""

    country: str
    weight: Weight
    seen: str


_PARTS: Final = MappingProxyType(
    {
        part: country
        for country, parts in {
            "the United Kingdom": ("england", "scotland", "wales", "northern ireland", "great britain"),
            "Australia": (
                *("new south wales", "nsw", "queensland", "qld", "south australia", "tasmania", "tas"),
                *("western australia", "northern territory", "australian capital territory"),
            ),
            "Germany": (
                *("baden wurttemberg", "bavaria", "bayern", "brandenburg", "hessen", "hesse", "lower saxony"),
                *("niedersachsen", "north rhine westphalia", "nordrhein westfalen", "rheinland pfalz", "saarland"),
                *("saxony", "sachsen", "sachsen anhalt", "schleswig holstein", "thuringia", "thuringen"),
                "mecklenburg vorpommern",
            ),
            "Mexico": (
                *("cdmx", "ciudad de mexico", "mexico city", "mexico df", "mexico d f", "baja california", "b c s"),
                *("baja california sur", "quintana roo", "q roo", "nuevo leon", "jalisco", "queretaro", "yucatan"),
                *("chiapas", "chihuahua", "sinaloa", "tamaulipas", "oaxaca", "guanajuato", "michoacan", "puebla"),
                *("veracruz", "tabasco", "campeche", "tlaxcala", "zacatecas", "aguascalientes", "coahuila", "colima"),
                *("nayarit", "san luis potosi", "estado de mexico", "edomex"),
            ),
        }.items()
        for part in parts
    }
)  # fmt: skip
_LONGEST: Final = max(len(part.split()) for part in _PARTS)

# Outward and inward code; the inward one has none of C, I, K, M, O and V.
_BRITISH_CODE: Final = re.compile(r"\b[a-z]{1,2}\d[a-z\d]? ?(\d[abd-hjlnp-uw-z]{2})\b")
_ORDINAL: Final = re.compile(r"1st|2nd|3rd|[04-9]th")
_AUSTRALIAN_STATE: Final = re.compile(r"\b(?:nsw|vic|victoria|qld|tas|sa|act|nt|wa) \d{4}\b")
# Two states of Australia look like regions of ours. Their codes are none of ours cut short: those begin otherwise.
_AUSTRALIAN_CODES: Final = MappingProxyType({"WA": re.compile(r"6\d{3}"), "NT": re.compile(r"08\d\d")})
_GERMAN: Final = re.compile(r"(?:stra(?:ss|ß)e|str|weg|platz|allee|gasse|chaussee)$", re.IGNORECASE)
_SPANISH: Final = re.compile(r"\b(?:calle|avenida|calzada|privada|cerrada|callejon|prolongacion|colonia|c p)\b")
_CODE_AND_PLACE: Final = re.compile(r"\b(\d{4,5}) [a-z]{3,}|[a-z]{4,} (\d{4,5})$")

_STREET: Final = ("PRM", "PRD", "STP", "RD", "STS", "POD", "POM")
# Where words of a foreign address end up that fit nothing here.
_ELSEWHERE: Final = ("NAM", "LMK", "BLD", "UNIT", "LOC")


def signs_of(statements: Statements) -> list[Sign]:
    """Every sign seen, the surest first."""
    found = [*_countries(statements), *_parts(statements), *_codes(statements), *_words(statements)]
    order: tuple[Weight, ...] = ("sure", "likely", "hint")
    return sorted(found, key=lambda sign: order.index(sign.weight))


def _countries(statements: Statements) -> Iterator[Sign]:
    parsed = statements.parsed
    civic = parsed.civic
    if parsed.country_words and not ours(parsed.country_words):
        yield Sign(name_of(parsed.country_words), "sure", parsed.country_words)
    elif civic.country not in ("", "US", "CA"):
        yield Sign(name_of(civic.country), "sure", civic.country)
    if civic.A1 in ASSOCIATED_STATES:
        yield Sign(ASSOCIATED_STATES[civic.A1], "sure", civic.A1)
    for piece in _places(statements):
        name = fold(piece)
        if name in FOREIGN:
            yield Sign(FOREIGN[name], _weight_of_name(name, piece, statements), piece)
        # As the last of several words only what no town is called: "Paris, France", but not "Trans-Island".
        several, _, last = name.rpartition(" ")
        if (
            several
            and last in FOREIGN
            and last not in SHARED_WITH_TOWNS
            and not statements.tables.regions_of_place(last)
        ):
            yield Sign(FOREIGN[last], "sure", last.title())
    if civic.A1 == "GA" and not statements.is_zip:
        yield Sign("Georgia", "hint", "Georgia")


def _weight_of_name(name: str, piece: str, statements: Statements) -> Weight:
    """How surely a country's name stands for the country.

    "12 Main St, Peru" may be in Indiana. Before a state ("Finland, PA") it is a place that nobody here knows.
    """
    if piece != statements.parsed.civic.A3:
        return "sure"
    if statements.region:
        return "hint"
    return "likely" if statements.tables.regions_of_place(name) else "sure"


def _weight_of_part(name: str, piece: str, statements: Statements) -> Weight:
    """Of "Wales, NY" nobody can tell that it is in Britain."""
    town = piece == statements.parsed.civic.A3 and name in SHARED_WITH_TOWNS and statements.region
    return "hint" if town else "sure"


def _parts(statements: Statements) -> Iterator[Sign]:
    """States and regions of other countries, by name."""
    civic = statements.parsed.civic
    for piece in (*_places(statements), civic.UNIT, civic.LOC):
        for name in _parts_within(piece, statements):
            yield Sign(_PARTS[name], _weight_of_part(name, piece, statements), name.title())
    for piece in (civic.RD, civic.NAM, civic.LMK):
        for name in _parts_within(piece, statements):
            yield Sign(_PARTS[name], "hint", name.title())
    if civic.A1 == "CA" and fold(civic.A3).rpartition(" ")[2] == "baja":
        yield Sign("Mexico", "sure", "Baja California")


def _parts_within(piece: str, statements: Statements) -> Iterator[str]:
    words = fold(piece).split()
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            name = " ".join(words[start : start + length])
            if name in _PARTS and not (statements.region and statements.has_place(name, statements.region)):
                yield name


def _places(statements: Statements) -> Iterator[str]:
    """What stands for a place, or for nothing. A place of the region written is that place: Peru, IN."""
    parsed = statements.parsed
    civic = parsed.civic
    region_words = "" if statements.region else civic.A1
    for piece in (civic.A3, civic.A4, civic.A2, civic.PCN, region_words, *parsed.leftovers, " ".join(parsed.leftovers)):
        if piece and not (statements.region and statements.has_place(piece, statements.region)):
            yield piece


def _codes(statements: Statements) -> Iterator[Sign]:
    pieces = _pieces(statements)
    for piece in pieces:
        for british in _BRITISH_CODE.finditer(piece):
            # "B2 3rd Floor" is no postcode, but what ends the address in 1ST may be one.
            ends = piece is pieces[-1] and british.end() == len(piece)
            if ends or not _ORDINAL.fullmatch(british[1]):
                yield Sign("the United Kingdom", "sure", f"the postcode {british[0].upper()}")
    of_state = _AUSTRALIAN_CODES.get(statements.region)
    digits = " ".join((statements.code, *statements.parsed.leftovers)).split()
    if of_state is not None and any(of_state.fullmatch(word) for word in digits):
        yield Sign("Australia", "sure", f"a postcode of {statements.region} with four digits")
    for piece in pieces:
        if australian := _AUSTRALIAN_STATE.search(piece):
            yield Sign("Australia", "hint" if statements.region else "sure", australian[0].upper())
    yield from _digits(statements, pieces)


def _digits(statements: Statements, pieces: list[str]) -> Iterator[Sign]:
    """Guesses by the number of digits, where nothing of ours is written."""
    if statements.region:
        return
    spanish = any(_SPANISH.search(piece) for piece in pieces)
    if spanish:
        yield Sign("Mexico", "hint", "a Spanish street type")
    civic = statements.parsed.civic
    if civic.NAM and civic.HNO:
        pieces = [*pieces, fold(f"{civic.HNO} {civic.RD}")]  # street and number first, the code behind taken for one
    found = [match[1] or match[2] for match in map(_CODE_AND_PLACE.search, pieces) if match]
    if statements.is_zip:
        found.append(statements.code)
    if any(len(code) == 4 for code in found):
        yield Sign("Australia", "hint", "a postcode of four digits")
    elif found and not spanish:
        yield Sign("Germany", "hint", "a postcode of five digits")


def _words(statements: Statements) -> Iterator[Sign]:
    civic = statements.parsed.civic
    text = " ".join((*(getattr(civic, name) for name in _STREET), civic.NAM, civic.UNIT))
    german = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 4 and _GERMAN.search(word)]
    if german or "ß" in text:
        yield Sign("Germany", "likely", german[0] if german else "ß")


def _pieces(statements: Statements) -> list[str]:
    """Everything but the house number, folded: street; what may hold anything; place with code and leftovers."""
    parsed = statements.parsed
    civic = parsed.civic
    street = [getattr(civic, name) for name in _STREET]
    place = [civic.A4, civic.A3, civic.PCN, civic.A1, civic.PC, *parsed.leftovers]
    pieces = [" ".join(filter(None, street)), *(getattr(civic, name) for name in _ELSEWHERE)]
    return [*map(fold, filter(None, pieces)), fold(" ".join(filter(None, place)))]
