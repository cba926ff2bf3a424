"""What a check has to say."""

from dataclasses import asdict, dataclass
from typing import Final, Literal

Severity = Literal["ok", "notice", "warning", "error"]
WORST_FIRST: Final[tuple[Severity, ...]] = ("error", "warning", "notice", "ok")


@dataclass(frozen=True)
class Finding:
    """One sentence about this installation. `remedy` is "" where nothing is to be done (severity "ok")."""

    id: str
    severity: Severity
    sentence: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class FindingKind:
    """A thing that can be found, as the documentation tells of it. `id` is `theme.what`; it never changes.

    `error`: calls are lost or sent wrongly, or a process does not do its work. `warning`: this will happen, or happens
    to some people. `notice`: fit for a trial, or worth knowing. `ok`: looked at and found in order.
    """

    id: str
    severity: Severity
    meaning: str
    remedy: str = ""

    def found(self, sentence: str, remedy: str = "") -> Finding:
        """This was found here; `remedy` where something better can be said than the kind's own."""
        return Finding(self.id, self.severity, sentence, remedy or self.remedy)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 person`, `2 people`; without `many` an s is added."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: list[str], most: int = 5) -> str:
    """The names with commas between, those after `most` as a number."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"
