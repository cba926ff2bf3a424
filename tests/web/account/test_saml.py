"""Coming in by SAML: responses that xmlsec has signed, good ones and every kind of bad one."""

import zlib
from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from lxml import etree
from tests.directory.cast import Cast
from tests.web.account.saml_idp import EMAIL_FORMAT, ENTITY, SHA1, SSO, Answer, metadata
from tests.web.account.signing_in import ADMIN, is_in, told

from callpoint.directory.editing.identity_providers import save_identity_provider
from callpoint.directory.models import Account, Membership, SignOnProvider, acting
from callpoint.directory.tenancy import everywhere

HOST = "http://testserver"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"


@pytest.fixture
def provider(people: Cast) -> SignOnProvider:
    """Acme's own identity provider, approved for acme.example."""
    fields = {"kind": "saml", "name": "Acme SAML", "metadata": metadata(), "email_domains": "acme.example"}
    with acting("root@provider.example", "setting up"), everywhere():
        return save_identity_provider(people.acme, fields, approving=True)


def browser() -> Client:
    return Client(headers={"host": "testserver"})


def asked(client: Client, provider: SignOnProvider, onward: str = "") -> Answer:
    """Go there: a good answer to what was asked, about Acme's administrator."""
    page = client.post("/account/sign-on/", {"email": ADMIN, "next": onward})
    url = urlsplit(page.context["url"])
    assert f"{url.scheme}://{url.netloc}{url.path}" == SSO
    request = zlib.decompress(b64decode(parse_qs(url.query)["SAMLRequest"][0]), -15)
    sent = etree.fromstring(request)
    acs = f"{HOST}/account/saml/{provider.key}/acs/"
    assert sent.get("AssertionConsumerServiceURL") == acs
    assert sent.findtext(f"{ASSERTION}Issuer") == f"{HOST}/account/saml/{provider.key}/metadata/"
    return Answer(str(sent.get("ID")), acs, f"{HOST}/account/saml/{provider.key}/metadata/", ADMIN)


def bring(client: Client, provider: SignOnProvider, posted: dict[str, str]) -> Any:
    """The browser posts the answer and is sent to have it judged; what comes of it."""
    first = client.post(f"/account/saml/{provider.key}/acs/", posted)
    if first.status_code != 302:
        return first
    assert first.headers["Location"] == f"/account/saml/{provider.key}/acs/finish/"
    return client.get(first.headers["Location"])


def test_the_way_there_and_back(people: Cast, provider: SignOnProvider) -> None:
    client = browser()
    answer = bring(client, provider, asked(client, provider, "/organizations/acme/administrators/").posted())
    assert answer.headers["Location"] == "/organizations/acme/administrators/"
    assert is_in(client)
    bond = SocialAccount.objects.get()
    assert (bond.user.email, bond.provider, bond.uid, bond.extra_data) == (ADMIN, provider.key, "subject-1", {})
    assert told(people.acme) == [{"sign_on_bound": "Acme SAML"}, {"signed_in": f"sign-on {provider.key}"}]


def test_a_response_signed_as_a_whole(people: Cast, provider: SignOnProvider) -> None:
    client = browser()
    answer = asked(client, provider)
    answer.sign_assertion, answer.sign_response = False, True
    bring(client, provider, answer.posted())
    assert is_in(client)


def test_an_address_as_the_name_id(people: Cast, provider: SignOnProvider) -> None:
    client = browser()
    answer = asked(client, provider)
    answer.attributes, answer.name_format, answer.subject = False, EMAIL_FORMAT, ADMIN
    bring(client, provider, answer.posted())
    assert is_in(client)


def test_a_newcomer(people: Cast, provider: SignOnProvider) -> None:
    with acting("admin@acme.example", "setting"), everywhere():
        save_identity_provider(people.acme, {"new_role": "auditor"}, provider)
    client = browser()
    answer = asked(client, provider)
    answer.email = "new@acme.example"
    bring(client, provider, answer.posted())
    assert is_in(client)
    with everywhere():
        assert Membership.objects.get(account__email="new@acme.example").role == "auditor"


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "another"},
        {"sign_assertion": False},
        {"audience": "https://somebody-else.example/"},
        {"acs": "http://testserver/account/saml/another/acs/"},
        {"issuer": "https://evil.example"},
        {"age": timedelta(hours=1)},
        {"age": timedelta(hours=-1)},
        {"request_id": "_nobody-asked"},
        {"request_id": ""},
        {"algorithm": SHA1},
        {"subject": ""},
        {"subject": "s" * 192},
        {"email": "admin@other.example"},
        {"email": "root@provider.example"},
        {"email": "stranger@acme.example"},
        {"email": "not an address"},
        {"attributes": False},
    ],
    ids=str,
)
def test_a_bad_answer_opens_nothing(people: Cast, provider: SignOnProvider, wrong: dict[str, Any]) -> None:
    client = browser()
    answer = asked(client, provider)
    for name, value in wrong.items():
        setattr(answer, name, value)
    refused = bring(client, provider, answer.posted())
    assert refused.status_code == 403
    assert "Not signed in" in refused.content.decode()
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_an_answer_is_good_once(people: Cast, provider: SignOnProvider) -> None:
    client = browser()
    posted = asked(client, provider).posted()
    assert bring(client, provider, posted).status_code == 302
    client.post("/sign-out/")
    again = bring(client, provider, posted)
    assert again.status_code == 403
    assert "has been used" in again.content.decode()
    assert not is_in(client)


