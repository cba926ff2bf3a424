"""Sentences of the part `directory`; written by `scripts/sentences.py`."""

from typing import Final

from django.utils.translation import gettext_noop

SENTENCES: Final = (
    gettext_noop("%(code)s is no Canadian postal code; write it as K1A 0A9"),
    gettext_noop("%(code)s is no ZIP code; write 05633 or 05633-0001 (spreadsheets drop the first 0)"),
    gettext_noop("%(column)s… is longer than the %(longest)s characters kept; shorten it"),
    gettext_noop("%(key)s is no %(kind)s of %(country_code)s; give its two letters, for example %(example)s"),
    gettext_noop("%(scope)s is nothing you could allow here"),
    gettext_noop("%(strip)s is no %(name)s; write it in degrees with a point, for example %(example)s"),
    gettext_noop("%(strip)s is not served; only addresses in US and CA are accepted"),
    gettext_noop("%(text)s is no %(name)s, which lies between -%(most)s and %(most2)s; write it as %(example)s"),
    gettext_noop("%(url)s is no URL (%(error)s); write it as https://ecrf.example.net/lost"),
    gettext_noop("%(url)s is no URL of a LoST server; write it as https://ecrf.example.net/lost"),
    gettext_noop("%(value)s begins or ends with a blank, which no call can carry; remove the blank"),
    gettext_noop("%(value)s characters are too many; shorten it to %(longest)s"),
    gettext_noop("%(value)s has an extension, which a call taker cannot dial; give a direct number"),
    gettext_noop("%(value)s is no e-mail address; it must look like name@example.org"),
    gettext_noop("%(value)s is no number of the US or Canada; write it as +1 802 555 0142"),
    gettext_noop("%(value)s is no phone number; write it as +1 802 555 0142"),
    gettext_noop("%(value)s lies outside the US and Canada; give a number that is reached there"),
    gettext_noop("%(why)s; correct it"),
    gettext_noop("%(why)s; did you mean %(told)s%(more)s?"),
    gettext_noop("%(why)s; write out the one that is meant: %(told)s%(more)s"),
    gettext_noop("are missing; choose at least one thing the token may do"),
    gettext_noop("characters that look alike differ"),
    gettext_noop("holds a control character, which no call can carry; type the ID again"),
    gettext_noop("holds a control character; type the name again"),
    gettext_noop("holds a name or password, which would stand in every log; a LoST server needs none"),
    gettext_noop("is longer than %(device_user_id_chars)s characters; use the platform's own ID"),
    gettext_noop("is missing; give US or CA"),
    gettext_noop("is missing; give the ID exactly as the calling platform sends it"),
    gettext_noop("is missing; give the state or province, for example VT or ON"),
    gettext_noop("is missing; name the program that will use it"),
    gettext_noop("is missing; only tokens of the provider may have no end"),
    gettext_noop("is more than two years ahead; choose an earlier day and renew the token then"),
    gettext_noop("is no URL: it has a blank, or more than %(longest_url)s characters"),
    gettext_noop("is past; choose a day to come"),
    gettext_noop("only sample data knows this address, which confirms nothing real"),
    gettext_noop("the address is %(status)s"),
)
