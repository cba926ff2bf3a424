"""What a notice's links are called where they become buttons."""

from callpoint.channels.notice import Notice
from callpoint.channels.phrases import Phrases, short_language
from callpoint.channels.phrases_en import ENGLISH
from callpoint.channels.phrases_fr import FRENCH

_NAMES = ("acknowledge", "board", "my_location", "download")


def titled_links(notice: Notice) -> list[tuple[str, str]]:
    """Title and URL of each, in the notice's language; what is no web address is left out."""
    phrases: Phrases = FRENCH if short_language(notice.language) == "fr" else ENGLISH
    found = [(phrases.labels[f"{name}_link"], notice.links.get(name, "")) for name in _NAMES]
    return [(title, url) for title, url in found if url.startswith(("https://", "http://"))]
