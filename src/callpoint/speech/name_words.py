"""Abbreviations inside names of streets, places and buildings; key: lower case without a full stop.

"St" stands here for Saint: as a street's own type it is in `street_suffixes`.
"""

NAME_WORDS = {
    "st": "Saint", "ste": "Sainte", "sts": "Saints", "ft": "Fort", "mt": "Mount", "mtn": "Mountain", "pt": "Point",
    "jr": "Junior", "sr": "Senior", "dr": "Doctor", "gen": "General", "gov": "Governor", "pres": "President",
    "sgt": "Sergeant", "capt": "Captain", "col": "Colonel", "rev": "Reverend", "msgr": "Monsignor",
    "univ": "University", "hosp": "Hospital", "elem": "Elementary", "sch": "School", "ctr": "Center",
    "intl": "International", "natl": "National", "govt": "Government", "dept": "Department",
    "bldg": "Building", "twr": "Tower", "assn": "Association", "mgmt": "Management", "mfg": "Manufacturing",
    "hq": "headquarters", "nr": "near", "btwn": "between", "approx": "approximately", "w/": "with",
    "flr": "floor", "rm": "room", "apt": "apartment", "bsmt": "basement", "conf": "conference",
    "recep": "reception", "entr": "entrance", "ent": "entrance", "stn": "station", "whse": "warehouse",
    "co": "County", "twp": "Township", "bros": "Brothers", "inc": "Incorporated",
    "ltd": "Limited", "corp": "Corporation",
}  # fmt: skip

# What a word means right before a number, where that differs: "col 14" is a column, "Col Glenn" a person.
NUMBERED_WORDS = {
    "col": "column", "ste": "suite", "fl": "floor", "rt": "Route", "rte": "Route", "hwy": "Highway", "no": "number",
    "ext": "extension", "sec": "section", "desk": "desk", "unit": "unit", "pt": "part", "ft": "foot",
}  # fmt: skip

SIGNS = {"&": "and", "+": "plus", "@": "at", "#": "number", "%": "percent", "=": "equals", "°": "degrees"}
SIGNS_IN_FRENCH = {"&": "et", "+": "plus", "@": "à", "#": "numéro", "%": "pour cent", "=": "égale", "°": "degrés"}
