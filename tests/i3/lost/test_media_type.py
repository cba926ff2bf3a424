"""Content-Type in all spellings, and which character set counts."""

import pytest

from callpoint.i3.errors import DocumentError
from callpoint.i3.lost import FindService, ListServices, LostDocumentError, is_content_type, read_request
from callpoint.i3.lost.media_type import decoded

MONTREAL = (
    '<findService xmlns="urn:ietf:params:xml:ns:lost1"><location id="a" profile="civic"><civicAddress '
    'xmlns="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"><country>CA</country><A3>Montréal</A3></civicAddress>'
    "</location></findService>"
)


@pytest.mark.parametrize(
    "header",
    [
        "application/lost+xml",
        "Application/LoST+XML; charset=UTF-8",
        'application/lost+xml;charset="utf-8"; version=1',
        " text/xml ",
        "application/xml;q=1",
    ],
)
def test_taken(header: str) -> None:
    assert is_content_type(header)


@pytest.mark.parametrize(
    "header", ["", "text/html", "application/lost", "application/lost+xmlx", "application/json", ";"]
)
def test_not_taken(header: str) -> None:
    assert not is_content_type(header)


@pytest.mark.parametrize(
    ("encoding", "declaration", "charset"),
    [
        ("utf-8", "", ""),
        ("utf-8", '<?xml version="1.0" encoding="UTF-8"?>', "; charset=utf-8"),
        ("iso-8859-1", '<?xml version="1.0" encoding="ISO-8859-1"?>', ""),
        ("iso-8859-1", "", "; charset=ISO-8859-1"),
        ("iso-8859-1", '<?xml version="1.0" encoding="UTF-8"?>', '; charset="iso-8859-1"'),
        ("windows-1252", "", ";CHARSET=windows-1252"),
        ("utf-16", '<?xml version="1.0" encoding="UTF-16"?>', ""),
        ("utf-16", '<?xml version="1.0"?>', "; charset=utf-16"),
        ("utf-8-sig", "", "; charset=utf-8"),
    ],
)
def test_the_same_city_in_any_character_set(encoding: str, declaration: str, charset: str) -> None:
    request = read_request((declaration + MONTREAL).encode(encoding), f"application/lost+xml{charset}")
    assert isinstance(request, FindService)
    assert request.locations[0].civic is not None
    assert request.locations[0].civic.A3 == "Montréal"


@pytest.mark.parametrize("charset", ["nothing", "utf-7x", "ascii-8", "base64", "rot13"])
def test_a_character_set_that_is_none(charset: str) -> None:
    with pytest.raises(LostDocumentError) as refused:
        read_request(
            b'<listServices xmlns="urn:ietf:params:xml:ns:lost1"/>', f"application/lost+xml; charset={charset}"
        )
    assert refused.value.kind == "badRequest"


def test_bytes_that_are_not_of_the_character_set() -> None:
    with pytest.raises(DocumentError, match="character set"):
        decoded(b"<x>\x81", "application/lost+xml; charset=cp932")


def test_a_header_without_a_charset_changes_nothing() -> None:
    body = b'<listServices xmlns="urn:ietf:params:xml:ns:lost1"/>'
    assert decoded(body, "application/lost+xml") is body
    assert read_request(body, "") == ListServices()
