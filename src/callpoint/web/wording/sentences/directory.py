"""Sentences of the part `directory`; written by `scripts/sentences.py`."""

from typing import Final

from django.utils.translation import gettext_noop as noop

SENTENCES: Final = (
    noop("%(code)s is no Canadian postal code; write it as K1A 0A9"),
    noop("%(code)s is no ZIP code; write 05633 or 05633-0001 (spreadsheets drop the first 0)"),
    noop("%(column)s… is longer than the %(longest)s characters kept; shorten it"),
    noop("%(key)s is no %(kind)s of %(country_code)s; give its two letters, for example %(example)s"),
    noop("%(scope)s is nothing you could allow here"),
    noop("%(strip)s is no %(name)s; write it in degrees with a point, for example %(example)s"),
    noop("%(strip)s is not served; only addresses in US and CA are accepted"),
    noop("%(text)s is no %(name)s, which lies between -%(most)s and %(most2)s; write it as %(example)s"),
    noop("%(url)s is no URL (%(error)s); write it as https://ecrf.example.net/lost"),
    noop("%(url)s is no URL of a LoST server; write it as https://ecrf.example.net/lost"),
    noop("%(value)s begins or ends with a blank, which no call can carry; remove the blank"),
    noop("%(value)s characters are too many; shorten it to %(longest)s"),
    noop("%(value)s has an extension, which a call taker cannot dial; give a direct number"),
    noop("%(value)s is no e-mail address; it must look like name@example.org"),
    noop("%(value)s is no number of the US or Canada; write it as +1 802 555 0142"),
    noop("%(value)s is no phone number; write it as +1 802 555 0142"),
    noop("%(value)s lies outside the US and Canada; give a number that is reached there"),
    noop("%(why)s; correct it"),
    noop("%(why)s; did you mean %(told)s%(more)s?"),
    noop("%(why)s; write out the one that is meant: %(told)s%(more)s"),
    noop("are missing; choose at least one thing the token may do"),
    noop("characters that look alike differ"),
    noop("holds a control character, which no call can carry; type the ID again"),
    noop("holds a control character; type the name again"),
    noop("holds a name or password, which would stand in every log; a LoST server needs none"),
    noop("is longer than %(device_user_id_chars)s characters; use the platform's own ID"),
    noop("is missing; give US or CA"),
    noop("is missing; give the ID exactly as the calling platform sends it"),
    noop("is missing; give the state or province, for example VT or ON"),
    noop("is missing; name the program that will use it"),
    noop("is missing; only tokens of the provider may have no end"),
    noop("is more than two years ahead; choose an earlier day and renew the token then"),
    noop("is no URL: it has a blank, or more than %(longest_url)s characters"),
    noop("is past; choose a day to come"),
    noop("only sample data knows this address, which confirms nothing real"),
    noop("the address is %(status)s"),
)
