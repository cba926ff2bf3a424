"""docs/standards.md is made from STANDARDS.toml: which standard is kept, clause by clause, and where in the code.

python scripts/standards.py           writes the page
python scripts/standards.py --check   exit 1 when the page is not what the table says
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "STANDARDS.toml"
PAGE = ROOT / "docs" / "standards.md"
STATUSES = ("yes", "partial", "no")
BODIES = {"rfc": "RFC {}", "nena": "NENA-{}", "itu": "ITU-T {}", "law": "{}", "w3c": "W3C {}"}


@dataclass(frozen=True)
class Clause:
    """A family of clauses: `section` stands for itself and all below it ("17": 17.1.1 too), "" for all of it."""

    section: str
    about: str
    status: str
    where: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Standard:
    """One standard; `name` is how the code cites it ("RFC 3261")."""

    name: str
    title: str
    clauses: tuple[Clause, ...]

    def covering(self, section: str) -> Clause | None:
        """The most specific clause family that `section` ("17.1.1", or "" for the whole standard) falls under."""
        families = {clause.section: clause for clause in self.clauses}
        parts = section.split(".") if section else []
        for length in range(len(parts), -1, -1):
            if (found := families.get(".".join(parts[:length]))) is not None:
                return found
        return None


def _natural(text: str) -> list[tuple[int, str]]:
    """A sort key by which section 9 stands before section 10, and numbers before letters."""
    return [(int(part), "") if part.isdigit() else (10**9, part) for part in re.findall(r"\d+|[^\W\d]+", text)]


def _clause(section: str, row: dict[str, Any]) -> Clause:
    unknown = set(row) - {"about", "status", "where", "note"}
    if unknown or row.get("status") not in STATUSES:
        raise ValueError(f"clause {section!r}: status {row.get('status')!r}, unknown keys {sorted(unknown)}")
    where = row.get("where", [])
    paths = (where,) if isinstance(where, str) else tuple(where)
    return Clause("" if section == "all" else section, row.get("about", ""), row["status"], paths, row.get("note", ""))


def standards(table: Path = TABLE) -> Iterator[Standard]:
    """Every standard of the table, in the order of BODIES and then by number. Raises ValueError for a malformed row."""
    content = tomllib.loads(table.read_text(encoding="utf-8"))
    if unknown := set(content) - set(BODIES):
        raise ValueError(f"unknown bodies: {sorted(unknown)}")
    for body, pattern in BODIES.items():
        for number, entry in sorted(content.get(body, {}).items(), key=lambda item: _natural(item[0])):
            clauses = [_clause(section, row) for section, row in entry["clauses"].items()]
            yield Standard(
                pattern.format(number),
                entry["title"],
                tuple(sorted(clauses, key=lambda clause: _natural(clause.section))),
            )


def _overall(standard: Standard) -> str:
    found = {clause.status for clause in standard.clauses}
    return found.pop() if len(found) == 1 else "partial"


def _row(clause: Clause) -> str:
    section = f"§{clause.section}" if clause.section else "all of it"
    where = ", ".join(f"`{path.removeprefix('src/callpoint/')}`" for path in clause.where)
    return f"| {section} | {clause.about} | **{clause.status}** | {where} | {clause.note} |"


def page(table: Path = TABLE) -> str:
    """The text of docs/standards.md."""
    every = list(standards(table))
    lines = [
        "# Standards, clause by clause",
        "",
        "Made from `STANDARDS.toml` by `make standards`; change the table, not this page. *yes*: kept as far as it",
        "concerns a service like this one. *partial*: the note says what is missing. *no*: not kept, and the note says",
        "why. Paths are those under `src/callpoint/`. The code cites a clause beside the lines that keep it, and a",
        "test fails on a citation this table does not know.",
        "",
        "| standard | title | kept |",
        "|---|---|---|",
        *(f"| [{s.name}](#{_anchor(s)}) | {s.title} | {_overall(s)} |" for s in every),
    ]
    for standard in every:
        heading = ["", f"## {standard.name}", "", f"{standard.title}.", ""]
        lines += [*heading, "| clause | about | kept | where | note |", "|---|---|---|---|---|"]
        lines += [_row(clause) for clause in standard.clauses]
    return "\n".join(lines) + "\n"


def _anchor(standard: Standard) -> str:
    return re.sub(r"[^a-z0-9 -]", "", standard.name.lower()).replace(" ", "-")


def main(arguments: list[str]) -> int:
    """Writes the page, or with --check compares it."""
    if arguments == ["--check"]:
        return 0 if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page() else 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
