"""Canadian cities that took in their neighbours, whose names live on in addresses.

Somebody in Scarborough writes Scarborough or Toronto, and the post delivers both. Only names under which the
post lists areas are here; wards and quarters nobody writes as a city are not.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from callpoint.addresses.postal.place_key import place_key

# province -> city of today -> names of what it took in
_MERGED: Final = {
    "ON": {
        "Ottawa": "Gloucester|Orleans|Orléans|Nepean|Kanata|Cumberland|Cumberland Township"
        "|Stittsville|Manotick|Greely|Vanier",
        "Hamilton": "Ancaster|Dundas|Stoney Creek|Flamborough|Waterdown",
        "Greater Sudbury": "Garson|Val Caron|Hanmer|Lively|Chelmsford",
        "Vaughan": "Maple|Concord|Woodbridge|Kleinburg",
    },
    "NS": {
        "Halifax": "Dartmouth|Bedford|Lower Sackville|Eastern Passage|Porters Lake|Tantallon|Waverley"
        "|Harrietsfield|Lakeside"
    },
    "QC": {
        "Québec": "Quebec City|Beauport|Charlesbourg|Sainte-Foy|Cap-Rouge|Loretteville|Jean-Talon|Saint-Émile"
        "|Lac-Saint-Charles|Val-Bélair",
        "Lévis": "Pintendre|Saint-Étienne-de-Lauzon|Saint-Rédempteur|Charny|Saint-Jean-Chrysostome|Saint-Nicolas",
        "Saguenay": "Chicoutimi|Jonquière|La Baie|Laterrière",
        "Trois-Rivières": "Cap-de-la-Madeleine",
        "Shawinigan": "Grand-Mère",
        "Gatineau": "Hull|Aylmer|Buckingham|Masson-Angers",
        "Longueuil": "Saint-Hubert|Greenfield Park",
        "Sherbrooke": "Bromptonville|Rock Forest|Saint-Élie-d'Orford",
        "Saint-Jean-sur-Richelieu": "Saint-Luc",
        "Terrebonne": "La Plaine",
        "Thetford Mines": "Black Lake",
        "Salaberry-de-Valleyfield": "Valleyfield",
        "Laval": "Duvernay|Duvernay-Est|Saint-François|Saint-Vincent-de-Paul|Pont-Viau|Auteuil|Sainte-Rose|Vimont"
        "|Laval-des-Rapides|Fabreville|Laval-sur-le-Lac|Chomedey|Sainte-Dorothée|Îles-Laval",
    },
    "NL": {
        "St. John's": "Goulds",
        "Conception Bay South": "Manuels|Conception Bay",
        "Grand Falls-Windsor": "Grand Falls|Windsor",
    },
    "BC": {"West Kelowna": "Westbank", "Lake Country": "Winfield"},
}

# Municipalities on Montréal's island that are their own again, or never were another's; everything else is Montréal.
MONTREAL_NEIGHBOURS: Final = frozenset(
    place_key(name)
    for name in (
        *("Westmount", "Mount Royal", "Côte-Saint-Luc", "Hampstead", "Dorval", "Pointe-Claire", "Kirkland"),
        *("Beaconsfield", "Sainte-Anne-de-Bellevue", "Senneville", "Dollard-des-Ormeaux", "L'Île-Dorval"),
        *("Montréal-Est", "Montréal-Ouest"),
    )
)


def _by_former_name() -> Mapping[tuple[str, str], str]:
    return MappingProxyType(
        {
            (province, place_key(former)): city
            for province, cities in _MERGED.items()
            for city, names in cities.items()
            for former in names.split("|")
        }
    )


_CITY_OF_TODAY: Final = _by_former_name()


def city_of_today(province: str, place: str) -> str:
    """The city that took in the place of that key, "" when none did."""
    return _CITY_OF_TODAY.get((province, place), "")