def test_an_answer_is_good_in_the_browser_that_asked(people: Cast, provider: SignOnProvider) -> None:
    posted = asked(browser(), provider).posted()
    victim = browser()
    assert bring(victim, provider, posted).status_code == 403
    assert not is_in(victim)


def _altered(xml: str, email: str) -> str:
    return xml.replace(ADMIN, email)


def _wrapped(xml: str, email: str) -> str:
    """A forged assertion in front, and the signed one further down (signature wrapping)."""
    root = etree.fromstring(xml.encode())
    signed = root.find(f"{ASSERTION}Assertion")
    assert signed is not None
    forged = etree.fromstring(etree.tostring(signed).replace(ADMIN.encode(), email.encode()))
    signature = forged.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    assert signature is not None
    forged.remove(signature)
    forged.set("ID", "_forged")
    root.insert(list(root).index(signed), forged)
    return etree.tostring(root).decode()


@pytest.mark.parametrize("forge", [_altered, _wrapped])
def test_a_forged_answer_opens_nothing(people: Cast, provider: SignOnProvider, forge: Any) -> None:
    client = browser()
    xml = forge(asked(client, provider).xml(), "auditor@acme.example")
    refused = bring(client, provider, {"SAMLResponse": b64encode(xml.encode()).decode()})
    assert refused.status_code == 403
    assert not is_in(client)


def test_a_comment_does_not_cut_an_address_short(people: Cast, provider: SignOnProvider) -> None:
    """Comments are not signed: this reads admin@acme.example to a program that stops at one."""
    client = browser()
    answer = asked(client, provider)
    answer.email = f"{ADMIN}.evil.example"
    xml = answer.xml().replace(answer.email, f"{ADMIN}<!-- -->.evil.example")
    refused = bring(client, provider, {"SAMLResponse": b64encode(xml.encode()).decode()})
    assert "admin@acme.example.evil.example" in refused.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize(
    "response",
    [
        "",
        "!!!",
        "AAAA",
        b64encode(b"<a/>").decode(),
        b64encode(b"no xml").decode(),
        b64encode(b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>').decode(),
        b64encode(b"\xff\xfe\x00").decode(),
        b64encode(b"<" * 300_000).decode(),
    ],
    ids=lambda text: text[:12],
)
def test_rubbish_is_refused(people: Cast, provider: SignOnProvider, response: str) -> None:
    assert bring(browser(), provider, {"SAMLResponse": response}).status_code == 403


def test_finishing_what_was_not_begun(people: Cast, provider: SignOnProvider) -> None:
    assert browser().get(f"/account/saml/{provider.key}/acs/finish/").status_code == 403


def test_responses_cannot_be_sent_without_end(people: Cast, provider: SignOnProvider) -> None:
    path = f"/account/saml/{provider.key}/acs/"
    statuses = {browser().post(path, {"SAMLResponse": "AAAA"}).status_code for _ in range(31)}
    assert statuses == {302, 429}


def test_our_metadata(people: Cast, provider: SignOnProvider) -> None:
    answer = browser().get(f"/account/saml/{provider.key}/metadata/")
    assert answer.headers["Content-Type"].startswith("text/xml")
    entity = etree.fromstring(answer.content)
    assert entity.get("entityID") == f"{HOST}/account/saml/{provider.key}/metadata/"
    assert f"{HOST}/account/saml/{provider.key}/acs/" in answer.content.decode()


def test_single_logout_is_closed(people: Cast, provider: SignOnProvider) -> None:
    assert browser().get(f"/account/saml/{provider.key}/sls/").status_code == 404
    assert browser().post(f"/account/saml/{provider.key}/sls/", {"SAMLResponse": "AAAA"}).status_code == 404


def test_the_metadata_was_read(people: Cast, provider: SignOnProvider) -> None:
    assert provider.settings["entity_id"] == ENTITY
    assert provider.settings["sso_url"] == SSO
    assert Account.objects.filter(email=ADMIN).exists()
