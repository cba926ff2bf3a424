"""All themes in the order of the report and of the documentation."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from callpoint.ops.doctor import (
    central_database,
    certificates,
    check,
    configuration,
    data_directory,
    directory_content,
    journal_file,
    processes,
    reference_data,
    snapshot_file,
    system,
    targets,
    trunks,
    voice,
)
from callpoint.ops.doctor.check import Check
from callpoint.ops.doctor.finding import FindingKind


@dataclass(frozen=True)
class Theme:
    """Findings whose ids begin with `name.`; `title` stands above them."""

    name: str
    title: str
    module: ModuleType

    def kinds(self) -> list[FindingKind]:
        """What can be found here, in the order of the file."""
        kinds = (value for value in vars(self.module).values() if isinstance(value, FindingKind))
        return [kind for kind in kinds if kind.id.startswith(f"{self.name}.")]


THEMES = (
    Theme("configuration", "Configuration", configuration),
    Theme("data", "Data directory", data_directory),
    Theme("relay", "Relay center", targets),
    Theme("trunk", "Trunks", trunks),
    Theme("target", "Targets", targets),
    Theme("processes", "Processes", processes),
    Theme("snapshot", "Snapshot", snapshot_file),
    Theme("journal", "Journal", journal_file),
    Theme("database", "Central database", central_database),
    Theme("ecrf", "Outside ECRFs", central_database),
    Theme("directory", "People and places", directory_content),
    Theme("reference", "Reference data", reference_data),
    Theme("tls", "TLS", certificates),
    Theme("voice", "Voice", voice),
    Theme("system", "System", system),
    Theme("doctor", "Doctor itself", check),
)


def all_checks() -> list[Check]:
    """Every check once."""
    modules = dict.fromkeys(theme.module for theme in THEMES)
    return [each for module in modules for each in getattr(module, "CHECKS", ())]


def all_kinds() -> Iterator[FindingKind]:
    """Every kind of finding."""
    for theme in THEMES:
        yield from theme.kinds()
