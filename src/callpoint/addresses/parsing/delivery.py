"""Takes boxes, general delivery, rural routes and military mail out of the words: where post goes, but nobody is."""

import re
from typing import Final

from callpoint.addresses.domains import street_types
from callpoint.addresses.domains.listing import listed
from callpoint.addresses.domains.regions import MILITARY_REGIONS
from callpoint.addresses.parsing.reading import Reading
from callpoint.addresses.parsing.words import Word, joined, keys_of
from callpoint.addresses.verdict import Reason

# Words that open a post office box, the longest first; what follows is its number.
_BOXES: Final = tuple(
    tuple(phrase.split())
    for phrase in ("post office box", "p o box", "p o b", "case postale", "boite postale", "po box", "po bx", "p obox")
)
# Post that waits at the office until somebody calls for it, by its last word.
_GENERAL: Final = {
    "delivery": frozenset({"general", "gen", "genl"}),
    "restante": frozenset({"poste"}),
    "generale": frozenset({"livraison"}),
}
_ONE_WORD_BOXES: Final = frozenset(listed("pob pobox lockbox drawer"))
_RURAL: Final = {
    **dict.fromkeys(listed("rr rfd rd rural"), "Rural Route"),
    **dict.fromkeys(listed("hc hcr hwy highway"), "Highway Contract Route"),
    **dict.fromkeys(listed("route rte rt"), "Rural Route"),
    "star": "Star Route",
}
_RURAL_JOINED: Final = re.compile(r"(rr|rfd|hc|hcr) ?(\d{1,4}[a-z]?)")
_NEVER_ALONE: Final = frozenset(
    listed("rd rural star highway hwy route rte rt")
)  # "RD 2 Box 7" is rural, "Mill Rd 2" is not
_ID: Final = re.compile(r"(?=.*\d)[a-z\d]{1,8}(?: [a-z\d]{1,4})?|[a-z]")
_MILITARY_POSTS: Final = frozenset(listed("apo fpo dpo"))

NO_DOOR: Final = Reason("po_box", "A post office box: post is fetched there, but nobody can be found there.")
CALLED_FOR: Final = Reason("general_delivery", "Post is kept at the post office; nobody can be found there.")
POST_TOO: Final = Reason("po_box_beside_street", "The post office box beside the street was noted and not looked for.")
CALLED_FOR_TOO: Final = Reason(
    "general_delivery_beside_street", "The general delivery beside the street was noted and not looked for."
)


def take_delivery(reading: Reading) -> None:
    """Fills POBOX, for rural routes STP and RD, for military mail A3 and LOC; sets `kind` for what is no street."""
    if _take_military(reading):
        return
    rural = _take_rural_route(reading)
    box = _take_box(reading, bare=rural)
    while box and _take_box(reading, bare=False):
        continue  # a lockbox may have a box of its own; the last is the post's
    general = _take_general(reading)
    if not rural and (box or general):
        reading.kind = "po_box" if box else "general_delivery"


def settle_kind(reading: Reading) -> None:
    """Post that is called for is only noted beside a street; alone it is all there is."""
    if not reading.is_called_for:
        return
    box = reading.kind == "po_box"
    if reading.fields.get("RD") and reading.fields.get("HNO"):
        reading.kind = "street"
        reading.notes.append(POST_TOO if box else CALLED_FOR_TOO)
    else:
        reading.notes.append(NO_DOOR if box else CALLED_FOR)


def _take_military(reading: Reading) -> bool:
    words = reading.words
    if not words:
        return False
    numbered = words[0].key in ("cmr", "psc", "cfpo") and len(words) > 1 and words[1].key[:1].isdigit()
    if reading.fields.get("A1") not in MILITARY_REGIONS and not numbered:
        return False
    post = words[-1].key.upper() if words[-1].key in _MILITARY_POSTS else ""
    if post:
        reading.fields["A3"] = post
        words.pop()
    if words:
        reading.fields["LOC"] = joined(words)
    reading.words = []
    reading.kind = "military"
    return True


