"""The e-mail itself, apart from how it leaves."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callpoint.channels.cleaning import lines, one_line
from callpoint.channels.email.message import Mail, ascii_domain, extra_headers, html_part, message, message_id
from callpoint.channels.notice import DeliveryError
from tests.channels.notices import HOSTILE, NOTICE, notice, recipient

NOW = datetime(2026, 3, 9, 19, 5, 31, tzinfo=UTC)
GUARD = recipient("email", "guard@example.com")


def read(mail: Mail) -> EmailMessage:
    """As the standard library reads it, without a fault."""
    parsed = message_from_bytes(mail.content, policy=default)  # type: ignore[arg-type]
    assert isinstance(parsed, EmailMessage)
    parts = list(parsed.walk())
    assert [part.defects for part in parts] == [[]] * 3
    assert [part.get_content_type() for part in parts] == ["multipart/alternative", "text/plain", "text/html"]
    return parsed


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=100), st.text(max_size=500))
def test_any_words_arrive_as_they_are(subject: str, name: str, text: str) -> None:
    what = notice(subject=subject, text=lines(text, 1000))
    mail = message(what, recipient("email", "guard@example.com", name), "alerts@example.com", NOW)
    assert all(len(line) <= 998 for line in mail.content.split(b"\r\n"))
    assert b"\n" not in mail.content.replace(b"\r\n", b"")
    parsed = read(mail)
    assert " ".join(str(parsed["Subject"]).split()) == one_line(subject, 200)
    assert [one.addr_spec for one in parsed["To"].addresses] == ["guard@example.com"]
    # The reader puts a blank between two encoded words of a name, where RFC 2047 §6.2 has none.
    assert "".join(parsed["To"].addresses[0].display_name.split()) == "".join(one_line(name, 100).split())
    body = parsed.get_body(("plain",))
    assert body is not None
    assert str(body.get_content()).replace("\r\n", "\n").strip("\n") == what.text.strip("\n")


def test_it_has_a_date_and_says_a_machine_wrote_it() -> None:
    mail = read(message(NOTICE, GUARD, "Callpoint <alerts@example.com>", NOW))
    assert mail["Date"] == "Mon, 09 Mar 2026 19:05:31 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == message_id(NOTICE.key, "alerts@example.com")
    assert str(mail["Message-ID"]).endswith("@example.com>")


def test_all_of_it_is_ascii_whatever_the_words_are() -> None:
    mail = message(notice(subject="Étage 2 😀", text="À l'intérieur"), GUARD, "alerts@example.com", NOW)
    assert mail.content.isascii()
    assert all(len(line) <= 78 for line in mail.content.split(b"\r\n"))
    assert read(mail)["Subject"] == "Étage 2 😀"


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
