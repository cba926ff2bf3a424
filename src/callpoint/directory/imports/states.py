"""An import's way through its states: a table, and the one statement that moves a run along it.

    uploaded → comparing → compared → applying → applied → undoing → undone
        └──────────┴───────────┴→ cancelled          └─────────┴─ back, where nothing could be done

*comparing*, *applying* and *undoing* are the worker's; the others wait for somebody. From *comparing* until it is
applied a run has its kind of file to itself within its organization.
"""

from typing import Any, Final

from django.utils import timezone

from callpoint.directory.models import ImportRun

State = ImportRun.State
MOVES: Final[dict[str, frozenset[str]]] = {
    State.UPLOADED: frozenset({State.COMPARING, State.FAILED, State.CANCELLED}),
    State.COMPARING: frozenset({State.COMPARED, State.FAILED, State.CANCELLED}),
    # Back to comparing: other columns or options are chosen.
    State.COMPARED: frozenset({State.COMPARING, State.APPLYING, State.CANCELLED}),
    # Back to comparing: what it was compared with has changed since.
    State.APPLYING: frozenset({State.APPLIED, State.COMPARING, State.FAILED}),
    State.APPLIED: frozenset({State.UNDOING}),
    # Back to applied: the undo failed and nothing was undone.
    State.UNDOING: frozenset({State.UNDONE, State.APPLIED}),
    State.UNDONE: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
}
WORK: Final = (State.COMPARING, State.APPLYING, State.UNDOING)
"""The worker's states."""
UNDER_WAY: Final = (State.COMPARING, State.COMPARED, State.APPLYING, State.UNDOING)
"""States of which only one run of a kind can be at a time in an organization."""
ENDED: Final = tuple(state for state, moves in MOVES.items() if not moves)


class ImportRefused(ValueError):
    """What was asked of an import cannot be done now; the text says why and what to do."""


def move(run: ImportRun, to: str, **columns: Any) -> None:
    """Bring the run into another state, with these columns, if it is still in the state we know it in.

    Raises `ImportRefused` when somebody else was quicker or there is no such way; the run is as it was then.
    Call within the organization's scope.
    """
    if to not in MOVES[run.state]:
        raise ImportRefused(f"an import that is {run.state} cannot become {to}")
    columns |= {"state": to, "state_at": timezone.now()}
    if not ImportRun.objects.filter(pk=run.pk, state=run.state).update(**columns):
        now = ImportRun.objects.filter(pk=run.pk).values_list("state", flat=True).first()
        raise ImportRefused(f"somebody was quicker: the import is {now or 'gone'} by now; look at it again")
    for name, value in columns.items():
        setattr(run, name, value)
