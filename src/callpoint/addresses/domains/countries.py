"""Countries by the names people write, English, French, Spanish and native: a foreign address by its own word."""

from typing import Final

# ISO 3166 alpha-2 code: folded names. No name of a US state or Canadian province is among them (so no "georgia").
_TABLE: Final = """
US: usa, us, u s a, united states, united states of america, the united states, etats unis, etats unis d amerique,
  etats unis damerique, estados unidos, eua, ee uu, eeuu, america, estados unidos de america, estados unidos da america,
  estats units, vereinigte staaten, vereinigte staaten von amerika, verenigde staten, verenigde staten van amerika,
  amerika, stati uniti, stati uniti damerica, stati uniti di america, statele unite, statele unite ale americii,
  stany zjednoczone, stany zjednoczone ameryki, spojene staty, spojene staty americke, egyesult allamok,
  amerikai egyesult allamok, forenta staterna, de forenede stater, de forente stater, yhdysvallat,
  amerika birlesik devletleri, sjedinjene americke drzave, sjedinjene drzave
CA: canada, can, kanada
AE: united arab emirates, uae
AF: afghanistan
AL: albania, shqiperia
AM: armenia
AO: angola
AR: argentina, argentine
AT: austria, osterreich, oesterreich, autriche
AU: australia, australie, aus, new south wales, queensland, south australia, western australia, tasmania
AZ: azerbaijan
BA: bosnia and herzegovina, bosna i hercegovina
BB: barbados
BD: bangladesh
BE: belgium, belgique, belgie, belgien
BG: bulgaria, balgariya
BH: bahrain
BM: bermuda
BO: bolivia
BR: brazil, brasil, bresil
BS: bahamas, the bahamas
BW: botswana
BY: belarus
BZ: belize
CH: switzerland, schweiz, suisse, svizzera
CI: ivory coast, cote d ivoire, cote divoire
CL: chile, chili
CM: cameroon, cameroun
CN: china, peoples republic of china, prc, zhongguo, chine
CO: colombia, colombie
CR: costa rica
CU: cuba, republic of cuba
CY: cyprus
CZ: czech republic, czechia, ceska republika, cesko
DE: germany, deutschland, allemagne, alemania, federal republic of germany, brd
DK: denmark, danmark, danemark
DO: dominican republic, republica dominicana
DZ: algeria, algerie
EC: ecuador, equateur
EE: estonia, eesti
EG: egypt, misr, egypte
ES: spain, espana, espagne, spanien
ET: ethiopia
FI: finland, suomi, finlande
FJ: fiji
FR: france, republique francaise, frankreich, francia
GB: united kingdom, uk, great britain, gb, england, scotland, wales, northern ireland, royaume uni, angleterre, cymru,
  reino unido, britain
GH: ghana
GR: greece, hellas, ellada, grece
GT: guatemala
GY: guyana
HK: hong kong
HN: honduras
HR: croatia, hrvatska
HT: haiti
HU: hungary, magyarorszag, hongrie
ID: indonesia
IE: republic of ireland, ireland, eire, irlande
IL: israel
IN: india, bharat, inde
IQ: iraq
IR: iran
IS: iceland, island, islande
IT: italy, italia, italie, italien
JM: jamaica, west indies
JO: kingdom of jordan
JP: japan, nippon, japon
KE: kenya
KH: cambodia
KR: south korea, korea, republic of korea
KW: kuwait
KZ: kazakhstan
LB: liban
LI: liechtenstein
LK: sri lanka
LT: lithuania, lietuva
LU: luxembourg, luxemburg, letzebuerg
LV: latvia, latvija
LY: libya
MA: morocco, maroc
MC: monaco
MD: moldova
ME: montenegro, crna gora
MG: madagascar
MK: north macedonia, macedonia
MM: myanmar
MN: mongolia
MT: malta
MU: mauritius, maurice
MX: mexico, mejico, mexique, estados unidos mexicanos, mex
MY: malaysia
MZ: mozambique
NA: namibia
NG: nigeria
NI: nicaragua
NL: netherlands, the netherlands, holland, nederland, pays bas
NO: norway, norge, norvege
NP: nepal
NZ: new zealand, aotearoa, nouvelle zelande
OM: oman
PA: republic of panama
PE: republic of peru
PG: papua new guinea
PH: philippines, pilipinas
PK: pakistan
PL: polska, pologne, republic of poland
PT: portugal
PY: paraguay
QA: qatar
RO: romania, roumanie
RS: serbia, srbija
RU: russia, rossiya, russian federation, russie
RW: rwanda
SA: saudi arabia
SE: sweden, sverige, suede, schweden
SG: singapore, singapour
SI: slovenia, slovenija
SK: slovakia, slovensko
SN: senegal
SV: el salvador
SY: syria
TH: thailand
TN: tunisia, tunisie
TR: turkey, turkiye, turquie
TT: trinidad and tobago, trinidad
TW: taiwan
TZ: tanzania
UA: ukraine, ukraina
UG: uganda
UY: uruguay
UZ: uzbekistan
VE: venezuela
VN: vietnam, viet nam
YE: yemen
ZA: south africa
ZM: zambia
ZW: zimbabwe
"""


def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for line in _TABLE.replace(",\n  ", ", ").strip().splitlines():
        code, _, names = line.partition(": ")
        codes.update(dict.fromkeys(names.split(", "), code))
    return codes


# Folded name -> ISO 3166 alpha-2.
COUNTRIES: Final = _codes()
# A last word that is none of these ends no country; hyphenated names are one word.
LAST_WORDS: Final = frozenset(name.split()[-1] for name in COUNTRIES) | frozenset(COUNTRIES)
LONGEST_COUNTRY: Final = max(len(name.split()) for name in COUNTRIES)
# Towns or parts of towns in the US and Canada have these names too, or they are ordinary words; as a country they
# count only between commas at the end, where no state or province stands before or behind.
SHARED_WITH_TOWNS: Final = frozenset(
    {"mexico", "cuba", "jamaica", "wales", "england", "scotland", "ireland", "holland", "island", "can", "america"}
    | {"chili", "chile", "italy", "norway", "belgium", "denmark", "brazil", "egypt", "malta", "monaco", "francia"}
    | {
        "britain",
        "iran",
        "trinidad",
        "colombia",
        "singapore",
        "china",
        "turkey",
        "india",
        "france",
        "maurice",
        "sweden",
    }
)
