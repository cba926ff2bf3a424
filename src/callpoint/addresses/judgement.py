"""What the rungs of the ladder mean: one verdict out of every known address that resembles the one given.

An address is *valid* when exactly one known door differs from it in nothing that would have to be corrected, in any
reading of the words. Everything else is shown as a suggestion, and only a set that claims to list every door of the
place may say that there is no such address.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from callpoint.addresses import elements
from callpoint.addresses.area import Area, area_of
from callpoint.addresses.comparison import WRONG_TYPE, Match
from callpoint.addresses.ladder import Ladder
from callpoint.addresses.query import Query
from callpoint.addresses.readings import Readings
from callpoint.addresses.reference import PointHit
from callpoint.addresses.same_door import doors
from callpoint.addresses.suggestions import distinct, nearest_number, number_of, standard_form, street_of, suggested
from callpoint.addresses.verdict import DatasetRef, ElementState, Reason, Suggestion, Verdict
from callpoint.addresses.warnings import warnings_of
from callpoint.i3.civic import Civic

# A suggestion dearer than this is another address, not a misspelled one.
DEAREST: Final = 4.5
# Within this of the best one, a suggestion is as likely as the best one.
AS_LIKELY: Final = 0.4

AREA_ONLY: Final = Reason(
    "not_dispatchable", "Only the area is known: nobody can be sent to a door, and the call must be asked about it."
)


@dataclass(frozen=True)
class _Unconfirmed:
    """What there is to say about an address no door of which is known."""

    query: Query
    area: Area
    likely: list[Match]
    near: list[PointHit]
    street_known: bool
    number_known: bool
    complete: DatasetRef | None
    covering: DatasetRef | None


def judge(asked: Readings, ladder: Ladder, given: str) -> Verdict:
    """The verdict on an address in all its readings; `given` is what was asked."""
    fuller = _clean(_exact(asked.fuller, ladder))
    if fuller:
        return _confirmed(fuller, ladder, given)
    exact = _exact(asked.likely, ladder)
    if clean := _clean(exact):
        return _but_for_words(asked, clean, ladder, given) or _warned(asked, _confirmed(clean, ladder, given))
    desperate = [query for query in asked.desperate if not query.place or _is_listed_whole(asked.likely, ladder)]
    if (clean := _clean(_exact(desperate, ladder))) and not any(map(ladder.streets, asked.likely)):
        return _confirmed(clean, ladder, given)
    return _unconfirmed(_look_further(asked, exact, ladder), given)


def _is_listed_whole(queries: Iterable[Query], ladder: Ladder) -> bool:
    """Whether it is certain which streets the place lacks: only without an E Street is "E St" East Street."""
    return all(ladder.complete_for(query) for query in queries)


def _exact(queries: Iterable[Query], ladder: Ladder) -> list[Match]:
    return [match for query in queries for match in ladder.exact(query)]


def _clean(matches: Iterable[Match]) -> list[Match]:
    return doors([match for match in matches if match.clean])


# --- confirmed -------------------------------------------------------------------------------------------


def _but_for_words(asked: Readings, clean: list[Match], ladder: Ladder, given: str) -> Verdict | None:
    """A door confirmed by passing words over that may mean another street: "50 Main St Nroth". None if they do not."""
    others = [match for query in asked.fuller for match in ladder.likely(query) if match.cost <= DEAREST]
    others = [match for match in others if match.hit.street.key != clean[0].hit.street.key]
    if not asked.unexplained or not (others or asked.speaks_of_street):
        return None
    reason = Reason("words_unexplained", f"What {asked.unexplained} means is not known; it may belong to the street.")
    return _ambiguous(clean[0], [*doors(others), *clean], given, reason)


def _warned(asked: Readings, verdict: Verdict) -> Verdict:
    if not asked.unexplained:
        return verdict
    text = f"{asked.unexplained} was taken for the name of a building, because no street of the place is called so."
    return replace(verdict, warnings=(*verdict.warnings, Reason("words_unexplained", text)))


def _confirmed(clean: list[Match], ladder: Ladder, given: str) -> Verdict:
    best = clean[0]
    siblings = _siblings(best, ladder)
    if len(clean) > 1 or siblings:
        return _ambiguous(best, [*clean, *siblings], given)
    if not best.query.postal and (best.fit == "not given" or not best.query.region):
        place = best.hit.civic.A3 or best.hit.civic.PCN
        text = (
            f"{place} has this address, but what is given leaves other places open, and not all of them are known here."
        )
        return _ambiguous(best, clean, given, Reason("place_missing", text))
    return _valid(best, given)


def _siblings(best: Match, ladder: Ladder) -> list[Match]:
    """Streets that what is given leaves open: "10 Lake View" when there is a Lake View Road; "Route 2"; "Ldge Rd"."""
    found = [one for one in ladder.siblings(best.query) if one.cost < WRONG_TYPE and not _is_extension(one)]
    found += ladder.lookalikes(best)
    return [one for one in doors(found) if one.fit != "elsewhere" and not one.clean]


def _is_extension(sibling: Match) -> bool:
    """A street named after the one it extends: where that has the number, it is what its own name means."""
    return sibling.hit.street.key.type == "extension"


def _valid(match: Match, given: str) -> Verdict:
    hit, civic = match.hit, standard_form(match)
    return Verdict(
        input=given,
        status="valid",
        civic=civic,
        point=hit.point,
        accuracy=hit.accuracy,
        elements=elements.of_confirmed(match, civic),
        reasons=tuple(_confirming(match, civic)),
        warnings=warnings_of(hit, civic),
        dataset=hit.dataset,
    )


def _confirming(match: Match, civic: Civic) -> Iterable[Reason]:
    name = match.hit.dataset.name
    if match.hit.accuracy == "range":
        text = f"{name} has a road whose numbers include this one; the position is interpolated along it."
        yield Reason("range_confirms", text)
    else:
        yield Reason("point_confirms", f"{name} has this address.")
    for one in match.differences:
        if one.element == "PC":
            yield Reason("postal_completed", f"The postal code was {_left_out(one.given)}; it is {one.right}.")
        elif one.element == "A3" and not one.given:
            yield Reason("place_completed", f"The place was not given; it is {one.right}.")
        elif one.element == "A3":
            yield Reason("place_named", f"{one.given} is the name of the post for this address in {one.right}.")
    if match.query.postal and match.hit.civic.PC and civic.PC[:5] != match.hit.civic.PC[:5]:
        text = f"{civic.PC} is one recipient's own postal code; the door lies in {match.hit.civic.PC}."
        yield Reason("postal_of_recipient", text)


def _left_out(given: str) -> str:
    return "not given in full" if given else "not given"


def _ambiguous(best: Match, matches: Sequence[Match], given: str, *reasons: Reason) -> Verdict:
    suggestions = distinct(suggested(match, _where(match)) for match in matches)
    if not reasons:
        text = f"{len(matches)} addresses fit what was given. Choose one."
        reasons = (Reason("several_fit", text),)
    civic = best.query.civic
    states = elements.of_several(matches, civic)
    return Verdict(given, "ambiguous", civic, elements=states, suggestions=suggestions, reasons=reasons)


def _where(match: Match) -> str:
    civic = match.hit.civic
    parts = (street_of(civic), civic.A3 or civic.PCN, civic.PC)
    return "it may be " + ", ".join([part for part in parts if part])


# --- not confirmed ---------------------------------------------------------------------------------------


def _look_further(asked: Readings, exact: list[Match], ladder: Ladder) -> _Unconfirmed:
    judged = [(query, area_of(query, ladder.tables, ladder.covers)) for query in asked.likely]
    query, area = next(((query, area) for query, area in judged if area.status == "area"), judged[0])
    covering = ladder.covering(query)
    complete = ladder.complete_for(query)
    exact += [match for one in asked.likely for match in ladder.twins(one)]
    likely = exact + [match for one in (*asked.fuller, *asked.likely) for match in ladder.likely(one)]
    number_known = any(match.fit != "elsewhere" for match in exact)
    return _Unconfirmed(
        query,
        area,
        _worth_showing(likely, area),
        [] if number_known else ladder.near(query),
        number_known or bool(ladder.streets(query)),
        number_known,
        complete.dataset if complete else None,
        covering.dataset if covering else None,
    )


def _worth_showing(matches: Iterable[Match], area: Area) -> list[Match]:
    """The doors, likeliest first. Where the place is certain, other places are no way out."""
    near_enough = [match for match in matches if match.cost <= DEAREST]
    if area.status == "area":
        near_enough = [match for match in near_enough if match.fit != "elsewhere" or _postal_agrees(match)]
    return doors(near_enough)


def _postal_agrees(match: Match) -> bool:
    return bool(match.query.postal) and not any(one.element == "PC" and one.cost for one in match.differences)


def _unconfirmed(found: _Unconfirmed, given: str) -> Verdict:
    query, area = found.query, found.area
    likely = _as_likely(found.likely)
    reasons = list(_findings(found, likely))
    suggestions = distinct(_suggestions(found))
    known = _elements(found, likely)
    if area.status == "area" and not (found.complete and query.has_number and query.key.full):
        return Verdict(
            input=given,
            status="area",
            civic=area.civic,
            point=area.point,
            accuracy="area",
            elements=elements.states(area.civic, known),
            suggestions=suggestions,
            reasons=(*reasons, *area.reasons, AREA_ONLY),
            dataset=None,
        )
    if area.status != "area":
        reasons += area.reasons
    several = len(likely) > 1 or (not likely and area.status == "ambiguous")
    return Verdict(
        input=given,
        status="ambiguous" if several and not _only_the_number_is_wrong(found) else "invalid",
        civic=query.civic,
        elements=elements.states(query.civic, known),
        suggestions=suggestions,
        reasons=tuple(reasons),
        dataset=found.complete,
    )


def _as_likely(matches: Sequence[Match]) -> Sequence[Match]:
    return [match for match in matches if match.cost <= matches[0].cost + AS_LIKELY]


def _only_the_number_is_wrong(found: _Unconfirmed) -> bool:
    return bool(found.complete and found.street_known and not found.number_known and found.area.status == "area")


def _suggestions(found: _Unconfirmed) -> Iterable[Suggestion]:
    near = [nearest_number(hit, found.query.civic) for hit in found.near]
    small = [suggested(match) for match in found.likely if match.cost <= WRONG_TYPE]
    large = [suggested(match) for match in found.likely if match.cost > WRONG_TYPE]
    yield from (*small, *near, *large, *found.area.suggestions)


def _elements(found: _Unconfirmed, likely: Sequence[Match]) -> dict[str, ElementState]:
    """The street and the number refuted as far as somebody can refute them, the rest as the area has it."""
    area = found.area.elements
    if found.street_known and not found.number_known:
        number = elements.NUMBER if found.complete else ()
        return elements.marked(area, elements.STREET, number)
    if len(likely) == 1 and (found.complete or found.area.status != "area"):
        return elements.of_corrected(likely[0], found.query.civic, area)
    return elements.marked(area, (), elements.STREET if found.complete else ())


def _findings(found: _Unconfirmed, likely: Sequence[Match]) -> Iterable[Reason]:
    query = found.query
    place = query.civic.A3 or query.civic.PCN or query.civic.PC or query.region
    if not query.key.full:
        yield Reason("no_street", "No street is given.")
        return
    street = street_of(query.civic)
    if not query.has_number:
        yield Reason("no_number", f"No house number is given on {street}.")
        return
    if found.covering is None:
        yield Reason("no_data", f"No data set of addresses covers {place}: street and number are unchecked.")
    elif found.area.status == "area" and not found.number_known:
        missing = _number_missing if found.street_known else _street_missing
        yield missing(found, street, place)
    if likely:
        yield Reason("correction_needed", f"Something has to be corrected first: {suggested(likely[0]).why}.")


def _number_missing(found: _Unconfirmed, street: str, place: str) -> Reason:
    number = number_of(found.query.civic)
    if found.complete:
        return Reason("number_unknown", f"There is no number {number} on {street} in {place} ({found.complete.name}).")
    name = found.covering.name if found.covering else ""
    return Reason(
        "number_not_listed", f"{name} has no number {number} on {street}, but does not claim to list every one."
    )


def _street_missing(found: _Unconfirmed, street: str, place: str) -> Reason:
    if found.complete:
        return Reason("street_unknown", f"There is no {street} in {place} ({found.complete.name}).")
    name = found.covering.name if found.covering else ""
    return Reason("street_not_listed", f"{name} has no {street} in {place}, but does not claim to list every street.")
