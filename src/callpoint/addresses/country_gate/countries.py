"""Names of countries: ours, and those of the rest of the world as people write them."""

from types import MappingProxyType
from typing import Final

from callpoint.addresses.folding import fold

OURS: Final = MappingProxyType(
    dict.fromkeys(
        ("us", "usa", "u s", "u s a", "united states", "united states of america", "america", "etats unis", "eeuu"),
        "US",
    )
    | dict.fromkeys(("ca", "can", "canada"), "CA")
)

# English name, then others people use.
_FOREIGN: Final = """
Afghanistan; Albania; Algeria; Andorra; Angola; Antigua and Barbuda; Argentina; Armenia; Australia, aus
Austria, österreich; Azerbaijan; Bahamas, the bahamas; Bahrain; Bangladesh; Barbados; Belarus
Belgium, belgique, belgië; Belize; Benin; Bermuda; Bhutan; Bolivia; Bosnia and Herzegovina, bosnia; Botswana
Brazil, brasil; Brunei; Bulgaria; Burkina Faso; Burundi; Cambodia; Cameroon; Cape Verde; Cayman Islands
Central African Republic; Chad; Chile; China, peoples republic of china, prc; Colombia; Comoros; Congo; Costa Rica
Croatia, hrvatska; Cuba; Cyprus; Czech Republic, czechia, česko; Denmark, danmark; Djibouti; Dominica
Dominican Republic, república dominicana; Ecuador; Egypt; El Salvador; Equatorial Guinea; Eritrea; Estonia
Eswatini; Ethiopia; Fiji; Finland, suomi; France; Gabon; Gambia; Georgia; Germany, deutschland, allemagne, brd
Ghana; Greece, hellas; Greenland; Grenada; Guatemala; Guinea; Guyana; Haiti; Honduras; Hong Kong
Hungary, magyarország; Iceland; India, bharat; Indonesia; Iran; Iraq; Ireland, republic of ireland, éire; Israel
Italy, italia; Ivory Coast, côte divoire; Jamaica; Japan, nippon; Jordan; Kazakhstan; Kenya; Kosovo; Kuwait
Kyrgyzstan; Laos; Latvia; Lebanon; Lesotho; Liberia; Libya; Liechtenstein; Lithuania; Luxembourg; Macau; Madagascar
Malawi; Malaysia; Maldives; Mali; Malta; Mauritania; Mauritius; Mexico, méxico, mex, mx, estados unidos mexicanos
Moldova; Monaco; Mongolia; Montenegro; Morocco, maroc; Mozambique; Myanmar, burma; Namibia; Nepal
Netherlands, the netherlands, nederland, holland; New Zealand, nz, aotearoa; Nicaragua; Niger; Nigeria; North Korea
North Macedonia, macedonia; Norway, norge; Oman; Pakistan; Panama; Papua New Guinea; Paraguay; Peru, perú
Philippines, the philippines; Poland, polska; Portugal; Qatar; Romania, românia; Russia, russian federation; Rwanda
Samoa; San Marino; Saudi Arabia; Senegal; Serbia, srbija; Seychelles; Sierra Leone; Singapore; Slovakia, slovensko
Slovenia, slovenija; Somalia; South Africa, rsa; South Korea, korea, republic of korea; Spain, españa; Sri Lanka
Sudan; Suriname; Sweden, sverige; Switzerland, schweiz, suisse, svizzera; Syria; Taiwan; Tajikistan; Tanzania
Thailand; Togo; Tonga; Trinidad and Tobago; Tunisia; Turkey, türkiye; Turkmenistan; Uganda; Ukraine
United Arab Emirates, uae; United Kingdom, uk, u k, gb, gbr, great britain, britain, royaume uni; Uruguay
Uzbekistan; Vanuatu; Vatican City; Venezuela; Vietnam, viet nam; Yemen; Zambia; Zimbabwe
"""


def _names() -> dict[str, str]:
    found = {}
    for line in _FOREIGN.strip().splitlines():
        for country in line.split(";"):
            names = [name.strip() for name in country.split(",")]
            found.update({fold(name): names[0] for name in names})
    return found


FOREIGN: Final = MappingProxyType(_names())


def name_of(words: str) -> str:
    """The English name of a country written as `words`; the words themselves when they are not known."""
    return FOREIGN.get(fold(words), words.strip().title() if words.isupper() or words.islower() else words.strip())
