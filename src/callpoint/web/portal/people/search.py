"""People found by words: each word must stand somewhere in what is known of a person, or in the name of their place."""

import re
from typing import Final

from django.db.models import Q, QuerySet

from callpoint.directory.models import Building, Location, Organization

MOST_WORDS: Final = 6
"""Each is another pass over what the words before it left."""
_PERSON: Final = ("device_user_id", "first_name", "last_name", "email", "phone_number", "callback_number")
_NUMBERS: Final = ("phone_number", "callback_number")
# As people write phone numbers; such a search is for the digits as well, however they are grouped.
_NUMBER: Final = re.compile(r"\+?[\d\s().\-/]+")
FEWEST_DIGITS: Final = 4
FEW_PLACES: Final = 500


def found_by(text: str, organization: Organization) -> Q:
    """The condition on `Person` for what somebody typed into the search box."""
    words = [_word(word, organization) for word in text.split()[:MOST_WORDS]]
    wanted = Q()
    # The word that fits the fewest places is asked first: the others are then asked of few people.
    for _places, condition in sorted(words, key=lambda word: word[0]):
        wanted &= condition
    digits = re.sub(r"\D", "", text)
    is_number = len(digits) >= FEWEST_DIGITS and digits != text and _NUMBER.fullmatch(text)
    return wanted | _anywhere(digits, _NUMBERS) if is_number else wanted


def in_buildings(text: str, organization: Organization) -> Q:
    """The condition on `Location` that the name of its building contains the text."""
    buildings = Building.objects.filter(contains(text, "name"), organization=organization)
    return Q(building__in=list(buildings.values_list("pk", flat=True)))


def at_places(wanted: Q, organization: Organization) -> Q:
    """The condition on `Person` that they are assigned to, or now at, such a location."""
    return _at(_places(wanted, organization))


def contains(text: str, column: str) -> Q:
    """The column contains the text, in any case of letters."""
    # SQLite folds ASCII alone, so other letters are asked for in both cases.
    spellings = {text} if text.isascii() else {text.lower(), text.upper()}
    found = Q()
    for spelling in sorted(spellings):
        found |= Q(**{f"{column}__icontains": spelling})
    return found


def _anywhere(word: str, columns: tuple[str, ...]) -> Q:
    found = Q()
    for column in columns:
        found |= contains(word, column)
    return found


def _word(word: str, organization: Organization) -> tuple[int, Q]:
    """How many places the word fits (a few more than `FEW_PLACES` at most), and the condition on `Person`."""
    places = _places(contains(word, "name") | in_buildings(word, organization), organization)
    count = len(places) if isinstance(places, list) else FEW_PLACES + 1
    return count, _anywhere(word, _PERSON) | _at(places)


def _places(wanted: Q, organization: Organization) -> list[int] | QuerySet[Location, int]:
    """Keys of locations: a list costs nothing more; a long one is left to the database, which keeps it as a set."""
    places = Location.objects.filter(wanted, organization=organization).values_list("pk", flat=True)
    few = list(places[: FEW_PLACES + 1])
    return few if len(few) <= FEW_PLACES else places


def _at(places: list[int] | QuerySet[Location, int]) -> Q:
    # The set of the second column is only made where somebody is somewhere else than assigned.
    return Q(assigned_location__in=places) | Q(current_location__isnull=False, current_location__in=places)
