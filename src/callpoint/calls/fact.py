"""What is read of a fact."""

from collections.abc import Mapping
from typing import Any, Protocol


class Fact(Protocol):
    """What is read of a `snapshot.journal.Fact`; `at` is ISO 8601 in UTC, `organization` a slug or ""."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> str: ...
    @property
    def call_id(self) -> str: ...
    @property
    def organization(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
