"""Coming in by OpenID Connect: a real server on a real socket, in good manners and bad."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from tests.directory.cast import PASSWORD, Cast
from tests.web.account.oidc_server import CLIENT, SECRET, OidcServer, serving
from tests.web.account.signing_in import ADMIN, is_in, sign_in, signed_in, told

from callpoint.directory.editing.identity_providers import save_identity_provider
from callpoint.directory.models import Account, Change, Membership, Provider, SignOnProvider, acting
from callpoint.directory.tenancy import everywhere

Role = Membership.Role


@pytest.fixture
def server() -> Iterator[OidcServer]:
    with serving() as state:
        state.claims = {"email": ADMIN, "email_verified": True, "name": "Ada Admin"}
        yield state


@pytest.fixture
def provider(people: Cast, server: OidcServer) -> SignOnProvider:
    """Acme's own identity provider, approved for acme.example."""
    fields = {"kind": "oidc", "name": "Acme login", "issuer": server.url, "client_id": CLIENT, "client_secret": SECRET}
    with acting("root@provider.example", "setting up"), everywhere():
        return save_identity_provider(people.acme, fields | {"email_domains": "acme.example"}, approving=True)


def change(provider: SignOnProvider, **fields: str) -> None:
    with acting("root@provider.example", "changing"), everywhere():
        save_identity_provider(provider.organization, fields, provider, approving=True, proven=True)


def begin(client: Client, email: str = ADMIN, onward: str = "") -> str:
    """From the sign-in page to the identity provider and back: the address, on our side, of its answer."""
    page = client.post("/account/sign-on/", {"login": email, "password": "", "next": onward})
    assert "url" in page.context, page.content.decode()
    assert page.context["url"] in page.content.decode().replace("&amp;", "&")
    back = httpx.get(page.context["url"]).headers["Location"]
    return back.removeprefix("http://testserver")


def come(email: str = ADMIN, onward: str = "") -> tuple[Client, Any]:
    """Sign in by it: the client, and what it was answered in the end."""
    client = Client()
    return client, client.get(begin(client, email, onward))


def give_role(people: Cast, account: Account, organization: Any, role: str) -> None:
    with acting("test", "giving"), everywhere():
        Membership(account=account, organization=organization, role=role).save()


def test_the_way_there_and_back(people: Cast, server: OidcServer, provider: SignOnProvider) -> None:
    client, answer = come(onward="/organizations/acme/administrators/")
    assert answer.headers["Location"] == "/organizations/acme/administrators/"
    assert is_in(client)
    assert client.get("/organizations/acme/administrators/").status_code == 200
    bond = SocialAccount.objects.get()
    assert (bond.user.email, bond.provider, bond.uid, bond.extra_data) == (ADMIN, provider.key, "sub-1", {})
    assert told(people.acme) == [{"sign_on_bound": "Acme login"}, {"signed_in": f"sign-on {provider.key}"}]
    assert told(people.other) == []


