"""What the steps of the parser hand on: the words not yet understood, and the elements found so far."""

from dataclasses import dataclass, field

from callpoint.addresses.domains.regions import COUNTRY_OF_REGION, QUEBEC_LETTERS
from callpoint.addresses.parsed import Gazetteer, Kind
from callpoint.addresses.parsing.split import Unparted
from callpoint.addresses.parsing.words import Word
from callpoint.addresses.verdict import Reason


@dataclass(slots=True)
class Reading:
    """One address on its way. Steps take words out of `words` and put elements into `fields`."""

    words: list[Word]
    gazetteer: Gazetteer | None = None
    fields: dict[str, str] = field(default_factory=dict)
    kind: Kind = "street"
    country_words: str = ""
    region_name: str = ""  # folded, where the region was written out: "new york" may be the city
    french: bool = False
    comma: bool = False  # whether a comma stood before country, code and region
    alternatives: list[dict[str, str]] = field(default_factory=list)  # changes to `fields`; "" takes an element away
    unit_or_name: tuple[str, str] = (
        "",
        "",
    )  # a unit whose word may close the street's name, and its figure: "Lot", "22"
    leftovers: list[str] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)

    @property
    def country(self) -> str:
        """US, CA, the code of another country that was named, or ""."""
        if "country" in self.fields:
            return self.fields["country"]
        if "A1" in self.fields:
            return COUNTRY_OF_REGION.get(self.fields["A1"], "")
        code = self.fields.get("PC", "")
        return ("US" if code[0].isdigit() else "CA") if code else ""

    @property
    def language(self) -> str:
        """ "fr" where street names are read the French way, else ""."""
        region = self.fields.get("A1") or ("QC" if self.fields.get("PC", "")[:1] in QUEBEC_LETTERS else "")
        return "fr" if self.french or region == "QC" else ""

    @property
    def is_called_for(self) -> bool:
        """Whether post goes to an office and is called for there; what stands behind is that office's place."""
        return self.kind in ("po_box", "general_delivery")

    def unparted(self, words: list[Word]) -> Unparted:
        """`words` of street and place, with what is known for parting them."""
        anchored = bool(self.fields.get("A1") or self.fields.get("PC"))
        return Unparted(
            words, self.fields.get("A1", ""), self.country, self.language, self.gazetteer, anchored, self.comma
        )

    def put(self, element: str, text: str) -> None:
        """Adds `text` to an element; a second one stands behind the first."""
        before = self.fields.get(element)
        self.fields[element] = f"{before} {text}" if before and before != text else text

    def groups(self) -> list[list[Word]]:
        """The words by comma."""
        groups: list[list[Word]] = []
        part = -1
        for word in self.words:
            if word.part != part:
                groups.append([])
                part = word.part
            groups[-1].append(word)
        return groups
