"""A notice as Slack blocks. What callers or callers' records brought stands in `plain_text`, which reads no markup;
the fallback line of notifications reads some, so there its three signs are escaped."""

from collections.abc import Iterator
from typing import Any, Final

from callpoint.channels.cleaning import shortened
from callpoint.channels.links import titled_links
from callpoint.channels.notice import Notice

# Slack's own limits: a header, a section, and how many blocks we take of the fifty.
LONGEST_HEADER: Final = 150
LONGEST_SECTION: Final = 3_000
MOST_SECTIONS: Final = 5


def message(notice: Notice) -> dict[str, Any]:
    """The JSON a Slack webhook takes."""
    buttons = [
        {"type": "button", "text": _plain(title, LONGEST_HEADER), "url": url} for title, url in titled_links(notice)
    ]
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(notice.subject, LONGEST_HEADER)}]
    blocks += [{"type": "section", "text": _plain(part, LONGEST_SECTION)} for part in _parts(notice.text)]
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    return {"text": escaped(notice.subject), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def escaped(text: str) -> str:
    """`text` with the three signs Slack reads as markup of links, mentions and commands made harmless."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str, longest: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": shortened(text, longest) or "-", "emoji": False}


def _parts(text: str) -> Iterator[str]:
    """Paragraphs in sections as few as they fit in."""
    text = shortened(text, LONGEST_SECTION * MOST_SECTIONS)
    while text:
        cut = len(text) if len(text) <= LONGEST_SECTION else text.rfind("\n", 1, LONGEST_SECTION)
        cut = cut if cut > 0 else LONGEST_SECTION
        if text[:cut].strip():
            yield text[:cut].strip("\n")
        text = text[cut:]
