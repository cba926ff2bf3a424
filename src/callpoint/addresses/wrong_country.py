"""Takes an address whose country is named wrongly, gives it without that name, so that the rest is read for itself.

In "736 Bathurst Street, Toronto, ON M5S 2R4, USA" nobody takes ON for a province: the United States have none.
"""

from typing import Final

from callpoint.addresses.country_gate import Gate
from callpoint.addresses.country_gate.countries import ours
from callpoint.addresses.parsed import Parsed
from callpoint.addresses.rewording import reworded
from callpoint.i3.civic import Civic

COUNTRY_NAMES: Final = {"US": "the United States", "CA": "Canada"}


def may_be_wrong(parsed: Parsed, gate: Gate) -> bool:
    """Whether one of our countries is named, and the rest speaks for the other or was not all understood."""
    if not gate.country or not parsed.country_words:
        return False
    named = ours(parsed.country_words)
    return bool(named) and (named != gate.country or bool(parsed.leftovers))


def without_country(address: str | Civic, words: str) -> str | Civic:
    """The address without the words that name its country; as it is where they are not found."""
    if not isinstance(address, str):
        return reworded(address, {"country": ""})
    before, _, behind = address.rpartition(words)
    return f"{before}{behind}".strip(" ,;\n\r\t") or address
