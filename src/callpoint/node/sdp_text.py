"""A session description taken apart into its lines, to change some of them and leave all others as they came.

Reading what a description means is `sip.sdp`'s; here it is text (RFC 8866 §5), because what crosses the node in it -
other media, attributes nobody here knows - is the parties' business and must arrive as it left.
"""

import re
from dataclasses import dataclass, replace
from typing import Self

Section = tuple[str, ...]
"""The lines of one m= section, the m= line first, without line ends."""

_VERSION = re.compile(r"[0-9]{1,20}")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Origin:
    """An o= line: who describes the session, and in which version (RFC 8866 §5.2)."""

    before: str
    """User name and session id."""
    version: int
    after: str
    """Network type, address type and address."""

    def later(self, steps: int = 1) -> "Origin":
        """RFC 3264 §8: the same line with a higher version."""
        return replace(self, version=self.version + steps)

    def __str__(self) -> str:
        return f"o={self.before} {self.version} {self.after}"


@dataclass(frozen=True, slots=True)
class Description:
    """The lines before the first m=, and those of each m= section."""

    session: tuple[str, ...]
    sections: tuple[Section, ...]

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Takes any text apart; whether it is a description is for `Sdp.parse` to say."""
        lines = [line for line in _LINE_END.split(body.decode("utf-8", "surrogateescape")) if line]
        starts = [index for index, line in enumerate(lines) if line.startswith("m=")]
        ends = [*starts[1:], len(lines)]
        sections = tuple([tuple(lines[start:end]) for start, end in zip(starts, ends, strict=False)])
        return cls(tuple(lines[: starts[0]] if starts else lines), sections)

    def __bytes__(self) -> bytes:
        lines = [*self.session, *(line for section in self.sections for line in section), ""]
        return "\r\n".join(lines).encode("utf-8", "surrogateescape")

    @property
    def origin(self) -> Origin | None:
        """None when there is no o= line that can be read."""
        parts = next((line[2:].split() for line in self.session if line.startswith("o=")), [])
        if len(parts) != 6 or not _VERSION.fullmatch(parts[2]):
            return None
        return Origin(" ".join(parts[:2]), int(parts[2]), " ".join(parts[3:]))

    def with_origin(self, origin: Origin) -> "Description":
        """The same session under another o= line."""
        lines = tuple([str(origin) if line.startswith("o=") else line for line in self.session])
        return replace(self, session=lines)

    def with_section(self, index: int, section: Section) -> "Description":
        """The section at `index` replaced."""
        return replace(self, sections=(*self.sections[:index], section, *self.sections[index + 1 :]))

    def says_the_same(self, other: "Description") -> bool:
        """Whether the two differ in their o= line at most."""
        return self.sections == other.sections and _without_origin(self) == _without_origin(other)


def with_port(section: Section, port: int) -> Section:
    """The section at another port; 0 turns its stream off (RFC 3264 §8.2)."""
    words = section[0].split()
    return (" ".join([words[0], str(port), *words[2:]]), *section[1:])


def with_formats(section: Section, formats: list[str]) -> Section:
    """The section with those of its formats alone; attributes of the others go with them."""
    words = section[0].split()
    kept = set(formats)
    lines = [line for line in section[1:] if (named := _format_of(line)) is None or named in kept]
    return (" ".join([*words[:3], *formats]), *lines)


def with_address(section: Section, host: str) -> Section:
    """The section with a c= line of its own, which stands before its attributes (RFC 8866 §5.7)."""
    lines = [line for line in section[1:] if not line.startswith("c=")]
    place = next((at for at, line in enumerate(lines) if not line.startswith("i=")), len(lines))
    return (section[0], *lines[:place], connection(host), *lines[place:])


def with_direction(section: Section, direction: str) -> Section:
    """The section with that direction."""
    kept = [line for line in section if line not in _DIRECTIONS]
    return (*kept, f"a={direction}")


def connection(host: str) -> str:
    """The c= line for an IP address."""
    return f"c=IN {'IP6' if ':' in host else 'IP4'} {host}"


def attributes(section: tuple[str, ...], name: str) -> list[str]:
    """All lines of the attribute `name`, with or without a value."""
    return [line for line in section if line == f"a={name}" or line.startswith(f"a={name}:")]


_DIRECTIONS = frozenset({"a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"})
_OF_A_FORMAT = re.compile(r"a=(?:rtpmap|fmtp|rtcp-fb):([0-9]{1,3})(?: |$)")


def _format_of(line: str) -> str | None:
    match = _OF_A_FORMAT.match(line)
    return match.group(1) if match else None


def _without_origin(description: Description) -> list[str]:
    return [line for line in description.session if not line.startswith("o=")]
