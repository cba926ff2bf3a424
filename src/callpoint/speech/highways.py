"""Numbered roads as they are said: "I-89" is "Interstate eighty-nine", "CR 12" "County Road twelve".

Key: the written kind in lower case without full stops; the number that follows is said by the address rules.
"""

HIGHWAYS = {
    "i": "Interstate", "ih": "Interstate", "interstate": "Interstate",
    "us": "U S Highway", "ush": "U S Highway", "us hwy": "U S Highway", "us highway": "U S Highway",
    "us rte": "U S Route", "us route": "U S Route",
    "sr": "State Road", "sh": "State Highway", "st hwy": "State Highway", "state hwy": "State Highway",
    "state highway": "State Highway", "st rd": "State Road", "state rd": "State Road", "state road": "State Road",
    "st rt": "State Route", "st rte": "State Route", "state rte": "State Route", "state route": "State Route",
    "state rt": "State Route",
    "cr": "County Road", "co rd": "County Road", "county rd": "County Road", "county road": "County Road",
    "ch": "County Highway", "cth": "County Trunk Highway", "county hwy": "County Highway",
    "county highway": "County Highway", "county route": "County Route", "county rte": "County Route",
    "fm": "Farm to Market Road", "rm": "Ranch to Market Road", "rr": "Range Road",
    "twp rd": "Township Road", "tr": "Township Road", "township road": "Township Road",
    "hwy": "Highway", "highway": "Highway", "rte": "Route", "rt": "Route", "route": "Route",
    "hc": "Highway Contract", "loop": "Loop", "spur": "Spur",
    "aut": "autoroute", "autoroute": "autoroute",
}  # fmt: skip
