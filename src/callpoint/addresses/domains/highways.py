"""How numbered roads are named: whose they are, what they are called, what may stand behind the number."""

from typing import Final

from callpoint.addresses.domains.listing import listed

# Folded words before the road word -> (system, standard words).
SYSTEMS: Final = {
    **dict.fromkeys(("us", "u s", "united states", "federal"), ("us", "US")),
    **dict.fromkeys(("state", "st", "sta"), ("state", "State")),
    **dict.fromkeys(("provincial", "prov"), ("state", "Provincial")),
    **dict.fromkeys(("county", "cnty", "cty", "co"), ("county", "County")),
    **dict.fromkeys(("county trunk",), ("county", "County Trunk")),
    **dict.fromkeys(("county state aid",), ("county", "County State Aid")),
    **dict.fromkeys(("state trunk",), ("state", "State Trunk")),
    **dict.fromkeys(("township", "twp"), ("township", "Township")),
    **dict.fromkeys(("town",), ("township", "Town")),
    **dict.fromkeys(("forest", "forest service"), ("forest", "Forest")),
    **dict.fromkeys(("indian service", "bia", "bureau of indian affairs"), ("indian", "Indian Service")),
    **dict.fromkeys(("city",), ("city", "City")),
    **dict.fromkeys(("scenic",), ("state", "Scenic")),
    **dict.fromkeys(("farm",), ("farm to market", "Farm to Market")),
    **dict.fromkeys(("ranch",), ("ranch to market", "Ranch to Market")),
}
LONGEST_SYSTEM: Final = max(len(words.split()) for words in SYSTEMS)
ROAD_WORDS: Final = {
    **dict.fromkeys(("route", "rte", "rt", "routes", "rts"), "Route"),
    **dict.fromkeys(("highway", "hwy", "hghwy", "hgwy", "hway", "hiway", "highwy", "hwys", "highways"), "Highway"),
    **dict.fromkeys(("road", "rd"), "Road"),
    **dict.fromkeys(("parkway", "pkwy"), "Parkway"),
    "loop": "Loop",
    "spur": "Spur",
}
# Only these stand before a number on their own: "Route 66". "Road 18" is a road of that name.
BARE_ROAD_WORDS: Final = frozenset(
    listed("loop spur route rte rt routes rts highway hwy hghwy hgwy hway hiway highwy hwys highways")
)
# One word that says both, before the number: "I-91", "FM 45", "SR 520".
SHORT_FORMS: Final = {
    **dict.fromkeys(("i", "ih", "interstate", "interstate highway"), ("interstate", "Interstate")),
    **dict.fromkeys(("us", "u s"), ("us", "US Highway")),
    **dict.fromkeys(("sr", "state route"), ("state", "State Route")),
    **dict.fromkeys(("sh",), ("state", "State Highway")),
    **dict.fromkeys(("cr", "co rd"), ("county", "County Road")),
    **dict.fromkeys(("cth",), ("county", "County Trunk Highway")),
    **dict.fromkeys(("csah",), ("county", "County State Aid Highway")),
    **dict.fromkeys(
        ("fm", "farm to market", "farm to market road", "fm road", "fm rd"), ("farm to market", "Farm to Market")
    ),
    **dict.fromkeys(("rm", "ranch to market", "ranch road", "rr road"), ("ranch to market", "Ranch to Market")),
    **dict.fromkeys(("nfd", "fs", "fr"), ("forest", "Forest Road")),
    **dict.fromkeys(("twp rd", "tr"), ("township", "Township Road")),
}
LONGEST_SHORT_FORM: Final = max(len(words.split()) for words in SHORT_FORMS)
# Behind the number: "Highway 71 Business".
MODIFIERS: Final = {
    **dict.fromkeys(("business", "bus"), "Business"),
    **dict.fromkeys(("bypass", "byp"), "Bypass"),
    **dict.fromkeys(("alternate", "alt"), "Alternate"),
    **dict.fromkeys(("spur",), "Spur"),
    **dict.fromkeys(("truck",), "Truck"),
    **dict.fromkeys(("loop",), "Loop"),
    **dict.fromkeys(("connector", "conn"), "Connector"),
    **dict.fromkeys(("scenic",), "Scenic"),
    **dict.fromkeys(("access",), "Access"),
    **dict.fromkeys(("frontage",), "Frontage"),
}
NUMBER_SIGNS: Final = frozenset({"no", "number", "num", "nr", ""})
