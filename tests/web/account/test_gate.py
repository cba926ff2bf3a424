"""Who goes no further yet: without a password of their own, or without the second factor they need."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from tests.directory.cast import PASSWORD, Cast
from tests.web.account.signing_in import ADMIN, OWN, is_in, sign_in, signed_in, told

from callpoint.directory.models import Account, Membership, Provider, SignOnProvider, acting
from callpoint.directory.tenancy import everywhere

NOW = 1_800_000_000
SET_UP = "/account/2fa/"


@pytest.fixture
def required(people: Cast) -> Cast:
    """The provider wants administrators to have a second factor."""
    with acting("test", "switching on"), everywhere():
        provider = Provider.objects.get()
        provider.second_factor_required = True
        provider.save()
    return people


@contextmanager
def at(now: float) -> Iterator[None]:
    """Authenticators and the cache see this time; sessions go on in their own."""
    moment = datetime.fromtimestamp(now, UTC)
    with (
        patch("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: now)),
        patch("django.core.cache.backends.db.tz_now", lambda: moment),
        patch("django.core.cache.backends.base.time", SimpleNamespace(time=lambda: now)),
    ):
        yield


def code_at(secret: str, now: float) -> str:
    return format_hotp_value(hotp_value(secret, int(now) // 30))


def with_app(account: Account) -> str:
    """Give the account an authenticator app; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(account, secret)
    RecoveryCodes.activate(account)
    return secret


