"""One's own account: name and language, roles, and the sessions one can end."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.account.signing_in import ADMIN, is_in, signed_in, told

from callpoint.directory.models import Account
from callpoint.web.account import seen
from callpoint.web.account.seen import NOTED_EVERY, note_seen
from callpoint.web.portal.account.sessions import device

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile Safari/604.1"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"

pytestmark = pytest.mark.usefixtures("people")


def test_who_one_is_and_what_one_may_do(people: Cast) -> None:
    page = signed_in().get("/account/").content.decode()
    assert ADMIN in page
    assert "Organization administrator" in page
    assert 'href="/organizations/acme/"' in page
    assert "Other" not in page.split("<main")[1]
    provider = signed_in("root@provider.example").get("/account/").content.decode()
    assert "Provider administrator" in provider


def test_an_account_without_a_role_is_told_so() -> None:
    account = Account(email="new@nowhere.example")
    account.set_password("a-password-of-my-own")
    account.save()
    page = signed_in("new@nowhere.example", "a-password-of-my-own").get("/account/")
    assert "serves no organization yet" in page.content.decode()


def test_name_and_language_are_one_s_own(people: Cast) -> None:
    client = signed_in()
    saved = client.post("/account/", {"name": " Ada <b>Admin</b> ", "language": "fr-ca"})
    assert saved.headers["Location"] == "/account/"
    account = Account.objects.get(email=ADMIN)
    assert (account.name, account.language) == ("Ada <b>Admin</b>", "fr-ca")
    page = client.get("/account/")
    assert page.headers["Content-Language"] == "fr-ca"
    assert "Ada &lt;b&gt;Admin&lt;/b&gt;" in page.content.decode()
    assert told(people.acme)[-1] == {"name": "Ada <b>Admin</b>", "language": "fr-ca"}
    client.post("/account/", {"name": "Ada <b>Admin</b>", "language": ""})
    assert client.get("/account/").headers["Content-Language"] == "en"  # the organization's


@pytest.mark.parametrize("form", [{"name": "n" * 121}, {"language": "xx"}])
def test_what_is_wrong_is_told_beside_the_field(form: dict[str, str]) -> None:
    page = signed_in().post("/account/", form)
    assert page.status_code == 200
    assert "is-invalid" in page.content.decode()
    assert 'href="#id_' in page.content.decode()


class TestSessions:
    """Where one is signed in."""

    def at(self, browser: str, address: str) -> Client:
        client = Client(headers={"user-agent": browser}, REMOTE_ADDR=address)
        client.post("/account/login/", {"login": ADMIN, "password": "correct-horse-battery"})
        return client

    def test_each_with_its_browser_and_address(self) -> None:
        here = self.at(FIREFOX, "192.0.2.1")
        self.at(PHONE, "2001:db8::1")
        signed_in("admin@other.example")
        page = here.get("/account/sessions/")
        listed = page.context["sessions"]
        assert [(one.device, one.address, one.here) for one in listed] == [
            ("Firefox, Windows", "192.0.2.1", True),
            ("Safari, iPhone", "2001:db8::1", False),
        ]
        assert "EST" in page.content.decode() or "EDT" in page.content.decode()

    def test_ending_one(self, people: Cast) -> None:
        here, there = self.at(FIREFOX, "192.0.2.1"), self.at(PHONE, "192.0.2.2")
        other = next(one for one in here.get("/account/sessions/").context["sessions"] if not one.here)
        assert here.post("/account/sessions/", {"end": other.pk}).headers["Location"] == "/account/sessions/"
        assert there.get("/account/").status_code == 302
        assert here.get("/account/").status_code == 200
        assert told(people.acme)[-1] == {"sessions_ended": 1}

    def test_ending_all_others(self, people: Cast) -> None:
        here, *there = (self.at(FIREFOX, f"192.0.2.{number}") for number in range(1, 4))
        here.post("/account/sessions/", {"end": "others"})
        assert [client.get("/account/").status_code for client in (here, *there)] == [200, 302, 302]
        assert told(people.acme)[-1] == {"sessions_ended": 2}
        here.post("/account/sessions/", {"end": "others"})
        assert told(people.acme)[-1] == {"sessions_ended": 2}

    def test_ending_the_one_that_asks(self) -> None:
        here = self.at(FIREFOX, "192.0.2.1")
        [only] = here.get("/account/sessions/").context["sessions"]
        assert here.post("/account/sessions/", {"end": only.pk}).headers["Location"] == "/account/login/"
        assert not is_in(here)

    @pytest.mark.parametrize("end", ["", "0", "x", "99999999"])
    def test_what_is_not_there_cannot_be_ended(self, end: str) -> None:
        assert self.at(FIREFOX, "192.0.2.1").post("/account/sessions/", {"end": end}).status_code == 404

    def test_somebody_else_s_session_is_not_there(self) -> None:
        theirs = signed_in("admin@other.example")
        key = UserSession.objects.get(user__email="admin@other.example").pk
        assert self.at(FIREFOX, "192.0.2.1").post("/account/sessions/", {"end": key}).status_code == 404
        assert theirs.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("browser", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        (PHONE, "Safari, iPhone"),
        (CHROME, "Chrome, Linux"),
        (CHROME + " Edg/141.0", "Edge, Linux"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1", "Safari, macOS"),
        ("curl/8.9", "Unknown browser"),
        ("", "Unknown browser"),
        ("<script>Firefox/1</script>", "Firefox"),
    ],
)
def test_what_people_call_a_browser(browser: str, name: str) -> None:
    assert device(browser) == name


class TestSeen:
    """When a session was used last, noted now and then."""

    @pytest.fixture
    def request_of(self, people: Cast, rf: RequestFactory) -> object:
        client = signed_in()
        seen._noted.clear()
        request = rf.get("/")
        request.session, request.user = client.session, people.organization_administrator
        return request

    def last_seen(self) -> object:
        return UserSession.objects.get(user__email=ADMIN).last_seen_at

    def age(self) -> object:
        UserSession.objects.update(last_seen_at=timezone.now() - timedelta(days=1))
        return self.last_seen()

    def test_once_in_a_while(self, request_of: object) -> None:
        old = self.age()
        note_seen(request_of, now=1000.0)  # type: ignore[arg-type]
        assert self.last_seen() != old
        old = self.age()
        note_seen(request_of, now=1000.0 + NOTED_EVERY - 1)  # type: ignore[arg-type]
        assert self.last_seen() == old
        note_seen(request_of, now=1000.0 + NOTED_EVERY)  # type: ignore[arg-type]
        assert self.last_seen() != old

    def test_another_address_is_noted_at_once(self, request_of: object) -> None:
        note_seen(request_of, now=1000.0)  # type: ignore[arg-type]
        request_of.META["REMOTE_ADDR"] = "192.0.2.77"  # type: ignore[attr-defined]
        note_seen(request_of, now=1001.0)  # type: ignore[arg-type]
        assert UserSession.objects.get(user__email=ADMIN).ip == "192.0.2.77"

    def test_a_page_costs_no_write(self, people: Cast, django_assert_max_num_queries: object) -> None:
        client = signed_in()
        client.get("/account/")
        with django_assert_max_num_queries(30) as asked:  # type: ignore[operator]
            client.get("/account/")
        assert not [one for one in asked.captured_queries if one["sql"].startswith(("UPDATE", "INSERT", "PRAGMA"))]

    def test_the_patience_of_the_connection_is_as_before(self, request_of: object) -> None:
        if connection.vendor != "sqlite":
            pytest.skip("only SQLite waits for others so")
        with connection.cursor() as cursor:
            before = cursor.execute("PRAGMA busy_timeout").fetchone()
        note_seen(request_of, now=1000.0)  # type: ignore[arg-type]
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA busy_timeout").fetchone() == before
