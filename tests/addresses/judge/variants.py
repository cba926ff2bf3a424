"""One true address in the ways people write it. The words used here are the judge's own, not the parser's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Final

from tests.addresses.judge.truth import Truth

_TYPES: Final = {"St": "Street", "Rd": "Road", "Ave": "Avenue", "Dr": "Drive", "Ln": "Lane", "Cir": "Circle"} | {
    "Ct": "Court",
    "Ter": "Terrace",
    "Pl": "Place",
    "Pkwy": "Parkway",
    "Blvd": "Boulevard",
    "Hwy": "Highway",
    "Sq": "Square",
    "Trl": "Trail",
    "Hts": "Heights",
    "Cres": "Crescent",
    "Ext": "Extension",
    "Lndg": "Landing",
    "Mdw": "Meadow",
}
_DIRECTIONS: Final = {"N": "North", "S": "South", "E": "East", "W": "West"}
_FRENCH_TYPES: Final = {"Boulevard": "boul.", "Avenue": "av.", "Chemin": "ch.", "Place": "pl."}
_FRENCH_DIRECTIONS: Final = {"Est": "E", "Ouest": "O", "Nord": "N", "Sud": "S"}
# What never is the name of a street by itself, so a slip in it is no slip in the name.
_NOT_NAMES: Final = frozenset(
    word.casefold()
    for word in (*_TYPES, *_TYPES.values(), *_DIRECTIONS, *_DIRECTIONS.values(), *_FRENCH_TYPES, *_FRENCH_DIRECTIONS)
) | {"route", "state", "us", "vt", "de", "du", "des", "la", "le", "way", "loop", "allée", "terrasse"}
_SHORTEST_WORD: Final = 4

Form = Callable[[Truth, "Pen"], str]


class Pen:
    """Whoever writes: draws by a seed, and knows the streets and codes there are, so as not to write another truth."""

    def __init__(self, seed: str, streets: Mapping[str, frozenset[str]], postals: Sequence[str]) -> None:
        self.random = Random(seed)
        self.streets = streets
        self.postals = postals


def line(truth: Truth, *, street: str = "", place: bool = True, postal: str | None = None, number: str = "") -> str:
    """ "422 Lake View Rd, Averill, VT 05901"."""
    code = truth.postal if postal is None else postal
    region = " ".join(filter(None, (truth.region, code)))
    parts = (f"{number or truth.number} {street or truth.street}", truth.place if place else "", region)
    return ", ".join(filter(None, parts))


def as_is(truth: Truth, pen: Pen) -> str:
    return line(truth)


def other_case(truth: Truth, pen: Pen) -> str:
    return pen.random.choice((str.upper, str.lower))(line(truth))


def no_commas(truth: Truth, pen: Pen) -> str:
    return line(truth).replace(",", "")


def abbreviated(truth: Truth, pen: Pen) -> str:
    """Types and directions short, with or without a full stop."""
    stop = pen.random.choice(("", "."))
    if truth.region == "QC":
        words = [_FRENCH_TYPES.get(word, _FRENCH_DIRECTIONS.get(word, word)) for word in truth.street.split()]
        return line(truth, street=" ".join(words))
    short = {full: f"{brief}{stop}" for brief, full in (_TYPES | _DIRECTIONS).items()}
    short |= {brief: f"{brief}{stop}" for brief in (*_TYPES, *_DIRECTIONS)}
    return line(truth, street=_at_the_ends(truth.street, short))


def spelled_out(truth: Truth, pen: Pen) -> str:
    """Types and directions in full; in Montréal the whole line in French."""
    if truth.region == "QC":
        street = truth.street[:1].lower() + truth.street[1:]
        return f"{truth.number}, {street}, {truth.place} (Québec) {truth.postal}"
    return line(truth, street=_at_the_ends(truth.street, _TYPES | _DIRECTIONS))


def _at_the_ends(street: str, words: Mapping[str, str]) -> str:
    """Only at the first word and the last two; "State St" in the middle of a name is a name."""
    found = street.split()
    for at in {0, len(found) - 2, len(found) - 1} & set(range(len(found))):
        is_name = at == 0 and (len(found) < 3 or found[0] in _TYPES or found[0] in _TYPES.values())
        found[at] = found[at] if is_name else words.get(found[at], found[at])
    return " ".join(found)


def typo(truth: Truth, pen: Pen) -> str:
    """One slip in the name: a letter lost, doubled, changed, or two swapped. "" where no name is long enough."""
    words = truth.street.split()
    long = [at for at, word in enumerate(words) if len(word) >= _SHORTEST_WORD and _is_name(word)]
    known = pen.streets.get(truth.place, frozenset())
    for _ in range(20 if long else 0):
        at = pen.random.choice(long)
        slipped = " ".join((*words[:at], _slip(words[at], pen.random), *words[at + 1 :]))
        # A slip that makes the name of another street of the town is another truth.
        if slipped.casefold() != truth.street.casefold() and slipped.casefold() not in known:
            return line(truth, street=slipped)
    return ""


def _is_name(word: str) -> bool:
    return word.isalpha() and word.casefold() not in _NOT_NAMES


def _slip(word: str, random: Random) -> str:
    at = random.randrange(1, len(word) - 1)
    return random.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + random.choice("aeioulnrst") + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def no_postal(truth: Truth, pen: Pen) -> str:
    return line(truth, postal="")


def wrong_postal(truth: Truth, pen: Pen) -> str:
    """The code of another town, or another part of the town."""
    others = [code for code in pen.postals if code[:5] != truth.postal[:5]]
    return line(truth, postal=pen.random.choice(others))


def no_city(truth: Truth, pen: Pen) -> str:
    return line(truth, place=False)


def unit_before(truth: Truth, pen: Pen) -> str:
    unit = pen.random.randrange(1, 40)
    if truth.country == "CA":
        return f"{unit}-{line(truth)}"
    return f"{pen.random.choice(('Apt', 'Unit', 'Suite'))} {unit}, {line(truth)}"


def unit_after(truth: Truth, pen: Pen) -> str:
    unit = pen.random.randrange(1, 40)
    words = (f"app. {unit}", f"bureau {unit}") if truth.region == "QC" else (f"Apt {unit}", f"# {unit}", f"Ste {unit}")
    between = pen.random.choice((" ", ", "))
    return line(truth, street=f"{truth.street}{between}{pen.random.choice(words)}")


def no_such_number(truth: Truth, pen: Pen) -> str:
    """A number beyond every door."""
    return line(truth, number=str(pen.random.randrange(70_000, 99_999)))


def no_type(truth: Truth, pen: Pen) -> str:
    """Without the street's type; "" where it has none, or where that is the name of another street."""
    words = truth.street.split()
    types = {*_TYPES, *_TYPES.values(), *_FRENCH_TYPES}
    for at in (len(words) - 1, len(words) - 2, 0):
        if at > (0 if truth.region != "QC" else -1) and words[at] in types:
            return _another(truth, pen, [word for place, word in enumerate(words) if place != at])
    return ""


