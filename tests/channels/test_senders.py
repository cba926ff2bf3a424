"""What is set up is what there is; what is not says how to set it up."""

import dataclasses
from pathlib import Path

import pytest

from callpoint.channels.email.file_sender import FileSender
from callpoint.channels.email.provider_sender import ProviderSender
from callpoint.channels.email.smtp_sender import SmtpSender
from callpoint.channels.notice import DeliveryError
from callpoint.channels.senders import build_senders
from callpoint.channels.settings import (
    ChannelSettings,
    MailProvider,
    MailSettings,
    SmppCenter,
    SmsApi,
    SmsSettings,
    SmtpServer,
)
from callpoint.channels.sms.api_sender import ApiSender
from callpoint.channels.sms.smpp_sender import SmppSender
from callpoint.channels.voice.sender import VoiceSender
from callpoint.routing.alert_records import CHANNELS, Channel
from tests.channels.notices import NOTICE, recipient
from tests.transport.http_server import ByteServer, answer

BARE = ChannelSettings(MailSettings("callpoint@localhost", Path("mail")))


def with_server(server: SmtpServer | MailProvider) -> ChannelSettings:
    return dataclasses.replace(BARE, mail=dataclasses.replace(BARE.mail, server=server))


async def test_there_is_a_sender_for_every_channel() -> None:
    senders = build_senders(BARE, lambda report: None)
    assert set(senders) == set(CHANNELS)
    for sender in senders.values():
        await sender.close()


@pytest.mark.parametrize(
    ("channel", "settings", "words"),
    [
        ("sms", BARE, "set sms.url and sms.sender"),
        ("sms", dataclasses.replace(BARE, sms=SmsSettings(SmsApi("https://x", "a", "t"))), "set sms.sender"),
        ("voice", BARE, "set voice.gateway"),
        ("onsite", BARE, "no stream of alerts"),
    ],
)
async def test_one_that_is_not_set_up_says_which_setting_is_missing(
    channel: Channel, settings: ChannelSettings, words: str
) -> None:
    sender = build_senders(settings, lambda report: None)[channel]
    with pytest.raises(DeliveryError, match=words) as caught:
        await sender.send(NOTICE, recipient(channel, "+18025550100"))
    assert caught.value.permanent
    await sender.close()


async def test_each_setting_builds_its_sender() -> None:
    center = SmppCenter("127.0.0.1", 2775, "a", "b")
    expected = [
        (BARE, "email", FileSender),
        (with_server(SmtpServer("127.0.0.1", 25)), "email", SmtpSender),
        (with_server(MailProvider("x", {})), "email", ProviderSender),
        (dataclasses.replace(BARE, sms=SmsSettings(center, "12345")), "sms", SmppSender),
        (dataclasses.replace(BARE, sms=SmsSettings(SmsApi("https://x", "a", "t"), "12345")), "sms", ApiSender),
        (dataclasses.replace(BARE, node_control=Path("control.sock")), "voice", VoiceSender),
    ]
    for settings, channel, kind in expected:
        senders = build_senders(settings, lambda report: None)
        assert type(senders[channel]) is kind  # type: ignore[index]
        for sender in senders.values():
            await sender.close()


@pytest.mark.parametrize("channel", ["webhook", "teams", "slack"])
async def test_own_addresses_are_closed_unless_opened(channel: Channel) -> None:
    senders = build_senders(BARE, lambda report: None)
    with ByteServer(answer(b"ok")) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(DeliveryError, match=r"webhooks\.allowed_networks"):
            await senders[channel].send(NOTICE, recipient(channel, url))
    assert server.requests == []
    for sender in senders.values():
        await sender.close()


async def test_the_provider_of_text_messages_may_be_on_the_own_network() -> None:
    with ByteServer(answer(b'{"sid": "SM1"}', "201 Created")) as server:
        sms = SmsSettings(SmsApi(server.url, "a", "t"), "+18025550199")
        senders = build_senders(dataclasses.replace(BARE, sms=sms), lambda report: None)
        receipt = await senders["sms"].send(NOTICE, recipient("sms", "+18025550100"))
        for sender in senders.values():
            await sender.close()
    assert receipt.reference == "SM1"


def test_secrets_are_not_shown_by_accident() -> None:
    secret = "s3cret-word"
    shown = repr(
        [
            with_server(SmtpServer("h", 25, "u", secret)),
            with_server(MailProvider("x", {"KEY": secret})),
            SmsSettings(SmppCenter("h", 1, "u", secret)),
            SmsSettings(SmsApi("u", "a", secret)),
        ]
    )
    assert secret not in shown
