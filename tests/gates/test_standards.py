"""STANDARDS.toml against the code: it knows every citation, the places it names are there, and its page is current."""

import re
from pathlib import Path

import pytest
from scripts.standards import PAGE, Standard, page, standards

CITATION = re.compile(r"\bRFC (\d+)(?: §§?(\w+(?:\.\d+)*))?")
# "RFC3261", "RFC-3261", "rfc 3261", "RFC 3261 section 17", "RFC 3261, 17.1": the pattern above would find none of them.
MISSPELT = re.compile(
    r"\bRFC[-_]?\d{3,}|\bRFC \d+[,:]? +(?:[Ss]ection|[Ss]ec\.|[Cc]lause|s\.)? ?\d+\.\d|\brfc \d{3,}|\bRFC \d+§"
)


@pytest.fixture(scope="module")
def known() -> dict[str, Standard]:
    """The table, by the name under which the code cites a standard."""
    return {standard.name: standard for standard in standards()}


def citations(sources: dict[str, str]) -> list[tuple[str, str, str]]:
    """(file:line, "RFC 3261", "17.1.1" or "") of every citation in the package."""
    return [
        (f"{name}:{number}", f"RFC {hit[1]}", hit[2] or "")
        for name, text in sources.items()
        for number, line in enumerate(text.splitlines(), 1)
        for hit in CITATION.finditer(line)
    ]


def test_every_citation_is_known_to_the_table(known: dict[str, Standard], sources: dict[str, str]) -> None:
    strangers = [
        f"{place}: {name} §{section}" if section else f"{place}: {name}"
        for place, name, section in citations(sources)
        if name not in known or (section and known[name].covering(section) is None)
    ]
    assert not strangers, f"add to STANDARDS.toml (and run make standards): {strangers}"


def test_citations_are_written_one_way(sources: dict[str, str]) -> None:
    odd = [
        f"{name}:{number}: {hit.group()}"
        for name, text in sources.items()
        for number, line in enumerate(text.splitlines(), 1)
        for hit in MISSPELT.finditer(line)
    ]
    assert not odd, f"write it as `RFC 3261 §17.1`: {odd}"


def test_every_place_it_names_is_there(known: dict[str, Standard], root: Path) -> None:
    gone = [
        f"{standard.name} §{clause.section}: {path}"
        for standard in known.values()
        for clause in standard.clauses
        for path in clause.where
        if not (root / path).exists()
    ]
    assert not gone


def test_what_is_kept_says_where_and_what_is_not_says_why(known: dict[str, Standard]) -> None:
    for standard in known.values():
        for clause in standard.clauses:
            place = f"{standard.name} §{clause.section}"
            assert clause.where or clause.status == "no", f"{place} is kept, but where?"
            assert clause.note or clause.status == "yes", f"{place} is {clause.status}, but why?"


def test_what_is_kept_is_cited_where_it_is_kept(known: dict[str, Standard], root: Path) -> None:
    silent = []
    for standard in (entry for name, entry in known.items() if name.startswith("RFC ")):
        places = {path for clause in standard.clauses if clause.status != "no" for path in clause.where}
        files = [
            file for path in places for file in ([root / path] if path.endswith(".py") else (root / path).rglob("*.py"))
        ]
        cited = any(standard.name in file.read_text(encoding="utf-8") for file in files if file.suffix == ".py")
        if places and not cited:
            silent.append(standard.name)
    assert not silent, f"named as kept, but cited in none of the places named: {silent}"


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make standards"


def test_a_clause_covers_what_is_below_it() -> None:
    (rfc,) = [standard for standard in standards() if standard.name == "RFC 3261"]
    assert rfc.covering("17.1.1.2") is not None
    assert rfc.covering("99") is None