def other_type(truth: Truth, pen: Pen) -> str:
    """With another type than the street has."""
    words = truth.street.split()
    types = _TYPES if truth.region != "QC" else _FRENCH_TYPES
    at = -1 if truth.region != "QC" else 0
    if len(words) < 2 or words[at] not in types:
        return ""
    words[at] = pen.random.choice([one for one in types if one != words[at]])
    return _another(truth, pen, words)


def no_direction(truth: Truth, pen: Pen) -> str:
    """Without the direction; "" where there is none."""
    words = truth.street.split()
    directions = {*_DIRECTIONS, *_DIRECTIONS.values(), *_FRENCH_DIRECTIONS}
    at = 0 if words[0] in directions else -1
    if len(words) < 3 or words[at] not in directions:
        return ""
    return _another(truth, pen, words[1:] if at == 0 else words[:-1])


def other_town(truth: Truth, pen: Pen) -> str:
    """In another town, which has no street of that name, without a postal code.

    A street of one letter is left out: "E St" is an abbreviated East Street where there is none of that letter.
    """
    if len(truth.street.split()[0]) == 1:
        return ""
    others = sorted(place for place, streets in pen.streets.items() if truth.street.casefold() not in streets)
    return line(replace(truth, place=pen.random.choice(others)), postal="") if others else ""


def _another(truth: Truth, pen: Pen, words: Sequence[str]) -> str:
    street = " ".join(words)
    known = {_in_full(one) for one in pen.streets.get(truth.place, frozenset())}
    return "" if not words or _in_full(street) in known else line(truth, street=street)


def _in_full(street: str) -> str:
    full = {short.casefold(): word.casefold() for short, word in (_TYPES | _DIRECTIONS).items()}
    return " ".join(full.get(word, word) for word in street.casefold().split())


CLEAN: Final[Mapping[str, Form]] = {
    "as it is": as_is,
    "other case": other_case,
    "no commas": no_commas,
    "abbreviated": abbreviated,
    "spelled out, French": spelled_out,
    "no ZIP": no_postal,
    "no city": no_city,
    "unit before": unit_before,
    "unit after": unit_after,
}
WRONG: Final[Mapping[str, Form]] = {
    "typo": typo,
    "wrong ZIP": wrong_postal,
    "no street type": no_type,
    "other street type": other_type,
    "no direction": no_direction,
    "other town": other_town,
    "no such number": no_such_number,
}
