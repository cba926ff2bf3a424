"""French (Canadian) number words, the counterpart of `english_numbers`."""

DIGITS = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
TEENS = ("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf")
TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante")
IRREGULAR_ORDINALS = {"un": "unième", "cinq": "cinquième", "neuf": "neuvième"}
ORDINAL_SUFFIXES = ("er", "re", "ère", "e", "ème", "ième", "nd", "nde")
FRACTIONS = {"1/2": "un demi", "1/4": "un quart", "3/4": "trois quarts", "1/3": "un tiers", "2/3": "deux tiers"}


def _below_hundred(value: int) -> str:
    if value < 10:
        return DIGITS[value]
    if value < 20:
        return TEENS[value - 10]
    if value >= 80:
        rest = value - 80
        return f"quatre-vingt-{_below_hundred(rest)}" if rest else "quatre-vingts"
    tens = min(value // 10, 6)
    rest = value - 10 * tens
    if rest in (1, 11):
        return f"{TENS[tens]} et {_below_hundred(rest)}"
    return TENS[tens] + (f"-{_below_hundred(rest)}" if rest else "")


def cardinal(value: int) -> str:
    """`value` (0 to 999,999) in words: 1250 is "mille deux cent cinquante"."""
    if value < 100:
        return _below_hundred(value)
    if value < 1000:
        hundreds, rest = divmod(value, 100)
        head = "cent" if hundreds == 1 else f"{DIGITS[hundreds]} cent"
        plural = "s" if hundreds > 1 and not rest else ""
        return f"{head}{plural}" + (f" {cardinal(rest)}" if rest else "")
    thousands, rest = divmod(value, 1000)
    head = "mille" if thousands == 1 else f"{cardinal(thousands)} mille"
    return head + (f" {cardinal(rest)}" if rest else "")


def ordinal(value: int) -> str:
    """`value` as a rank: 1 is "première" (a rue), 21 "vingt et unième", 4 "quatrième"."""
    if value == 1:
        return "première"
    words = cardinal(value).removesuffix("s") if value % 100 == 80 else cardinal(value)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    head, last = words[:cut], words[cut:]
    if last in IRREGULAR_ORDINALS:
        return head + IRREGULAR_ORDINALS[last]
    return f"{head}{last.removesuffix('e')}ième"


def grouped(digits: str) -> str:
    """A number of up to four digits as a cardinal; five and more, or with a leading zero, digit by digit."""
    if digits.startswith("0") or len(digits) > 4:
        return one_by_one(digits)
    return cardinal(int(digits))


def one_by_one(digits: str) -> str:
    """Each digit as its own word."""
    return " ".join(DIGITS[int(digit)] for digit in digits)
