"""From an operator's words to what the channels are told."""

from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from callpoint.channels.settings import MailProvider, SmppCenter, SmsApi, SmtpServer
from callpoint.ops.channel_settings import channel_settings
from callpoint.ops.config import Config, Mail, Sms, Voice, Webhooks, check
from callpoint.ops.errors import ConfigError
from callpoint.ops.mail_server import PROVIDERS, mail_server
from callpoint.ops.sms_provider import sms_provider


def test_nothing_set_is_files_for_mail_and_public_addresses_alone() -> None:
    settings = channel_settings(Config(data=Path("data")))
    assert (settings.mail.server, settings.mail.folder) == (None, Path("data/mail"))
    assert (settings.sms.provider, settings.node_control) == (None, None)
    assert (settings.http.allowed_networks, settings.http.plain) == ((), False)


def test_everything_set_arrives() -> None:
    config = Config(
        data=Path("data"),
        mail=Mail("smtps://me:p%40ss@mail.example.com", "Alerts <a@example.com>"),
        sms=Sms("smpp://id:secret@sms.example.com?long=payload&window=5&system_type=ALERT", "12345"),
        webhooks=Webhooks(("10.20.0.1/16",), plain_http=True),
        voice=Voice("sip:gateway.example.net"),
    )
    settings = channel_settings(check(config))
    assert settings.mail.server == SmtpServer("mail.example.com", 465, "me", "p@ss", "tls")
    assert settings.mail.sender == "Alerts <a@example.com>"
    assert settings.sms.provider == SmppCenter(
        "sms.example.com", 2775, "id", "secret", system_type="ALERT", long="payload", window=5
    )
    assert settings.sms.sender == "12345"
    assert settings.http.allowed_networks == (ip_network("10.20.0.0/16"),)
    assert settings.http.plain
    assert settings.node_control == Path("data/node/control.sock")


@pytest.mark.parametrize(
    ("url", "backend", "options"),
    [
        ("anymail+postmark://Tok-En", "postmark", {"POSTMARK_SERVER_TOKEN": "Tok-En"}),
        ("anymail+sendgrid://SG.a%2Fb", "sendgrid", {"SENDGRID_API_KEY": "SG.a/b"}),
        (
            "anymail+mailgun://Key@mg.example.com?api_url=https://api.eu.mailgun.net/v3",
            "mailgun",
            {
                "MAILGUN_API_KEY": "Key",
                "MAILGUN_SENDER_DOMAIN": "mg.example.com",
                "MAILGUN_API_URL": "https://api.eu.mailgun.net/v3",
            },
        ),
        ("anymail+mailjet://A:B", "mailjet", {"MAILJET_API_KEY": "A", "MAILJET_SECRET_KEY": "B"}),
        (
            "anymail+ses://AK:SK@us-east-1",
            "amazon_ses",
            {
                "AMAZON_SES_CLIENT_PARAMS": {
                    "aws_access_key_id": "AK",
                    "aws_secret_access_key": "SK",
                    "region_name": "us-east-1",
                }
            },
        ),
    ],
)
def test_providers_of_mail(url: str, backend: str, options: dict[str, object]) -> None:
    assert mail_server(url) == MailProvider(f"anymail.backends.{backend}.EmailBackend", options)


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_is_one_of_anymail_s(name: str) -> None:
    provider = mail_server(f"anymail+{name}://{':'.join('k' for _ in PROVIDERS[name].keys)}")
    assert isinstance(provider, MailProvider)
    module = provider.backend.removesuffix(".EmailBackend")
    source = Path(__import__("anymail").__file__).parent / "backends" / f"{module.rpartition('.')[2]}.py"
    text = source.read_text()
    assert all(f'"{key.lower()}"' in text for key in PROVIDERS[name].keys)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("pigeon://x", "begins with"),
        ("smtp://", "and a host"),
        ("anymail+pigeon://x", "is no provider"),
        ("anymail+postmark://", "needs SERVER_TOKEN"),
        ("anymail+mailjet://A", "needs API_KEY and SECRET_KEY"),
        ("anymail+postmark://T@example.com", "has no use for"),
        ("anymail+ses://AK@us-east-1", "ses needs"),
    ],
)
def test_what_is_no_mail_server_is_told_at_the_start(url: str, words: str) -> None:
    with pytest.raises(ConfigError, match=r"mail\.url") as caught:
        check(Config(mail=Mail(url)))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", None),
        ("twilio://AC1:tok@api.twilio.com", SmsApi("https://api.twilio.com", "AC1", "tok")),
        ("twilio+plain://AC1:tok@127.0.0.1:8080", SmsApi("http://127.0.0.1:8080", "AC1", "tok")),
        ("twilio://AC1:tok@[::1]:8443", SmsApi("https://[::1]:8443", "AC1", "tok")),
        ("smpps://id:p%3Aw@sms.example.com", SmppCenter("sms.example.com", 3550, "id", "p:w", tls=True)),
    ],
)
def test_providers_of_text_messages(url: str, expected: object) -> None:
    assert sms_provider(url) == expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://x", "it must begin with"),
        ("smpp://host", "a user and a host"),
        ("smpp://id:pw@host?speed=9", "there is no option 'speed'"),
        ("smpp://id:pw@host?long=both", "long must be"),
        ("smpp://id:pw@host?window=0", "window must be"),
        ("smpp://id:pw@host:99999", "Port out of range"),
    ],
)
def test_what_is_no_provider_is_told_at_the_start(url: str, words: str) -> None:
    with pytest.raises(ConfigError, match=r"sms\.url") as caught:
        check(Config(sms=Sms(url)))
    assert words in str(caught.value)


def test_what_is_no_network_is_told_at_the_start() -> None:
    with pytest.raises(ConfigError, match=r"webhooks\.allowed_networks"):
        check(replace(Config(), webhooks=Webhooks(("10.0.0.0/99",))))
