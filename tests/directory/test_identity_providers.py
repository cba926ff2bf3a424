"""An organization's own identity provider: what may be entered, by whom, and what is kept of it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import override_settings
from tests.directory.cast import Cast
from tests.web.account.saml_idp import ENTITY, SSO, keys, metadata

from callpoint.directory import sign_on
from callpoint.directory.editing import saml_metadata
from callpoint.directory.editing.identity_providers import (
    remove_identity_provider,
    save_identity_provider,
    web_address,
)
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Change, SignOnProvider, acting
from callpoint.directory.rules import RuleError
from callpoint.directory.sealing import UnsealError, seal, unseal
from callpoint.directory.tenancy import everywhere, inside

OIDC = {
    "kind": "oidc",
    "name": "Acme",
    "issuer": "https://login.acme.example/v2",
    "client_id": "callpoint",
    "client_secret": "secret",
}
SAML = {"kind": "saml", "name": "Acme", "metadata": metadata()}


@pytest.fixture(autouse=True)
def signed(people: Cast) -> Iterator[None]:
    with acting("admin@acme.example", "in the test"), inside(people.acme):
        yield


def refused(people: Cast, fields: dict[str, str], provider: SignOnProvider | None = None, **how: bool) -> Refused:
    with pytest.raises(Refused) as caught:
        save_identity_provider(people.acme, fields, provider, **how)
    return caught.value


def test_an_oidc_one(people: Cast) -> None:
    made = save_identity_provider(people.acme, OIDC | {"new_role": "auditor"})
    assert (made.kind, made.name, made.enabled, made.required, made.new_role) == (
        "oidc",
        "Acme",
        True,
        False,
        "auditor",
    )
    assert made.email_domains == []
    assert made.key.startswith("acme-")
    assert unseal(made.settings["client_secret"]) == "secret"
    assert save_identity_provider(people.acme, OIDC).key != made.key


def test_only_what_is_given_is_changed(people: Cast) -> None:
    made = save_identity_provider(people.acme, OIDC)
    secret = made.settings["client_secret"]
    save_identity_provider(people.acme, {"name": "Renamed", "client_secret": ""}, made)
    made.refresh_from_db()
    assert (made.name, made.settings["issuer"]) == ("Renamed", OIDC["issuer"])
    assert made.settings["client_secret"] == secret
    save_identity_provider(people.acme, {"client_secret": "another"}, made)
    assert unseal(made.settings["client_secret"]) == "another"


def test_a_saml_one_by_its_metadata_or_by_hand(people: Cast) -> None:
    by_metadata = save_identity_provider(people.acme, SAML)
    by_hand = save_identity_provider(
        people.acme,
        {"kind": "saml", "name": "By hand", "entity_id": ENTITY, "sso_url": SSO, "certificate": keys("right")[1]},
    )
    assert by_metadata.settings == by_hand.settings
    save_identity_provider(people.acme, {"certificate": keys("next")[1]}, by_hand)
    assert by_hand.settings["certificate"] != by_metadata.settings["certificate"]
    assert by_hand.settings["entity_id"] == ENTITY


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (OIDC | {"kind": "ldap"}, "kind"),
        (OIDC | {"name": ""}, "name"),
        (OIDC | {"name": "n" * 41}, "name"),
        (OIDC | {"issuer": "http://login.acme.example"}, "issuer"),
        (OIDC | {"issuer": "https://user:pass@login.acme.example"}, "issuer"),
        (OIDC | {"issuer": "https://login.acme.example/?tenant=1"}, "issuer"),
        (OIDC | {"issuer": "login.acme.example"}, "issuer"),
        (OIDC | {"issuer": "https://[::1"}, "issuer"),
        (OIDC | {"issuer": "https://login.acme.example:0/"}, "issuer"),
        (OIDC | {"issuer": ""}, "issuer"),
        (OIDC | {"client_id": ""}, "client_id"),
        (OIDC | {"client_secret": " "}, "client_secret"),
        (OIDC | {"enabled": "perhaps"}, "enabled"),
        (OIDC | {"new_role": "provider_administrator"}, "new_role"),
        (OIDC | {"new_role": "king"}, "new_role"),
        (OIDC | {"required": "yes"}, "required"),
        (OIDC | {"email_domains": "acme.example"}, "email_domains"),
        ({"kind": "saml", "name": "Acme"}, "entity_id"),
        (SAML | {"metadata": "no XML"}, "metadata"),
        (SAML | {"metadata": metadata(sso="http://login.acme.example/")}, "metadata"),
        (SAML | {"metadata": metadata(entity="")}, "metadata"),
        (SAML | {"metadata": "", "entity_id": ENTITY, "sso_url": SSO, "certificate": "AAAA"}, "certificate"),
    ],
)
def test_what_is_refused(people: Cast, fields: dict[str, str], field: str) -> None:
    assert field in refused(people, fields).errors
    assert not SignOnProvider.objects.exists()


def test_domains_are_the_provider_s_to_approve(people: Cast) -> None:
    made = save_identity_provider(people.acme, OIDC)
    assert "Only your provider" in str(refused(people, {"email_domains": "gmail.example"}, made))
    save_identity_provider(
        people.acme, {"email_domains": "Acme.example, @acme.org\nacme.example"}, made, approving=True
    )
    assert made.email_domains == ["acme.example", "acme.org"]
    save_identity_provider(people.acme, {"name": "Renamed", "email_domains": "acme.example\nacme.org"}, made)
    assert made.email_domains == ["acme.example", "acme.org"]
    assert "Only your provider" in str(refused(people, {"email_domains": ""}, made))


@pytest.mark.parametrize(
    "domains", ["acme", "*.example", "acme..example", "-acme.example", "a b", "1.2.3.4", "é.example"]
)
def test_domains_are_domains(people: Cast, domains: str) -> None:
    errors = refused(people, OIDC | {"email_domains": domains}, approving=True).errors
    assert list(errors) == ["email_domains"]


def test_a_domain_is_one_organization_s(people: Cast) -> None:
    with inside(people.other):
        save_identity_provider(people.other, OIDC | {"email_domains": "shared.example"}, approving=True)
    sentence = str(refused(people, OIDC | {"email_domains": "acme.example, shared.example"}, approving=True))
    assert "shared.example is approved for Other already" in sentence


def test_nothing_else_is_shut_before_it_is_proven(people: Cast) -> None:
    made = save_identity_provider(people.acme, OIDC)
    assert "Sign in through it once first" in str(refused(people, {"required": "yes"}, made))
    save_identity_provider(people.acme, {"required": "yes"}, made, proven=True)
    save_identity_provider(people.acme, {"required": "yes", "name": "Renamed"}, made)
    assert made.required


def test_two_who_edit_at_once(people: Cast) -> None:
    made = save_identity_provider(people.acme, OIDC)
    before = fingerprint(made)
    save_identity_provider(people.acme, {"name": "First", SEEN: before}, made)
    assert "in the meantime" in str(refused(people, {"name": "Second", SEEN: before}, made))


def test_taking_it_away(people: Cast) -> None:
    made = save_identity_provider(people.acme, OIDC | {"email_domains": "acme.example"}, approving=True)
    assert sign_on.providers_for("x@ACME.example") == [made]
    remove_identity_provider(made)
    assert sign_on.providers_for("x@acme.example") == []
    with pytest.raises(Refused):
        remove_identity_provider(made)


def test_the_history_holds_no_secret(people: Cast) -> None:
    made = save_identity_provider(people.acme, OIDC)
    save_identity_provider(people.acme, {"issuer": "https://other.acme.example"}, made)
    with everywhere():
        changes = Change.objects.filter(model="signonprovider", object_id=made.pk).order_by("number")
        assert [one.after["settings"] for one in changes if one.after] == ["(not shown)", "(not shown)"]


@pytest.mark.parametrize("email", ["", "@", "nobody", "x@", "x@acme.example.evil.example", "x@sub.acme.example"])
def test_no_other_address_finds_it(people: Cast, email: str) -> None:
    save_identity_provider(people.acme, OIDC | {"email_domains": "acme.example"}, approving=True)
    assert sign_on.providers_for(email) == []
    assert sign_on.only_way_for(email) is None


@pytest.mark.parametrize(
    ("public", "url", "right"),
    [
        ("http://127.0.0.1:8911", "http://127.0.0.1:9000/x", True),
        ("http://127.0.0.1:8911", "http://[::1]:9000/x", True),
        ("http://127.0.0.1:8911", "http://login.example/x", False),
        ("https://portal.example", "http://127.0.0.1:9000/x", False),
        ("https://portal.example", "https://login.example/x", True),
        ("https://portal.example", "https://login.example/ x", False),
        ("https://portal.example", "file:///etc/passwd", False),
        ("https://portal.example", "https:///x", False),
        ("https://portal.example", "https://login.example/" + "x" * 1024, False),
    ],
)
def test_addresses_are_reached_by_https(public: str, url: str, right: bool) -> None:
    with override_settings(PUBLIC_URL=public):
        if right:
            assert web_address(f" {url} ") == url
        else:
            with pytest.raises(RuleError):
                web_address(url)


class TestMetadata:
    """Metadata, pasted by somebody."""

    def test_what_is_read(self) -> None:
        read = saml_metadata.read(metadata())
        assert (read.entity_id, read.sso_url) == (ENTITY, SSO)
        assert read.certificate == saml_metadata.certificate(keys("right")[1])
        assert saml_metadata.valid_until(read.certificate) > datetime.now(UTC)

    @pytest.mark.parametrize("prefix", ["", "\n  ", "\ufeff"])
    def test_with_blanks_before_it(self, prefix: str) -> None:
        assert saml_metadata.read(prefix + metadata()).entity_id == ENTITY

    def test_one_among_other_things(self) -> None:
        one = metadata().partition("?>")[2]
        space = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
        service = '<md:EntityDescriptor entityID="x"><md:SPSSODescriptor/></md:EntityDescriptor>'
        both = f"<md:EntitiesDescriptor {space}>{service}{one}</md:EntitiesDescriptor>"
        assert saml_metadata.read(both).entity_id == ENTITY
        with pytest.raises(RuleError, match="describes 2"):
            saml_metadata.read(f"<md:EntitiesDescriptor {space}>{one}{one}</md:EntitiesDescriptor>")

    @pytest.mark.parametrize(
        "xml",
        [
            "",
            "<",
            "<a/>",
            "x" * 200_001,
            '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
            '<!DOCTYPE a SYSTEM "http://evil.example/x.dtd"><a/>',
            "\ud800",
            metadata().replace("HTTP-Redirect", "HTTP-Other"),
            metadata().replace('use="signing"', 'use="encryption"'),
            metadata().replace("<ds:X509Certificate>\n", "<ds:X509Certificate>\nAAAA"),
        ],
        ids=lambda text: text[:20],
    )
    def test_what_is_refused(self, xml: str) -> None:
        with pytest.raises(RuleError):
            saml_metadata.read(xml)


class TestSealing:
    """Secrets at rest."""

    @pytest.mark.parametrize("text", ["", "secret", "é漢", "x" * 5000])
    def test_there_and_back(self, text: str) -> None:
        sealed = seal(text)
        assert unseal(sealed) == text
        assert sealed != seal(text)
        assert not text or text not in sealed

    def test_another_installation_reads_nothing(self) -> None:
        sealed = seal("secret")
        with override_settings(SECRET_KEY="another installation's"), pytest.raises(UnsealError):
            unseal(sealed)

    def test_nothing_altered_is_believed(self) -> None:
        sealed = seal("secret")
        with pytest.raises(UnsealError):
            unseal(sealed[:-5] + "AAAA=")
