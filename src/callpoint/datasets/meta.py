"""What a data set says about itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from callpoint.datasets.kinds import Kind
from callpoint.datasets.report import LoadReport


@dataclass(frozen=True)
class DatasetMeta:
    """The first thing in every file.

    `version` is the newest date of record and a short hash of the content ("2023-01-27.4be1d2a0"): the same file
    loaded the same way has the same version. `source` is the name of the file it came from and `sha256` its hash;
    `loaded_at` ISO 8601 in UTC. `counts` says what is inside. `complete`: it claims to hold every address of the
    places it covers, so that a number it lacks does not exist. `sample`: for trying out, never for real routing.
    """

    kind: Kind
    name: str
    version: str
    source: str
    sha256: str
    loaded_at: str
    counts: Mapping[str, int] = field(default_factory=dict)
    complete: bool = False
    sample: bool = False
    attribution: str = ""
    report: LoadReport = field(default_factory=LoadReport)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return plain | {"counts": dict(self.counts), "report": self.report.to_json()}

    def dump(self) -> str:
        """As it is kept in the file."""
        return json.dumps(self.to_json(), ensure_ascii=False)

    @classmethod
    def parse(cls, text: str) -> "DatasetMeta":
        """The other way; TypeError, KeyError or ValueError when the text is not one of ours."""
        document = json.loads(text)
        return cls(**(document | {"report": LoadReport.from_json(document["report"])}))
