"""How well addresses people wrote are taken apart, element by element, beside usaddress on the same strings.

    python -m tests.addresses.parsing.accuracy PATH/TO/messy_addresses_labeled.jsonl

The strings and their labels are those usaddress was trained and tested with, so usaddress has seen the answers;
they follow its habits, and they disagree with each other (about half of the rows call the whole of "West Holme
Street" a StreetName). "street" therefore compares all words of the street, whatever they were called. Our tables and
rules were tuned on one half of the strings only, chosen by hash; the other was kept out.
"""

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import usaddress

from callpoint.addresses.domains import directions, numerals, regions, street_types, units
from callpoint.addresses.folding import fold
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


def ours(text: str) -> Elements:
    """What our parser finds."""
    fields = parse(text).civic.to_fields()
    elements = {name: fields[name] for name in (*STREET, "POBOX", "A3", "A1", "PC") if name in fields}
    elements["HNO"] = " ".join(fields[name] for name in _OUR_NUMBER if name in fields)
    elements["street"] = " ".join(fields[name] for name in (*STREET, "POM") if name in fields)
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


def theirs(text: str) -> Elements:
    """What usaddress finds."""
    return from_labels(usaddress.parse(text))


def comparable(element: str, text: str) -> str:
    """`text` with differences of spelling taken out: abbreviations, ordinals, designators, order within a building."""
    folded = fold(text)
    if element == "A1":
        return regions.REGIONS.get(folded, folded)
    if element in ("HNO", "PC"):
        return re.sub(r"[^a-z0-9]", "", folded.replace("½", "1 2"))
    words = folded.split()
    if element in ("inside", "POBOX"):
        return " ".join(sorted(_identifier(word) for word in words if not _designates(word)))
    if element == "A3":
        return folded
    return " ".join(_street_word(word) for word in words)


def _designates(word: str) -> bool:
    return word in units.UNITS or word in units.FLOORS


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
    """A Markdown table: element, rows, ours tuned, ours held out, usaddress on both."""
    tuned = [row for row in rows if not row.held_out]
    held = [row for row in rows if row.held_out]
    columns = [score(tuned, ours), score(held, ours), score(tuned, theirs), score(held, theirs)]
    lines = [
        "| element | rows | ours, tuned half | ours, held out | usaddress | usaddress |",
        "|---|---|---|---|---|---|",
    ]
    for element in (*COMPARED, "all"):
        figures = " | ".join(f"{column[element].share:.3f}" for column in columns)
        lines.append(f"| {element} | {columns[0][element].seen} / {columns[1][element].seen} | {figures} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(read_rows(Path(sys.argv[1]))))
