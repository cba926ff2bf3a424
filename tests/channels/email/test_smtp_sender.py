"""E-mail by SMTP against a real server: what arrives, and what each way of failing means."""

import asyncio
import select
import ssl
import threading
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from callpoint.channels.email.smtp_line import wait_named
from callpoint.channels.email.smtp_sender import SmtpSender
from callpoint.channels.notice import DeliveryError, Receipt
from callpoint.channels.settings import MailSettings, SmtpServer
from tests.channels.email.mail_server import Sink, hanging, only, running, tls_context
from tests.channels.notices import HOSTILE, NOTICE, notice, recipient
from tests.channels.waiting import eventually
from tests.transport.certificates import Authority

GUARD = recipient("email", "guard@example.com", "Günther Guard")


def sender_for(server: SmtpServer, context: ssl.SSLContext | None = None, **options: Any) -> SmtpSender:
    return SmtpSender(
        MailSettings("Callpoint <alerts@example.com>", Path("unused"), server, **options), server, context
    )


def plain(port: int) -> SmtpServer:
    return SmtpServer("127.0.0.1", port, security="none")


async def sent(sink: Sink, what: Any = NOTICE, who: Any = GUARD) -> Receipt:
    sender = sender_for(plain(sink.port))
    try:
        return await sender.send(what, who)
    finally:
        await sender.close()


