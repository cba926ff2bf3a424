"""What the post knows: US ZIP codes, Canadian forward sortation areas, and the places they serve.

This is knowledge of areas. It tells one country, state or town from another; it never confirms a door.
"""

from callpoint.addresses.postal.areas import FsaArea, ZipArea, ZipKind
from callpoint.addresses.postal.place_key import place_key
from callpoint.addresses.postal.tables import PostalTables, tables

__all__ = ["FsaArea", "PostalTables", "ZipArea", "ZipKind", "place_key", "tables"]
