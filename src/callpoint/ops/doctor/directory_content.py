"""What the directory knows of people, by the snapshot: whom would a 911 call not serve as it should?"""

import sqlite3
from collections.abc import Iterator
from typing import Final

from callpoint.ops.doctor.check import Check, Subject
from callpoint.ops.doctor.finding import Finding, FindingKind, counted, listed
from callpoint.ops.doctor.sqlite_look import looking_at, was_interrupted

LOOK_SECONDS: Final = 15.0  # a million people take about 5 s
EXAMPLES: Final = 3

NO_LOCATION = FindingKind(
    "directory.no-location",
    "warning",
    "Active people have no location at all: their 911 call goes to the relay center, unregistered, and may cost a fee.",
    "Give each an assigned location, or ask them to set theirs; `callpoint explain ID --org SLUG` shows one of them.",
)
NO_CALLBACK = FindingKind(
    "directory.no-callback",
    "warning",
    "Active people have no callback number: a PSAP that is cut off cannot call them back.",
    "Add the callback number to each person, or to the file they are imported from.",
)
UNCHECKED = FindingKind(
    "directory.unchecked-address",
    "warning",
    "Locations people would be sent help to have an address no data set has confirmed.",
    "Let people listen to theirs (933), and correct what is wrong: `callpoint import locations FILE.csv --org SLUG`.",
)
AREA_ONLY = FindingKind(
    "directory.area-address",
    "warning",
    "Locations people would be sent help to have an address of which only the postal area is confirmed: a call from "
    "there reaches its PSAP, but nobody can be sent to a door without asking.",
    "Load address points or roads of that place (`callpoint data load`), or correct the address.",
)
NO_PSAP = FindingKind(
    "directory.no-psap",
    "warning",
    "Locations people would be sent help to lead to no PSAP: a call from there goes to the relay center.",
    "Load PSAP boundaries, or add a fixed route for their state or town (portal: Provider, Fixed routes).",
)
SILENT_PSAP = FindingKind(
    "directory.psap-without-target",
    "warning",
    "Locations people would be sent help to belong to a PSAP that has no target: its boundary says nothing of where "
    "its calls go, so they go to the relay center.",
    "Give that PSAP a target (portal: Provider, PSAPs), or add a fixed route for the state or town.",
)
LOOK_ALIKES = FindingKind(
    "directory.look-alikes",
    "warning",
    "IDs in one organization differ only in case, blanks, separators or leading zeros. IDs are compared exactly, so "
    "one of each pair is probably a slip, and its person not known by the ID the phone sends.",
    "Delete or correct the one that the calling platform does not send.",
)
EMPTY = FindingKind(
    "directory.empty",
    "warning",
    "The node knows no organization, or nobody in it.",
    "Make an organization in the portal (Provider, Organizations; `callpoint administrator` lets you in), then load "
    "its people there, or by `callpoint import users FILE.csv --org SLUG`.",
)
NOT_COUNTED = FindingKind(
    "directory.not-counted",
    "notice",
    "The directory is so large that it was not counted through in the time doctor takes.",
    "Run doctor at a quiet hour, or ask the portal's lists.",
)
FINE = FindingKind("directory.fine", "ok", "Everybody active in an organization has a location with a PSAP.")

# Where a call of each active person would be sent from, by the order of routing.whose_location.
_WHO: Final = """
CREATE TEMP TABLE who AS
SELECT i.organization AS organization, json_extract(i.body, '$.callback_number') IS NULL AS silent,
    coalesce(i.network_location, i.current_location, i.assigned_location,
        CASE WHEN json_extract(o.body, '$.number_location_allowed') THEN i.number_location END) AS place
FROM identity i LEFT JOIN small o ON o.kind = 'organization' AND o.key = i.organization
WHERE coalesce(json_extract(i.body, '$.active'), 1)
"""
_PEOPLE: Final = "SELECT organization, count(*), sum(place IS NULL), sum(silent) FROM who GROUP BY organization"
_PLACES: Final = """
SELECT organization, sum(json_extract(l.body, '$.verdict') IS NULL),
    sum(json_extract(l.body, '$.verdict') IS 'area'), sum(l.psap IS NULL),
    sum(l.psap IS NOT NULL AND coalesce(json_array_length(s.body, '$.targets'), 0) = 0)
FROM (SELECT DISTINCT organization, place FROM who WHERE place IS NOT NULL) JOIN location l ON l.id = place
LEFT JOIN small s ON s.kind = 'psap' AND s.key = l.psap
GROUP BY organization
"""
_ALIKE: Final = """
SELECT organization, group_concat(identity, ' and ') FROM identity
WHERE near <> '' GROUP BY organization, near HAVING count(*) > 1 ORDER BY organization
"""


def look(subject: Subject) -> Iterator[Finding]:
    """Counts for each organization. A snapshot that cannot be read is told by its own check."""
    if not subject.snapshot_path.is_file():
        return
    try:
        with looking_at(subject.snapshot_path, LOOK_SECONDS) as db:
            db.execute("PRAGMA temp_store = MEMORY")
            db.execute(_WHO)
            found = [*_people(db), *_places(db), *_alike(db)]
            yield from found
            (people,) = db.execute("SELECT count(*) FROM who").fetchone()
            if people and not found:
                yield FINE.found(f"All {counted(people, 'active person', 'active people')} are well described.")
    except sqlite3.Error as error:
        if was_interrupted(error):
            yield NOT_COUNTED.found("The people in the snapshot were not counted through.")


def _people(db: sqlite3.Connection) -> Iterator[Finding]:
    rows = db.execute(_PEOPLE).fetchall()
    if not rows:
        yield EMPTY.found("The snapshot holds nobody who could be known by their ID.")
    for organization, people, lost, silent in rows:
        total = counted(people, "active person", "active people")
        if lost:
            yield NO_LOCATION.found(f"{organization}: {lost:,} of {total} without any location.")
        if silent:
            yield NO_CALLBACK.found(f"{organization}: {silent:,} of {total} without a callback number.")


def _places(db: sqlite3.Connection) -> Iterator[Finding]:
    for organization, unchecked, area, without_psap, silent in db.execute(_PLACES).fetchall():
        told = (
            (UNCHECKED, unchecked, "with an unchecked address"),
            (AREA_ONLY, area, "not dispatchable: only the area of the address is confirmed"),
            (NO_PSAP, without_psap, "without a PSAP"),
            (SILENT_PSAP, silent, "of a PSAP without a target"),
        )
        for kind, number, words in told:
            if number:
                yield kind.found(f"{organization}: {counted(number, 'location')} {words}.")


def _alike(db: sqlite3.Connection) -> Iterator[Finding]:
    pairs: dict[str, list[str]] = {}
    for organization, identities in db.execute(_ALIKE):
        pairs.setdefault(organization, []).append(identities)
    for organization, found in pairs.items():
        count = counted(len(found), "group")
        yield LOOK_ALIKES.found(f"{organization}: {count} of IDs that look alike: {listed(found, EXAMPLES)}.")


CHECKS = (Check("the directory", look),)
