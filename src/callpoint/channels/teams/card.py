"""A notice as an Adaptive Card.

Text blocks read Markdown; so text goes into rich text runs, which read nothing. `{{DATE(…)}}` is understood even there,
therefore no two braces stay together.
"""

from typing import Any, Final

from callpoint.channels.cleaning import shortened
from callpoint.channels.links import titled_links
from callpoint.channels.notice import Notice

CARD_TYPE: Final = "application/vnd.microsoft.card.adaptive"
VERSION: Final = "1.4"
# Teams takes 28 kB for a message in all; a character is four bytes at most.
LONGEST_TEXT: Final = 5_000


def message(notice: Notice) -> dict[str, Any]:
    """The JSON a Teams webhook takes."""
    actions = [{"type": "Action.OpenUrl", "title": title, "url": url} for title, url in titled_links(notice)]
    urgent = "good" if notice.test else "attention"
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": _plain(notice.subject),
        "body": [
            _rich(notice.subject, size="Large", weight="Bolder", color=urgent),
            *(_rich(line) for line in shortened(notice.text, LONGEST_TEXT).split("\n") if line.strip()),
        ],
        "msteams": {"width": "Full"},
    }
    if actions:
        card["actions"] = actions
    return {"type": "message", "attachments": [{"contentType": CARD_TYPE, "contentUrl": None, "content": card}]}


def _rich(text: str, **style: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": _plain(text), **style}]}


def _plain(text: str) -> str:
    while "{{" in text or "}}" in text:
        text = text.replace("{{", "{ {").replace("}}", "} }")
    return text