def test_what_is_asked_of_the_identity_provider(people: Cast, provider: SignOnProvider) -> None:
    page = Client().post("/account/sign-on/", {"email": ADMIN})
    asked = parse_qs(urlsplit(page.context["url"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert asked["redirect_uri"] == [f"http://testserver/account/oidc/{provider.key}/login/callback/"]
    assert "client_secret" not in asked


def test_the_second_time_it_is_the_subject_that_counts(people: Cast, server: OidcServer, provider: Any) -> None:
    come()
    server.claims["email"] = "renamed@acme.example"
    client, _answer = come()
    assert Account.objects.get(pk=client.session["_auth_user_id"]).email == ADMIN
    assert not Account.objects.filter(email="renamed@acme.example").exists()


def test_an_address_in_the_userinfo_alone(people: Cast, server: OidcServer, provider: Any) -> None:
    server.in_userinfo = True
    assert is_in(come()[0])


def test_an_issuer_with_a_slash_at_its_end(people: Cast, server: OidcServer, provider: Any) -> None:
    server.configuration_changes = {"issuer": f"{server.url}/"}
    assert not is_in(come()[0])  # the token says otherwise
    server.token_changes = {"iss": f"{server.url}/"}
    assert is_in(come()[0])


def test_whoever_was_invited_needs_no_password(people: Cast, server: OidcServer, provider: Any) -> None:
    Account.objects.filter(email=ADMIN).update(must_change_password=True)
    client, _answer = come()
    assert client.get("/account/").status_code == 200
    account = Account.objects.get(email=ADMIN)
    assert (account.must_change_password, account.has_usable_password()) == (False, False)
    assert client.get("/account/password/set/").status_code == 403  # not on that word alone
    assert "do not go together" in sign_in(Client()).content.decode()


def test_a_single_key_need_not_be_named(people: Cast, server: OidcServer, provider: Any) -> None:
    server.token_header = {"kid": None}
    assert is_in(come()[0])


@pytest.mark.parametrize(
    "wrong",
    [
        {"sign_with": "another"},
        {"algorithm": "none"},
        {"algorithm": "HS256"},
        {"token_header": {"kid": "unknown"}},
        {"token_changes": {"aud": "somebody-else"}},
        {"token_changes": {"aud": [CLIENT, "somebody-else"], "azp": "somebody-else"}},
        {"token_changes": {"iss": "https://evil.example"}},
        {"token_changes": {"exp": 1_700_000_000}},
        {"token_changes": {"exp": None}},
        {"token_changes": {"sub": None}},
        {"token_changes": {"iat": 4_000_000_000}},
        {"token_changes": {"sub": ""}},
        {"token_changes": {"sub": "s" * 192}},
        {"in_userinfo": True, "userinfo_changes": {"sub": "somebody-else"}},
        {"in_userinfo": True, "userinfo_changes": {"sub": None}},
    ],
    ids=str,
)
def test_a_bad_token_opens_nothing(people: Cast, server: OidcServer, provider: Any, wrong: dict[str, Any]) -> None:
    for name, value in wrong.items():
        setattr(server, name, value)
    client, answer = come()
    assert answer.status_code == 403
    assert "did not come to terms" in answer.content.decode()
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "configuration",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://evil.example/"},
        {"token_endpoint": "http://evil.example/"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
    ids=str,
)
def test_a_configuration_that_leads_elsewhere_is_not_followed(
    people: Cast, server: OidcServer, provider: Any, configuration: dict[str, Any]
) -> None:
    server.configuration_changes = configuration
    page = Client().post("/account/sign-on/", {"email": ADMIN})
    assert page.status_code == 403
    assert "cannot be reached" in page.content.decode()


def test_a_server_that_is_away(people: Cast, server: OidcServer, provider: SignOnProvider) -> None:
    change(provider, issuer="http://127.0.0.1:1")
    page = Client().post("/account/sign-on/", {"email": ADMIN})
    assert (page.status_code, "cannot be reached" in page.content.decode()) == (403, True)


def test_an_answer_is_good_once(people: Cast, server: OidcServer, provider: Any) -> None:
    client = Client()
    answer = begin(client)
    assert client.get(answer).status_code == 302
    client.post("/sign-out/")
    assert client.get(answer).status_code == 403
    assert not is_in(client)


def test_an_answer_is_good_in_the_browser_that_asked(people: Cast, server: OidcServer, provider: Any) -> None:
    answer = begin(Client())
    victim = Client()
    assert victim.get(answer).status_code == 403
    assert not is_in(victim)


def test_somebody_who_turns_back(people: Cast, server: OidcServer, provider: SignOnProvider) -> None:
    client = Client()
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    path = f"/account/oidc/{provider.key}/login/callback/"
    answer = client.get(path, {"state": state, "error": "access_denied"}, follow=True)
    assert "You left before" in answer.content.decode()


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"email": "admin@other.example"}, "not approved for addresses of that domain"),
        ({"email": "admin@acme.example.evil.example"}, "not approved for addresses of that domain"),
        ({"email": "admin@sub.acme.example"}, "not approved for addresses of that domain"),
        ({"email": "root@provider.example"}, "not approved for addresses of that domain"),
        ({"email": None}, "did not give your e-mail address"),
        ({"email": "not an address"}, "did not give your e-mail address"),
        ({"email_verified": False}, "does not say that admin@acme.example has been verified"),
        ({"email_verified": None}, "does not say that admin@acme.example has been verified"),
        ({"email_verified": "false"}, "does not say that admin@acme.example has been verified"),
        ({"email": "stranger@acme.example"}, "has no account here"),
    ],
)
def test_whom_it_cannot_let_in(
    people: Cast, server: OidcServer, provider: Any, claims: dict[str, Any], sentence: str
) -> None:
    server.claims |= claims
    client, answer = come()
    assert answer.status_code == 403
    assert sentence in answer.content.decode().replace("&#x27;", "'")
    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    assert Account.objects.filter(email="stranger@acme.example").count() == 0


