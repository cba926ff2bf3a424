"""Trunks from what was typed, and which of them claim the same calls."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from tests.directory.cast import Cast

from callpoint.directory.editing import trunk_proofs
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.trunks import all_trunks, remove_trunk, save_trunk
from callpoint.directory.editing.typed import fingerprint
from callpoint.directory.models import Change, Organization, Trunk, acting
from callpoint.directory.publishing.tables import trunk_record
from callpoint.directory.tenancy import everywhere, inside
from callpoint.routing.trunk_match import Source, TrunkTable
from callpoint.sip.digest import ha1

NEW = {"name": "acme sbc", "source_networks": "203.0.113.7"}


@pytest.fixture(autouse=True)
def acme(people: Cast) -> Iterator[Organization]:
    with inside(people.acme), acting("admin@acme.example", "in the portal"):
        yield people.acme


def errors_of(organization: Organization | None, **fields: str) -> dict[str, list[str]]:
    before = len(all_trunks())
    with pytest.raises(Refused) as refused:
        save_trunk(organization, fields)
    assert len(all_trunks()) == before
    return refused.value.errors


def test_one_by_its_networks(acme: Organization) -> None:
    typed = "203.0.113.7, 2001:DB8::/32\n198.51.100.0/25\r\n203.0.113.7"
    made = save_trunk(acme, {"name": " acme sbc ", "source_networks": typed})
    kept = Trunk.objects.get(pk=made.pk)
    assert kept.name == "acme sbc"
    assert kept.source_networks == ["203.0.113.7", "2001:db8::/32", "198.51.100.0/25"]
    assert kept.id_headers == ["X-Employee-ID", "E911-User-ID", "X-E911-User-ID"]
    assert (kept.location_trusted, kept.misdial, kept.organization_id) == (False, "reject", acme.pk)


def test_the_node_knows_it_by_what_was_typed(acme: Organization) -> None:
    made = save_trunk(acme, NEW | {"certificate_names": "SBC.example.com", "id_headers": "X-Agent"})
    table = TrunkTable([trunk_record(made)])
    assert table.find(Source("203.0.113.7")) is not None
    assert table.find(Source("203.0.113.8")) is None
    assert table.find(Source("192.0.2.1", certificate_names=("sbc.example.com",))) is not None
    assert trunk_record(made).id_headers == ("X-Agent",)


def test_of_a_password_only_digests_are_kept(acme: Organization) -> None:
    with override_settings(SIP_HOST_NAME="sip.acme.example"):
        made = save_trunk(acme, {"name": "d", "digest_username": "sbc", "digest_password": "long enough a word"})
    kept = Trunk.objects.get(pk=made.pk).digest_ha1
    assert kept == {name: ha1("sbc", "sip.acme.example", "long enough a word", name) for name in ("SHA-256", "MD5")}
    assert "long enough" not in str(list(Change.objects.values_list("before", "after")))
    assert Change.objects.get(model="trunk", object_id=made.pk).after["digest_ha1"] == "(not shown)"


def test_a_password_stays_until_there_is_another_one(acme: Organization) -> None:
    trunk = save_trunk(acme, {"name": "d", "digest_username": "sbc", "digest_password": "long enough a word"})
    before = trunk.digest_ha1
    save_trunk(acme, {"digest_username": "sbc", "digest_password": "", "misdial": "treat_as_911"}, trunk)
    assert Trunk.objects.get(pk=trunk.pk).digest_ha1 == before
    with pytest.raises(Refused) as refused:
        save_trunk(acme, {"digest_username": "other", "digest_password": ""}, trunk)
    assert list(refused.value.errors) == ["digest_password"]
    save_trunk(acme, {"digest_password": "another long word"}, Trunk.objects.get(pk=trunk.pk))
    assert Trunk.objects.get(pk=trunk.pk).digest_ha1 != before
    save_trunk(acme, {"digest_username": "", "source_networks": "203.0.113.9"}, Trunk.objects.get(pk=trunk.pk))
    assert Trunk.objects.get(pk=trunk.pk).digest_ha1 == {}


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"name": ""}, "name", "is missing"),
        ({"name": "acme trunk"}, "name", "is taken"),
        ({"source_networks": "sbc.example.com"}, "source_networks", "no network"),
        ({"source_networks": "203.0.113.7/24"}, "source_networks", "write 203.0.113.7 or 203.0.113.0/24"),
        ({"source_networks": "::ffff:203.0.113.7"}, "source_networks", "IPv4 one"),
        ({"source_networks": "999.1.1.1"}, "source_networks", "no network"),
        ({"source_networks": ",".join(f"203.0.{n}.1" for n in range(201))}, "source_networks", "the most"),
        ({"source_networks": ""}, "", "something to prove itself"),
        ({"certificate_names": "*.example.com"}, "certificate_names", "in full"),
        ({"certificate_names": "a b"}, "certificate_names", "in full"),
        ({"id_headers": ""}, "id_headers", "is missing"),
        ({"id_headers": "X Employee"}, "id_headers", "no name of a SIP header"),
        ({"id_headers": "X-A, x-a"}, "id_headers", "twice"),
        ({"id_headers": "Via"}, "id_headers", "carries the call itself"),
        ({"id_headers": ",".join(f"X-{n}" for n in range(11))}, "id_headers", "the most"),
        ({"organization_header": "X-Org"}, "organization_header", "for provider-wide"),
        ({"location_trusted": "maybe"}, "location_trusted", "neither yes nor no"),
        ({"misdial": "ignore"}, "misdial", "none of"),
        ({"digest_username": "a:b", "digest_password": "x" * 12}, "digest_username", "colon"),
        ({"digest_username": "sbc"}, "digest_password", "is missing"),
        ({"digest_username": "sbc", "digest_password": "short"}, "digest_password", "12 characters"),
        ({"digest_password": "long enough a word"}, "digest_username", "is missing"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(acme: Organization, fields: dict[str, str], field: str, said: str) -> None:
    errors = errors_of(acme, **(NEW | fields))
    assert list(errors) == [field]
    assert said in errors[field][0]


def test_name_and_owner_stay(acme: Organization, people: Cast) -> None:
    trunk = save_trunk(acme, NEW)
    with pytest.raises(Refused) as refused:
        save_trunk(acme, {"name": "other"}, trunk)
    assert "never changes" in refused.value.errors["name"][0]
    save_trunk(people.other, {"misdial": "treat_as_911"}, trunk)
    assert Trunk.objects.get(pk=trunk.pk).organization_id == acme.pk


def test_one_of_the_whole_installation_names_the_header(acme: Organization) -> None:
    with everywhere():
        errors = errors_of(None, name="wide", source_networks="203.0.113.0/24")
        assert list(errors) == ["organization_header"]
        made = save_trunk(None, {"name": "wide", "source_networks": "203.0.113.0/24", "organization_header": "X-Org"})
        assert made.organization_id is None
        assert Change.objects.get(model="trunk", object_id=made.pk).organization_id is None


@pytest.mark.parametrize("network", ["192.0.2.0/24", "192.0.2.5", "192.0.0.0/8", "0.0.0.0/0"])
def test_nobody_takes_another_tenants_calls(people: Cast, network: str) -> None:
    """A more specific network would win over theirs, and their people would be unknown."""
    with inside(people.other):
        errors = errors_of(people.other, name="o", source_networks=network)
    assert list(errors) == ["source_networks"]
    assert network in errors["source_networks"][0]
    assert "acme" not in str(errors).lower()


def test_nor_another_tenants_user_or_certificate(people: Cast) -> None:
    save_trunk(
        people.acme,
        NEW | {"digest_username": "sbc", "digest_password": "x" * 12, "certificate_names": "sbc.example.com"},
    )
    with inside(people.other):
        errors = errors_of(
            people.other,
            name="o",
            digest_username="sbc",
            digest_password="y" * 12,
            certificate_names="SBC.example.com",
        )
    assert set(errors) == {"digest_username", "certificate_names"}
    assert "acme" not in str(errors).lower()


@pytest.mark.parametrize("network", ["128.0.0.0/8", "2600::/16"])
def test_nor_a_part_of_the_internet(network: str, acme: Organization) -> None:
    fields = NEW | {"source_networks": network}
    assert errors_of(acme, **fields) == {
        "source_networks": [f"{network} is far wider than a calling platform. Ask your provider."]
    }
    allowed = save_trunk(acme, fields, may_overlap=True)
    kept = save_trunk(acme, {"misdial": "treat_as_911"}, allowed)
    assert kept.source_networks == [network]
    with pytest.raises(Refused):
        save_trunk(acme, {"source_networks": f"{network}, 129.0.0.0/8"}, kept)


def test_a_provider_may_all_the_same(people: Cast) -> None:
    with everywhere():
        save_trunk(people.other, {"name": "o", "source_networks": "192.0.2.5"}, may_overlap=True)
        assert Trunk.objects.filter(name="o").exists()


def test_in_one_organization_it_is_only_told(acme: Organization) -> None:
    made = save_trunk(acme, {"name": "acme second", "source_networks": "192.0.2.0/24"})
    told = trunk_proofs.rivals(made, all_trunks())
    assert [(one.kind, one.proof, one.other.name, one.wins) for one in told] == [
        ("network", "192.0.2.0/24", "acme trunk", True)
    ]
    assert trunk_proofs.foreign(made, all_trunks()) == []


def made(name: str, **values: Any) -> Trunk:
    return Trunk(name=name, organization_id=1, **values)


@pytest.mark.parametrize("texts", [("10.0.0.0/24", "10.0.0.0/24"), ("10.0.0.0/24", "10.0.0.7"), ("10.0.0.7", "::/0")])
@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_who_wins_is_what_the_node_does(texts: tuple[str, str], names: tuple[str, str]) -> None:
    mine, other = (made(name, source_networks=[text]) for name, text in zip(names, texts, strict=True))
    found = TrunkTable([trunk_record_of(mine), trunk_record_of(other)]).find(Source("10.0.0.7"))
    assert found is not None
    told = trunk_proofs.rivals(mine, [mine, other])
    if texts[1] == "::/0":
        assert told == []
    else:
        assert [one.wins for one in told] == [found.trunk.name == mine.name]


def trunk_record_of(trunk: Trunk) -> Any:
    trunk.organization = Organization(pk=1, slug="acme")
    return trunk_record(trunk)


@pytest.mark.parametrize(
    ("network", "wide"),
    [
        ("0.0.0.0/0", True),
        ("::/0", True),
        ("192.0.0.0/8", True),
        ("10.0.0.0/8", False),
        ("203.0.0.0/16", False),
        ("2600::/16", True),
        ("2600:1::/32", False),
    ],
)
def test_a_network_that_is_far_too_wide_is_found(network: str, wide: bool) -> None:
    assert bool(trunk_proofs.too_wide(made("t", source_networks=[network]))) is wide


@pytest.mark.parametrize(
    ("address", "inside_"),
    [("10.0.0.7", True), ("10.0.1.7", False), ("::1", False), ("no address", False), ("", False)],
)
def test_whether_an_address_lies_in_its_networks(address: str, inside_: bool) -> None:
    assert trunk_proofs.holds(made("t", source_networks=["10.0.0.0/24"]), address) is inside_


def test_a_network_from_before_they_were_checked_claims_nothing() -> None:
    old = made("old", source_networks=["no network", "10.0.0.7/24"])
    assert [one.proof for one in trunk_proofs.rivals(old, [made("new", source_networks=["0.0.0.0/0"])])] == [
        "10.0.0.7/24"
    ]
    assert trunk_proofs.too_wide(old) == []
    assert trunk_proofs.holds(old, "10.0.0.9")


def test_removing_keeps_the_history_and_happens_once(acme: Organization) -> None:
    trunk = save_trunk(acme, NEW)
    key = trunk.pk
    remove_trunk(trunk)
    assert not Trunk.objects.filter(pk=key).exists()
    assert Change.objects.filter(model="trunk", object_id=key, action="deleted").exists()
    with pytest.raises(Refused) as refused:
        remove_trunk(trunk)
    assert "removed in the meantime" in refused.value.errors[""][0]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(acme: Organization) -> None:
    trunk = save_trunk(acme, NEW)
    seen = fingerprint(Trunk.objects.get(pk=trunk.pk))
    save_trunk(acme, {"misdial": "treat_as_911", "seen": seen}, Trunk.objects.get(pk=trunk.pk))
    with pytest.raises(Refused):
        save_trunk(acme, {"misdial": "reject", "seen": seen}, Trunk.objects.get(pk=trunk.pk))
    assert Trunk.objects.get(pk=trunk.pk).misdial == "treat_as_911"


def test_in_either_database(real: Cast) -> None:
    with inside(real.acme), acting("admin@acme.example", "in the portal"):
        trunk = save_trunk(real.acme, NEW)
        seen = fingerprint(Trunk.objects.get(pk=trunk.pk))
        save_trunk(real.acme, {"misdial": "treat_as_911", "seen": seen}, trunk)
        with pytest.raises(Refused):
            save_trunk(real.acme, {"misdial": "reject", "seen": seen}, trunk)
        remove_trunk(trunk)
        assert not Trunk.objects.filter(name="acme sbc").exists()


def test_where_calls_back_ring(people: Cast) -> None:
    with inside(people.acme), acting("test", "trunks"):
        trunk = save_trunk(
            people.acme, {"name": "T", "source_networks": "198.51.100.7", "callback_uri": " SIP:sbc.acme.example "}
        )
        assert trunk.callback_uri == "sip:sbc.acme.example"
        for wrong in ("https://sbc.acme.example", "sip:", "sbc", "sip:" + "a" * 300):
            with pytest.raises(Refused) as refused:
                save_trunk(people.acme, {"callback_uri": wrong}, trunk)
            assert list(refused.value.errors) == ["callback_uri"]
        assert save_trunk(people.acme, {"callback_uri": ""}, trunk).callback_uri == ""
