"""Addresses taken apart by rule, the same way every time: one step a file, from text to CLDXF elements."""

from callpoint.addresses.parsing.parser import parse
from callpoint.addresses.parsing.street_line import parse_street
from callpoint.addresses.parsing.structured import parse_fields

__all__ = ["parse", "parse_fields", "parse_street"]
