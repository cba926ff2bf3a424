"""States, provinces and territories of both countries, with the names and abbreviations people write."""

from typing import Final, Literal

Country = Literal["US", "CA"]

# Code: full name, then the older and informal abbreviations (folded).
_STATES: Final = """
AL: alabama, ala
AK: alaska, alas
AZ: arizona, ariz
AR: arkansas, ark
CA: california, calif, cal
CO: colorado, colo
CT: connecticut, conn
DE: delaware, del
DC: district of columbia
FL: florida, fla, flor
GA: georgia
HI: hawaii, hawai i
ID: idaho, ida
IL: illinois, ill, ills
IN: indiana, ind
IA: iowa
KS: kansas, kans, kan
KY: kentucky, ken, kent
LA: louisiana
ME: maine
MD: maryland
MA: massachusetts, mass
MI: michigan, mich
MN: minnesota, minn
MS: mississippi, miss
MO: missouri
MT: montana, mont
NE: nebraska, nebr, neb
NV: nevada, nev
NH: new hampshire
NJ: new jersey
NM: new mexico, n mex
NY: new york
NC: north carolina, n carolina, n car
ND: north dakota, n dakota, n dak
OH: ohio
OK: oklahoma, okla
OR: oregon, ore, oreg
PA: pennsylvania, penn, penna
RI: rhode island
SC: south carolina, s carolina, s car
SD: south dakota, s dakota, s dak
TN: tennessee, tenn
TX: texas, tex
UT: utah
VT: vermont
VA: virginia
WA: washington, wash
WV: west virginia, w virginia, w va, wva
WI: wisconsin, wis, wisc
WY: wyoming, wyo
AS: american samoa
FM: federated states of micronesia, micronesia
GU: guam
MH: marshall islands
MP: northern mariana islands, cnmi
PW: palau
PR: puerto rico
UM: us minor outlying islands
VI: virgin islands, us virgin islands, usvi
AA: armed forces americas
AE: armed forces europe
AP: armed forces pacific
"""
_PROVINCES: Final = """
AB: alberta, alta, alb
BC: british columbia, colombie britannique, c b
MB: manitoba, man
NB: new brunswick, nouveau brunswick
NL: newfoundland and labrador, newfoundland, labrador, terre neuve et labrador, terre neuve, nfld, nf
NS: nova scotia, nouvelle ecosse
NT: northwest territories, territoires du nord ouest, nwt
NU: nunavut
ON: ontario, ont
PE: prince edward island, ile du prince edouard, pei
QC: quebec, que, pq
SK: saskatchewan, sask
YT: yukon, yukon territory, yk
"""
# First letters of the postal codes of Québec.
QUEBEC_LETTERS: Final = frozenset("GHJ")
MILITARY_REGIONS: Final = frozenset({"AA", "AE", "AP"})


def _rows(table: str) -> dict[str, tuple[str, ...]]:
    lines = (line.partition(": ") for line in table.strip().splitlines())
    return {code: tuple(names.split(", ")) for code, _, names in lines}


_NAMES: Final[dict[Country, dict[str, tuple[str, ...]]]] = {"US": _rows(_STATES), "CA": _rows(_PROVINCES)}

# Code -> country. The codes of the two countries do not overlap.
COUNTRY_OF_REGION: Final[dict[str, Country]] = {code: country for country, rows in _NAMES.items() for code in rows}
PROVINCES: Final = frozenset(_NAMES["CA"])
# Folded code, name or abbreviation -> code.
REGIONS: Final[dict[str, str]] = {
    **{code.lower(): code for code in COUNTRY_OF_REGION},
    **{name: code for rows in _NAMES.values() for code, names in rows.items() for name in names},
}
# Folded full names only, as they stand before "Route 100".
REGION_NAMES: Final[dict[str, str]] = {names[0]: code for rows in _NAMES.values() for code, names in rows.items()}
# A last word that is none of these ends no region; hyphenated names are one word.
LAST_WORDS: Final = frozenset(name.split()[-1] for name in REGIONS) | frozenset(REGIONS)
LONGEST_REGION: Final = max(len(name.split()) for name in REGIONS)
# Codes that are ordinary words or directions besides; without a comma, postal code or end of text they prove little.
WORDLIKE_REGIONS: Final = frozenset({"in", "or", "me", "hi", "ok", "de", "la", "as", "on"})