def test_an_organization_may_vouch_for_all_its_addresses(people: Cast, server: OidcServer, provider: Any) -> None:
    change(provider, email_trusted="yes")
    server.claims["email_verified"] = None
    assert is_in(come()[0])


def test_a_newcomer_gets_the_role_for_newcomers(people: Cast, server: OidcServer, provider: Any) -> None:
    change(provider, new_role=Role.AUDITOR)
    server.claims |= {"email": "New@ACME.example"}
    client, _answer = come("new@acme.example")
    account = Account.objects.get(email="new@acme.example")
    assert (account.name, account.has_usable_password(), account.must_change_password) == ("Ada Admin", False, False)
    assert client.get("/organizations/acme/administrators/").status_code == 200
    with everywhere():
        assert [one.role for one in Membership.objects.filter(account=account)] == [Role.AUDITOR]
        made = Change.objects.get(model="membership", who="new@acme.example")
    assert (made.why, made.origin) == ("signing on through Acme login", "127.0.0.1")
    assert not mail.outbox


class TestTenants:
    """An organization's identity provider opens that organization, and no account that is not of it."""

    def test_an_account_of_another_organization(self, people: Cast, server: OidcServer, provider: Any) -> None:
        change(provider, new_role=Role.ORGANIZATION_ADMINISTRATOR)
        Account.objects.filter(pk=people.outsider.pk).update(email="boss@acme.example")
        server.claims["email"] = "boss@acme.example"
        client, answer = come("boss@acme.example")
        assert "has no role in Acme" in answer.content.decode()
        assert not is_in(client)
        give_role(people, people.outsider, people.acme, Role.AUDITOR)
        assert is_in(come("boss@acme.example")[0])

    def test_an_account_without_any_role(self, people: Cast, server: OidcServer, provider: Any) -> None:
        change(provider, new_role=Role.AUDITOR)
        Account(email="left@acme.example").save()
        server.claims["email"] = "left@acme.example"
        assert "has no role in Acme" in come("left@acme.example")[1].content.decode()

    def test_a_provider_administrator(self, people: Cast, server: OidcServer, provider: Any) -> None:
        give_role(people, people.organization_administrator, None, Role.PROVIDER_ADMINISTRATOR)
        client, answer = come()
        assert "Provider administrators sign in with their password" in answer.content.decode()
        assert not is_in(client)

    def test_who_becomes_one_later(self, people: Cast, server: OidcServer, provider: Any) -> None:
        come()
        give_role(people, people.organization_administrator, None, Role.PROVIDER_ADMINISTRATOR)
        assert not is_in(come()[0])

    def test_who_was_dismissed(self, people: Cast, server: OidcServer, provider: Any) -> None:
        come()
        with acting("test", "dismissing"), everywhere():
            Membership.objects.get(account=people.organization_administrator).delete()
        assert "has no role in Acme" in come()[1].content.decode()

    def test_a_domain_that_is_approved_no_more(self, people: Cast, server: OidcServer, provider: Any) -> None:
        come()
        change(provider, email_domains="acme.example, acme.org")
        Account.objects.filter(email=ADMIN).update(email="admin@elsewhere.example")
        client, answer = come()
        assert "not approved" in answer.content.decode()
        assert not is_in(client)

    def test_another_subject_of_the_same_address(self, people: Cast, server: OidcServer, provider: Any) -> None:
        come()
        server.subject = "sub-2"
        client, answer = come()
        assert "belongs to somebody else at Acme login" in answer.content.decode()
        assert not is_in(client)
        SocialAccount.objects.all().delete()
        assert is_in(come()[0])

    def test_the_same_subject_at_another_organization_s_provider(
        self, people: Cast, server: OidcServer, provider: Any
    ) -> None:
        come()
        fields = {"kind": "oidc", "name": "Other login", "issuer": server.url, "client_id": CLIENT}
        with acting("root@provider.example", "setting up"), everywhere():
            domains = {"client_secret": SECRET, "email_domains": "other.example", "new_role": Role.AUDITOR}
            other = save_identity_provider(people.other, fields | domains, approving=True)
        client = Client()
        page = client.post(f"/account/oidc/{other.key}/login/")
        back = httpx.get(page.context["url"]).headers["Location"].removeprefix("http://testserver")
        assert client.get(back).status_code == 403  # acme.example is not that provider's to vouch for
        assert not is_in(client)

    def test_an_answer_meant_for_another_provider(self, people: Cast, server: OidcServer, provider: Any) -> None:
        fields = {"kind": "oidc", "name": "Other login", "issuer": server.url, "client_id": CLIENT}
        with acting("root@provider.example", "setting up"), everywhere():
            more = {"client_secret": SECRET, "email_domains": "other.example"}
            other = save_identity_provider(people.other, fields | more, approving=True)
        client = Client()
        answer = begin(client).replace(provider.key, other.key)
        assert client.get(answer).status_code == 403
        assert not is_in(client)

    def test_a_shut_account(self, people: Cast, server: OidcServer, provider: Any) -> None:
        Account.objects.filter(email=ADMIN).update(is_active=False)
        client, answer = come()
        assert (answer.status_code, is_in(client)) == (403, False)

    def test_signing_on_does_not_bind_the_account_of_whoever_is_signed_in(
        self, people: Cast, server: OidcServer, provider: SignOnProvider
    ) -> None:
        client = signed_in("admin@other.example")
        page = client.post(f"/account/oidc/{provider.key}/login/?process=connect", {"process": "connect"})
        back = httpx.get(page.context["url"]).headers["Location"].removeprefix("http://testserver")
        client.get(back)
        assert SocialAccount.objects.get().user == people.organization_administrator
        assert Account.objects.get(pk=client.session["_auth_user_id"]).email == ADMIN

    def test_one_switched_off_is_not_there(self, people: Cast, server: OidcServer, provider: SignOnProvider) -> None:
        client = Client()
        answer = begin(client)
        change(provider, enabled="no")
        assert client.get(answer).status_code == 404
        assert Client().get(f"/account/oidc/{provider.key}/login/").status_code == 404
        assert "No organization here" in Client().post("/account/sign-on/", {"email": ADMIN}).content.decode()


