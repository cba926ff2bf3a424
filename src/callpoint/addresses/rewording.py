"""Addresses with some elements changed: cheap, because a million of them are made while a file is judged.

`Civic.from_fields` tidies whatever people send, at 4 µs a time; what is changed here comes out of addresses that went
through it already.
"""

from collections.abc import Mapping

from callpoint.i3.civic import Civic


def reworded(civic: Civic, changes: Mapping[str, str]) -> Civic:
    """`civic` with other elements; "" takes one away. The texts must be tidy (`i3.civic.tidy`)."""
    new = Civic.__new__(Civic)
    fields = new.__dict__
    fields.update(civic.__dict__)
    fields.update(changes)
    return new
