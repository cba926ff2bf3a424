"""Generated values of the documents: any text that XML can carry, in any field."""

from typing import Final

from hypothesis import strategies as st

from callpoint.i3.civic import CIVIC_ELEMENTS, EXTENSION_ELEMENTS, Civic

XML_CHARACTERS: Final = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zs", "Zl", "Zp"))
WORDS: Final = st.text(XML_CHARACTERS, min_size=1, max_size=8)
TOKENS: Final = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
COUNTRIES: Final = st.sampled_from(("", "US", "CA", "MX", "JP"))
FOREIGN_ELEMENTS: Final = st.sampled_from(
    (
        '<x:lamp xmlns:x="urn:example:x">7</x:lamp>',
        '<gate xmlns="urn:example:airport" side="a&amp;b">36B<note/>tail</gate>',
    )
)


@st.composite
def civics(draw: st.DrawFn) -> Civic:
    names = st.sampled_from((*CIVIC_ELEMENTS[1:], *EXTENSION_ELEMENTS))
    fields = draw(st.dictionaries(names, TOKENS, max_size=12))
    fields["country"] = draw(COUNTRIES)
    if "RD" not in fields:
        fields.pop("A6", None)  # a street in A6 is moved on reading, which has a test of its own
    fields["other"] = "".join(draw(st.lists(FOREIGN_ELEMENTS, max_size=2)))
    return Civic(**fields)
