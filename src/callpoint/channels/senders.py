"""Every channel as it is set up here; one that is not says so to each notice."""

import ipaddress
from collections.abc import Mapping
from typing import Final

from callpoint.channels.email.file_sender import FileSender
from callpoint.channels.email.provider_sender import ProviderSender
from callpoint.channels.email.smtp_sender import SmtpSender
from callpoint.channels.http.poster import Poster
from callpoint.channels.missing import MissingSender
from callpoint.channels.notice import OnReport, Sender
from callpoint.channels.onsite.sender import IsShown, OnsiteSender
from callpoint.channels.settings import ChannelSettings, HttpSettings, MailSettings, SmppCenter, SmsApi, SmtpServer
from callpoint.channels.slack.sender import SlackSender
from callpoint.channels.sms.api_sender import ApiSender
from callpoint.channels.sms.smpp_sender import SmppSender
from callpoint.channels.teams.sender import TeamsSender
from callpoint.channels.voice.sender import VoiceSender
from callpoint.channels.webhook.sender import WebhookSender
from callpoint.routing.alert_records import Channel

NO_SMS: Final = "text messages are not set up: set sms.url and sms.sender in callpoint.toml"
NO_SMS_SENDER: Final = "text messages have no sender: set sms.sender in callpoint.toml"
NO_VOICE: Final = "calls out are not set up: set voice.gateway in callpoint.toml"
NO_SCREENS: Final = "there is no stream of alerts here that a screen could be connected to"
# The operator names the provider of text messages, and may well have it on the own network.
_EVERYWHERE: Final = (ipaddress.IPv4Network("0.0.0.0/0"), ipaddress.IPv6Network("::/0"))


def build_senders(
    settings: ChannelSettings, on_report: OnReport, is_shown: IsShown | None = None
) -> Mapping[Channel, Sender]:
    """A sender for every channel, for the event loop that runs now or next. `is_shown` answers for screens.

    `on_report` is called in that loop, later than the `send` it belongs to has returned. Close each one.
    """
    return {
        "onsite": MissingSender(NO_SCREENS) if is_shown is None else OnsiteSender(is_shown),
        "email": _email(settings.mail),
        "sms": _sms(settings, on_report),
        "voice": MissingSender(NO_VOICE)
        if settings.node_control is None
        else VoiceSender(settings.node_control, on_report),
        "webhook": WebhookSender(Poster(settings.http)),
        "teams": TeamsSender(Poster(settings.http)),
        "slack": SlackSender(Poster(settings.http)),
    }


def _email(mail: MailSettings) -> Sender:
    if mail.server is None:
        return FileSender(mail)
    return SmtpSender(mail, mail.server) if isinstance(mail.server, SmtpServer) else ProviderSender(mail, mail.server)


def _sms(settings: ChannelSettings, on_report: OnReport) -> Sender:
    sms = settings.sms
    if sms.provider is None:
        return MissingSender(NO_SMS)
    if not sms.sender:
        return MissingSender(NO_SMS_SENDER)
    if isinstance(sms.provider, SmppCenter):
        return SmppSender(sms, sms.provider, on_report)
    return ApiSender(sms, sms.provider, Poster(_provider_http(sms.provider, settings.http)))


def _provider_http(api: SmsApi, http: HttpSettings) -> HttpSettings:
    plain = api.url.startswith("http://")
    return HttpSettings(_EVERYWHERE, plain=plain, seconds=http.seconds, connections=http.connections)
