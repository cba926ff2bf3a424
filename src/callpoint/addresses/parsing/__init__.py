"""Addresses taken apart by rule, the same way every time: one step a file, from text to CLDXF elements."""

from callpoint.addresses.parsing.street_line import parse_street

__all__ = ["parse_street"]
