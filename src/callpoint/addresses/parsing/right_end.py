"""Takes the words of an address, takes country, postal code and state or province off their right end, in any order."""

import re
from typing import Final

from callpoint.addresses.domains import countries, directions, highways, regions, street_types, units
from callpoint.addresses.domains.listing import listed
from callpoint.addresses.parsing.reading import Reading
from callpoint.addresses.parsing.spelling import spelled
from callpoint.addresses.parsing.split import place_starts
from callpoint.addresses.parsing.words import Word, joined, keys_of
from callpoint.addresses.verdict import Reason

_ZIP: Final = re.compile(r"(\d{5})(?: ?(\d{4}))?")
_FIRST: Final = "[abceghj-nprstvxy]"
_LETTER: Final = "[abceghj-nprstv-z]"
_CANADIAN: Final = re.compile(rf"({_FIRST}\d{_LETTER}) ?(\d{_LETTER}\d)")
_FSA: Final = re.compile(rf"{_FIRST}\d{_LETTER}")
_NO_ZIP_BEHIND: Final = frozenset(listed("box lockbox km # suite apt unit room floor")) | highways.BARE_ROAD_WORDS
# Codes that are street types, directions or units besides.
_TYPES_TOO: Final = frozenset(listed("ct la pr al fl ne me"))
# Their ZIPs begin with a zero.
_ZERO_STATES: Final = frozenset({"CT", "MA", "ME", "NH", "NJ", "RI", "VT", "PR", "VI"})
_OPEN_NAMES: Final = frozenset(listed("old new fort lake mount port north south"))  # "12 Old Virginia"
# "Ontario, CA": the one name of a province that a city of California has.
_CITY_OF_CALIFORNIA: Final = "ontario"
_INSIDE: Final = frozenset(units.UNITS) | units.FLOORS
_MOST_STEPS: Final = 6
_FSA_CHARS: Final = 3
_QUADRANTS: Final = frozenset(listed("ne nw se sw"))
_FEWEST_BEFORE_QUADRANT: Final = 3

_SHORTEST_BROKEN: Final = 4  # "VT 100" is a road

CODE_UNREADABLE: Final = Reason("postal_code_unreadable", "What stands for the postal code is none; it was left out.")
ZERO_RESTORED: Final = Reason("zip_zero_restored", "The ZIP had four figures; a zero was put before them.")


def take_right_end(reading: Reading) -> None:
    """Fills country (`country_words` as written), PC in standard form and A1 with its two letters."""
    if "A3" in reading.fields:
        return  # the place came in fields of its own
    if len(reading.words) > _FEWEST_BEFORE_QUADRANT and reading.words[-1].key in _QUADRANTS:
        _put_back_quadrant(reading)
    for _ in range(_MOST_STEPS):
        if not reading.words:
            return
        part = reading.words[-1].part
        if not (_take_code(reading) or _take_country(reading) or _take_region(reading)):
            return
        reading.comma = bool(reading.words) and reading.words[-1].part != part


def standard_code(text: str) -> str:
    """A ZIP or Canadian postal code in standard form ("05633-0001", "K1A 0A9"), "" when `text` is neither."""
    key = re.sub(r"[\s-]+", " ", text.strip().lower())
    american, canadian = _ZIP.fullmatch(key), _CANADIAN.fullmatch(key)
    if american:
        return f"{american[1]}-{american[2]}" if american[2] else american[1]
    if canadian:
        return f"{canadian[1]} {canadian[2]}".upper()
    return key.upper() if _FSA.fullmatch(key) else ""


def _put_back_quadrant(reading: Reading) -> None:
    """Puts a quadrant behind the District of Columbia back to its street: "… Ave, Washington, DC NW"."""
    *words, quadrant = reading.words
    region = words[-1] if not _ZIP.fullmatch(words[-1].key) else words[-2]
    end = max((at for at, word in enumerate(words[:-1]) if _is_plain_type(word.key)), default=-1) + 1
    if region.key != "dc" or end == 0:
        return
    if words[end].key != quadrant.key:
        words.insert(end, quadrant._replace(part=words[end - 1].part))
    reading.words = words


