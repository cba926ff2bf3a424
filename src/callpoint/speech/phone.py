"""Phone numbers and postal codes, said so that they can be written down while listening."""

from callpoint.speech.numbers import say_digits, say_letters

# A North American number without its country code: area, exchange, line.
NANP_GROUPS = (3, 3, 4)
# Other numbers are cut into threes: the longest run people repeat without error.
OTHER_GROUP = 3


def national_digits(number: str) -> str:
    """The digits to say: a North American number loses its leading 1, other numbers keep all."""
    digits = "".join(sign for sign in number if sign.isascii() and sign.isdigit())
    if len(digits) == 11 and digits.startswith("1"):
        return digits[1:]
    return digits


def _groups(digits: str) -> list[str]:
    if len(digits) == sum(NANP_GROUPS):
        return [digits[:3], digits[3:6], digits[6:]]
    return [digits[at : at + OTHER_GROUP] for at in range(0, len(digits), OTHER_GROUP)]


def say_phone(number: str, language: str = "en", digit_by_digit: bool = False) -> str:
    """A phone number in groups of 3-3-4 with a pause between: "eight zero two, five five five, zero one four three".

    With `digit_by_digit` there is a pause after every digit, for the caller who asked to hear it again. An
    extension after "x", "ext" or ";ext=" is not part of the groups and comes last. "" for a text without digits.
    """
    base, extension = split_extension(number)
    joint = ", " if digit_by_digit else " "
    said = [say_digits(group, language).replace(" ", joint) for group in _groups(national_digits(base)) if group]
    if extension:
        word = "poste" if language.lower().startswith("fr") else "extension"
        said.append(f"{word} {say_digits(extension, language).replace(' ', joint)}")
    return ", ".join(said)


def split_extension(number: str) -> tuple[str, str]:
    """The number and its extension ("" when it has none), as written in "+1 802 555 0143 ext. 12"."""
    lowered = number.lower()
    for mark in ("ext", "x"):
        at = lowered.find(mark)
        if at > 0:
            return number[:at], number[at + len(mark) :]
    return number, ""


def say_postal_code(code: str, language: str = "en") -> str:
    """A ZIP digit by digit ("zero five six three three"), a Canadian code in halves ("K one A, zero A nine")."""
    halves = code.strip().upper().replace("-", " ").split()
    if len(halves) == 1 and len(halves[0]) == 6 and halves[0][0].isalpha():
        halves = [halves[0][:3], halves[0][3:]]
    said = (
        " ".join(say_digits(sign, language) if sign.isdigit() else say_letters(sign) for sign in half)
        for half in halves
    )
    return ", ".join(said)
