"""Identity providers of an organization over the interface: set up by it, its domains approved by the provider."""

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from tests.directory.cast import Cast
from tests.web.account.saml_idp import ENTITY, SSO, keys, metadata
from tests.web.api.conftest import ACME, Program, ProgramOf

from callpoint.directory.models import Change, SignOnProvider
from callpoint.directory.sealing import unseal
from callpoint.directory.tenancy import everywhere

PATH = f"{ACME}/sign-on-providers"
OIDC = {
    "kind": "oidc",
    "name": "Acme",
    "issuer": "https://login.acme.example/v2",
    "client_id": "callpoint",
    "client_secret": "not to be seen",
}
SAML = {"kind": "saml", "name": "Acme SAML", "metadata": metadata()}


def told(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {one["field"]: one["detail"] for one in answer.json()["errors"]}


def added(program: Program, body: dict[str, Any]) -> Any:
    answer = program.post(PATH, body)
    assert answer.status_code == 201, answer.content
    return answer


def stored(answer: Any) -> SignOnProvider:
    with everywhere():
        return SignOnProvider.objects.get(pk=answer.json()["id"])


def test_an_openid_connect_one(admin: Program) -> None:
    made = added(admin, OIDC | {"new_role": "auditor", "enabled": False})
    document = made.json()
    assert made.headers["Location"] == f"{PATH}/{document['id']}"
    assert (document["kind"], document["issuer"], document["client_id"]) == ("oidc", OIDC["issuer"], "callpoint")
    assert (document["client_secret_set"], document["email_trusted"]) == (True, False)
    assert (document["new_role"], document["enabled"], document["required"]) == ("auditor", False, False)
    assert document["email_domains"] == []
    assert document["key"] in document["answer_url"]
    assert (document["metadata_url"], document["entity_id"]) == ("", "")
    assert unseal(stored(made).settings["client_secret"]) == "not to be seen"
    for answer in (made, admin.get(PATH), admin.get(made.headers["Location"])):
        assert "not to be seen" not in answer.content.decode()
    with everywhere():
        entry = Change.objects.get(model="signonprovider", object_id=document["id"])
    assert entry.who == "token organization_administrator's program of admin@acme.example"
    assert "not to be seen" not in str(entry.after)


def test_a_saml_one_by_metadata_or_by_hand(admin: Program) -> None:
    by_metadata = added(admin, SAML).json()
    by_hand = {"entity_id": ENTITY, "sso_url": SSO, "certificate": keys("right")[1]}
    document = added(admin, {"kind": "saml", "name": "By hand"} | by_hand).json()
    for name in by_hand:
        assert document[name] == by_metadata[name] != ""
    assert document["key"] in document["metadata_url"]
    assert document["answer_url"] != document["metadata_url"]
    assert (document["issuer"], document["client_secret_set"]) == ("", False)


def test_only_what_is_given_changes(admin: Program) -> None:
    made = added(admin, OIDC)
    path, secret = made.headers["Location"], stored(made).settings["client_secret"]
    changed = admin.patch(path, {"name": "Renamed", "client_secret": ""}, If_Match=made.headers["ETag"])
    assert changed.json() == made.json() | {"name": "Renamed"}
    assert stored(made).settings["client_secret"] == secret
    assert admin.patch(path, {"name": "Again"}, If_Match=made.headers["ETag"]).status_code == 412
    assert admin.delete(path, If_Match=made.headers["ETag"]).status_code == 412
    assert admin.patch(path, {"client_secret": "another"}).status_code == 200
    assert unseal(stored(made).settings["client_secret"]) == "another"
    assert "kind" in told(admin.patch(path, {"kind": "saml"}))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        (OIDC | {"kind": "ldap"}, "kind"),
        (OIDC | {"name": ""}, "name"),
        (OIDC | {"issuer": "http://login.acme.example"}, "issuer"),
        (OIDC | {"client_secret": ""}, "client_secret"),
        (OIDC | {"new_role": "provider_administrator"}, "new_role"),
        (OIDC | {"required": True}, "required"),
        (OIDC | {"email_domains": ["acme.example"]}, "email_domains"),
        (OIDC | {"email_domains": ["d.example"] * 51}, "email_domains"),
        (OIDC | {"enabled": "yes"}, "enabled"),
        (OIDC | {"sso_url": SSO}, "sso_url"),
        (SAML | {"client_id": "x"}, "client_id"),
        (SAML | {"metadata": "no XML"}, "metadata"),
        ({"kind": "saml", "name": "Acme"}, "entity_id"),
    ],
)
def test_what_is_refused_is_not_kept(admin: Program, body: dict[str, Any], field: str) -> None:
    assert field in told(admin.post(PATH, body))
    with everywhere():
        assert not SignOnProvider.objects.exists()


def test_domains_are_approved_by_the_provider_alone(admin: Program, root: Program, people: Cast) -> None:
    path = added(admin, OIDC).headers["Location"]
    assert "Only your provider" in told(admin.patch(path, {"email_domains": ["acme.example"]}))["email_domains"]
    approved = root.patch(path, {"email_domains": ["acme.example", "@Acme.CA"]})
    assert approved.json()["email_domains"] == ["acme.example", "acme.ca"]
    assert "no domain" in told(root.patch(path, {"email_domains": ["acme"]}))["email_domains"]
    kept = admin.patch(path, {"email_domains": ["acme.example", "acme.ca"], "name": "Same"})
    assert (kept.status_code, kept.json()["name"]) == (200, "Same")
    theirs = root.post("/api/v1/organizations/other/sign-on-providers", OIDC | {"email_domains": ["acme.ca"]})
    assert "Acme already" in told(theirs)["email_domains"]


def test_an_account_of_the_provider_approves_nothing_with_an_organization_s_token(
    people: Cast, admin: Program, program_of: ProgramOf
) -> None:
    inside = program_of("provider_administrator")
    path = added(admin, OIDC).headers["Location"]
    assert "email_domains" in told(inside.patch(path, {"email_domains": ["acme.example"]}))


def test_required_only_once_somebody_came_in_by_it(admin: Program, people: Cast) -> None:
    made = added(admin, OIDC)
    path = made.headers["Location"]
    assert "once first" in told(admin.patch(path, {"required": True}))["required"]
    bond = SocialAccount.objects.create(user=people.auditor, provider=stored(made).key, uid="1")
    assert admin.patch(path, {"required": True}).json()["required"] is True
    assert admin.delete(path).status_code == 204
    assert admin.get(path).status_code == 404
    assert not SocialAccount.objects.filter(pk=bond.pk).exists()


def test_writing_is_a_scope_of_its_own(people: Cast, admin: Program, program_of: ProgramOf) -> None:
    path = added(admin, OIDC).headers["Location"]
    reader = program_of("organization_administrator", "sign-on:read")
    assert reader.get(path).status_code == 200
    for answer in (reader.post(PATH, OIDC), reader.patch(path, {"name": "X"}), reader.delete(path)):
        assert answer.status_code == 403
        assert "sign-on:write" in answer.json()["detail"]
