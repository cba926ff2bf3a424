"""English number words: cardinals, ordinals and single digits ("zero", never "oh")."""

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
IRREGULAR_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
ORDINAL_SUFFIXES = ("st", "nd", "rd", "th")
FRACTIONS = {
    "1/2": "one half",
    "1/4": "one quarter",
    "3/4": "three quarters",
    "1/3": "one third",
    "2/3": "two thirds",
    "1/8": "one eighth",
}


def cardinal(value: int) -> str:
    """`value` (0 to 999,999) in words without "and": 161 is "one hundred sixty-one"."""
    if value < 10:
        return DIGITS[value]
    if value < 20:
        return TEENS[value - 10]
    if value < 100:
        tens, unit = divmod(value, 10)
        return TENS[tens] + (f"-{DIGITS[unit]}" if unit else "")
    if value < 1000:
        hundreds, rest = divmod(value, 100)
        return f"{DIGITS[hundreds]} hundred" + (f" {cardinal(rest)}" if rest else "")
    thousands, rest = divmod(value, 1000)
    return f"{cardinal(thousands)} thousand" + (f" {cardinal(rest)}" if rest else "")


def ordinal(value: int) -> str:
    """`value` as a rank: 161 is "one hundred sixty-first", 20 is "twentieth"."""
    words = cardinal(value)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    head, last = words[:cut], words[cut:]
    if last in IRREGULAR_ORDINALS:
        return head + IRREGULAR_ORDINALS[last]
    if last.endswith("y"):
        return f"{head}{last[:-1]}ieth"
    return f"{words}th"


def grouped(digits: str) -> str:
    """A house, suite or room number of up to four digits as people say it; anything else digit by digit.

    "115" is "one fifteen", "1250" "twelve fifty", "2200" "twenty-two hundred". A zero in second place
    ("105", "1055") and five digits or more are said one by one, because grouping was misheard there.
    """
    if digits.startswith("0") or len(digits) > 4:
        return one_by_one(digits)
    value = int(digits)
    if value < 100 or value % 1000 == 0 or (value < 1000 and value % 100 == 0):
        return cardinal(value)
    if digits[1] == "0":
        return one_by_one(digits)
    head, rest = divmod(value, 100)
    if rest == 0:
        return f"{cardinal(head)} hundred"
    tail = cardinal(rest) if rest >= 10 else f"zero {DIGITS[rest]}"
    return f"{cardinal(head)} {tail}"


def one_by_one(digits: str) -> str:
    """Each digit as its own word: "055" is "zero five five"."""
    return " ".join(DIGITS[int(digit)] for digit in digits)
