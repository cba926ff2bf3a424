"""Which of allauth's pages can be reached, and that every one of them looks like ours and obeys our policy."""

import re
from collections.abc import Iterator, Sequence

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.urls import urlpatterns as theirs
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, resolve, reverse
from tests.directory.cast import Cast
from tests.web.account.signing_in import signed_in

from callpoint.web.security import CONTENT_SECURITY_POLICY

OPEN = {
    "account_change_password",
    "account_confirm_login_code",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
}
OURS_INSTEAD = {
    "openid_connect_callback",
    "openid_connect_login",
    "saml_acs",
    "saml_finish_acs",
    "saml_login",
    "saml_metadata",
    "usersessions_list",
}
CLOSED = {
    "account_confirm_email",
    "account_email",
    "account_email_verification_sent",
    "account_signup",
    "saml_sls",
    "socialaccount_connections",
    "socialaccount_signup",
}
ARGUMENTS = {
    "account_confirm_email": ["key"],
    "account_reset_password_from_key": ["1", "a-b"],
    "mfa_edit_webauthn": [1],
    "mfa_remove_webauthn": [1],
} | {name: ["acme-1"] for name in OURS_INSTEAD | CLOSED if name.startswith(("openid", "saml"))}


def names(patterns: Sequence[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


def path_of(name: str) -> str:
    return reverse(name, args=ARGUMENTS.get(name, []))


def test_every_page_of_allauth_s_was_thought_of() -> None:
    assert set(names(theirs)) == OPEN | OURS_INSTEAD | CLOSED


@pytest.mark.parametrize("name", sorted(OPEN))
def test_open(name: str) -> None:
    assert resolve(path_of(name)).func.__module__.startswith("allauth.")


@pytest.mark.parametrize("name", sorted(OURS_INSTEAD))
def test_ours_instead(name: str) -> None:
    assert resolve(path_of(name)).func.__module__.startswith("callpoint.")


@pytest.mark.parametrize("name", sorted(CLOSED))
def test_closed(name: str, people: Cast) -> None:
    for client in (Client(), signed_in()):
        assert client.get(path_of(name)).status_code == 404
        assert client.post(path_of(name), {"email": "x@y.example"}).status_code == 404


@pytest.mark.parametrize("path", ["login/cancelled/", "login/error/", "signup/", "connections/"])
def test_old_addresses_of_theirs_are_closed(path: str, people: Cast) -> None:
    assert Client().get(f"/account/social/{path}").status_code == 404


@pytest.mark.parametrize("name", sorted(OPEN))
@pytest.mark.parametrize("factor", [False, True])
@pytest.mark.parametrize("language", ["en", "fr-ca"])
def test_each_is_drawn_in_our_frame(name: str, factor: bool, language: str, people: Cast) -> None:
    client = signed_in()
    client.post("/language/", {"language": language})
    if factor:
        TOTP.activate(people.organization_administrator, generate_totp_secret())
        RecoveryCodes.activate(people.organization_administrator)
    stranger = Client()
    stranger.post("/language/", {"language": language})
    pages = [one.get(path_of(name)) for one in (client, stranger)]
    shown = [page for page in pages if page.status_code in (200, 401, 403) and page.content]
    for page in (page for page in shown if "html" in page.headers["Content-Type"]):
        body = page.content.decode()
        assert page.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert 'class="brand"' in body
        assert body.count("<h1") == 1
        assert "style=" not in body
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", body)
        assert not re.search(r"\son[a-z]+=", body)


def test_counts_are_kept_where_all_processes_look() -> None:
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
