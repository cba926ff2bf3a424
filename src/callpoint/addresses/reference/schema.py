"""The tables inside one data set of address points or roads.

Streets are numbered in the order of their key, then region and place: all streets of one key lie side by side, so
that a span of IDs stands for them. Points lie in the order of street and number; the index over number and street
answers "the same door in other places" without looking at any other street.

`lat` and `lon` are ten-millionths of a degree (1 cm). `locality` is where along a street the post or the
neighbourhood changes. Areas are what a look-up may be narrowed by: a place (municipality, postal community,
neighbourhood) of a region, or a postal code (ZIP code, forward sortation area). A place's area is `own` unless it
only stands under a shorter name that others may bear as well ("barre" for Barre City).
"""

from typing import Final

DEGREE: Final = 10_000_000
# Points of one address: `seq` counts the places it stands at. From here on it counts rows that only tell another
# postal code (or neighbourhood) of a place that is there already.
ALSO: Final = 1 << 20

STREETS: Final = """
CREATE TABLE place (id INTEGER PRIMARY KEY, country TEXT, A1 TEXT, A2 TEXT, A3 TEXT);
CREATE TABLE street (
    id INTEGER PRIMARY KEY, place INTEGER,
    PRM TEXT, PRD TEXT, STP TEXT, RD TEXT, STS TEXT, POD TEXT, POM TEXT,
    name TEXT, type TEXT, direction TEXT, modifier TEXT, postals TEXT
);
CREATE TABLE street_key (
    name TEXT, type TEXT, direction TEXT, modifier TEXT, first INTEGER, last INTEGER,
    PRIMARY KEY (name, type, direction, modifier)
) WITHOUT ROWID;
CREATE TABLE locality (id INTEGER PRIMARY KEY, A4 TEXT, A5 TEXT, PC TEXT, PCN TEXT);
CREATE TABLE area (id INTEGER PRIMARY KEY, region TEXT, place TEXT, postal TEXT, own INTEGER);
CREATE TABLE street_area (area INTEGER, street INTEGER, PRIMARY KEY (area, street)) WITHOUT ROWID;
CREATE TABLE affix (id INTEGER PRIMARY KEY, prefix TEXT, suffix TEXT)
"""

POINTS: Final = """
CREATE TABLE place_type (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE point (
    street INTEGER, number INTEGER, affix INTEGER, seq INTEGER,
    lat INTEGER, lon INTEGER, locality INTEGER, units INTEGER, place_type INTEGER,
    PRIMARY KEY (street, number, affix, seq)
) WITHOUT ROWID
"""
POINTS_INDEX: Final = "CREATE INDEX point_number ON point (number, street)"

ROADS: Final = """
CREATE TABLE line (id INTEGER PRIMARY KEY, shape BLOB);
CREATE TABLE span (
    street INTEGER, low INTEGER, high INTEGER, seq INTEGER,
    parity TEXT, falling INTEGER, side TEXT, affix INTEGER, locality INTEGER, line INTEGER,
    PRIMARY KEY (street, low, high, seq)
) WITHOUT ROWID
"""
