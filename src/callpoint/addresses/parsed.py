"""What the words of an address say, before anything is looked up."""

from dataclasses import dataclass
from typing import Literal, Protocol

from callpoint.addresses.verdict import Reason
from callpoint.i3.civic import Civic

Kind = Literal["street", "po_box", "general_delivery", "military", "rural_route", "intersection", "landmark", "nothing"]


class Gazetteer(Protocol):
    """Names of places, as far as somebody knows them. Names come folded by `addresses.folding.fold`."""

    def is_place(self, name: str, region: str) -> bool:
        """Whether `region` (two letters of a state or province, "" = any) has a place of that name."""
        ...


@dataclass(frozen=True, slots=True)
class Parsed:
    """One address taken apart.

    `civic` holds CLDXF elements in standard words ("Street", "North"), in the spelling of names as given.
    `country` is what the words say: "US" or "CA" when a name, state or postal code of that form was read,
    "" when nothing was; `country_words` keeps a country's name as written, ours or not ("Deutschland").
    `alternatives` are other readings of the same words, the likelier first ("10-123 Main" as unit 10 or as a
    hyphenated number; a place of one word or of two). `leftovers` are words that found no element.
    """

    civic: Civic
    kind: Kind = "street"
    country: Literal["US", "CA", ""] = ""
    country_words: str = ""
    language: Literal["en", "fr"] = "en"
    alternatives: tuple[Civic, ...] = ()
    leftovers: tuple[str, ...] = ()
    notes: tuple[Reason, ...] = ()
