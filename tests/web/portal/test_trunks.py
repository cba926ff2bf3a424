"""An organization's trunks: the form, what is wrong with one, what to hand to an engineer; and outsiders."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, override_settings
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.models import Organization, Trunk, acting
from callpoint.directory.tenancy import everywhere
from callpoint.routing.trunk_match import Source, TrunkTable
from callpoint.web import installation

ClientOf = Callable[[str], Client]
LIST = "/organizations/acme/trunks/"
NEW = f"{LIST}new/"
FORM = {
    "name": "acme sbc",
    "source_networks": "203.0.113.7",
    "digest_username": "",
    "digest_password": "",
    "certificate_names": "",
    "id_headers": "X-Employee-ID",
    "misdial": "reject",
}
SIP = ["udp 198.51.100.1:5060", "tls sip.provider.example:5061"]


@pytest.fixture
def engineer(client_of: ClientOf) -> Client:
    return client_of("organization_administrator")


def page_of(client: Client, address: str, fields: dict[str, Any] | None = None) -> str:
    answer = client.get(address) if fields is None else client.post(address, fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def made(organization: Organization | None, name: str, **values: Any) -> Trunk:
    with acting("test", "setting up"):
        return provision.create_trunk(name, organization, **values)


def at(trunk: Trunk, rest: str = "") -> str:
    return f"{LIST}{trunk.pk}/{rest}"


def acme_trunk(people: Cast) -> Trunk:
    with everywhere():
        return Trunk.objects.get(organization=people.acme, name="acme trunk")


def test_one_that_is_added_is_known_to_the_node(engineer: Client, people: Cast, published: Callable[[], None]) -> None:
    page = page_of(engineer, NEW, FORM | {"source_networks": "203.0.113.7\n2001:db8::/32", "location_trusted": "yes"})
    assert "acme sbc is there" in page
    published()
    installation.forget()
    found = TrunkTable(tuple(installation.snapshot().trunks())).find(Source("203.0.113.7"))
    assert found is not None
    assert (found.trunk.name, found.trunk.organization, found.trunk.location_trusted) == ("acme sbc", "acme", True)


def test_the_form_of_a_new_one_has_the_usual_headers(engineer: Client, people: Cast) -> None:
    page = page_of(engineer, NEW)
    assert "X-Employee-ID\nE911-User-ID\nX-E911-User-ID</textarea>" in page


def test_what_is_wrong_is_told_beside_its_field_and_on_top(engineer: Client, people: Cast) -> None:
    page = page_of(engineer, NEW, FORM | {"source_networks": "sbc.example.com", "id_headers": "bad header"})
    assert "Nothing was saved" in page
    assert 'href="#source_networks">Source networks</a>' in page
    assert 'id="source_networks-error"' in page
    assert 'aria-invalid="true"' in page
    assert "sbc.example.com</textarea>" in page
    with everywhere():
        assert not Trunk.objects.filter(name="acme sbc").exists()


def test_a_password_is_never_shown_again(engineer: Client, people: Cast) -> None:
    secret = "correct horse battery"
    page = page_of(engineer, NEW, FORM | {"digest_username": "sbc", "digest_password": secret})
    assert secret not in page
    with everywhere():
        trunk = Trunk.objects.get(name="acme sbc")
    assert set(trunk.digest_ha1) == {"SHA-256", "MD5"}
    for shown in (page, page_of(engineer, at(trunk)), page_of(engineer, LIST)):
        assert trunk.digest_ha1["MD5"] not in shown
        assert trunk.digest_ha1["SHA-256"] not in shown
    wrong = page_of(engineer, at(trunk, "edit/"), FORM | {"digest_username": "other", "digest_password": "short"})
    assert 'value="short"' not in wrong


def test_saving_leaves_what_the_form_does_not_hold(engineer: Client, people: Cast) -> None:
    trunk = made(people.acme, "d", digest_username="sbc", digest_ha1={"MD5": "1" * 32}, location_trusted=True)
    page = page_of(engineer, at(trunk, "edit/"), FORM | {"digest_username": "sbc", "misdial": "treat_as_911"})
    assert "d is saved" in page
    with everywhere():
        trunk.refresh_from_db()
    assert (trunk.digest_ha1, trunk.misdial, trunk.location_trusted) == ({"MD5": "1" * 32}, "treat_as_911", False)
    assert trunk.name == "d"


def test_two_who_change_one_at_once(engineer: Client, people: Cast) -> None:
    trunk = acme_trunk(people)
    seen = page_of(engineer, at(trunk)).split('name="seen" value="')[1].split('"')[0]
    page_of(engineer, at(trunk, "edit/"), FORM | {"misdial": "treat_as_911", "seen": seen})
    page = page_of(engineer, at(trunk, "edit/"), FORM | {"misdial": "reject", "seen": seen})
    assert "Somebody else changed it in the meantime" in page
    with everywhere():
        trunk.refresh_from_db()
    assert trunk.misdial == "treat_as_911"


def test_two_of_one_organization_that_claim_the_same_are_told(engineer: Client, people: Cast) -> None:
    second = made(people.acme, "acme second", source_networks=["192.0.2.0/24", "0.0.0.0/0"])
    page = page_of(engineer, LIST)
    assert "<strong>0.0.0.0/0</strong> is far wider" in page
    own = page_of(engineer, at(acme_trunk(people)))
    assert "taken for acme second's, whose name sorts first" in own.replace("&#x27;", "'")
    assert second.name in own


def test_another_tenants_claim_is_told_without_its_name(engineer: Client, client_of: ClientOf, people: Cast) -> None:
    made(people.other, "others secret sbc", source_networks=["192.0.2.5"])
    page = page_of(engineer, at(acme_trunk(people)))
    assert "A trunk that is not yours has a network within 192.0.2.0/24" in page
    assert "others secret sbc" not in page
    assert "192.0.2.5" not in page
    provider = page_of(client_of("provider_administrator"), at(acme_trunk(people)))
    assert "others secret sbc" in provider


def test_claiming_another_tenants_network_is_for_providers(engineer: Client, client_of: ClientOf, people: Cast) -> None:
    made(people.other, "others", source_networks=["203.0.113.0/24"])
    page = page_of(engineer, NEW, FORM)
    assert "Ask your provider" in page
    assert "others" not in page.split("<main")[1]
    page = page_of(client_of("provider_administrator"), NEW, FORM)
    assert "acme sbc is there" in page
    assert "lies within a wider network of the trunk <strong>others</strong>" in page


def test_what_an_engineer_is_handed(engineer: Client, people: Cast) -> None:
    trunk = made(people.acme, "d", digest_username="sbc", digest_ha1={"MD5": "1" * 32}, id_headers=["X-Agent", "From"])
    with override_settings(SIP_ADDRESSES=SIP, SIP_HOST_NAME="sip.provider.example"):
        page = page_of(engineer, at(trunk))
    assert "198.51.100.1:5060" in page
    assert "sip.provider.example:5061" in page
    assert "INVITE sip:933@198.51.100.1 SIP/2.0" in page
    assert "X-Agent: E1001" in page
    assert "realm <code>sip.provider.example</code>" in page
    assert "sip.advertised_host" not in page
    with override_settings(SIP_ADDRESSES=["udp 127.0.0.1:5060", "tcp 0.0.0.0:5060"]):
        page = page_of(engineer, at(trunk))
    assert "sip.advertised_host" in page
    assert "sip:933@sip.example.com" in page


def test_an_address_header_carries_an_address(engineer: Client, people: Cast) -> None:
    trunk = made(people.acme, "d", source_networks=["203.0.113.7"], id_headers=["From"])
    page = page_of(engineer, at(trunk))
    assert "From: &lt;sip:E1001@customer.example&gt;" in page
    assert page.count("From: ") == 1


def test_removing_asks_first(engineer: Client, people: Cast) -> None:
    trunk = acme_trunk(people)
    page = page_of(engineer, at(trunk, "remove/"))
    assert "their 911 calls are refused here" in page
    assert "It is the only one here" in page
    with everywhere():
        assert Trunk.objects.filter(pk=trunk.pk).exists()
    assert "acme trunk is removed" in page_of(engineer, at(trunk, "remove/"), {"x": ""})
    with everywhere():
        assert not Trunk.objects.filter(pk=trunk.pk).exists()


@pytest.mark.parametrize("rest", ["", "edit/", "remove/", "check/"])
def test_another_organization_s_trunk_is_nowhere_below_one_s_own(engineer: Client, people: Cast, rest: str) -> None:
    theirs = made(people.other, "theirs", source_networks=["203.0.113.9"])
    wide = made(None, "wide", source_networks=["203.0.113.10"], organization_header="X-Org")
    for trunk in (theirs, wide):
        assert engineer.get(at(trunk, rest)).status_code == 404
        assert engineer.post(at(trunk, rest), FORM).status_code in (404, 405)
    with everywhere():
        assert Trunk.objects.filter(name__in=["theirs", "wide"], misdial="reject").count() == 2
        theirs.refresh_from_db()
    assert theirs.source_networks == ["203.0.113.9"]


@pytest.mark.parametrize("rest", ["", "remove/", "check/"])
def test_an_organization_s_trunk_is_no_provider_wide_one(client_of: ClientOf, people: Cast, rest: str) -> None:
    client = client_of("provider_administrator")
    assert client.get(f"/provider/trunks/{acme_trunk(people).pk}/{rest}").status_code == 404


def test_an_auditor_sees_it_and_has_no_way_to_change_it(client_of: ClientOf, people: Cast) -> None:
    page = page_of(client_of("auditor"), at(acme_trunk(people)))
    assert "disabled" in page
    assert ">Save<" not in page
    assert "Remove this trunk" not in page
    assert "Add a trunk" not in page_of(client_of("auditor"), LIST)


def test_a_provider_wide_one(client_of: ClientOf, people: Cast) -> None:
    client = client_of("provider_administrator")
    page = page_of(client, "/provider/trunks/new/", FORM | {"organization_header": ""})
    assert "calls of a provider-wide trunk name theirs in it" in page
    page = page_of(client, "/provider/trunks/new/", FORM | {"organization_header": "X-Org"})
    assert "acme sbc is there" in page
    assert "X-Org: acme" in page
    with everywhere():
        assert Trunk.objects.get(name="acme sbc").organization_id is None
    assert "acme sbc" in page_of(client, "/provider/trunks/")
    assert "acme trunk" not in page_of(client, "/provider/trunks/")
