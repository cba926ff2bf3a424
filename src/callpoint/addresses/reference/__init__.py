"""Reference files of addresses: address points and road ranges, built once, asked by everybody."""

from callpoint.addresses.reference.building import BUILDS, load
from callpoint.addresses.reference.reference_set import ReferenceSet
from callpoint.addresses.reference.values import PointHit, Street

__all__ = ["BUILDS", "PointHit", "ReferenceSet", "Street", "load"]
