"""Identifiers of calls and incidents: strict in what we give, lenient in what we keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.i3.errors import DocumentError
from callpoint.i3.identifiers import (
    EmergencyIdentifier,
    emergency_call_id,
    emergency_incident_id,
    parse_emergency_call_id,
    parse_emergency_incident_id,
)

TOKENS = st.from_regex(r"[A-Za-z0-9]{10,32}", fullmatch=True)
HOSTS = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,8}){0,3}", fullmatch=True)


def test_as_the_standard_shows_it() -> None:
    call = emergency_call_id("a56e556d871fa4c3", "corp.example")
    assert call == "urn:emergency:uid:callid:a56e556d871fa4c3:corp.example"
    incident = emergency_incident_id("a56e556d871fa4c4", "corp.example")
    assert incident == "urn:emergency:uid:incidentid:a56e556d871fa4c4:corp.example"


@given(TOKENS, HOSTS)
def test_and_back(token: str, host: str) -> None:
    call = parse_emergency_call_id(emergency_call_id(token, host))
    assert call == EmergencyIdentifier("callid", token, host)
    assert EmergencyIdentifier.parse(str(call)) == call
    incident = parse_emergency_incident_id(emergency_incident_id(token, host))
    assert incident == EmergencyIdentifier("incidentid", token, host)


@pytest.mark.parametrize(
    "uri",
    [
        "<urn:emergency:uid:callid:a56e556d871fa4c3:corp.example>",
        " URN:Emergency:UID:CallId:a56e556d871fa4c3:corp.example ",
        "urn:nena:uid:callid:a56e556d871fa4c3:corp.example",
    ],
)
def test_spellings(uri: str) -> None:
    assert parse_emergency_call_id(uri) == EmergencyIdentifier("callid", "a56e556d871fa4c3", "corp.example")


@pytest.mark.parametrize("token", ["", "short", "a" * 33, "with-hyphen-here", "ünfassbar12", "a56e556d871fa4c3\n"])
def test_tokens_refused(token: str) -> None:
    with pytest.raises(DocumentError):
        emergency_call_id(token, "corp.example")


@pytest.mark.parametrize("host", ["", "-a", "a-", "a..b", "a b", "a:5060", "a" * 64, ".".join(["a" * 60] * 5)])
def test_hosts_refused(host: str) -> None:
    with pytest.raises(DocumentError):
        emergency_incident_id("a56e556d871fa4c3", host)


def test_the_kinds_are_kept_apart() -> None:
    with pytest.raises(DocumentError, match="is a incidentid, not a callid"):
        parse_emergency_call_id(emergency_incident_id("a56e556d871fa4c3", "corp.example"))
    with pytest.raises(DocumentError, match="is a callid, not a incidentid"):
        parse_emergency_incident_id(emergency_call_id("a56e556d871fa4c3", "corp.example"))


@given(st.text(max_size=80))
def test_only_one_way_to_fail(uri: str) -> None:
    try:
        parsed = EmergencyIdentifier.parse(uri)
    except DocumentError:
        return
    assert parsed.token in uri
