"""Words of place names that are written in more than one way."""

from typing import Final

# Folded word -> the other way of writing it; a gazetteer may have either.
OTHER_SPELLING: Final = {
    "st": "saint",
    "saint": "st",
    "ste": "sainte",
    "sainte": "ste",
    "mt": "mount",
    "mount": "mt",
    "ft": "fort",
    "fort": "ft",
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
    "pt": "point",
    "spgs": "springs",
    "hts": "heights",
    "vlg": "village",
    "jct": "junction",
    "ctr": "center",
    "hbr": "harbor",
    "bch": "beach",
    "pk": "park",
    "twp": "township",
    "hl": "hill",
    "vly": "valley",
    "mtn": "mountain",
    "lk": "lake",
}
# Folded initials by which a city is called -> its name.
INITIALS: Final = {"nyc": "New York", "slc": "Salt Lake City", "mtl": "Montréal", "okc": "Oklahoma City"}
LONGEST_PLACE: Final = 5  # words of the longest names that are worth trying
# Canadian places whose direction is part of the name, beside a place of the bare name; everywhere else a direction
# in full before a place belongs to the street.
PLACES_WITH_DIRECTION: Final = frozenset(
    {"north york", "east york", "north bay", "east gwillimbury", "west lincoln", "west grey", "north dundas"}
    | {"north perth", "south bruce", "north battleford", "north sydney", "east hawkesbury", "west nipissing"}
)
