"""Directionals (USPS Publication 28 §233) in both languages; key: the written form in lower case."""

ENGLISH_DIRECTIONALS = {
    "n": "North", "s": "South", "e": "East", "w": "West",
    "ne": "Northeast", "nw": "Northwest", "se": "Southeast", "sw": "Southwest",
    "no": "North", "so": "South",
    "north": "North", "south": "South", "east": "East", "west": "West",
    "northeast": "Northeast", "northwest": "Northwest", "southeast": "Southeast", "southwest": "Southwest",
}  # fmt: skip

# In French "o" is ouest, "so" sud-ouest; English letters occur in data of Quebec too and mean the same.
FRENCH_DIRECTIONALS = {
    "n": "nord", "s": "sud", "e": "est", "o": "ouest", "w": "ouest",
    "ne": "nord-est", "no": "nord-ouest", "nw": "nord-ouest", "se": "sud-est", "so": "sud-ouest", "sw": "sud-ouest",
    "nord": "nord", "sud": "sud", "est": "est", "ouest": "ouest",
    "nord-est": "nord-est", "nord-ouest": "nord-ouest", "sud-est": "sud-est", "sud-ouest": "sud-ouest",
    "north": "nord", "south": "sud", "east": "est", "west": "ouest",
}  # fmt: skip
