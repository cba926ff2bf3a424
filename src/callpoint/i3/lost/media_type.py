"""The media type of LoST over HTTP (RFC 5222 §14), and the character set that may come with it."""

import codecs
import re
from typing import Final

from callpoint.i3.errors import DocumentError

CONTENT_TYPE: Final = "application/lost+xml"
# Said by clients that know no better; what it is, the document tells.
_GENERIC: Final = frozenset({CONTENT_TYPE, "application/xml", "text/xml"})
_CHARSET: Final = re.compile(r';\s*charset\s*=\s*"?([A-Za-z0-9_.:-]{1,40})"?', re.IGNORECASE)
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
# XML parsers see these by themselves, so a declaration in the document may stand.
_SELF_EVIDENT: Final = frozenset({"utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be"})


def is_content_type(header: str) -> bool:
    """Whether a Content-Type, with any parameters, may announce a LoST document."""
    return header.partition(";")[0].strip().lower() in _GENERIC


def decoded(body: bytes, header: str) -> bytes:
    """`body` in UTF-8 where the Content-Type names another character set, which outranks the document's own
    declaration (RFC 7303 §3); DocumentError when the bytes are not of that set or nobody knows it."""
    match = _CHARSET.search(header)
    if match is None:
        return body
    try:
        name = codecs.lookup(match[1]).name
        if name in _SELF_EVIDENT:
            return body
        text = body.decode(name)
    except (LookupError, UnicodeError, ValueError) as error:
        raise DocumentError(f"the body is not text in the character set {match[1]}") from error
    if not isinstance(text, str):
        raise DocumentError(f"{match[1]} is not a character set")
    return _DECLARATION.sub("", text).encode("utf-8", "replace")