def _take_code(reading: Reading) -> bool:
    words, fields = reading.words, reading.fields
    if "PC" in fields or len(words) < 2:
        return False
    last = words[-1].key
    if not any(map(str.isdigit, last)):
        return False
    broken = _broken_code(words)
    if broken:
        return _broken_code_taken(reading, broken)
    if len(words) > 2 and len(last) in (3, 4):
        pair = standard_code(f"{words[-2].key} {last}") if words[-2].part == words[-1].part else ""
        if pair and not (len(words) == 3 and pair[0].isdigit()):
            return _code_taken(reading, pair, 2)
        if len(last) == 3 and _FSA.fullmatch(last) and regions.REGIONS.get(words[-2].key) in regions.PROVINCES:
            return _code_taken(reading, last.upper(), 1)
        return False
    code = standard_code(last) if len(last) > 4 else ""
    if not code or (code[0].isdigit() and words[-2].key in _NO_ZIP_BEHIND):
        return False
    return _code_taken(reading, code, 1)


def _broken_code(words: list[Word]) -> int:
    """How many words behind a state's or province's letters are meant as its code and are none: "IA 5230"."""
    for length in (1, 2, 3):
        if len(words) < length + 3 or words[-length - 1].key.upper() not in regions.COUNTRY_OF_REGION:
            continue
        text = keys_of(words[-length:])
        figures = all(any(map(str.isdigit, word.key)) for word in words[-length:])
        if figures and len(text) >= _SHORTEST_BROKEN and not standard_code(text):
            return length
    return 0


def _broken_code_taken(reading: Reading, length: int) -> bool:
    """Four figures behind a New England state have lost their zero in a spreadsheet; nobody can mend the others."""
    broken = reading.words[-length:]
    if length == 1 and re.fullmatch(r"\d{4}", broken[0].key) and reading.words[-2].key.upper() in _ZERO_STATES:
        reading.notes.append(ZERO_RESTORED)
        return _code_taken(reading, f"0{broken[0].key}", 1)
    reading.notes.append(CODE_UNREADABLE)
    reading.leftovers.append(joined(broken))
    del reading.words[-length:]
    return True


def _code_taken(reading: Reading, code: str, words: int) -> bool:
    reading.fields["PC"] = code
    del reading.words[-words:]
    return True


def _take_country(reading: Reading) -> bool:
    words = reading.words
    last = words[-1]
    if last.key == "ca" and _is_canada(reading):
        return _country_taken(reading, "CA", 1)
    if last.key not in countries.LAST_WORDS:
        return False
    for length in range(min(countries.LONGEST_COUNTRY, len(words)), 0, -1):
        name = last.key if length == 1 else keys_of(words[-length:])
        code = countries.COUNTRIES.get(name)
        if code is None or (name == "us" and len(words) < 3):
            continue
        alone = words[-length].part == last.part and (length == len(words) or words[-length - 1].part != last.part)
        if name in countries.SHARED_WITH_TOWNS and not (alone and "A1" not in reading.fields):
            return False
        if length < len(words) and words[-length - 1].key in ("new", "nouveau") and not alone:
            return False
        if code not in ("US", "CA") and "A1" in reading.fields:
            return False
        return _country_taken(reading, code, length)
    return False


def _is_canada(reading: Reading) -> bool:
    """Whether a last "CA" is the country: a province or Canadian postal code stands before it."""
    words = reading.words
    if len(words) < 2 or "A1" in reading.fields:
        return False
    before = words[-2].key
    code = reading.fields.get("PC", "")
    if before in regions.REGION_NAMES and code[:1].isdigit():
        return False  # "Ontario, CA 91764" is a city in California, as its ZIP code tells
    if before == _CITY_OF_CALIFORNIA and not code and not _names_place(reading, words[:-2]):
        return False
    return (
        regions.REGIONS.get(before) in regions.PROVINCES
        or _CANADIAN.fullmatch(before) is not None
        or (len(words) > 2 and _CANADIAN.fullmatch(f"{words[-3].key} {before}") is not None)
    )


def _names_place(reading: Reading, words: list[Word]) -> bool:
    """Whether a place stands before the province: "12 King St, Toronto, Ontario, CA", but "303 E B St, Ontario, CA"."""
    while words and words[_before_last_comma(words)].key in _INSIDE:
        words = words[: _before_last_comma(words)]
    street = words[_before_last_comma(words) :] if words else []
    if not street or not street[0].key[:1].isdigit():
        return bool(street)
    line = reading.unparted(street[1:])._replace(region="ON", country="CA", anchored=True)
    return len(line.words) > 0 and place_starts(line)[0] < len(line.words)


