"""What a notice came to and which way it took, in the words of the alerts' own pages."""

from django import template

from callpoint.web.portal.alerts.words import channel_word, state_word

register = template.Library()
register.filter("delivery_state", state_word)
register.filter("delivery_channel", channel_word)
