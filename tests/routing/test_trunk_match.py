"""Which trunk a request belongs to."""

import pytest

from callpoint.routing.records import Trunk
from callpoint.routing.trunk_match import Source, TrunkTable, organization_of

WIDE = Trunk("wide", "", ("10.0.0.0/8", "2001:db8::/32"), organization_header="X-Organization")
NARROW = Trunk("narrow", "demo", ("10.1.2.0/24", "192.0.2.7"))
SECRET = Trunk("secret", "acme", digest_username="acme-pbx", digest_ha1={"MD5": "0" * 32})
CERTIFIED = Trunk("certified", "beta", certificate_names=("sbc.beta.example", "sip:beta.example"))
TABLE = TrunkTable((WIDE, NARROW, SECRET, CERTIFIED))


@pytest.mark.parametrize(
    ("address", "name", "network"),
    [
        ("10.1.2.3", "narrow", "10.1.2.0/24"),
        ("10.1.3.3", "wide", "10.0.0.0/8"),
        ("192.0.2.7", "narrow", "192.0.2.7/32"),
        ("::ffff:10.1.2.3", "narrow", "10.1.2.0/24"),
        ("[2001:db8::5]", "wide", "2001:db8::/32"),
        ("2001:db8::5%eth0", "wide", "2001:db8::/32"),
    ],
)
def test_most_specific_network_wins(address: str, name: str, network: str) -> None:
    match = TABLE.find(Source(address))
    assert match is not None
    assert (match.trunk.name, match.proof, match.detail) == (name, "address", network)


@pytest.mark.parametrize("address", ["192.0.2.8", "2001:db9::1", "", "not an address", "11.0.0.1"])
def test_strangers(address: str) -> None:
    assert TABLE.find(Source(address)) is None


def test_harder_proof_wins() -> None:
    everything = Source("10.1.2.3", "acme-pbx", ("SBC.beta.example",))
    match = TABLE.find(everything)
    assert match is not None
    assert (match.trunk, match.proof, match.detail) == (CERTIFIED, "certificate", "SBC.beta.example")
    match = TABLE.find(Source("10.1.2.3", "acme-pbx"))
    assert match is not None
    assert (match.trunk, match.proof) == (SECRET, "digest")


def test_unknown_proofs_fall_back_to_the_address() -> None:
    match = TABLE.find(Source("10.1.2.3", "somebody", ("other.example",)))
    assert match is not None
    assert match.trunk == NARROW


def test_wildcard_certificates_match_nothing() -> None:
    table = TrunkTable((Trunk("star", "demo", certificate_names=("*.example.com",)),))
    assert table.find(Source("", certificate_names=("sbc.example.com",))) is None


def test_trunk_without_user_name_is_no_digest_trunk() -> None:
    assert TABLE.find(Source("203.0.113.1", "")) is None
    assert TABLE.of_username("") is None
    assert TABLE.of_username("acme-pbx") == SECRET


def test_same_network_twice_gives_always_the_same_trunk() -> None:
    one, two = Trunk("a", "x", ("10.0.0.0/8",)), Trunk("b", "y", ("10.0.0.0/8",))
    for order in ((one, two), (two, one)):
        match = TrunkTable(order).find(Source("10.9.9.9"))
        assert match is not None
        assert match.trunk == one


def test_unreadable_network_lets_nobody_in() -> None:
    table = TrunkTable((Trunk("typo", "demo", ("10.0.0.0/99", "", "10.0.0.1/8 ")),))
    match = table.find(Source("10.200.0.1"))
    assert match is not None
    assert match.detail == "10.0.0.0/8"
    assert table.find(Source("11.0.0.1")) is None


def test_everybody_network() -> None:
    table = TrunkTable((Trunk("all", "demo", ("0.0.0.0/0",)), NARROW))
    match = table.find(Source("198.51.100.1"))
    assert match is not None
    assert match.trunk.name == "all"
    assert table.find(Source("2001:db8::1")) is None


def test_organization_of_a_trunk() -> None:
    headers = {"X-Organization": "acme"}
    assert organization_of(WIDE, headers.get) == "acme"
    assert organization_of(WIDE, {}.get) == ""
    assert organization_of(NARROW, headers.get) == "demo"
    assert organization_of(Trunk("lost"), headers.get) == ""
    # A header cannot speak for another organization than the trunk's.
    assert organization_of(Trunk("own", "demo", organization_header="X-Organization"), headers.get) == "demo"


def test_table_knows_what_it_was_made_from() -> None:
    trunks = (NARROW,)
    assert TrunkTable(trunks).trunks is trunks
