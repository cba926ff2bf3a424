"""Signing in as a browser does it: passkeys out of an authenticator, other servers' pages, our policy on every page."""

import re
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from lxml import etree
from playwright.sync_api import Browser, CDPSession, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.conftest import chromium
from tests.browser.looking import NARROW, axe, sideways
from tests.directory import cast
from tests.directory.cast import PASSWORD, Cast
from tests.web.account.oidc_server import CLIENT, SECRET, serving
from tests.web.account.saml_idp import Answer, metadata
from tests.web.account.signing_in import ADMIN

from callpoint.directory.editing.identity_providers import save_identity_provider
from callpoint.directory.models import acting
from callpoint.directory.tenancy import everywhere

__all__ = ["chromium"]
pytestmark = [pytest.mark.peers, pytest.mark.django_db(transaction=True)]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def people() -> Iterator[Cast]:
    with everywhere():
        yield cast.build()
    cache.clear()  # its table is no model's, so nobody empties it


@pytest.fixture
def page(chromium: Browser, people: Cast) -> Iterator[Page]:
    """A window whose console stays empty."""
    wrong: list[str] = []
    with chromium.new_context(locale="en") as context:
        window = context.new_page()
        window.on("console", lambda said: said.type == "error" and wrong.append(f"{window.url}: {said.text}"))
        window.on("pageerror", lambda error: wrong.append(f"{window.url}: {error}"))
        yield window
    assert not wrong


