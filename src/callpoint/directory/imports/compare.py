"""A file compared with what is there: a plan comes of it, and nothing is written but that.

Rows are read and compared a thousand at a time, outside any transaction, so that neither memory nor anybody who
writes meanwhile feels how long the file is. Where the organization's history stood before is kept in the plan: what
was changed after that is found when the plan is to be carried out (`staleness`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from callpoint.directory.imports.addresses import Addresses
from callpoint.directory.imports.fields import ALIASES
from callpoint.directory.imports.people import PeopleComparison
from callpoint.directory.imports.places import PlacesComparison
from callpoint.directory.imports.plan import Noted, PlanWriter
from callpoint.directory.imports.table import Row, Table
from callpoint.directory.models import ChainHead, ImportRun, Organization
from callpoint.directory.models.chain import chain_of
from callpoint.directory.tenancy import inside
from callpoint.directory.verdicts import Judge

ROWS_AT_ONCE: Final = 1000

Tell = Callable[[int], None]


class _Comparison(Protocol):
    @property
    def notes(self) -> Sequence[str]: ...
    def noted(self, rows: Sequence[Row]) -> list[Noted]: ...
    def missing(self) -> Iterator[list[Noted]]: ...


@dataclass(frozen=True)
class Question:
    """What is to be compared: a file of that kind, by these columns (None: by what they are called).

    Without a judge addresses come in unchecked.
    """

    organization: Organization
    kind: str
    mapping: Mapping[str, str] | None = None
    judge: Judge | None = None
    accept_suggestions: bool = False


def compare(question: Question, stream: BinaryIO, plan: Path, tell: Tell = lambda _: None) -> None:
    """Write what the file would do into `plan`. `tell` hears after every thousand rows how many are done.

    Raises `TableError` for a file that cannot be read, OSError or sqlite3.Error when the plan cannot be written.
    """
    with inside(question.organization), PlanWriter(plan) as writer:
        head = _history_ends(question.organization)
        table = Table(stream, ALIASES[question.kind], question.mapping)
        comparison = _comparison(question, table)
        for note in filter(None, (table.encoding.note, *comparison.notes)):
            writer.warn(note)
        done = 0
        for rows in _pieces(table):
            writer.add(comparison.noted(rows))
            done += len(rows)
            tell(done)
        for missing in comparison.missing():
            writer.add(missing)
        if isinstance(comparison, PlacesComparison):
            writer.add_buildings(comparison.buildings)
            writer.counts.update(comparison.counts)
        columns = dict(table.columns)
        writer.finish(head=head, headers=table.own_headers, ignored=table.ignored, columns=columns, rows=done)


def _history_ends(organization: Organization) -> int:
    """The number of the organization's last change. Asked first, so that what is changed while we compare is later."""
    found = ChainHead.objects.filter(pk=chain_of(organization.pk)).values_list("number", flat=True).first()
    return found or 0


def _comparison(question: Question, table: Table) -> _Comparison:
    if question.kind == ImportRun.Kind.USERS:
        return PeopleComparison(table)
    judge = question.judge.for_organization(question.organization) if question.judge is not None else None
    return PlacesComparison(table, Addresses(judge, question.accept_suggestions))


def _pieces(table: Table) -> Iterator[list[Row]]:
    piece: list[Row] = []
    for row in table:
        piece.append(row)
        if len(piece) == ROWS_AT_ONCE:
            yield piece
            piece = []
    if piece:
        yield piece
