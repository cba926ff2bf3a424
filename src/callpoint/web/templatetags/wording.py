"""Sentences of parts that know no language but English, on pages in any."""

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def said(sentence: object) -> str:
    """The sentence in the language of the page."""
    text = str(sentence)
    return gettext(text) if text else ""
