"""Whether a position may belong to an address of the US, its territories or Canada."""

from typing import Final

# (south, west, north, east) in degrees. Rough on purpose: they catch swapped, signless and foreign coordinates,
# while a county's neighbour across a border is caught by nobody without its polygons.
_BOXES: Final = (
    (24.3, -141.1, 83.2, -52.5),  # the contiguous states, Canada, the panhandle of Alaska
    (51.0, -180.0, 71.6, -129.9),  # Alaska
    (51.0, 172.0, 53.5, 180.0),  # the Aleutians beyond the date line
    (18.8, -178.5, 28.6, -154.7),  # Hawaii with its leeward islands
    (17.6, -67.4, 18.6, -64.5),  # Puerto Rico and the Virgin Islands
    (13.2, 144.5, 20.6, 146.2),  # Guam and the Northern Marianas
    (-14.7, -171.2, -11.0, -168.0),  # American Samoa
)


def may_be_ours(lat: float, lon: float) -> bool:
    """False for a position in no part of the two countries, and for NaN."""
    return any(south <= lat <= north and west <= lon <= east for south, west, north, east in _BOXES)
