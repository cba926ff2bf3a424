"""Unit designators (USPS Publication 28 appendix C2; Canada Post for French); key: lower case, no full stop."""

UNIT_DESIGNATORS = {
    "apt": "apartment", "apartment": "apartment", "bsmt": "basement", "basement": "basement",
    "bldg": "building", "building": "building", "dept": "department", "department": "department",
    "fl": "floor", "flr": "floor", "floor": "floor", "frnt": "front", "front": "front", "hngr": "hangar",
    "hangar": "hangar", "key": "key", "lbby": "lobby", "lobby": "lobby", "lot": "lot", "lowr": "lower",
    "lower": "lower", "ofc": "office", "office": "office", "ph": "penthouse", "penthouse": "penthouse",
    "pier": "pier", "rear": "rear", "rm": "room", "room": "room", "side": "side", "slip": "slip", "spc": "space",
    "space": "space", "ste": "suite", "suite": "suite", "stop": "stop", "trlr": "trailer", "trailer": "trailer",
    "unit": "unit", "uppr": "upper", "upper": "upper", "desk": "desk", "seat": "seat", "cubicle": "cubicle",
    "cube": "cubicle", "wing": "wing", "level": "level", "lvl": "level", "tower": "tower", "twr": "tower",
    "app": "appartement", "appt": "appartement", "appartement": "appartement", "bur": "bureau",
    "bureau": "bureau", "étage": "étage", "ét": "étage", "unité": "unité", "salle": "salle", "local": "local",
}  # fmt: skip
