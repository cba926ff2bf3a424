"""Coming in by password, by a code and by a link; who stays outside; what the history is told."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from tests.directory.cast import PASSWORD, Cast
from tests.web.account.signing_in import ADMIN, OWN, code_sent, is_in, link_sent, sign_in, signed_in, told

from callpoint.directory.editing import members
from callpoint.directory.models import Account, Change, Membership, acting
from callpoint.directory.tenancy import everywhere
from callpoint.web.language import SESSION_KEY

pytestmark = pytest.mark.usefixtures("people")


def test_one_plain_post_lets_an_administrator_in(people: Cast) -> None:
    client = Client()
    answer = sign_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert is_in(client)
    assert client.get("/organizations/acme/administrators/").status_code == 200
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_address_in_any_case_and_on_to_where_one_wanted_to_go() -> None:
    client = Client()
    assert (
        b'name="next" value="/organizations/acme/"' in client.get("/account/login/?next=/organizations/acme/").content
    )
    assert sign_in(client, " ADMIN@Acme.example ", next="/organizations/acme/").headers["Location"] == (
        "/organizations/acme/"
    )


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "\\\\evil.example", "javascript:alert(1)", "http:///evil"]
)
def test_signing_in_leads_nowhere_else(elsewhere: str) -> None:
    assert sign_in(Client(), next=elsewhere).headers["Location"] == "/"


def test_a_form_without_a_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403
    client.get("/account/login/")
    assert sign_in(client, csrfmiddlewaretoken=client.cookies["csrftoken"].value).status_code == 302


def test_what_is_wrong_is_said_without_telling_who_has_an_account() -> None:
    client = Client()
    known, unknown = (sign_in(client, email, "wrong-password") for email in (ADMIN, "nobody@nowhere.example"))
    assert known.status_code == unknown.status_code == 200
    for page in (known, unknown):
        assert "do not go together" in page.content.decode()
    assert not is_in(client)


def test_a_shut_account_stays_outside(people: Cast) -> None:
    client = signed_in()
    Account.objects.filter(email=ADMIN).update(is_active=False)
    assert client.get("/organizations/acme/").status_code == 302
    client = Client()
    assert sign_in(client).headers["Location"] == "/account/inactive/"
    assert not is_in(client)
    client.post("/account/login/code/", {"email": ADMIN})
    client.post("/account/password/reset/", {"email": ADMIN})
    assert not mail.outbox


def test_five_failures_lock_an_account_and_nobody_else(people: Cast) -> None:
    client = Client()
    for _ in range(5):
        assert "do not go together" in sign_in(client, password="wrong-password").content.decode()
    assert "Too many attempts" in sign_in(client).content.decode()
    assert "Too many attempts" in sign_in(Client(REMOTE_ADDR="192.0.2.9"), ADMIN.upper()).content.decode()
    assert not is_in(client)
    assert sign_in(Client(), "auditor@acme.example").status_code == 302
    assert told(people.acme)[:6] == [{"sign_in_failed": "password"}] * 5 + [{"locked_out": True}]
    sign_in(client)
    assert told(people.acme).count({"locked_out": True}) == 1


def test_ten_failures_shut_an_address_out_whichever_account_it_tries(people: Cast) -> None:
    client = Client(REMOTE_ADDR="192.0.2.9")
    for number in range(10):
        sign_in(client, f"guess{number}@acme.example", "wrong-password")
    assert "Too many attempts" in sign_in(client).content.decode()
    assert sign_in(Client(REMOTE_ADDR="192.0.2.10")).status_code == 302


@override_settings(PROXIES=["127.0.0.1/32"])
def test_behind_a_proxy_the_address_is_the_client_s(people: Cast) -> None:
    for number in range(10):
        Client().post(
            "/account/login/",
            {"login": f"guess{number}@acme.example", "password": "wrong-password"},
            headers={"x-forwarded-for": "198.51.100.7"},
        )
    form = {"login": ADMIN, "password": PASSWORD}
    shut = Client().post("/account/login/", form, headers={"x-forwarded-for": "10.0.0.1, 198.51.100.7"})
    assert "Too many attempts" in shut.content.decode()
    assert Client().post("/account/login/", form, headers={"x-forwarded-for": "198.51.100.8"}).status_code == 302
    with everywhere():
        assert Change.objects.filter(origin="198.51.100.8", model="account").exists()


def test_what_a_proxy_wrote_that_is_no_address_is_the_proxy_s(people: Cast) -> None:
    with override_settings(PROXIES=["127.0.0.1/32"]):
        answer = Client().post(
            "/account/login/", {"login": ADMIN, "password": PASSWORD}, headers={"x-forwarded-for": "unknown"}
        )
    assert answer.status_code == 302


def test_counts_lie_where_every_process_sees_them(settings: object) -> None:
    assert type(cache._connections[cache._alias]).__name__ == "DatabaseCache"  # type: ignore[attr-defined]


def test_the_history_is_told_how_and_from_where(people: Cast) -> None:
    signed_in()
    with everywhere():
        entry = Change.objects.get(organization=people.acme, model="account")
    assert (entry.who, entry.origin, entry.why) == (ADMIN, "127.0.0.1", "at the sign-in page")
    assert entry.after == {"email": ADMIN, "signed_in": "password"}
    assert told(people.other) == []


def test_provider_administrators_are_in_the_installation_s_history(people: Cast) -> None:
    signed_in("root@provider.example")
    assert told(None) == [{"signed_in": "password"}]


@pytest.mark.parametrize(
    ("account", "organization", "expected"), [("fr-ca", "en", "fr-ca"), ("", "fr-ca", "fr-ca"), ("en", "fr-ca", "en")]
)
def test_pages_speak_the_account_s_language_else_the_organization_s(
    people: Cast, account: str, organization: str, expected: str
) -> None:
    Account.objects.filter(email=ADMIN).update(language=account)
    with acting("test", "set"), everywhere():
        people.acme.language = organization
        people.acme.save()
    client = signed_in()
    assert client.session[SESSION_KEY] == expected
    assert client.get("/account/").headers["Content-Language"] == expected


def test_a_code_by_e_mail(people: Cast) -> None:
    client = Client()
    asked = client.post("/account/login/code/", {"email": ADMIN, "next": "/organizations/acme/"})
    assert asked.headers["Location"].startswith("/account/login/code/confirm/")
    assert mail.outbox[-1].to == [ADMIN]
    wrong = client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"})
    assert "This is not right" in wrong.content.decode()
    right = client.post("/account/login/code/confirm/", {"code": code_sent(), "next": "/organizations/acme/"})
    assert right.headers["Location"] == "/organizations/acme/"
    assert told(people.acme) == [{"sign_in_failed": "code"}, {"signed_in": "code"}]


def test_three_wrong_codes_end_it(people: Cast) -> None:
    client = Client()
    client.post("/account/login/code/", {"email": ADMIN})
    code = code_sent()
    for _ in range(3):
        last = client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"})
    assert last.status_code == 302
    assert client.post("/account/login/code/confirm/", {"code": code}).status_code == 302
    assert not is_in(client)


@pytest.mark.parametrize("path", ["/account/login/code/", "/account/password/reset/"])
def test_unknown_addresses_get_the_same_answer_and_no_mail(path: str) -> None:
    known, unknown = Client().post(path, {"email": ADMIN}), Client().post(path, {"email": "nobody@nowhere.example"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [sent.to for sent in mail.outbox] == [[ADMIN]]


@override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1)
def test_a_mail_server_that_is_away_tells_nobody_who_has_an_account() -> None:
    assert Client().post("/account/login/code/", {"email": ADMIN}).status_code == 302
    assert Client().post("/account/password/reset/", {"email": ADMIN}).status_code == 302


def test_a_forgotten_password(people: Cast) -> None:
    elsewhere = signed_in()
    client = Client()
    client.post("/account/password/reset/", {"email": ADMIN})
    link = link_sent()
    form_page = client.get(link, follow=True)
    assert "Choose a password" in form_page.content.decode()
    action = form_page.request["PATH_INFO"]
    assert link not in action  # the key is out of the address, where a Referer would tell it
    weak = client.post(action, {"password1": "short", "password2": "short"})
    assert weak.status_code == 200
    done = client.post(action, {"password1": OWN, "password2": OWN})
    assert done.status_code == 302
    assert is_in(client)
    assert elsewhere.get("/account/").status_code == 302  # other sessions have ended
    assert "good no more" in Client().get(link, follow=True).content.decode()
    assert {"password": "by a link sent by e-mail"} in told(people.acme)
    assert sign_in(Client(), password=OWN).status_code == 302


def test_a_broken_link_says_so() -> None:
    page = Client().get("/account/password/reset/key/1-abc/")
    assert "good no more" in page.content.decode()
    assert "/account/password/reset/" in page.content.decode()


def test_an_invitation_lets_the_newcomer_in(
    people: Cast, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with acting(ADMIN, "in the test"), django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        members.appoint(people.acme, "new@acme.example", Membership.Role.AUDITOR)
    client = Client()
    page = client.get(link_sent(), follow=True)
    answer = client.post(page.request["PATH_INFO"], {"password1": OWN, "password2": OWN})
    assert answer.status_code == 302
    assert client.get("/organizations/acme/administrators/").status_code == 200
    assert not Account.objects.get(email="new@acme.example").must_change_password


def test_a_newcomer_may_come_by_a_code_and_then_chooses_a_password(
    people: Cast, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with acting(ADMIN, "in the test"), django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        members.appoint(people.acme, "new@acme.example", Membership.Role.AUDITOR)
    client = Client()
    client.post("/account/login/code/", {"email": "new@acme.example"})
    client.post("/account/login/code/confirm/", {"code": code_sent()})
    assert client.get("/").headers["Location"] == "/account/new-password/?next=/"


def test_signing_out_ends_the_session() -> None:
    client = signed_in()
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/account/").status_code == 302
    assert not is_in(client)


def test_changing_the_password_ends_all_other_sessions(people: Cast) -> None:
    here, elsewhere = signed_in(), signed_in()
    wrong = here.post("/account/password/change/", {"oldpassword": "x", "password1": OWN, "password2": OWN})
    assert "not your present password" in wrong.content.decode()
    right = here.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": OWN, "password2": OWN})
    assert right.headers["Location"] == "/account/"
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert told(people.acme)[-1] == {"password": "changed"}
    assert "Your password has been changed" in str(mail.outbox[-1].body)


def test_nobody_makes_an_account_by_themselves() -> None:
    form = {"email": "new@acme.example", "password1": OWN, "password2": OWN}
    assert Client().post("/account/signup/", form).status_code == 404
    assert not Account.objects.filter(email="new@acme.example").exists()