class TestPassword:
    """An account made by somebody else."""

    @pytest.fixture
    def client(self, people: Cast) -> Client:
        Account.objects.filter(email=ADMIN).update(must_change_password=True)
        return signed_in()

    @pytest.mark.parametrize("path", ["/", "/organizations/acme/", "/account/", "/account/2fa/", "/address/"])
    def test_nothing_else_can_be_reached(self, client: Client, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/account/new-password/?next={path}"
        assert client.post("/organizations/acme/administrators/appoint/", {"email": "x"}).status_code == 302

    def test_a_part_of_a_page_sends_the_whole_page_there(self, client: Client) -> None:
        answer = client.get("/organizations/acme/", headers={"hx-request": "true"})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/account/new-password/")

    def test_the_language_and_the_way_out_are_open(self, client: Client) -> None:
        assert client.post("/language/", {"language": "fr-ca"}).status_code == 302
        assert client.get("/healthz").status_code != 302
        assert client.post("/sign-out/").status_code == 302
        assert not is_in(client)

    def test_a_new_password_opens_everything(self, client: Client, people: Cast) -> None:
        page = "/account/new-password/"
        same = client.post(page, {"password1": PASSWORD, "password2": PASSWORD})
        assert "choose your own" in same.content.decode()
        differing = client.post(page, {"password1": OWN, "password2": OWN + "x"})
        assert differing.status_code == 200
        done = client.post(page, {"password1": OWN, "password2": OWN, "next": "/organizations/acme/administrators/"})
        assert done.headers["Location"] == "/organizations/acme/administrators/"
        assert client.get("/organizations/acme/administrators/").status_code == 200
        assert client.get(page).headers["Location"] == "/account/"
        assert told(people.acme)[-1] == {"password": "changed"}
        assert sign_in(Client()).status_code == 200
        assert sign_in(Client(), password=OWN).status_code == 302

    def test_it_leads_nowhere_else(self, client: Client) -> None:
        form = {"password1": OWN, "password2": OWN, "next": "https://evil.example/"}
        assert client.post("/account/new-password/", form).headers["Location"] == "/"


class TestSecondFactor:
    """The second factor that administrators need."""

    @pytest.mark.parametrize("email", [ADMIN, "root@provider.example", "admin@other.example"])
    def test_administrators_set_one_up_first(self, required: Cast, email: str) -> None:
        client = signed_in(email)
        for path in ("/", "/account/", "/organizations/acme/", "/provider/", "/account/sessions/"):
            assert client.get(path).headers["Location"].startswith(SET_UP)
        page = client.get(SET_UP)
        assert "Administrators need a second factor here" in page.content.decode()

    @pytest.mark.parametrize("email", ["auditor@acme.example", "guard@acme.example"])
    def test_others_need_none(self, required: Cast, email: str) -> None:
        assert signed_in(email).get("/account/").status_code == 200

    def test_the_provider_may_switch_it_off(self, people: Cast) -> None:
        assert signed_in().get("/account/").status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_setting_up_an_app_opens_everything_and_shows_recovery_codes(self, required: Cast) -> None:
        client = signed_in()
        page = client.get("/account/2fa/totp/activate/")
        secret = page.context["form"].secret
        assert page.context["totp_svg_data_uri"].startswith("data:image/svg+xml;base64,")
        wrong = client.post("/account/2fa/totp/activate/", {"code": "000000"})
        assert wrong.status_code == 200
        with at(NOW):
            done = client.post("/account/2fa/totp/activate/", {"code": code_at(secret, NOW)})
        assert done.headers["Location"] == "/account/2fa/recovery-codes/"
        codes = client.get("/account/2fa/recovery-codes/").context["unused_codes"]
        assert len(codes) == 10
        assert client.get("/organizations/acme/administrators/").status_code == 200
        assert {"second_factor_added": "totp"} in told(required.acme)
        assert {"second_factor_added": "recovery_codes"} in told(required.acme)
        assert [sent.to for sent in mail.outbox] == [[ADMIN]]
        cache.clear()  # what lies in the cache's table is in no transaction here

    def test_taking_the_last_one_away_shuts_everything_again(self, required: Cast) -> None:
        with_app(required.organization_administrator)
        client = Client()
        sign_in(client)
        recovery = required.organization_administrator.authenticator_set.get(type="recovery_codes").wrap()
        client.post("/account/2fa/authenticate/", {"code": recovery.get_unused_codes()[0]})
        assert client.get("/account/").status_code == 200
        assert client.post("/account/2fa/totp/deactivate/").status_code == 302
        assert client.get("/account/").headers["Location"].startswith(SET_UP)
        assert {"second_factor_removed": "totp"} in told(required.acme)

    def test_the_secret_lies_sealed_in_the_database(self, required: Cast) -> None:
        secret = with_app(required.organization_administrator)
        stored = required.organization_administrator.authenticator_set.get(type="totp").data
        assert secret not in str(stored)

    def test_a_role_in_two_organizations_reaches_into_the_one_that_vouched(self, required: Cast) -> None:
        with acting("test", "set"), everywhere():
            SignOnProvider(organization=required.acme, key="acme-1", name="Acme", kind="oidc").save()
        client = signed_in()
        session = client.session
        session["account_authentication_methods"] = [{"method": "socialaccount", "at": 0, "provider": "acme-1"}]
        session.save()
        assert client.get("/account/").status_code == 200
        with acting("test", "set"), everywhere():
            account, role = required.organization_administrator, Membership.Role.ORGANIZATION_ADMINISTRATOR
            Membership(account=account, organization=required.other, role=role).save()
        assert client.get("/organizations/acme/").status_code == 200
        assert client.get("/organizations/other/").status_code == 403
        assert client.get(SET_UP).status_code == 403


class TestSigningInWithOne:
    """Who has a second factor is asked for it, required or not."""

    @pytest.fixture
    def secret(self, people: Cast) -> str:
        return with_app(people.organization_administrator)

    def test_the_password_alone_opens_nothing(self, secret: str, people: Cast) -> None:
        client = Client()
        assert sign_in(client).headers["Location"] == "/account/2fa/authenticate/"
        assert not is_in(client)
        assert client.get("/account/").status_code == 302
        wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
        assert "not right" in wrong.content.decode()
        assert not is_in(client)
        assert told(people.acme) == [{"sign_in_failed": "totp"}]

    def test_the_code_of_the_app(self, secret: str, people: Cast) -> None:
        client = Client()
        sign_in(client, next="/account/")
        with at(NOW):
            answer = client.post("/account/2fa/authenticate/", {"code": code_at(secret, NOW)})
        assert answer.headers["Location"] == "/account/"
        assert told(people.acme)[-1] == {"signed_in": "password, totp"}

    @pytest.mark.parametrize(("late", "lets_in"), [(-60, False), (-30, True), (30, True), (60, False)])
    def test_clocks_may_differ_by_half_a_minute(self, secret: str, people: Cast, late: int, lets_in: bool) -> None:
        client = Client()
        sign_in(client)
        with at(NOW):
            client.post("/account/2fa/authenticate/", {"code": code_at(secret, NOW + late)})
        assert is_in(client) is lets_in

    @pytest.mark.parametrize("written", ["{0}", "{1} {2}", " {0} "])
    def test_a_code_is_good_once_however_it_is_written(self, secret: str, people: Cast, written: str) -> None:
        code = code_at(secret, NOW)
        for client, now, expected in ((Client(), NOW, True), (Client(), NOW + 30, False)):
            sign_in(client)
            text = code if expected else written.format(code, code[:3], code[3:])
            with at(now):
                client.post("/account/2fa/authenticate/", {"code": text})
            assert is_in(client) is expected

    def test_a_recovery_code_is_good_once(self, secret: str, people: Cast) -> None:
        code = people.organization_administrator.authenticator_set.get(type="recovery_codes").wrap().generate_codes()[3]
        for expected in (True, False):
            client = Client()
            sign_in(client)
            client.post("/account/2fa/authenticate/", {"code": code})
            assert is_in(client) is expected

    def test_five_wrong_codes_lock_it(self, secret: str, people: Cast) -> None:
        client = Client()
        sign_in(client)
        for _ in range(5):
            client.post("/account/2fa/authenticate/", {"code": "000000"})
        shut = client.post("/account/2fa/authenticate/", {"code": code_at(secret, time.time())})
        assert "Too many attempts" in shut.content.decode()
        assert not is_in(client)

    def test_a_code_by_e_mail_needs_it_too(self, secret: str, people: Cast) -> None:
        client = Client()
        client.post("/account/login/code/", {"email": ADMIN})
        code = str(mail.outbox[-1].body)
        found = next(word for word in code.split() if len(word) == 9 and word[4] == "-")
        answer = client.post("/account/login/code/confirm/", {"code": found})
        assert answer.headers["Location"] == "/account/2fa/authenticate/"
        assert not is_in(client)


class TestProof:
    """Dangerous things ask again who one is, when some time has passed."""

    def aged(self, seconds: float) -> Client:
        client = signed_in()
        session = client.session
        for record in session["account_authentication_methods"]:
            record["at"] -= seconds
        session.save()
        return client

    @pytest.mark.parametrize(
        "path", ["/account/2fa/totp/activate/", "/account/2fa/webauthn/add/", "/account/2fa/recovery-codes/generate/"]
    )
    def test_not_just_after_signing_in_but_later(self, people: Cast, path: str) -> None:
        assert self.aged(0).get(path).status_code in (200, 302)
        assert not self.aged(0).get(path).headers.get("Location", "").startswith("/account/reauthenticate/")
        assert self.aged(901).get(path).headers["Location"].startswith("/account/reauthenticate/")

    def test_the_password_opens_it_again(self, people: Cast) -> None:
        client = self.aged(901)
        appoint = "/organizations/acme/administrators/appoint/"
        form = {"email": "new@acme.example", "role": "auditor"}
        asked = client.post(appoint, form)
        assert asked.headers["Location"] == f"/account/reauthenticate/?next={appoint.replace('/', '%2F')}"
        assert not Account.objects.filter(email="new@acme.example").exists()
        wrong = client.post("/account/reauthenticate/", {"password": "wrong", "next": appoint})
        assert "not your password" in wrong.content.decode()
        done = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": appoint})
        assert done.status_code == 302  # and what was asked for before has been done
        assert Account.objects.filter(email="new@acme.example").exists()


@pytest.mark.parametrize(
    ("public", "host", "origin", "status"),
    [
        ("https://portal.example", "portal.example", "https://portal.example", 302),
        ("https://portal.example", "portal.example", "http://portal.example", 403),
        ("https://portal.example", "portal.example", "https://evil.example", 403),
        ("https://portal.example", "127.0.0.1", "http://127.0.0.1", 302),
        ("http://portal.example", "portal.example", "https://portal.example", 403),
    ],
)
def test_forms_behind_a_proxy_that_speaks_https(people: Cast, public: str, host: str, origin: str, status: int) -> None:
    with override_settings(PUBLIC_URL=public, ALLOWED_HOSTS=["portal.example", "127.0.0.1"]):
        client = Client(enforce_csrf_checks=True, headers={"host": host})
        client.get("/account/login/")
        token = client.cookies["csrftoken"].value
        form = {"login": ADMIN, "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert client.post("/account/login/", form, headers={"origin": origin}).status_code == status
