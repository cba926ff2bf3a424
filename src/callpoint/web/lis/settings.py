"""What an operator says of the LoST server, as the web process gets it: through the environment.

The names are those of the settings in section `[lost]` (`docs/configuration.md`), for whom `ops` fills them in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from callpoint.i3.source_name import is_source

PREFIX: Final = "CALLPOINT_LOST_"
UNOWNED: Final = "callpoint.invalid"
_UPSTREAM: Final = re.compile(r"(\*|[A-Z]{2}(?:/[A-Z0-9]{1,3})?)\s+(\S+)\s+(https?://\S+)", re.ASCII)
_SERVICE_NUMBER: Final = re.compile(r"[0-9*#]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Upstream:
    """Another LoST server, its name (application unique string) and what it covers: "US", "US/VT", or "*"."""

    coverage: str
    source: str
    url: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `US/VT lost.vt.example https://lost.vt.example/lost`. Raises ValueError."""
        match = _UPSTREAM.fullmatch(text.strip())
        if match is None:
            raise ValueError("it must be COVERAGE SOURCE URL, as in US/VT lost.vt.example https://lost.vt.example/lost")
        coverage, source, url = match.groups()
        if not is_source(source):
            raise ValueError(f"{source!r} is not a name like lost.vt.example")
        return cls(coverage, source, url)

    def __str__(self) -> str:
        return f"{self.coverage} {self.source} {self.url}"


@dataclass(frozen=True, slots=True)
class LostSettings:
    """`source` signs our answers (RFC 5222 §5.1). Without `default_uri` there is no default mapping."""

    source: str = UNOWNED
    expires_hours: float = 24.0
    default_uri: str = ""
    default_name: str = "Emergency services"
    service_number: str = "911"
    upstream: tuple[Upstream, ...] = ()
    upstream_seconds: float = 3.0

    def __post_init__(self) -> None:
        if not is_source(self.source):
            raise ValueError(f"{self.source!r} is not a name like lost.example.com")
        if not _SERVICE_NUMBER.fullmatch(self.service_number):
            raise ValueError(f"{self.service_number!r} is not a number to dial")
        if not 0 < self.expires_hours <= 24 * 366:
            raise ValueError("mappings must be good for more than nothing, and for a year at most")
        if not 0 < self.upstream_seconds <= 60:
            raise ValueError("other servers must get more than nothing, and a minute at most")

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> Self:
        """The settings `ops` has left in the environment; what is not there has its default. Raises ValueError."""
        default = cls()

        def told(name: str, otherwise: object) -> str:
            return variables.get(f"{PREFIX}{name}", str(otherwise))

        upstream = [part for part in told("UPSTREAM", "").split(",") if part.strip()]
        return cls(
            source=told("SOURCE", default.source) or UNOWNED,
            expires_hours=float(told("EXPIRES_HOURS", default.expires_hours)),
            default_uri=told("DEFAULT_URI", default.default_uri),
            default_name=told("DEFAULT_NAME", default.default_name),
            service_number=told("SERVICE_NUMBER", default.service_number),
            upstream=tuple(map(Upstream.parse, upstream)),
            upstream_seconds=float(told("UPSTREAM_SECONDS", default.upstream_seconds)),
        )

    def to_environment(self) -> dict[str, str]:
        """What `from_environment` reads back."""
        return {
            f"{PREFIX}SOURCE": self.source,
            f"{PREFIX}EXPIRES_HOURS": str(self.expires_hours),
            f"{PREFIX}DEFAULT_URI": self.default_uri,
            f"{PREFIX}DEFAULT_NAME": self.default_name,
            f"{PREFIX}SERVICE_NUMBER": self.service_number,
            f"{PREFIX}UPSTREAM": ",".join(map(str, self.upstream)),
            f"{PREFIX}UPSTREAM_SECONDS": str(self.upstream_seconds),
        }
