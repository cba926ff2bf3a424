"""What a bench says: figures, the aims they are held against, and the machine they were seen on."""

import json
import os
import platform
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class Aim:
    """One promise: the figure named `figure` is at most or at least `value`. `says` is the promise in words."""

    figure: str
    bound: Literal["at most", "at least"]
    value: float
    says: str

    def met_by(self, figures: dict[str, float]) -> bool:
        """False too when the figure could not be measured."""
        seen = figures.get(self.figure)
        if seen is None:
            return False
        return seen <= self.value if self.bound == "at most" else seen >= self.value


@dataclass
class Report:
    """Collects figures; `what` is the bench's name."""

    what: str
    aims: tuple[Aim, ...]
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return all(aim.met_by(self.figures) for aim in self.aims)

    def as_json(self) -> str:
        """The shape other programs read: what, figures, aims, met, machine."""
        plain: dict[str, Any] = {
            "what": self.what,
            "figures": self.figures,
            "aims": {
                aim.figure: {"bound": aim.bound, "value": aim.value, "met": aim.met_by(self.figures), "says": aim.says}
                for aim in self.aims
            },
            "met": self.met,
            "machine": machine(),
        }
        return json.dumps(plain)

    def as_lines(self) -> list[str]:
        """For a person: every figure, then every aim with its outcome."""
        width = max((len(name) for name in self.figures), default=0)
        lines = [f"{name:<{width}}  {value:>12,.3f}" for name, value in self.figures.items()]
        lines += [f"{'met ' if aim.met_by(self.figures) else 'MISSED'}  {aim.says}" for aim in self.aims]
        return [*lines, "machine: " + ", ".join(f"{key} {value}" for key, value in machine().items())]


def machine() -> dict[str, Any]:
    """What the figures were seen on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_gib": _memory_gib(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_1m": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _memory_gib() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
