"""Words for a spot inside: units, floors, rooms and buildings, English (Publication 28 C2) and French."""

from typing import Final

from callpoint.addresses.domains.listing import listed

# Folded word -> (element, word kept before the value; "" where the element says it: UNIT "5", FLR "2").
UNITS: Final = {
    **dict.fromkeys(listed("apartment apt apmt aptmt apart appt"), ("UNIT", "Apartment")),
    **dict.fromkeys(listed("suite ste suit su"), ("UNIT", "Suite")),
    **dict.fromkeys(listed("unit un unt"), ("UNIT", "")),
    **dict.fromkeys(listed("# no number"), ("UNIT", "")),
    **dict.fromkeys(listed("lot"), ("UNIT", "Lot")),
    **dict.fromkeys(listed("space spc sp"), ("UNIT", "Space")),
    **dict.fromkeys(listed("trailer trlr"), ("UNIT", "Trailer")),
    **dict.fromkeys(listed("slip"), ("UNIT", "Slip")),
    **dict.fromkeys(listed("hangar hngr"), ("UNIT", "Hangar")),
    **dict.fromkeys(listed("pier"), ("UNIT", "Pier")),
    **dict.fromkeys(listed("berth"), ("UNIT", "Berth")),
    **dict.fromkeys(listed("stop"), ("UNIT", "Stop")),
    **dict.fromkeys(listed("department dept"), ("UNIT", "Department")),
    **dict.fromkeys(listed("office ofc"), ("UNIT", "Office")),
    **dict.fromkeys(listed("penthouse ph"), ("UNIT", "Penthouse")),
    **dict.fromkeys(listed("condo cond"), ("UNIT", "Condo")),
    **dict.fromkeys(listed("room rm chambre piece salle"), ("ROOM", "")),
    **dict.fromkeys(listed("building bldg bld blg blgd bldng batiment bat immeuble edifice"), ("BLD", "")),
    **dict.fromkeys(listed("tower twr tour"), ("BLD", "Tower")),
    **dict.fromkeys(listed("wing aile"), ("BLD", "Wing")),
    **dict.fromkeys(listed("hall pavillon"), ("BLD", "Hall")),
    **dict.fromkeys(listed("appartement app"), ("UNIT", "appartement")),
    **dict.fromkeys(listed("bureau bur"), ("UNIT", "bureau")),
    **dict.fromkeys(listed("unite"), ("UNIT", "")),
    **dict.fromkeys(listed("local"), ("UNIT", "local")),
    **dict.fromkeys(listed("porte"), ("UNIT", "porte")),
    **dict.fromkeys(listed("km kilometro"), ("LOC", "Km")),  # Puerto Rico: "Carr 2 Km 12.3"
    **dict.fromkeys(listed("seat desk cubicle cube poste"), ("SEAT", "")),
}
# These close the name of a street as well: "32 Sugar Lot #22".
STREET_ENDS_TOO: Final = frozenset(listed("lot slip pier berth stop hangar"))
# Only with a number sign or a figure are these units; as words they are names ("Hall", "Wing", "Office").
FLOORS: Final = frozenset(listed("floor fl flr flor level lvl etage etg niveau"))
FRENCH_WORDS: Final = frozenset(
    listed("appartement app bureau bur unite local porte etage chambre piece salle batiment")
)
# Floors called by a word, before "floor" or on their own.
FLOOR_NAMES: Final = {
    **dict.fromkeys(listed("ground"), "Ground"),
    **dict.fromkeys(listed("main"), "Main"),
    **dict.fromkeys(listed("lower"), "Lower"),
    **dict.fromkeys(listed("upper"), "Upper"),
    **dict.fromkeys(listed("top"), "Top"),
    **dict.fromkeys(listed("basement bsmt"), "Basement"),
    **dict.fromkeys(listed("mezzanine mezz"), "Mezzanine"),
}
# These say all themselves; (element, value). They count only where a street has ended or between commas.
ALONE: Final = {
    **dict.fromkeys(listed("basement bsmt"), ("FLR", "Basement")),
    **dict.fromkeys(listed("mezzanine mezz"), ("FLR", "Mezzanine")),
    **dict.fromkeys(listed("lobby lbby"), ("LOC", "Lobby")),
    **dict.fromkeys(listed("front frnt"), ("UNIT", "Front")),
    **dict.fromkeys(listed("rear"), ("UNIT", "Rear")),
    **dict.fromkeys(listed("side"), ("UNIT", "Side")),
    **dict.fromkeys(listed("upper uppr"), ("UNIT", "Upper")),
    **dict.fromkeys(listed("lower lowr"), ("UNIT", "Lower")),
    **dict.fromkeys(listed("penthouse ph"), ("UNIT", "Penthouse")),
    **dict.fromkeys(("rez de chaussee", "rdc"), ("FLR", "rez-de-chaussée")),
    **dict.fromkeys(("sous sol",), ("FLR", "sous-sol")),
}
# A group of words that closes with one of these is a building's name.
BUILDING_ENDS: Final = frozenset(
    listed(
        "building bldg tower towers plaza center "
        " centre hall house complex mall airport hospital school college library "
        "university campus court apartments arms hotel inn church edifice arena stadium terminal"
    )
)
# Puerto Rico: what follows is a quarter with street names of its own.
URBANIZATIONS: Final = frozenset(listed("urb urbanizacion bo barrio sector reparto parcelas comunidad"))
