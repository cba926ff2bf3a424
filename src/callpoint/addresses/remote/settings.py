"""Which provider an operator wants asked, as the web process gets it: through the environment.

The names are those of the settings in section `[addresses]` (`docs/configuration.md`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol, Self

PREFIX: Final = "CALLPOINT_ADDRESSES_"


class RemoteProvider(Protocol):
    """What there is to choose: kind "" is nobody; `seconds` is all the time an answer may take."""

    @property
    def kind(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def email(self) -> str: ...
    @property
    def user_agent(self) -> str: ...


@dataclass(frozen=True)
class RemoteSettings:
    """A `RemoteProvider` that can be handed to another process."""

    kind: str = ""
    url: str = ""
    seconds: float = 5.0
    email: str = ""
    user_agent: str = ""

    @classmethod
    def of(cls, chosen: RemoteProvider) -> Self:
        """The same as an operator's configuration has it."""
        return cls(chosen.kind, chosen.url, chosen.seconds, chosen.email, chosen.user_agent)

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> Self:
        """What `to_environment` has left; ValueError when it is no settings."""
        told = {name: variables.get(f"{PREFIX}{name.upper()}", "") for name in ("kind", "url", "email", "user_agent")}
        return cls(seconds=float(variables.get(f"{PREFIX}SECONDS", cls.seconds)), **told)

    def to_environment(self) -> dict[str, str]:
        values = {"kind": self.kind, "url": self.url, "seconds": str(self.seconds)}
        values |= {"email": self.email, "user_agent": self.user_agent}
        return {f"{PREFIX}{name.upper()}": value for name, value in values.items()}
