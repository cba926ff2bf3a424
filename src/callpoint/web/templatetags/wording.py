"""Sentences of parts that know no language but English, on pages in any."""

from django import template

from callpoint.directory.history_words import FIELDS
from callpoint.web.wording.saying import said as say

register = template.Library()


@register.filter
def said(sentence: object) -> str:
    """The sentence in the language of the page."""
    return say(str(sentence))


@register.filter
def field_label(name: str) -> str:
    """What a field of a form is called, by its name; "" for one that has no word of its own."""
    return str(FIELDS.get(name) or FIELDS.get(f"{name}_id") or "")
