"""The judgement: US, Canada, or neither."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from callpoint.addresses.country_gate.countries import ours
from callpoint.addresses.country_gate.foreign_signs import Sign, signs_of
from callpoint.addresses.country_gate.statements import PostalKnowledge, Statements
from callpoint.addresses.folding import fold
from callpoint.addresses.parsed import Gazetteer, Parsed
from callpoint.addresses.postal.regions import MILITARY, country_of
from callpoint.addresses.verdict import ElementState, Reason

Country = Literal["US", "CA", ""]

_NAMES: Final = {"US": "the United States", "CA": "Canada"}


@dataclass(frozen=True)
class Gate:
    """Whether an address may be looked up. `country` is "" when it is refused, and `reasons` then say why.

    Codes of a refusal: `foreign_address` (`probable` names the country in English), `country_undetermined` (what
    is said about it does not agree, or is too little; `probable` may still hold a guess) and `military_address`.
    `region` is the state or province by what agreed, also when none was written. `elements` tells how country,
    A1, A3 and PC fared; a reason of the code `postal_elsewhere` or `region_elsewhere` stands beside an invalid one.
    """

    country: Country
    probable: str = ""
    region: str = ""
    reasons: tuple[Reason, ...] = ()
    elements: Mapping[str, ElementState] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.country != ""


def judge(parsed: Parsed, tables: PostalKnowledge, gazetteer: Gazetteer | None = None) -> Gate:
    """Whether this is an address of the US (with its territories) or of Canada.

    It is when the state or province agrees with the postal code or with the place, when the postal code is one of
    the place, when the postal code is a whole Canadian one, or when the country is named and nothing speaks
    against it. `gazetteer` may know further places.
    """
    statements = Statements(parsed, tables, gazetteer)
    if parsed.civic.A1 in MILITARY or parsed.kind == "military":
        text = "A military address is behind a door abroad or aboard; no emergency call can be sent there by it."
        return Gate("", reasons=(Reason("military_address", text),))
    if statements.code_in_region and _one_country(statements):
        # Nothing outweighs a known postal code of the very state, so no time is spent on signs of elsewhere.
        country, region = _country(statements.region), statements.region
    else:
        signs = signs_of(statements)
        country, region = _agreed(statements, signs)
        if not country:
            return _refused(statements, signs)
    elements, reasons = _elements(statements, country, region)
    return Gate(country, region=region, reasons=reasons, elements=elements)


def _agreed(statements: Statements, signs: list[Sign]) -> tuple[Country, str]:
    """Country and region by the strongest agreement that no sign of elsewhere outweighs; ("", "") for none."""
    sure = any(sign.weight == "sure" for sign in signs)
    likely = sure or any(sign.weight == "likely" for sign in signs)
    if sure:
        return "", ""
    if statements.place_in_region and _one_country(statements):
        return _country(statements.region), statements.region
    if statements.is_canadian_code and statements.code_regions:
        return _by_canadian_code(statements)
    if likely:
        return "", ""
    if statements.code_serves_place:
        region = min(statements.code_regions)
        return _country(region), region
    return _named(statements)


def _one_country(statements: Statements) -> bool:
    """False when state and postal code are those of two countries, the code being a whole Canadian one.

    A ZIP code beside a province proves nothing: anything may have five digits.
    """
    return not (statements.is_canadian_code and _country(statements.region) == "US")


def _by_canadian_code(statements: Statements) -> tuple[Country, str]:
    """A whole Canadian code beside a US state is a contradiction, except for "CA", which is the country too."""
    if _country(statements.region) == "US" and statements.region != "CA" and not statements.code_serves_place:
        return "", ""
    if statements.region in statements.code_regions:
        return "CA", statements.region
    regions, area = statements.code_regions, statements.tables.fsa(statements.code)
    if area and fold(statements.place) == fold(area.city):
        return "CA", area.A1  # K1A serves both banks of the river, and Ottawa is on one of them
    return "CA", next(iter(regions)) if len(regions) == 1 else ""


def _named(statements: Statements) -> tuple[Country, str]:
    """The country somebody wrote, as long as state and postal code are not those of the other one."""
    parsed = statements.parsed
    named = ours(parsed.country_words)  # `parsed.country` may come from five digits alone
    if not named:
        return "", ""
    of_region = _country(statements.region)
    of_code = {_country(region) for region in statements.code_regions}
    # In "Main St, Springfield, CA" nobody can tell California from Canada; a state needs its second statement.
    if (of_region and of_region != named) or (of_code and named not in of_code):
        return "", ""
    return ("US" if named == "US" else "CA"), statements.region


def _country(region: str) -> Country:
    country = country_of(region)
    return "US" if country == "US" else "CA" if country == "CA" else ""


def _refused(statements: Statements, signs: list[Sign]) -> Gate:
    probable = signs[0].country if signs else ""
    if signs and signs[0].weight == "sure" and not _ours_named(statements):
        text = f"This looks like an address in {probable} ({signs[0].seen}). Only the US and Canada are served."
        return Gate("", probable, reasons=(Reason("foreign_address", text),))
    return Gate("", probable, reasons=(Reason("country_undetermined", _why_undetermined(statements, signs)),))


def _ours_named(statements: Statements) -> bool:
    return bool(ours(statements.parsed.country_words))


def _why_undetermined(statements: Statements, signs: list[Sign]) -> str:
    given = [text for text in (statements.place, statements.parsed.civic.A1, statements.code) if text]
    remedy = "Give the place with its state or province, and the postal code if you know it."
    guess = f" It may lie in {signs[0].country} ({signs[0].seen})." if signs else ""
    if len(given) < 2:
        said = f"only {given[0]} is given" if given else "no place, state or postal code is given"
        return f"It cannot be told in which country this is: {said}.{guess} {remedy}"
    return f"It cannot be told in which country this is: {', '.join(given)} do not belong together.{guess} {remedy}"


def _elements(
    statements: Statements, country: Country, region: str
) -> tuple[dict[str, ElementState], tuple[Reason, ...]]:
    states: dict[str, ElementState] = {"country": "valid"}
    reasons = []
    if statements.parsed.civic.A1:
        states["A1"] = "valid" if statements.region == region and region else "unchecked"
        if statements.region and region and statements.region != region:
            states["A1"] = "invalid"
            text = f"{statements.code} is a postal code of {region}, not of {statements.region}."
            reasons.append(Reason("region_elsewhere", text))
    if statements.place:
        known = statements.code_serves_place or (region and statements.has_place(statements.place, region))
        states["A3"] = "valid" if known else "unchecked"
    if statements.code:
        states["PC"], reason = _postal(statements, country, region)
        reasons += [reason] if reason else []
    return states, tuple(reasons)


def _postal(statements: Statements, country: Country, region: str) -> tuple[ElementState, Reason | None]:
    code = statements.code
    of_country = statements.is_zip if country == "US" else not statements.is_zip
    if not of_country or not statements.code_regions:
        return "invalid", Reason("postal_elsewhere", f"{code} is no postal code of {_NAMES[country]}.")
    if region and region not in statements.code_regions:
        others = " or ".join(sorted(statements.code_regions))
        return "invalid", Reason("postal_elsewhere", f"{code} is a postal code of {others}, not of {region}.")
    if not statements.code_is_known:
        return "unchecked", Reason("postal_unknown", f"{code} is not among the known postal codes.")
    area = statements.tables.fsa(code) if country == "CA" else None
    if statements.place and region and not statements.code_serves_place and not (area and area.rural):
        if statements.has_place(statements.place, region):
            return "invalid", Reason("postal_elsewhere", f"{code} is not known as a postal code of {statements.place}.")
        return ("valid" if statements.code_in_region else "unchecked"), None
    return "valid", None
