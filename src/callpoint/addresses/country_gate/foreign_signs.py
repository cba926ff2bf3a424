"""Signs that an address lies elsewhere, and where: names of countries and their parts, forms of postcodes, words.

They name the probable country of what is refused. A *sure* sign is also held against statements that seem to agree:
"Bellevue WA 6056" is near Perth although Washington has a Bellevue. A *likely* one is held against weak agreement,
and a *hint* against nothing: streets of Puerto Rico and New Mexico are Spanish.
"""

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from callpoint.addresses.country_gate.countries import FOREIGN, OURS, name_of
from callpoint.addresses.country_gate.statements import Statements
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
            "United Kingdom": ("england", "scotland", "wales", "northern ireland", "great britain"),
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
_LONGEST: Final = max(len(part.split()) for part in (*_PARTS, *FOREIGN))

# Outward and inward code; the inward one has none of C, I, K, M, O and V.
_BRITISH_CODE: Final = re.compile(r"\b[a-z]{1,2}\d[a-z\d]? ?(\d[abd-hjlnp-uw-z]{2})\b")
_ORDINAL: Final = re.compile(r"1st|2nd|3rd|[04-9]th")
_AUSTRALIAN_STATE: Final = re.compile(r"\b(?:nsw|vic|victoria|qld|tas|sa|act|nt|wa)\b \d{4}\b")
# Two states of Australia look like regions of ours. Their codes are none of ours cut short: those begin otherwise.
_AUSTRALIAN_CODES: Final = MappingProxyType({"WA": re.compile(r"6\d{3}"), "NT": re.compile(r"08\d\d")})
_GERMAN: Final = re.compile(r"(?:stra(?:ss|ß)e|str|weg|platz|allee|gasse|chaussee)$", re.IGNORECASE)
_SPANISH: Final = re.compile(r"\b(?:calle|avenida|calzada|privada|cerrada|callejon|prolongacion|colonia|c p)\b")
_FIVE_DIGITS: Final = re.compile(r"\b\d{5}\b")
_FOUR_DIGITS: Final = re.compile(r"\b\d{4}$")

_STREET: Final = ("PRM", "PRD", "STP", "RD", "STS", "POD", "POM")


def signs_of(statements: Statements) -> list[Sign]:
    """Every sign seen, the surest first."""
    found = [*_names(statements), *_codes(statements), *_words(statements)]
    order: tuple[Weight, ...] = ("sure", "likely", "hint")
    return sorted(found, key=lambda sign: order.index(sign.weight))


def _names(statements: Statements) -> Iterator[Sign]:
    """Countries and their parts, by name. A name that is a place of the region written is that place: Peru, IN."""
    parsed = statements.parsed
    civic = parsed.civic
    if parsed.country_words and fold(parsed.country_words) not in OURS:
        yield Sign(name_of(parsed.country_words), "sure", parsed.country_words)
    if civic.country not in ("", "US", "CA"):
        yield Sign(name_of(civic.country), "sure", civic.country)
    if civic.A1 in ASSOCIATED_STATES:
        yield Sign(ASSOCIATED_STATES[civic.A1], "sure", civic.A1)
    region_words = "" if statements.region else civic.A1
    for piece in (civic.A3, civic.A4, civic.A2, civic.PCN, region_words, " ".join(parsed.leftovers)):
        if piece and not (statements.region and statements.has_place(piece, statements.region)):
            yield from _names_within(fold(piece).split(), statements)
    if civic.A1 == "CA" and fold(civic.A3).endswith(" baja"):
        yield Sign("Mexico", "sure", "Baja California")


def _names_within(words: list[str], statements: Statements) -> Iterator[Sign]:
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            name = " ".join(words[start : start + length])
            country = _PARTS.get(name) or (FOREIGN.get(name) if start + length == len(words) else None)
            if country and not (statements.region and statements.has_place(name, statements.region)):
                yield Sign(country, "sure", name.title())


def _codes(statements: Statements) -> Iterator[Sign]:
    text = _whole(statements)
    british = _BRITISH_CODE.search(text)
    if british and not _ORDINAL.fullmatch(british[1]):
        yield Sign("United Kingdom", "sure", f"the postcode {british[0].upper()}")
    digits = " ".join((statements.code, *statements.parsed.leftovers)).split()
    of_state = _AUSTRALIAN_CODES.get(statements.region)
    if of_state is not None and any(of_state.fullmatch(word) for word in digits):
        yield Sign("Australia", "sure", f"a postcode of {statements.region} with four digits")
    elif australian := _AUSTRALIAN_STATE.search(text):
        yield Sign("Australia", "sure" if not statements.region else "hint", australian[0].upper())
    elif _FOUR_DIGITS.search(text) and not statements.code:
        yield Sign("Australia", "hint", "a postcode of four digits")


def _words(statements: Statements) -> Iterator[Sign]:
    civic = statements.parsed.civic
    street = " ".join(filter(None, (getattr(civic, name) for name in _STREET)))
    german = [word for word in re.findall(r"[^\W\d_]+", street) if len(word) > 4 and _GERMAN.search(word)]
    if german or "ß" in street:
        yield Sign("Germany", "likely", german[0] if german else street)
    if _SPANISH.search(_whole(statements)):
        yield Sign("Mexico", "hint", "a Spanish street type")
    if civic.A1 == "GA" and not statements.is_zip:
        yield Sign("Georgia", "hint", "Georgia")
    if _FIVE_DIGITS.search(statements.code) and not statements.region:
        yield Sign("Germany", "hint", "a postcode of five digits")


def _whole(statements: Statements) -> str:
    """Street, place and what was left over, folded; house number and unit may look like anything and stay out."""
    parsed = statements.parsed
    civic = parsed.civic
    parts = [getattr(civic, name) for name in (*_STREET, "LOC", "A4", "A3", "PCN", "A1", "PC")]
    return fold(" ".join(filter(None, (*parts, *parsed.leftovers))))
