"""SIP URIs as people type them."""

from typing import Final

from django.utils.translation import gettext

from callpoint.directory.rules import RuleError
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.uri import Uri

LONGEST_URI: Final = 255


def read_sip_uri(text: str) -> str:
    """The URI as it is kept, its scheme in small letters; "" for what is none (any other text is kept as typed)."""
    scheme, colon, rest = text.strip().partition(":")
    written = f"{scheme.lower()}{colon}{rest}"
    try:
        uri = Uri.parse(written)
    except RemoteProtocolError:
        return ""
    if uri.scheme not in ("sip", "sips") or not uri.host or len(written) > LONGEST_URI:
        return ""
    return written


def sip_uri_or_none(text: str) -> str:
    """A SIP URI, or "" where nothing was typed. Raises `RuleError`."""
    if not text.strip():
        return ""
    uri = read_sip_uri(text)
    if not uri:
        raise RuleError(gettext("is no SIP URI; write it as sip:sbc.example.net;transport=tcp"))
    return uri
