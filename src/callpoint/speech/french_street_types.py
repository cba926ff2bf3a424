"""French street types (Canada Post): they stand before the name and are said in lower case.

Key: abbreviation or word in lower case without a full stop.
"""

FRENCH_STREET_TYPES = {
    "allée": "allée", "all": "allée", "aut": "autoroute", "autoroute": "autoroute", "av": "avenue",
    "avenue": "avenue", "boul": "boulevard", "bd": "boulevard", "boulevard": "boulevard", "carré": "carré",
    "carref": "carrefour", "carrefour": "carrefour", "ch": "chemin", "chemin": "chemin", "côte": "côte",
    "crois": "croissant", "croissant": "croissant", "cours": "cours", "esplanade": "esplanade",
    "imp": "impasse", "impasse": "impasse", "montée": "montée", "parc": "parc", "pass": "passage",
    "pl": "place", "place": "place", "prom": "promenade", "promenade": "promenade", "quai": "quai",
    "rang": "rang", "rg": "rang", "rte": "route", "route": "route", "rle": "ruelle", "ruelle": "ruelle",
    "rue": "rue", "r": "rue", "sent": "sentier", "sentier": "sentier", "tsse": "terrasse",
    "terrasse": "terrasse", "voie": "voie",
}  # fmt: skip

# Types that no English address has: they tell a French address without knowing its province.
FRENCH_ONLY = frozenset({
    "allée", "all", "aut", "autoroute", "boul", "carré", "carrefour", "ch", "chemin", "côte", "crois",
    "croissant", "impasse", "montée", "quai", "rang", "rg", "rle", "ruelle", "rue", "sent", "sentier", "tsse", "voie",
})  # fmt: skip
