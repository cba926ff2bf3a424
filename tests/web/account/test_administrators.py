"""The Administrators page of an organization, and the page of its own sign-in."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client, override_settings
from tests.directory.cast import Cast
from tests.web.account.saml_idp import metadata
from tests.web.account.signing_in import ADMIN, link_sent, signed_in, told

from callpoint.directory.editing.identity_providers import save_identity_provider
from callpoint.directory.models import Account, Change, Membership, SignOnProvider, acting
from callpoint.directory.sealing import unseal
from callpoint.directory.tenancy import everywhere

BASE = "/organizations/acme/administrators/"
OIDC = {
    "name": "Acme login",
    "issuer": "https://login.acme.example",
    "client_id": "callpoint",
    "client_secret": "a secret to be kept",
    "enabled": "on",
    "new_role": "auditor",
    "email_domains": "",
}
Commits = Callable[..., Any]


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Commits) -> Commits:
    return django_capture_on_commit_callbacks


def membership(account: Account, slug: str = "acme") -> Membership:
    with everywhere():
        return Membership.objects.get(account=account, organization__slug=slug)


def said(client: Client, path: str, form: dict[str, Any] | None = None) -> str:
    """POST, and the page one lands on."""
    page: str = client.post(path, form or {}, follow=True).content.decode()
    return page.replace("&#x27;", "'")


def configured(people: Cast, **fields: str) -> SignOnProvider:
    with acting("root@provider.example", "setting up"), everywhere():
        made = {"kind": "oidc"} | OIDC | {"email_domains": "acme.example"} | fields
        return save_identity_provider(people.acme, made, approving=True)


class TestList:
    """Who holds which role."""

    def test_everybody_with_role_sign_in_and_second_factor(self, people: Cast) -> None:
        TOTP.activate(people.auditor, generate_totp_secret())
        lines = signed_in().get(BASE).context["members"]
        assert [(one.account.email, str(one.role_name), one.second_factor, one.me, one.last) for one in lines] == [
            ("admin@acme.example", "Organization administrator", False, True, True),
            ("auditor@acme.example", "Auditor", True, False, False),
            ("guard@acme.example", "Security", False, False, False),
        ]
        assert [one.last_sign_in is not None for one in lines] == [True, False, False]

    def test_an_auditor_sees_it_and_changes_nothing(self, people: Cast) -> None:
        page = signed_in("auditor@acme.example").get(BASE).content.decode()
        assert "guard@acme.example" in page
        main = page.split("<main")[1]
        assert "<form" not in main
        assert "Dismiss" not in main

    def test_other_organizations_people_are_not_in_it(self, people: Cast) -> None:
        assert "other.example" not in signed_in().get(BASE).content.decode()

    def test_whoever_has_not_come_yet_is_told_of(self, people: Cast, commits: Commits) -> None:
        client = signed_in()
        with commits(execute=True):
            client.post(f"{BASE}appoint/", {"email": "new@acme.example", "role": "auditor"})
        page = client.get(BASE).content.decode()
        assert "invited " in page
        assert "Invite again" in page

    def test_names_are_text(self, people: Cast) -> None:
        Account.objects.filter(pk=people.auditor.pk).update(name="<script>alert(1)</script>")
        assert "<script>alert" not in signed_in().get(BASE).content.decode()


class TestAppointing:
    """Giving and taking roles."""

    def test_a_newcomer(self, people: Cast, commits: Commits) -> None:
        client = signed_in()
        with commits(execute=True):
            form = {"email": "New@acme.example", "role": "auditor", "name": "Nora New"}
            page = said(client, f"{BASE}appoint/", form)
        assert "An e-mail is on its way to new@acme.example" in said(client, BASE) or "new@acme.example" in page
        assert mail.outbox[-1].to == ["new@acme.example"]
        assert link_sent()
        account = Account.objects.get(email="new@acme.example")
        assert (membership(account).role, account.name) == ("auditor", "Nora New")

    @override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1
    )
    def test_an_e_mail_that_cannot_be_sent_is_told_of(self, people: Cast, commits: Commits) -> None:
        client = signed_in()
        with commits(execute=True):
            client.post(f"{BASE}appoint/", {"email": "new@acme.example", "role": "auditor"})
        assert "the invitation could not be sent" in client.get(BASE).content.decode()
        newcomer = membership(Account.objects.get(email="new@acme.example"))
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"), commits(execute=True):
            client.post(f"{BASE}{newcomer.pk}/invite/")
        assert "could not be sent" not in client.get(BASE).content.decode().split("<table")[1]

    @pytest.mark.parametrize(
        ("form", "sentence"),
        [
            ({"email": "nobody", "role": "auditor"}, "is no e-mail address"),
            ({"email": "", "role": "auditor"}, "This field is required"),
            ({"email": "new@acme.example", "role": "provider_administrator"}, "Select a valid choice"),
            ({"email": "auditor@acme.example", "role": "security"}, "has a role here already (Auditor)"),
        ],
    )
    def test_what_is_refused_stands_beside_the_field(self, people: Cast, form: dict[str, str], sentence: str) -> None:
        answer = signed_in().post(f"{BASE}appoint/", form)
        page = answer.content.decode().replace("&#x27;", "'")
        assert answer.status_code == 200
        assert sentence in page
        assert "is-invalid" in page
        assert f'value="{form["email"]}"' in page or not form["email"]

    def test_another_role(self, people: Cast) -> None:
        page = said(signed_in(), f"{BASE}{membership(people.security).pk}/role/", {"role": "auditor"})
        assert "guard@acme.example has another role now" in page
        assert membership(people.security).role == "auditor"

    @pytest.mark.parametrize("role", ["provider_administrator", "", "king"])
    def test_no_role_that_is_not_there(self, people: Cast, role: str) -> None:
        page = said(signed_in(), f"{BASE}{membership(people.security).pk}/role/", {"role": role})
        assert "There is no such role here" in page
        assert membership(people.security).role == "security"

    def test_dismissing(self, people: Cast) -> None:
        guard = signed_in("guard@acme.example")
        page = said(signed_in(), f"{BASE}{membership(people.security).pk}/dismiss/")
        assert "guard@acme.example has no role here any more" in page
        assert guard.get("/organizations/acme/").status_code == 404

    @pytest.mark.parametrize(("action", "form"), [("dismiss", {}), ("role", {"role": "auditor"})])
    def test_the_last_administrator_stays(self, people: Cast, action: str, form: dict[str, str]) -> None:
        last = membership(people.organization_administrator)
        page = said(signed_in(), f"{BASE}{last.pk}/{action}/", form)
        assert "the organization's last administrator; appoint another one first" in page
        assert membership(people.organization_administrator).role == "organization_administrator"

    def test_dismissing_oneself_leads_out(self, people: Cast) -> None:
        with acting("test", "promoting"), everywhere():
            second = membership(people.auditor)
            second.role = "organization_administrator"
            second.save()
        client = signed_in()
        own = membership(people.organization_administrator)
        assert client.post(f"{BASE}{own.pk}/dismiss/").headers["Location"] == "/"
        assert client.get(BASE).status_code == 404

    @pytest.mark.parametrize("action", ["role", "dismiss", "invite", "unbind"])
    def test_another_organization_s_roles_are_not_there(self, people: Cast, action: str) -> None:
        theirs = membership(people.outsider, "other")
        assert signed_in().post(f"{BASE}{theirs.pk}/{action}/", {"role": "auditor"}).status_code == 404
        assert membership(people.outsider, "other").role == "organization_administrator"

    @pytest.mark.parametrize("action", ["appoint/", "1/role/", "1/dismiss/", "1/invite/", "1/unbind/"])
    @pytest.mark.parametrize("email", ["auditor@acme.example", "guard@acme.example"])
    def test_other_roles_give_and_take_none(self, people: Cast, action: str, email: str) -> None:
        assert signed_in(email).post(f"{BASE}{action}").status_code == 403

    def test_the_provider_may_help(self, people: Cast) -> None:
        page = said(signed_in("root@provider.example"), f"{BASE}{membership(people.security).pk}/dismiss/")
        assert "has no role here any more" in page

    def test_somebody_who_has_come_is_not_invited_again(self, people: Cast, commits: Commits) -> None:
        with commits(execute=True):
            signed_in().post(f"{BASE}{membership(people.auditor).pk}/invite/")
        assert not mail.outbox


class TestIdentityProviders:
    """Setting up an organization's own sign-in."""

    def test_setting_one_up(self, people: Cast) -> None:
        client = signed_in()
        answer = client.post(f"{BASE}sign-on/new/oidc/", OIDC)
        with everywhere():
            made = SignOnProvider.objects.get()
        assert answer.headers["Location"] == f"{BASE}sign-on/{made.key}/"
        assert unseal(made.settings["client_secret"]) == OIDC["client_secret"]
        page = client.get(answer.headers["Location"]).content.decode()
        assert f"http://127.0.0.1:8911/account/oidc/{made.key}/login/callback/" in page
        assert OIDC["client_secret"] not in page
        assert made.settings["client_secret"] not in page
        assert "It lets nobody in yet" in page
        assert "your provider has approved no domain" in client.get(f"{BASE}sign-on/").content.decode()

    def test_a_saml_one(self, people: Cast) -> None:
        client = signed_in()
        form = {"name": "Acme SAML", "metadata": metadata(), "enabled": "on", "new_role": ""}
        page = client.get(client.post(f"{BASE}sign-on/new/saml/", form).headers["Location"]).content.decode()
        with everywhere():
            key = SignOnProvider.objects.get().key
        assert f"http://127.0.0.1:8911/account/saml/{key}/acs/" in page
        assert f"http://127.0.0.1:8911/account/saml/{key}/metadata/" in page
        assert "Its certificate ends" in page

    def test_changing_one_keeps_the_secret(self, people: Cast) -> None:
        made = configured(people)
        client = signed_in()
        form = client.get(f"{BASE}sign-on/{made.key}/").context["form"]
        posted = OIDC | {"name": "Renamed", "client_secret": "", "seen": form.initial["seen"]}
        assert client.post(f"{BASE}sign-on/{made.key}/", posted).status_code == 302
        with everywhere():
            made = SignOnProvider.objects.get()
        assert made.name == "Renamed"
        assert unseal(made.settings["client_secret"]) == OIDC["client_secret"]
        assert made.email_domains == ["acme.example"]
        again = client.post(f"{BASE}sign-on/{made.key}/", posted)
        assert "Somebody else changed it" in again.content.decode()

    def test_only_the_provider_approves_domains(self, people: Cast) -> None:
        made = configured(people, email_domains="")
        path = f"{BASE}sign-on/{made.key}/"
        wanted = OIDC | {"email_domains": "acme.example"}
        signed_in().post(path, wanted)
        with everywhere():
            assert SignOnProvider.objects.get().email_domains == []
        assert signed_in("root@provider.example").post(path, wanted).status_code == 302
        with everywhere():
            assert SignOnProvider.objects.get().email_domains == ["acme.example"]

    def test_the_only_way_in_must_have_been_gone_once(self, people: Cast) -> None:
        made = configured(people)
        client, path = signed_in(), f"{BASE}sign-on/{made.key}/"
        refused = client.post(path, OIDC | {"required": "on"})
        assert "Sign in through it once first" in refused.content.decode()
        SocialAccount.objects.create(user=people.organization_administrator, provider=made.key, uid="1")
        assert client.post(path, OIDC | {"required": "on"}).status_code == 302

    def test_what_is_wrong_stands_beside_the_field(self, people: Cast) -> None:
        page = signed_in().post(f"{BASE}sign-on/new/oidc/", OIDC | {"issuer": "http://x.example", "client_secret": ""})
        text = page.content.decode()
        assert page.status_code == 200
        assert "is no address to be used here" in text
        assert "the identity provider shows it once" in text

    def test_removing_one_undoes_its_bonds(self, people: Cast) -> None:
        made = configured(people)
        SocialAccount.objects.create(user=people.organization_administrator, provider=made.key, uid="1")
        client = signed_in()
        assert "lets nobody in any more" in said(client, f"{BASE}sign-on/{made.key}/remove/")
        with everywhere():
            assert not SignOnProvider.objects.exists()
        assert not SocialAccount.objects.exists()

    def test_undoing_a_bond(self, people: Cast) -> None:
        made = configured(people)
        SocialAccount.objects.create(user=people.auditor, provider=made.key, uid="1")
        SocialAccount.objects.create(user=people.auditor, provider="somebody-else-s", uid="1")
        client = signed_in()
        assert "signs on through Acme login" in client.get(BASE).content.decode()
        said(client, f"{BASE}{membership(people.auditor).pk}/unbind/")
        assert [bond.provider for bond in SocialAccount.objects.all()] == ["somebody-else-s"]
        assert told(people.acme)[-1] == {"sign_on": "unbound"}

    @pytest.mark.parametrize("path", ["", "remove/"])
    def test_another_organization_s_is_not_there(self, people: Cast, path: str) -> None:
        made = configured(people)
        client = signed_in("admin@other.example")
        assert client.post(f"{BASE}sign-on/{made.key}/{path}", OIDC).status_code == 404
        assert client.post(f"/organizations/other/administrators/sign-on/{made.key}/{path}", OIDC).status_code == 404
        with everywhere():
            assert SignOnProvider.objects.get().name == OIDC["name"]

    @pytest.mark.parametrize("email", ["auditor@acme.example", "guard@acme.example"])
    def test_other_roles_set_nothing(self, people: Cast, email: str) -> None:
        made = configured(people)
        for path in ("new/oidc/", f"{made.key}/", f"{made.key}/remove/"):
            assert signed_in(email).post(f"{BASE}sign-on/{path}", OIDC).status_code == 403

    def test_there_is_no_other_kind(self, people: Cast) -> None:
        assert signed_in().get(f"{BASE}sign-on/new/ldap/").status_code == 404


def test_who_gave_or_took_a_role_is_in_the_history(people: Cast) -> None:
    signed_in().post(f"{BASE}{membership(people.security).pk}/dismiss/")
    with everywhere():
        entry = Change.objects.get(organization=people.acme, model="membership", action="deleted")
    assert (entry.who, entry.origin, (entry.before or {})["role"]) == (ADMIN, "127.0.0.1", "security")
