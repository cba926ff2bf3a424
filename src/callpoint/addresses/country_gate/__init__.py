"""First of everything: is this an address of the US or of Canada? Only these are looked up.

A wrong yes is the costly answer: a door in Hamburg found in New York. So a country is believed only when two of
the things said about it agree, and never for a five-digit code alone, which 30 countries write.
"""

from callpoint.addresses.country_gate.gate import Gate, judge
from callpoint.addresses.country_gate.statements import PostalKnowledge

__all__ = ["Gate", "PostalKnowledge", "judge"]
