"""Location objects: `read_pidf_lo(body)` takes what peers send, `write_pidf_lo(document)` writes by the book."""

from callpoint.i3.data_blocks import DataReference, ProvidedBy
from callpoint.i3.errors import DocumentError
from callpoint.i3.location import Confidence, Distribution, Location, PidfLo, Subject
from callpoint.i3.pidf_reader import read_pidf_lo
from callpoint.i3.pidf_writer import write_pidf_lo

CONTENT_TYPE = "application/pidf+xml"

__all__ = [
    "CONTENT_TYPE",
    "Confidence",
    "DataReference",
    "Distribution",
    "DocumentError",
    "Location",
    "PidfLo",
    "ProvidedBy",
    "Subject",
    "read_pidf_lo",
    "write_pidf_lo",
]
