"""Bodies that mean harm or are simply broken: a reader has one way to fail."""

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callpoint.i3.additional_data import read, write
from callpoint.i3.document import MAX_DOCUMENT_BYTES
from callpoint.i3.errors import DocumentError
from callpoint.i3.pidf_lo import PidfLo, read_pidf_lo, write_pidf_lo

PIDF = "urn:ietf:params:xml:ns:pidf"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "billion laughs": f'<!DOCTYPE p [<!ENTITY l0 "ha">{LAUGHS}]><presence xmlns="{PIDF}">&l9;</presence>',
    "laughs in an attribute": f'<!DOCTYPE p [<!ENTITY l0 "ha">{LAUGHS}]><presence xmlns="{PIDF}" entity="&l9;"/>',
    "local file": '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><presence>&x;</presence>',
    "far away": '<!DOCTYPE p SYSTEM "http://127.0.0.1:1/x.dtd"><presence/>',
    "parameter entity": '<!DOCTYPE p [<!ENTITY % x SYSTEM "file:///etc/passwd">%x;]><presence/>',
    "empty type": "<!DOCTYPE presence><presence/>",
    "unknown entity": "<presence>&nbsp;</presence>",
    "deep": "<a>" * 5_000 + "</a>" * 5_000,
    "too large": f"<presence>{'x' * MAX_DOCUMENT_BYTES}</presence>",
    "nothing": "",
    "blanks": " \r\n ",
    "two roots": "<presence/><presence/>",
    "control character": "<presence>\x01</presence>",
    "unknown encoding": '<?xml version="1.0" encoding="x-nothing"?><presence/>',
    "unbound prefix": "<gp:presence/>",
    "not a presence": "<html/>",
    "no location": f'<presence xmlns="{PIDF}" entity="pres:a@b"/>',
    "a tuple without location": f'<presence xmlns="{PIDF}"><tuple id="a"><status/></tuple></presence>',
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("reader", [read_pidf_lo, read])
def test_refused(name: str, reader: object) -> None:
    with pytest.raises(DocumentError):
        reader(HOSTILE[name].encode())  # type: ignore[operator]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("name", ["billion laughs", "local file", "far away", "empty type"])
def test_a_document_type_hidden_by_the_encoding(encoding: str, name: str) -> None:
    with pytest.raises(DocumentError):
        read_pidf_lo(HOSTILE[name].encode(encoding))


def test_the_content_of_a_file_never_comes_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("top secret")
    body = f'<!DOCTYPE p [<!ENTITY x SYSTEM "{secret.as_uri()}">]><presence>&x;</presence>'
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(DocumentError) as refused:
            read_pidf_lo(body.encode(encoding))
        assert "top secret" not in str(refused.value)


class Corpus(list[bytes]):
    """All samples; its short repr keeps a failing example readable."""

    def __repr__(self) -> str:
        return f"<{len(self)} samples>"


@pytest.fixture(scope="module")
def corpus(shared_data: Path) -> Corpus:
    folder = shared_data / "protocols"
    names = [*folder.glob("pidf-samples/*.xml"), *folder.glob("additional-data-samples/*.xml")]
    return Corpus(path.read_bytes() for path in sorted(names))


def survive(body: bytes) -> None:
    """Anything but DocumentError out of a reader fails the test, and so does what comes out when it is sent on."""
    try:
        document = read_pidf_lo(body)
    except DocumentError:
        document = None
    if document is not None:
        send_on(document)
    with contextlib.suppress(DocumentError):
        write(read(body))


def send_on(document: PidfLo) -> None:
    """What was read reads back equal after writing, as far as the writer takes it."""
    devices = tuple(replace(at, device_id=at.device_id or "urn:uuid:1") for at in document.locations)
    ours = replace(document, entity="pres:a@b", locations=devices)
    try:
        written = write_pidf_lo(ours)
    except DocumentError:
        return
    again = read_pidf_lo(written)
    assert write_pidf_lo(again) == written
    assert {(at.civic, at.shape) for at in again.locations} == {(at.civic, at.shape) for at in ours.locations}


@given(st.data())
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_mutated_samples(corpus: Corpus, data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(corpus)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(at, min(len(body), at + 30)))
        body[at:end] = data.draw(st.binary(max_size=6) | st.sampled_from(MORSELS))
    survive(bytes(body))


# Bits that are well-formed by themselves or change the meaning of what stands around them.
MORSELS = [
    *(b"", b"<", b">", b"&amp;", b"&#0;", b"&#x10ffff;", b"<![CDATA[x]]>", b"<?pi?>", b"<!-- -->", b"\xff", b"\x00"),
    *(b"<x/>", b'<x xmlns="relative"/>', b'<x xmlns=""/>', b' a="b"', b"NaN", b"1e400", b"-", b"0", b"99999999999"),
    *(b"<gml:pos/>", b"<gml:pos>1 2 3 4</gml:pos>", b'xml:lang="??"', b" srsName='x'", "é".encode(), "\u2028".encode()),
    *(b"\xd9\xa3", b"&#xd800;", b"9" * 400),
]


@given(st.data())
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_texts_swapped_in_samples(corpus: Corpus, data: st.DataObject) -> None:
    """Well-formed documents whose texts and tags are not what they should be."""
    body = data.draw(st.sampled_from(corpus))
    old = data.draw(st.sampled_from([word for word in set(body.split()) if word.isalnum()] or [b"x"]))
    new = data.draw(st.sampled_from([m for m in MORSELS if m.isalnum() or b"<x" in m or b"&#" in m]))
    survive(body.replace(old, new))
    names = [b"pos", b"Circle", b"vcard", b"geopriv", b"location-info", b"status", b"civicAddress", b"radius", b"tel"]
    survive(body.replace(data.draw(st.sampled_from(names)), data.draw(st.sampled_from(names))))


@given(st.binary(max_size=200))
def test_noise(body: bytes) -> None:
    survive(body)
    survive(f'<presence xmlns="{PIDF}">'.encode() + body + b"</presence>")
