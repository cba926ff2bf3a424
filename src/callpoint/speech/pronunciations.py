"""Words hibari's own rules misread, in its phoneme alphabet; key: the word in lower case.

Only words that occur in US and Canadian addresses, each heard or read wrong before it was put here.
"""

PRONUNCIATIONS = {
    "quay": "kˈi",
    "quai": "kˈA",
    "québec": "kəbˈɛk",
    "rochelle": "ɹəʃˈɛl",
    "gratiot": "ɡɹˈæʃət",
    "chemin": "ʃəmˈæn",
    "côte": "kˈOt",
    "rang": "ɹˈɑŋ",
    "sainte": "sˈAnt",
    "lévesque": "lAvˈɛk",
    "ouest": "wˈɛst",
    "est": "ˈɛst",
    "nord": "nˈɔɹ",
    "sud": "sˈud",
}