class TestRequired:
    """An organization that lets its people in by itself alone."""

    @pytest.fixture
    def required(self, provider: SignOnProvider) -> SignOnProvider:
        change(provider, required="yes")
        return provider

    def test_a_password_opens_nothing(self, people: Cast, server: OidcServer, required: SignOnProvider) -> None:
        client = Client()
        for email in (ADMIN, "nobody@acme.example"):
            page = sign_in(client, email)
            assert "lets you in by Acme login only" in page.content.decode()
            assert 'formaction="/account/sign-on/"' in page.content.decode()
        assert not is_in(client)

    def test_nor_does_a_code(self, people: Cast, required: SignOnProvider) -> None:
        page = Client().post("/account/login/code/", {"email": ADMIN})
        assert "lets you in by Acme login only" in page.content.decode()
        assert not mail.outbox

    def test_nor_a_link_for_a_forgotten_password(self, people: Cast, required: SignOnProvider) -> None:
        Client().post("/account/password/reset/", {"email": ADMIN})
        [sent] = mail.outbox
        assert "/password/reset/key/" not in str(sent.body)
        assert "by Acme login only" in str(sent.body)

    def test_nor_a_link_that_was_sent_before(self, people: Cast, server: OidcServer, provider: SignOnProvider) -> None:
        Client().post("/account/password/reset/", {"email": ADMIN})
        link = next(line for line in str(mail.outbox[0].body).split() if "/reset/key/" in line)
        change(provider, required="yes")
        client = Client()
        page = client.get(urlsplit(link).path, follow=True)
        new = {"password1": "another-long-password", "password2": "another-long-password"}
        assert client.post(page.request["PATH_INFO"], new).headers["Location"] == "/account/sign-on/"
        assert not is_in(client)

    def test_but_the_organization_s_own_does(self, people: Cast, server: OidcServer, required: SignOnProvider) -> None:
        assert is_in(come()[0])

    def test_provider_administrators_are_not_bound_by_it(self, people: Cast, required: SignOnProvider) -> None:
        give_role(people, people.organization_administrator, None, Role.PROVIDER_ADMINISTRATOR)
        assert sign_in(Client()).status_code == 302

    def test_nor_are_other_organizations_people_of_that_domain(self, people: Cast, required: SignOnProvider) -> None:
        Account.objects.filter(pk=people.outsider.pk).update(email="boss@acme.example")
        assert sign_in(Client(), "boss@acme.example").status_code == 302

    def test_other_domains_are_not_touched(self, people: Cast, required: SignOnProvider) -> None:
        Account.objects.filter(pk=people.auditor.pk).update(email="auditor@consultants.example")
        assert sign_in(Client(), "auditor@consultants.example").status_code == 302


