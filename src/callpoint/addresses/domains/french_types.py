"""French street types, as Canada Post and the Commission de toponymie write them, and what each is in English."""

from typing import Final, NamedTuple

from callpoint.addresses.domains.listing import listed


class FrenchType(NamedTuple):
    """`word` as it is written before a name; `concept` is the folded English type for the same thing, if any."""

    word: str
    concept: str


# word = concept: abbreviations, all folded but the word.
_TABLE: Final = """
allée = allee: all
autoroute = autoroute: aut
avenue = avenue: av ave
boulevard = boulevard: boul blvd bd bld bvd
carré = square: car
carrefour = carrefour: carref
centre = centre:
cercle = circle:
chaussée = chaussee:
chemin = road: ch chem
circuit = circuit: circt
concession = concession road: conc
côte = cote:
cour = court:
cours = cours:
croissant = crescent: crois
descente = descente:
échangeur = echangeur: ech
esplanade = esplanade: espl
impasse = impasse: imp
jardin = garden:
jardins = gardens:
mail = mall:
montée = montee: mtee
parc = park:
passage = passage: pass
place = place: pl
plateau = plateau: plat
pointe = point: pte
promenade = promenade: prom
quai = quay:
rang = rang: rg
rond-point = roundabout: rdpt
route = route: rte
rue = street: r
ruelle = lane: rle
sentier = trail: sent
square = square: sq
terrasse = terrace: tsse terr
traverse = traverse:
voie = way:
"""


def _types() -> dict[str, FrenchType]:
    types: dict[str, FrenchType] = {}
    for line in _TABLE.strip().splitlines():
        head, _, abbreviations = line.partition(":")
        word, _, concept = head.partition(" = ")
        found = FrenchType(word, concept)
        folded = word.translate(str.maketrans("éèôê-", "eeoe "))
        types.update(dict.fromkeys((folded, *abbreviations.split()), found))
    return types


# Folded word or abbreviation -> type.
FRENCH_TYPES: Final = _types()
# Only French has these words before a name, so one of them shows the language.
UNMISTAKABLE: Final = frozenset(
    listed(
        "allee autoroute boul chemin ch croissant crois impasse imp montee mtee rang rue ruelle rle sentier terrasse",
        "tsse voie carre cercle echangeur cote quai",
    )
)
# English has these too, but before the name only French does: "avenue du Parc", "place Ville-Marie".
BILINGUAL: Final = frozenset(
    listed("avenue av ave boulevard blvd bd place pl promenade prom route rte esplanade square terrasse cours circuit")
)
# "rue de la Montagne" is found as "rue Montagne" too; the longest comes first.
PARTICLES: Final = ("de la ", "de l ", "des ", "du ", "de ", "d ")
