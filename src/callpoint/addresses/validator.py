"""The verdict on an address: parse, country gate, ladder, judgement."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from callpoint.addresses.area import area_of
from callpoint.addresses.country_gate import Gate
from callpoint.addresses.country_gate import judge as judge_country
from callpoint.addresses.country_gate.countries import ours
from callpoint.addresses.elements import states
from callpoint.addresses.gazetteer import KnownPlaces
from callpoint.addresses.judgement import AREA_ONLY, judge
from callpoint.addresses.ladder import Ladder
from callpoint.addresses.parsed import Parsed
from callpoint.addresses.parsing import parse, parse_fields
from callpoint.addresses.postal import PostalTables
from callpoint.addresses.query import Query
from callpoint.addresses.readings import readings
from callpoint.addresses.reference import ReferenceSet
from callpoint.addresses.refusal import no_door, refusal
from callpoint.addresses.suggestions import SPOT_ELEMENTS, with_spot
from callpoint.addresses.verdict import Reason, Suggestion, Verdict
from callpoint.addresses.wrong_country import may_be_wrong, without_country
from callpoint.i3.civic import Civic

# No address is longer; what is, is not read to its end, since reading takes time.
LONGEST_INPUT: Final = 500


class Validator:
    """Judges addresses by data sets (address points before roads, each in the order given) and postal tables.

    Safe to share between threads. Nothing is remembered but names of places.
    """

    def __init__(self, sets: Sequence[ReferenceSet], tables: PostalTables) -> None:
        points = tuple([one for one in sets if one.kind == "address-points"])
        roads = tuple([one for one in sets if one.kind == "roads"])
        self._tables = tables
        self._ladder = Ladder(points, roads, tables)
        self._gazetteer = KnownPlaces(tables, sets)

    def check(self, address: str | Civic, *, accepted: Civic | Suggestion | None = None) -> Verdict:
        """The verdict on free text or on fields.

        `accepted` is a suggestion of an earlier verdict on the same address, which somebody has chosen: if it is
        still one and still exists, the verdict is *valid_corrected* and the address the accepted one. Its civic
        address alone will do where no other suggestion has the same; the whole suggestion says which position.
        """
        verdict = self._check(address)
        if accepted is None or verdict.status in ("valid", "refused"):
            return verdict
        return self._with_accepted(verdict, accepted)

    def _check(self, address: str | Civic) -> Verdict:
        text = address if isinstance(address, str) else address.formatted()
        if len(text.strip()) > LONGEST_INPUT:
            reason = Reason("too_long", f"No address has more than {LONGEST_INPUT} characters; this is not one.")
            return Verdict(text, "refused", Civic(), reasons=(reason,))
        parsed, gate = self._read(address)
        if may_be_wrong(parsed, gate):
            other, other_gate = self._read(without_country(address, parsed.country_words))
            if other_gate.country not in ("", ours(parsed.country_words)):
                return self._judged(other, other_gate, text, parsed.country_words)
        return self._judged(parsed, gate, text)

    def _read(self, address: str | Civic) -> tuple[Parsed, Gate]:
        places = self._gazetteer
        parsed = parse(address, places) if isinstance(address, str) else parse_fields(address, places)
        return parsed, judge_country(parsed, self._tables, places)

    def _judged(self, parsed: Parsed, gate: Gate, text: str, wrong_country: str = "") -> Verdict:
        if parsed.kind == "nothing":
            return _refused(parsed, text, _reasons(refusal("nothing")))
        if not gate.country:
            return _refused(parsed, text, gate.reasons)
        if (reason := refusal(parsed.kind)) is not None:
            return _refused(parsed, text, (reason,))
        found = readings(parsed, gate, text, self._tables, self._gazetteer, wrong_country)
        if (reason := no_door(parsed)) is not None:
            return self._area_alone(found.likely[0], text, reason)
        verdict = judge(found, self._ladder, text)
        return replace(verdict, reasons=(*verdict.reasons, *parsed.notes)) if parsed.notes else verdict

    def _area_alone(self, query: Query, text: str, reason: Reason) -> Verdict:
        area = area_of(query, self._tables, self._ladder.covers)
        point = area.point if area.status == "area" else None
        return Verdict(
            input=text,
            status=area.status,
            civic=area.civic,
            point=point,
            accuracy="area" if area.status == "area" else None,
            elements=states(area.civic, area.elements),
            suggestions=area.suggestions,
            reasons=(reason, *area.reasons, *((AREA_ONLY,) if area.status == "area" else ())),
        )

    def _with_accepted(self, verdict: Verdict, accepted: Civic | Suggestion) -> Verdict:
        civic = accepted.civic if isinstance(accepted, Suggestion) else accepted
        found = [one for one in verdict.suggestions if _same(one.civic, civic)]
        if isinstance(accepted, Suggestion):
            found = [one for one in found if one.point == accepted.point]
        if len(found) != 1:
            return replace(verdict, reasons=(*verdict.reasons, _not_accepted(civic, len(found))))
        (chosen,) = found
        if chosen.point is None or chosen.dataset is None:
            return self._accepted_area(verdict, chosen)
        civic = with_spot(chosen.civic, civic)
        reason = Reason("corrected", f"Corrected to {civic.formatted()}, which was accepted: {chosen.why}.")
        return Verdict(
            input=verdict.input,
            status="valid_corrected",
            civic=civic,
            point=chosen.point,
            accuracy=chosen.accuracy,
            elements=states(civic, {name: "valid" for name in civic.to_fields() if name not in SPOT_ELEMENTS}),
            reasons=(reason,),
            dataset=chosen.dataset,
        )

    def _accepted_area(self, verdict: Verdict, chosen: Suggestion) -> Verdict:
        """A suggestion of the postal tables is no door yet: it is looked up like any other address."""
        again = self._check(chosen.civic)
        status = "valid_corrected" if again.status == "valid" else again.status
        reason = Reason("corrected", f"Corrected as accepted: {chosen.why}.")
        return replace(again, input=verdict.input, status=status, reasons=(reason, *again.reasons))


def _refused(parsed: Parsed, text: str, reasons: Iterable[Reason]) -> Verdict:
    return Verdict(text, "refused", parsed.civic, elements=states(parsed.civic, {}), reasons=tuple(reasons))


def _reasons(reason: Reason | None) -> tuple[Reason, ...]:
    return (reason,) if reason is not None else ()


def _not_accepted(civic: Civic, count: int) -> Reason:
    if not count:
        return Reason("accepted_unknown", f"{civic.formatted()} is not among what is suggested for this address.")
    text = (
        f"{count} of the suggestions read {civic.formatted()}; which of them is accepted must be said by its position."
    )
    return Reason("accepted_ambiguous", text)


def _same(one: Civic, other: Civic) -> bool:
    """Whether two civics name one door; what is inside may have been filled in since."""
    return _door(one) == _door(other)


def _door(civic: Civic) -> dict[str, str]:
    return {name: text.casefold() for name, text in civic.to_fields().items() if name not in SPOT_ELEMENTS}
