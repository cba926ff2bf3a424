"""The e-mail itself, apart from how it leaves."""

from datetime import UTC, datetime

import pytest

from callpoint.channels.email.message import ascii_domain, extra_headers, html_part, message, message_id
from callpoint.channels.notice import DeliveryError
from tests.channels.notices import HOSTILE, NOTICE, notice, recipient

NOW = datetime(2026, 3, 9, 19, 5, 31, tzinfo=UTC)
GUARD = recipient("email", "guard@example.com")


def test_it_has_a_date_and_says_a_machine_wrote_it() -> None:
    mail = message(NOTICE, GUARD, "Callpoint <alerts@example.com>", NOW)
    assert mail["Date"] == "Mon, 09 Mar 2026 19:05:31 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == message_id(NOTICE.key, "alerts@example.com")
    assert str(mail["Message-ID"]).endswith("@example.com>")


def test_all_of_it_is_ascii_whatever_the_words_are() -> None:
    mail = message(notice(subject="Étage 2 😀", text="À l'intérieur"), GUARD, "alerts@example.com", NOW)
    assert mail.as_bytes().isascii()
    assert all(len(line) < 1000 for line in mail.as_bytes().split(b"\r\n"))


@pytest.mark.parametrize(
    ("changes", "urgent"),
    [
        ({"type": "emergency"}, True),
        ({"type": "relay_center"}, True),
        ({"type": "emergency", "test": True}, False),
        ({"type": "call_ended"}, False),
    ],
)
def test_only_where_somebody_is_in_danger_it_is_urgent(changes: dict[str, object], urgent: bool) -> None:
    assert ("Importance" in extra_headers(notice(**changes))) is urgent


def test_the_html_escapes_everything_and_links_only_ours() -> None:
    html = html_part(notice(subject=HOSTILE, text=f"{HOSTILE}\n\nhttps://evil.example {NOTICE.links['acknowledge']}"))
    assert "<script" not in html
    assert html.count("<a ") == 1
    assert '<a href="https://alerts.example.com/a?x=1&amp;y=2">' in html


def test_a_link_that_is_no_web_address_stays_text() -> None:
    html = html_part(notice(text="javascript:alert(1)", links={"board": "javascript:alert(1)"}))
    assert "<a " not in html


def test_the_language_is_said() -> None:
    assert '<html lang="fr">' in html_part(notice(language="fr-CA"))
    assert extra_headers(notice(language="fr-CA"))["Content-Language"] == "fr"


def test_a_sender_that_is_no_address_is_told() -> None:
    with pytest.raises(DeliveryError, match="is no e-mail address"):
        message(NOTICE, GUARD, "Callpoint", NOW)


@pytest.mark.parametrize(
    ("domain", "plain"), [("example.com", "example.com"), ("münchen.de", "xn--mnchen-3ya.de"), ("a..b", ""), ("", "")]
)
def test_domains(domain: str, plain: str) -> None:
    assert ascii_domain(domain) == plain
