"""Sentences of parts that know no language but English, on pages in any."""

from django import template

from callpoint.web.wording.saying import said as say

register = template.Library()


@register.filter
def said(sentence: object) -> str:
    """The sentence in the language of the page."""
    return say(str(sentence))
