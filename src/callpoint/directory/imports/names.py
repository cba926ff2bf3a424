"""A whole name taken apart, where a file has one column for it."""

from typing import Final

# Words that belong to the last name behind them: "Ludwig van Beethoven", "Charles de Gaulle".
_PARTICLES: Final = frozenset(
    (
        *("al", "af", "av", "bin", "da", "das", "de", "del", "della", "den", "der", "des", "di", "do", "dos", "du"),
        *("el", "la", "le", "ten", "ter", "van", "vom", "von", "zu", "zur", "st", "st.", "saint"),
    )
)
_SUFFIXES: Final = frozenset(
    ("jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "ph.d.", "md", "m.d.", "esq", "esq.", "p.eng", "p.eng.")
)


def split_name(name: str) -> tuple[str, str]:
    """First and last name. "Martin, Ada" says which is which; otherwise the last word is the last name, with the
    particles before it and a "Jr." behind it. A single word is a first name, so that no one is without."""
    before, comma, after = (part.strip() for part in name.partition(","))
    if comma and after and after.lower() not in _SUFFIXES:
        return after, before
    words = name.split()
    last = len(words) - 1
    while last > 1 and words[last].strip(",").lower() in _SUFFIXES:
        last -= 1
    while last > 1 and words[last - 1].lower() in _PARTICLES:
        last -= 1
    if last < 1:
        return " ".join(words), ""
    return " ".join(words[:last]), " ".join(words[last:])