def with_authenticator(page: Page) -> CDPSession:
    """Give the window a device that holds keys and says yes to everything."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return devtools


def sign_in(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/account/login/")
    page.get_by_label("E-mail address").fill(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def add_key(page: Page, server: LiveServer, passkey: bool) -> None:
    page.goto(f"{server.url}/account/2fa/webauthn/add/")
    page.get_by_label("Name").fill("My laptop")
    page.get_by_label("Passwordless").set_checked(passkey)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_a_passkey_is_made_and_lets_in(page: Page, live_server: LiveServer, people: Cast) -> None:
    with_authenticator(page)
    sign_in(page, live_server)
    add_key(page, live_server, passkey=True)
    key = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    assert key.wrap().name == "My laptop"
    page.goto(f"{live_server.url}/account/2fa/webauthn/")
    expect(page.get_by_text("Passkey", exact=True)).to_be_visible()
    sign_out(page)
    page.goto(f"{live_server.url}/account/login/?next=/account/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    assert Authenticator.objects.get(pk=key.pk).last_used_at is not None


def test_a_security_key_as_the_second_factor(page: Page, live_server: LiveServer, people: Cast) -> None:
    with_authenticator(page)
    sign_in(page, live_server)
    add_key(page, live_server, passkey=False)
    sign_out(page)
    sign_in(page, live_server)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_role("button", name="Use a passkey or security key").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_what_goes_wrong_with_a_passkey_is_told(page: Page, live_server: LiveServer, people: Cast) -> None:
    devtools = with_authenticator(page)
    sign_in(page, live_server)
    add_key(page, live_server, passkey=True)
    page.goto(f"{live_server.url}/account/2fa/webauthn/add/")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_contain_text("in use for your account already")
    sign_out(page)
    devtools.send("WebAuthn.disable")
    page.goto(f"{live_server.url}/account/login/")
    refusing = "() => Promise.reject(new DOMException('', 'NotAllowedError'))"
    page.evaluate(f"() => {{ navigator.credentials.get = {refusing}; }}")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was used")


def test_a_browser_without_passkeys_says_so(page: Page, live_server: LiveServer, people: Cast) -> None:
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("This browser offers no passkeys here")


def test_over_to_the_organization_and_back_by_openid_connect(page: Page, live_server: LiveServer, people: Cast) -> None:
    with serving() as server:
        server.claims = {"email": ADMIN, "email_verified": True}
        fields = {"kind": "oidc", "name": "Acme login", "issuer": server.url, "client_id": CLIENT}
        with acting("root@provider.example", "setting up"), everywhere():
            more = {"client_secret": SECRET, "email_domains": "acme.example"}
            save_identity_provider(people.acme, fields | more, approving=True)
        page.goto(f"{live_server.url}/account/login/?next=/account/")
        page.get_by_label("E-mail address").fill(ADMIN)
        page.get_by_role("button", name="Use my organization's own sign-in").click()
        expect(page.get_by_role("heading", name="Your account")).to_be_visible()
        assert "/token" in server.seen


@contextmanager
def saml_login(email: str) -> Iterator[tuple[str, list[str]]]:
    """An identity provider's page that posts its answer to us from another site, as they do."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            request = etree.fromstring(zlib.decompress(b64decode(query["SAMLRequest"][0]), -15))
            acs = str(request.get("AssertionConsumerServiceURL"))
            asked.append(acs)
            audience = acs.replace("/acs/", "/metadata/")
            answer = Answer(str(request.get("ID")), acs, audience, email).posted()["SAMLResponse"]
            body = (
                f'<form method="post" action="{acs}"><input type="hidden" name="SAMLResponse" value="{answer}"></form>'
                "<script>document.forms[0].submit()</script>"
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sso", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_over_to_the_organization_and_back_by_saml(page: Page, live_server: LiveServer, people: Cast) -> None:
    with saml_login(ADMIN) as (address, asked):
        fields = {"kind": "saml", "name": "Acme SAML", "metadata": metadata(sso=address)}
        with acting("root@provider.example", "setting up"), everywhere():
            save_identity_provider(people.acme, fields | {"email_domains": "acme.example"}, approving=True)
        page.goto(f"{live_server.url}/account/login/?next=/account/")
        page.get_by_label("E-mail address").fill(ADMIN)
        page.get_by_role("button", name="Use my organization's own sign-in").click()
        expect(page.get_by_role("heading", name="Your account")).to_be_visible()
        assert len(asked) == 1


STRANGER = [
    "/account/login/",
    "/account/login/code/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/password/reset/key/1-a-b/",
    "/account/password/reset/key/done/",
    "/account/inactive/",
    "/account/sign-on/",
    "/account/3rdparty/login/cancelled/",
]
OWN = [
    "/account/",
    "/account/sessions/",
    "/account/logout/",
    "/account/password/change/",
    "/account/2fa/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/2fa/totp/deactivate/",
    "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/generate/",
    "/account/reauthenticate/",
    "/account/2fa/reauthenticate/",
    "/organizations/acme/administrators/",
    "/organizations/acme/administrators/sign-on/",
    "/organizations/acme/administrators/sign-on/new/oidc/",
    "/organizations/acme/administrators/sign-on/new/saml/",
]


def looked_at(page: Page, address: str, language: str) -> list[str]:
    """What is wrong with the page, wide and narrow."""
    wrong: list[str] = []
    for width in (1280, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address, wait_until="load")
        if page.get_attribute("html", "lang") != language:
            wrong.append(f"{address}: not in {language}")
        wrong += [f"{address} at {width}: {found}" for found in axe(page)]
        if (pixels := sideways(page)) > 0:
            wrong.append(f"{address}: {pixels} pixels wider than {width}")
    return wrong


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", ["en", "fr-ca"])
def test_nobody_is_kept_out_of_these_pages(page: Page, live_server: LiveServer, people: Cast, language: str) -> None:
    page.context.add_cookies([{"name": "callpoint_language", "value": language, "url": live_server.url}])
    wrong = [found for path in STRANGER for found in looked_at(page, live_server.url + path, language)]
    people.organization_administrator.language = language
    people.organization_administrator.save()
    secret = generate_totp_secret()
    page.goto(f"{live_server.url}/account/login/")
    page.locator("#id_login").fill(ADMIN)
    page.locator("#id_password").fill("wrong-password")
    page.locator("#id_password").press("Enter")
    wrong += [f"wrong password: {found}" for found in axe(page)]
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    TOTP.activate(people.organization_administrator, secret)
    RecoveryCodes.activate(people.organization_administrator)
    wrong += [found for path in OWN for found in looked_at(page, live_server.url + path, language)]
    assert not wrong, "\n".join(wrong)


def test_the_page_that_asks_for_the_second_factor(page: Page, live_server: LiveServer, people: Cast) -> None:
    TOTP.activate(people.organization_administrator, generate_totp_secret())
    sign_in(page, live_server)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    wrong: Any = axe(page)
    page.set_viewport_size({"width": NARROW, "height": 900})
    assert (wrong, axe(page), sideways(page)) == ([], [], 0)
