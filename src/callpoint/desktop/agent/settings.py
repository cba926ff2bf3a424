"""What the program must know: its server, its token, its language. Where it comes from: `settings_sources.py`."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from callpoint.desktop.agent.host import base_url

LANGUAGES: Final = ("en", "fr")
CONTRASTS: Final = ("normal", "high")


@dataclass(frozen=True)
class Settings:
    """Texts, "" where nobody said anything.

    `host` is the server's address (`https://host[:port]`), `token` this installation's, as the portal showed it once.
    `language` is "en" or "fr", `contrast` "normal" or "high": of the computer's own where empty. `name` is how the
    person at this computer signs. `ca_file` holds the certificates of an authority the computer does not know.
    """

    host: str = ""
    token: str = field(default="", repr=False)
    language: str = ""
    name: str = ""
    contrast: str = ""
    ca_file: str = ""

    @property
    def complete(self) -> bool:
        """Whether there is a server to ask, and a token to ask with."""
        return bool(self.host and self.token)

    @property
    def token_digest(self) -> str:
        """The token as it may be kept beside other things."""
        return hashlib.sha256(self.token.encode()).hexdigest()

    def with_host(self, written: str) -> "Settings":
        """Raises HostError for what is no address."""
        return replace(self, host=base_url(written))


NAMES: Final = tuple(one.name for one in fields(Settings))


def settings_from(sources: Iterable[Mapping[str, Any]]) -> Settings:
    """The first source that says something of a setting decides it; unknown names and kinds are passed over.

    Raises HostError when the host is no address.
    """
    found: dict[str, str] = {}
    for source in sources:
        for name in NAMES:
            value = source.get(name)
            if isinstance(value, str) and value.strip():
                found.setdefault(name, value.strip())
    settings = Settings(**found)
    settings = replace(
        settings,
        language=spoken(settings.language),
        contrast=settings.contrast if settings.contrast in CONTRASTS else "",
    )
    return settings.with_host(settings.host) if settings.host else settings


def spoken(written: str) -> str:
    """ "en" or "fr" for any tag of it ("fr-CA", "fr_CA.UTF-8"), "" for a language we do not speak."""
    wanted = written.strip().lower()[:2]
    return wanted if wanted in LANGUAGES else ""
