"""Notices and recipients of the tests."""

from dataclasses import replace
from typing import Any

from callpoint.channels.notice import Notice
from callpoint.routing.alert_records import Channel, Recipient

HOSTILE = "Eve <script>alert(1)</script>\r\nBcc: victim@example.com\n\u202eevil\u2066\x00*_`<!channel> {{DATE(1)}}"
"""A name that tries everything: markup, headers, text that turns around, commands of chats and cards."""

NOTICE = Notice(
    key="call-1/7/0/3",
    alert="call-1",
    type="emergency",
    organization="demo",
    subject="911 call: Ana Ruiz (E1001), State House, floor 2",
    text="Ana Ruiz (E1001) is calling 911.\n\nLocation: 115 State Street\nBoard: https://alerts.example.com/board/",
    at="2026-03-09T19:05:31+00:00",
    document={"call": {"call_id": "call-1"}, "state": ""},
    links={"acknowledge": "https://alerts.example.com/a?x=1&y=2", "board": "https://alerts.example.com/board/"},
)


def notice(**changes: Any) -> Notice:
    return replace(NOTICE, **changes)


def recipient(channel: Channel, address: str, name: str = "Front desk", secret: str = "") -> Recipient:
    return Recipient("3", channel, address, name, "en", secret)
