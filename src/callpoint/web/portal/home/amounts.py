"""Numbers of people and things, written as the reader's language does."""

from django.utils.formats import number_format


def amount(number: int) -> str:
    """23131 as "23,131" in English, and with a narrow blank in French."""
    return number_format(number, force_grouping=True)