def _take_box(reading: Reading, *, bare: bool) -> bool:
    for at, word in enumerate(reading.words):
        length = _box_words(reading.words, at, bare=bare)
        if not length:
            continue
        end = at + length
        if end < len(reading.words) and reading.words[end].key in ("#", "no", "number"):
            end += 1
        if end < len(reading.words) and reading.words[end].part == word.part and _ID.fullmatch(reading.words[end].key):
            reading.fields["POBOX"] = reading.words[end].text
            end += 1
        elif word.key in ("drawer", "lockbox", "box"):
            continue
        else:
            reading.fields["POBOX"] = ""
        _cut(reading, at, end)
        return True
    return False


def _box_words(words: list[Word], at: int, *, bare: bool) -> int:
    """How many words at `at` say "post office box"; `bare` lets "box" alone do, behind a rural route."""
    key = words[at].key
    if key in _ONE_WORD_BOXES or (key == "box" and (bare or at == 0)):
        return 1
    if key in ("cp", "bp") and at + 1 < len(words) and words[at + 1].key.isdigit():
        return 1
    if key not in ("po", "p", "post", "case", "boite", "c"):
        return 0
    for phrase in _BOXES:
        if keys_of(words[at : at + len(phrase)]) == " ".join(phrase):
            return len(phrase)
    return 0


def _take_general(reading: Reading) -> bool:
    """ "General Delivery" and "Poste restante", but not "12 General Delivery Rd"."""
    words = reading.words
    for at in range(1, len(words)):
        before = _GENERAL.get(words[at].key)
        if before is None or words[at - 1].key not in before or words[at - 1].part != words[at].part:
            continue
        after = words[at + 1] if at + 1 < len(words) else None
        numbered = at > 1 and words[at - 2].key[:1].isdigit() and words[at - 2].part == words[at].part
        if numbered or (after is not None and after.part == words[at].part and after.key in street_types.STREET_TYPES):
            continue
        reading.put("LOC", joined(words[at - 1 : at + 1]))
        _cut(reading, at - 1, at + 1)
        return True
    return False


def _cut(reading: Reading, start: int, end: int) -> None:
    """Takes words out; what stood behind them is parted from what stood before."""
    behind = [word._replace(part=word.part + 1) for word in reading.words[end:]]
    reading.words = reading.words[:start] + behind


def _take_rural_route(reading: Reading) -> bool:
    for at, word in enumerate(reading.words):
        together = _RURAL_JOINED.fullmatch(word.key)
        if together:
            return _rural_taken(reading, _RURAL[together[1]], together[2], at, at + 1)
        if word.key in _RURAL and (number := _route_number(reading.words, at)):
            return _rural_taken(reading, _RURAL[word.key], reading.words[number].text, at, number + 1)
    return False


def _route_number(words: list[Word], at: int) -> int:
    """Where the number of the rural route opening at `at` stands, 0 when none opens there."""
    key, end = words[at].key, at + 1
    following = words[end].key if end < len(words) else ""
    if key in ("rural", "star") and following in ("route", "rte", "rt"):
        end += 1
    elif key in ("highway", "hwy") and following == "contract":
        end += 2 if end + 1 < len(words) and words[end + 1].key in ("route", "rte") else 1
    elif key in ("hc", "rr") and following in ("route", "rte", "rt"):
        end += 1
    elif key in _NEVER_ALONE and not _box_behind(words, at):
        return 0
    if end < len(words) and words[end].key in ("#", "no", "number"):
        end += 1
    found = end < len(words) and len(words[end].key) <= 5 and any(map(str.isdigit, words[end].key))
    return end if found else 0


def _box_behind(words: list[Word], at: int) -> bool:
    """Whether "Rd 2 Box 7" or "Rt # 1 Box 254" opens the address: number and box make a rural route of it."""
    return at == 0 and any(word.key == "box" for word in words[2:4]) and words[at].key not in ("highway", "hwy")


def _rural_taken(reading: Reading, called: str, number: str, start: int, end: int) -> bool:
    if start > 0 and reading.words[0].key[:1].isdigit():  # a civic number with its street stands before
        reading.leftovers.append(joined(reading.words[start:end]))
    else:
        reading.fields.update(STP=called, RD=number.upper())
        reading.kind = "rural_route"
    _cut(reading, start, end)
    return True
