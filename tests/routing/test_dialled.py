"""What was dialled, in every dress seen on the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.routing.dialled import MISDIAL_PREFIXES, SOS, TEST_SOS, Dialled, read_dialled


@pytest.mark.parametrize(
    "uri",
    [
        "sip:911@pbx.example.com",
        "SIP:911@pbx.example.com",
        "sips:911@pbx.example.com;transport=tls",
        "sip:911@[2001:db8::1]:5060",
        "sip:911;phone-context=+1@pbx.example.com;user=phone",
        "sip:911;phone-context=example.com",
        "sip:911",
        "sip:911:secret@pbx.example.com",
        "sip:%39%31%31@pbx.example.com",
        "sip:9-1-1@pbx.example.com",
        "sip:(911)@pbx.example.com",
        "sip:9.1.1@pbx.example.com",
        "sip:911#@pbx.example.com",
        "sip:911%23@pbx.example.com",
        "sip:911?Subject=help",
        "tel:911",
        "tel:9-1-1;phone-context=+1",
        "<sip:911@pbx.example.com>",
        " sip:911@pbx.example.com ",
        "911@pbx.example.com",
        "911",
        "sip:９１１@pbx.example.com",
        "sip:sos@pbx.example.com",
    ],
)
def test_emergency_by_number(uri: str) -> None:
    dialled = read_dialled(uri)
    assert (dialled.kind, dialled.service_urn) == ("emergency", SOS)


@pytest.mark.parametrize(
    ("uri", "kind", "service"),
    [
        ("urn:service:sos", "emergency", "urn:service:sos"),
        ("URN:Service:SOS", "emergency", "urn:service:sos"),
        ("urn:service:sos.fire", "emergency", "urn:service:sos.fire"),
        ("urn:service:sos.animal-control", "emergency", "urn:service:sos.animal-control"),
        ("urn:service:sos;x=1", "emergency", "urn:service:sos"),
        ("<urn:service:sos.Police>", "emergency", "urn:service:sos.police"),
        ("urn%3Aservice%3Asos", "emergency", "urn:service:sos"),
        ("sip:urn:service:sos@pbx.example.com", "emergency", "urn:service:sos"),
        ("sip:urn:service:sos.police@pbx.example.com", "emergency", "urn:service:sos.police"),
        ("urn:emergency:service:sos.psap", "emergency", "urn:service:sos"),
        ("urn:service:test.sos", "test", TEST_SOS),
        ("urn:service:test.sos.fire", "test", "urn:service:test.sos.fire"),
    ],
)
def test_services(uri: str, kind: str, service: str) -> None:
    dialled = read_dialled(uri)
    assert (dialled.kind, dialled.service_urn) == (kind, service)


@pytest.mark.parametrize("uri", ["sip:933@pbx.example.com", "tel:933", "sips:933@x", "sip:933", "sip:9%2D33@x"])
def test_read_back(uri: str) -> None:
    assert read_dialled(uri) == Dialled("read_back", "", "933")


@pytest.mark.parametrize("meant", ["911", "933"])
@pytest.mark.parametrize("prefix", MISDIAL_PREFIXES)
def test_misdials(prefix: str, meant: str) -> None:
    for uri in (f"sip:{prefix}{meant}@pbx.example.com", f"tel:{prefix}-{meant}"):
        assert read_dialled(uri) == Dialled("misdial", "", prefix + meant, meant)


def test_misdials_of_the_guide_are_all_known() -> None:
    for digits in ("9911", "1911", "+1911", "8911", "+911", "9933", "1933", "+1933", "8933"):
        assert read_dialled(f"sip:{digits}@x").kind == "misdial"


def test_the_switch_of_the_trunk() -> None:
    misdial = read_dialled("sip:9911@x")
    assert misdial.treated("reject") is misdial
    assert misdial.treated("treat_as_911") == Dialled("emergency", SOS, "9911", "911")
    assert read_dialled("sip:8933@x").treated("treat_as_911") == Dialled("read_back", "", "8933", "933")
    other = read_dialled("sip:18025550100@x")
    assert other.treated("treat_as_911") is other


@pytest.mark.parametrize(
    "uri",
    [
        "sip:9119@x", "sip:2911@x", "sip:19115550100@x", "sip:18025550911@x", "sip:alice@911", "sip:91@x", "sip:112@x",
        "tel:+19115550100", "urn:service:sosa", "urn:service:counseling", "urn:service:sos/x", "urn:service:tests.sos",
        "sip:911x@x", "sip:alice@911.example.com", "sip:911.example.com", "sip:192.0.2.1", "http://911", "", "<>",
        "sip:911alice@x", "sip:", "@",
    ],
)  # fmt: skip
def test_anything_else(uri: str) -> None:
    assert read_dialled(uri).kind == "other"
    assert read_dialled(uri).service_urn == ""


def test_to_counts_only_when_the_request_uri_names_nobody() -> None:
    to = '"Emergency" <sip:911@pbx.example.com>;tag=1'
    assert read_dialled("sip:callpoint.example.com", to).kind == "emergency"
    assert read_dialled("garbage", to).kind == "emergency"
    assert read_dialled("sip:18025550100@x", to).kind == "other"
    assert read_dialled("sip:callpoint.example.com", '"911" <sip:alice@x>').kind == "other"
    assert read_dialled("", "").kind == "other"


@given(st.text(), st.text())
def test_never_raises(uri: str, to: str) -> None:
    assert read_dialled(uri, to).kind in ("emergency", "read_back", "test", "misdial", "other")


@given(st.sampled_from(["911", "933", "1911"]), st.lists(st.sampled_from(["-", ".", "(", ")", " "]), max_size=4))
def test_separators_change_nothing(number: str, marks: list[str]) -> None:
    dressed = number
    for place, mark in enumerate(marks):
        dressed = dressed[: place % len(dressed)] + mark + dressed[place % len(dressed) :]
    assert read_dialled(f"sip:{dressed}@x") == read_dialled(f"sip:{number}@x")