def _before_last_comma(words: list[Word]) -> int:
    """How many of `words` stand before their last comma."""
    return sum(word.part != words[-1].part for word in words)


def _country_taken(reading: Reading, code: str, length: int) -> bool:
    if "country" in reading.fields and reading.fields["country"] != code:
        return False
    reading.fields["country"] = code
    reading.country_words = joined(reading.words[-length:])
    del reading.words[-length:]
    return True


def _take_region(reading: Reading) -> bool:
    words = reading.words
    if words[-1].key not in regions.LAST_WORDS:
        return False
    for length in range(min(regions.LONGEST_REGION, len(words)), 0, -1):
        if words[-length].part != words[-1].part:
            continue
        name = words[-1].key if length == 1 else keys_of(words[-length:])
        code = regions.REGIONS.get(name)
        if code is None:
            continue
        known = reading.fields.get("A1")
        if known is not None and known != code:
            return False
        if reading.fields.get("country", regions.COUNTRY_OF_REGION[code]) != regions.COUNTRY_OF_REGION[code]:
            return False
        if known is None and length < len(words) and not _means_region(reading, code, name, length):
            return False
        return _region_taken(reading, code, name, length)
    return False


def _region_taken(reading: Reading, code: str, name: str, length: int) -> bool:
    taken = reading.words[-length:]
    if "A1" in reading.fields and name in regions.REGION_NAMES and length < len(reading.words):
        return False  # "New York, NY": the second is the city
    del reading.words[-length:]
    if name in regions.REGION_NAMES:
        reading.region_name = spelled(joined(taken))
    elif name == "ny" and "A1" in reading.fields:
        reading.region_name = "New York"  # "NY, NY"
    reading.fields["A1"] = code
    return True


def _means_region(reading: Reading, code: str, name: str, length: int) -> bool:
    """Whether the last words, which could be a region, are one rather than a street's type, direction or name."""
    words = reading.words
    before = words[-length - 1]
    own_part = before.part != words[-1].part
    if len(name) > 2 and regions.COUNTRY_OF_REGION[code] == "US" and _is_whole_canadian(reading.fields.get("PC", "")):
        # "2780 Avenue Kent, H3S 1M7": only what cannot be part of a street contradicts the code
        return own_part and name in regions.REGION_NAMES and length + 1 < len(words)
    if own_part:
        return True
    anchored = "PC" in reading.fields or "country" in reading.fields
    if name in _TYPES_TOO and not (anchored and len(words) > 3 and name not in ("ne", "fl")):
        return _may_be_region(words, name)
    if anchored:
        return True
    if name in regions.REGION_NAMES:
        numbered = any(word.key[:1].isdigit() for word in words)
        return (len(words) > length + 1 or not numbered) and before.key not in _OPEN_NAMES
    if len(name) != 2:
        return False
    return name not in regions.WORDLIKE_REGIONS or _may_be_region(words, name)


def _is_whole_canadian(code: str) -> bool:
    return len(code) > _FSA_CHARS and code[0].isalpha()


def _may_be_region(words: list[Word], name: str) -> bool:
    """Whether "Ct", "Fl" or "Ne" at the end can be a state: the street has its type, or floor its number, elsewhere."""
    before = words[-2].key
    if name == "fl":
        return not re.fullmatch(r"\d{1,3}(?:st|nd|rd|th)|first|second|third|top|ground|main", before)
    if name == "ne":
        return not _is_plain_type(before) or _place_stands_before(words)
    earlier = any(_is_plain_type(word.key) or word.key in directions.ENGLISH for word in words[1:-2])
    return earlier or (len(words) > 3 and words[-1].text.isupper() and not joined(words).isupper())


def _place_stands_before(words: list[Word]) -> bool:
    """Whether commas or a second street type leave room for a place before the last word."""
    return words[0].part != words[-2].part or sum(_is_plain_type(word.key) for word in words[:-1]) > 1


def _is_plain_type(key: str) -> bool:
    return street_types.STREET_TYPES.get(key) in street_types.PLAIN_TYPES