class TestSecondFactor:
    """Whoever came by the organization's own needs no second factor of ours for it; a factor there is, is asked for."""

    @pytest.fixture(autouse=True)
    def required(self, people: Cast) -> None:
        with acting("test", "switching on"), everywhere():
            settings = Provider.objects.get()
            settings.second_factor_required = True
            settings.save()

    def test_none_is_needed(self, people: Cast, server: OidcServer, provider: Any) -> None:
        assert come()[0].get("/account/").status_code == 200
        assert signed_in().get("/account/").headers["Location"].startswith("/account/2fa/")

    def test_a_role_elsewhere_is_out_of_reach_instead(self, people: Cast, server: OidcServer, provider: Any) -> None:
        give_role(people, people.organization_administrator, people.other, Role.ORGANIZATION_ADMINISTRATOR)
        client, _answer = come()
        assert client.get("/organizations/acme/").status_code == 200
        assert client.get("/organizations/other/").status_code == 403


def test_a_page_to_choose_where_there_are_two(people: Cast, server: OidcServer, provider: SignOnProvider) -> None:
    fields = {"kind": "oidc", "name": "Acme old", "issuer": server.url, "client_id": CLIENT, "client_secret": SECRET}
    with acting("root@provider.example", "setting up"), everywhere():
        save_identity_provider(people.acme, fields | {"email_domains": "acme.example"}, approving=True)
    page = Client().post("/account/sign-on/", {"email": ADMIN}).content.decode()
    assert "Sign in with Acme login (Acme)" in page
    assert "Sign in with Acme old (Acme)" in page


def test_a_get_leads_nowhere_by_itself(people: Cast, provider: SignOnProvider, server: OidcServer) -> None:
    page = Client().get(f"/account/oidc/{provider.key}/login/")
    assert page.status_code == 200
    assert "refresh" not in page.content.decode()
    assert server.seen == []


def test_signing_on_leads_nowhere_else_afterwards(people: Cast, server: OidcServer, provider: Any) -> None:
    assert come(onward="https://evil.example/")[1].headers["Location"] == "/"


def test_the_secret_is_nowhere_in_the_clear(people: Cast, provider: SignOnProvider) -> None:
    with everywhere():
        stored = SignOnProvider.objects.get()
        assert SECRET not in str(stored.settings)
        assert SECRET not in str([(one.before, one.after) for one in Change.objects.filter(model="signonprovider")])


def test_an_own_password_stays_one_way_in_unless_it_is_shut(people: Cast, server: OidcServer, provider: Any) -> None:
    come()
    assert sign_in(Client(), ADMIN, PASSWORD).status_code == 302


class TestOfAnAccountThatServesOthersToo:
    """Its owner's employer says who has come; that word opens the employer's organization and nothing else."""

    @pytest.fixture
    def inside(self, people: Cast, server: OidcServer, provider: SignOnProvider) -> Client:
        give_role(people, people.organization_administrator, people.other, Role.ORGANIZATION_ADMINISTRATOR)
        client, answer = come()
        assert answer.status_code == 302
        return client

    def test_one_s_own_organization_is_open(self, inside: Client) -> None:
        assert inside.get("/organizations/acme/people/").status_code == 200
        assert inside.get("/", follow=True).redirect_chain[-1][0] == "/organizations/acme/"

    @pytest.mark.parametrize("path", ["", "people/", "audit/", "tokens/"])
    def test_the_other_is_not(self, inside: Client, path: str) -> None:
        answer = inside.get(f"/organizations/other/{path}")
        assert answer.status_code == 403
        assert b"Secret Stranger" not in answer.content
        assert b'href="/organizations/other/' not in answer.content

    @pytest.mark.parametrize(
        "path",
        ["password/change/", "password/set/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/add/", "new-password/"],
    )
    def test_nor_can_a_proof_be_left_behind(self, inside: Client, path: str) -> None:
        assert inside.get(f"/account/{path}").status_code == 403
        assert inside.post(f"/account/{path}", {}).status_code == 403

    def test_a_proof_of_one_s_own_opens_the_rest(self, inside: Client, people: Cast) -> None:
        answer = inside.post("/account/reauthenticate/", {"password": PASSWORD})
        assert answer.status_code == 302
        assert inside.get("/organizations/other/people/").status_code == 200