def part(mail: EmailMessage, kind: str) -> str:
    """The text of one part, its lines ended as in Python."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


async def trouble(sink: Sink, who: Any = GUARD) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await sent(sink, who=who)
    return caught.value


async def test_the_alert_arrives_as_text_and_html() -> None:
    with running(Sink()) as sink:
        receipt = await sent(sink)
    [mail] = sink.messages
    assert (sink.taken[0].mail_from, sink.taken[0].rcpt_tos) == ("alerts@example.com", ["guard@example.com"])
    assert mail["Subject"] == NOTICE.subject
    assert mail["To"] == "Günther Guard <guard@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Importance"] == "high"
    assert receipt.reference == mail["Message-ID"]
    assert not receipt.delivered  # a server has it; a mailbox may not
    assert part(mail, "plain") == NOTICE.text + "\n"
    assert '<a href="https://alerts.example.com/board/">' in part(mail, "html")


async def test_every_attempt_at_a_notice_bears_the_same_name() -> None:
    with running(Sink()) as sink:
        first, again, other = await sent(sink), await sent(sink), await sent(sink, notice(key="another"))
    assert first.reference == again.reference != other.reference


async def test_lines_that_begin_with_a_full_stop_arrive_whole() -> None:
    text = ".\n..\n.hidden\nend"
    with running(Sink()) as sink:
        await sent(sink, notice(text=text))
    assert part(sink.messages[0], "plain") == text + "\n"


async def test_hostile_names_add_no_header_and_no_markup() -> None:
    what = notice(subject=HOSTILE, text=HOSTILE, key=HOSTILE)
    with running(Sink()) as sink:
        await sent(sink, what, recipient("email", "guard@example.com", HOSTILE))
    [mail] = sink.messages
    assert mail["Bcc"] is None
    assert sink.taken[0].rcpt_tos == ["guard@example.com"]
    assert "\n" not in mail["Subject"]
    assert "\u202e" not in mail["Subject"]
    assert "<script" not in part(mail, "html")


@pytest.mark.parametrize(
    "address",
    [
        "", "guard", "@example.com", "guard@", "a b@example.com", "guard@example.com\r\nRCPT TO:<x@example.com>",
        "a@b@example.com", "<guard@example.com>", "x" * 65 + "@example.com", "guard@" + "x" * 70 + ".com",
        "a,b@example.com",
    ],
)  # fmt: skip
async def test_what_is_no_address_never_reaches_the_server(address: str) -> None:
    with running(Sink()) as sink:
        error = await trouble(sink, recipient("email", address))
        assert error.permanent
        assert "is no e-mail address" in str(error)
        assert not sink.peers


async def test_a_domain_beyond_ascii_is_written_as_name_servers_know_it() -> None:
    with running(Sink()) as sink:
        await sent(sink, who=recipient("email", "guard@münchen.example"))
    assert sink.taken[0].rcpt_tos == ["guard@xn--mnchen-3ya.example"]


async def test_an_address_beyond_ascii_needs_a_server_that_takes_it() -> None:
    who = recipient("email", "gärtner@example.com")
    with running(Sink(), enable_SMTPUTF8=True) as sink:
        await sent(sink, who=who)
    assert sink.taken[0].rcpt_tos == ["gärtner@example.com"]
    with running(Sink(), enable_SMTPUTF8=False) as sink:
        error = await trouble(sink, who)
    assert error.permanent


@pytest.mark.parametrize(
    ("answers", "permanent", "retry_after"),
    [
        ({"rcpt": ["550 5.1.1 no such user"]}, True, None),
        ({"rcpt": ["450 4.2.0 Greylisted, please try again in 300 seconds"]}, False, 300.0),
        ({"rcpt": ["451 4.7.1 try again in 5 minutes"]}, False, 300.0),
        ({"rcpt": ["452 mailbox full"]}, False, None),
        ({"mail": ["421 too busy"]}, False, None),
        ({"mail": ["553 not from you"]}, True, None),
        ({"data": ["554 5.7.1 looks like spam"]}, True, None),
        ({"data": ["451 queue full"]}, False, None),
    ],
)
async def test_refusals_tell_whether_they_may_pass(
    answers: dict[str, list[str]], permanent: bool, retry_after: float | None
) -> None:
    code = next(iter(answers.values()))[0].split()[0]
    with running(Sink(**answers)) as sink:  # type: ignore[arg-type]
        error = await trouble(sink)
    assert (error.permanent, error.retry_after, error.uncertain) == (permanent, retry_after, False)
    assert code in str(error)
    assert sink.taken == []


async def test_a_greylisted_notice_arrives_at_the_second_attempt() -> None:
    with running(Sink(rcpt=["450 greylisted"])) as sink:
        sender = sender_for(plain(sink.port))
        with pytest.raises(DeliveryError):
            await sender.send(NOTICE, GUARD)
        await sender.send(NOTICE, GUARD)
        await sender.close()
    assert len(sink.taken) == 1


async def test_a_line_lost_after_the_message_is_uncertain() -> None:
    with running(Sink(drop_in_data=1)) as sink:
        error = await trouble(sink)
    assert (error.permanent, error.uncertain) == (False, True)
    assert "before it said whether" in str(error)


async def test_nobody_there_may_be_there_later() -> None:
    with running(Sink()) as sink:
        pass
    error = await trouble(sink)
    assert (error.permanent, error.uncertain) == (False, False)
    assert "cannot be reached" in str(error)


async def test_one_line_serves_many_messages() -> None:
    with running(Sink()) as sink:
        sender = sender_for(plain(sink.port))
        for number in range(5):
            await sender.send(notice(key=str(number)), GUARD)
        await sender.close()
    assert len(sink.taken) == 5
    assert len(sink.peers) == 1


async def test_a_line_the_server_has_dropped_meanwhile_is_replaced() -> None:
    with running(Sink(), timeout=0.2) as sink:
        sender = sender_for(plain(sink.port))
        await sender.send(notice(key="1"), GUARD)
        [(_, line)] = sender._idle
        await eventually(lambda: select.select([line._smtp.sock], [], [], 0)[0])  # its server has hung up
        await sender.send(notice(key="2"), GUARD)
        await sender.close()
    assert len(sink.taken) == 2
    assert len(sink.peers) == 2


async def test_a_refusal_leaves_the_line_fit_for_the_next_message() -> None:
    with running(Sink(rcpt=["550 no such user"])) as sink:
        sender = sender_for(plain(sink.port))
        with pytest.raises(DeliveryError):
            await sender.send(NOTICE, GUARD)
        await sender.send(notice(key="2"), GUARD)
        await sender.close()
    assert sink.taken[0].rcpt_tos == ["guard@example.com"]
    assert len(sink.peers) == 1


async def test_a_server_that_hangs_blocks_its_own_threads_alone() -> None:
    with hanging() as port, running(Sink()) as sink:
        stuck = sender_for(plain(port), connections=2, seconds=30.0)
        fine = sender_for(plain(sink.port))
        waiting = [asyncio.create_task(stuck.send(notice(key=str(number)), GUARD)) for number in range(40)]
        await asyncio.sleep(0)
        await fine.send(NOTICE, GUARD)
        await asyncio.to_thread(lambda: None)  # nor is the pool everybody shares taken
        assert not any(task.done() for task in waiting)
        assert sum(thread.name.startswith("smtp") for thread in threading.enumerate()) <= 2 + 1
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await stuck.close()
        await fine.close()
    assert len(sink.taken) == 1


async def test_a_server_that_hangs_is_given_up_after_its_time() -> None:
    with hanging() as port:
        sender = sender_for(plain(port), seconds=0.3)
        with pytest.raises(DeliveryError, match="cannot be reached") as caught:
            await sender.send(NOTICE, GUARD)
        await sender.close()
    assert not caught.value.permanent


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_the_line_is_protected_and_the_server_proves_itself(security: Any, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    files = authority.files("127.0.0.1")
    context = tls_context(str(files.certificate), str(files.key))
    options: dict[str, Any] = (
        {"ssl_context": context}
        if security == "tls"
        else {
            "tls_context": context,
            "require_starttls": True,
        }
    )
    believing = ssl.create_default_context(cafile=str(authority.path))
    with running(Sink(), **options) as sink:
        server = SmtpServer("127.0.0.1", sink.port, security=security)
        good, doubting = sender_for(server, believing), sender_for(server)
        await good.send(NOTICE, GUARD)
        with pytest.raises(DeliveryError, match="cannot be reached"):
            await doubting.send(NOTICE, GUARD)
        await good.close()
        await doubting.close()
    assert len(sink.taken) == 1


async def test_a_server_without_starttls_is_not_trusted_with_it() -> None:
    with running(Sink()) as sink:
        sender = sender_for(SmtpServer("127.0.0.1", sink.port, security="starttls"))
        with pytest.raises(DeliveryError, match=r"does not do what mail\.url asks for") as caught:
            await sender.send(NOTICE, GUARD)
        await sender.close()
    assert caught.value.permanent
    assert sink.taken == []


@pytest.mark.parametrize(("password", "good"), [("right", True), ("wrong", False)])
async def test_who_has_a_user_signs_in(password: str, good: bool) -> None:
    options = {"authenticator": only(b"me", b"right"), "auth_require_tls": False, "auth_required": True}
    with running(Sink(), **options) as sink:
        sender = sender_for(SmtpServer("127.0.0.1", sink.port, "me", password, "none"))
        if good:
            await sender.send(NOTICE, GUARD)
        else:
            with pytest.raises(DeliveryError, match="535") as caught:
                await sender.send(NOTICE, GUARD)
            assert caught.value.permanent
        await sender.close()
    assert len(sink.taken) == int(good)


async def test_many_at_once_use_so_many_lines_and_no_more() -> None:
    with running(Sink()) as sink:
        sender = sender_for(plain(sink.port), connections=3)
        await asyncio.gather(*(sender.send(notice(key=str(number)), GUARD) for number in range(30)))
        await sender.close()
        await eventually(lambda: len(sink.taken) == 30)
    assert 1 <= len(sink.peers) <= 3


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("greylisted, come back in 300 seconds", 300.0),
        ("try again in 5 min", 300.0),
        ("see http://example.com/300", None),
        ("4.7.1 Greylisting in action", None),
    ],
)
def test_a_server_s_own_words_for_how_long(words: str, seconds: float | None) -> None:
    assert wait_named(words) == seconds
