"""An import taken back by its own entries in the history, the last one first.

What somebody changed since, or what others use by now, is kept as it is and told. Taking back is itself history: every
row leaves its entry, under the same import.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder

from callpoint.directory.bulk import batched, delete_rows, insert_values, update_rows
from callpoint.directory.imports.apply import Tell
from callpoint.directory.imports.files import folder_of
from callpoint.directory.imports.in_use import users_of
from callpoint.directory.models import Address, Building, Change, ImportRun, Location, Person
from callpoint.directory.models.base import Signature, TenantModel, Values
from callpoint.directory.models.chain import chain_of
from callpoint.directory.staging import writer

KEPT: Final = "kept.json"
_ROWS_AT_ONCE: Final = 1000
_MODELS: Final[dict[str, type[TenantModel]]] = {
    "person": Person,
    "location": Location,
    "building": Building,
    "address": Address,
}
# What changes by itself: when a row was saved, and the PSAP that boundaries give it.
_BY_ITSELF: Final = frozenset({"updated_at", "psap_id", "psap_source"})
_JUDGED: Final = frozenset(
    {"verdict", "dataset", "dataset_version", "elements", "latitude", "longitude", "accuracy", *_BY_ITSELF}
)
"""What newer data sets may say of an address; that is no change somebody made."""
_UNIQUE: Final[dict[str, tuple[str, ...]]] = {"person": ("device_user_id", "phone_number"), "location": ("elin",)}
"""Columns no two rows of an organization have alike."""


@dataclass(frozen=True)
class Kept:
    """A row that was not brought back to what it was before, and why."""

    what: str
    why: str


@dataclass
class _Undone:
    """How many rows were taken back, and which were kept."""

    rows: int = 0
    kept: list[Kept] = field(default_factory=list)

    def keep(self, model: str, values: Mapping[str, Any], why: str) -> None:
        self.kept.append(Kept(f"{model} {_label(values)}", why))


def undo_run(run: ImportRun, signed: Signature, tell: Tell = lambda *_: None) -> tuple[int, list[Kept]]:
    """Take back what the import wrote; how many rows, and those that were kept. Call as `bulk` asks, and within
    the organization's scope."""
    writer().hold(chain_of(run.organization_id))
    made = Change.objects.filter(import_run=run)
    undone, done, of = _Undone(), 0, made.count()
    for changes in _backwards(run):
        for action, same in groupby(changes, key=lambda change: change.action):
            piece = list(same)
            _ACTIONS[action](_MODELS[piece[0].model], piece, signed, undone)
        done += len(changes)
        tell(done, of)
    return undone.rows, undone.kept


def _backwards(run: ImportRun) -> Iterator[list[Change]]:
    """The import's entries from the last to the first, in pieces of one kind of row each."""
    last = Change.objects.filter(import_run=run).order_by("-number").values_list("number", flat=True).first()
    below = (last or 0) + 1
    while piece := list(
        Change.objects.filter(import_run=run, chain=chain_of(run.organization_id), number__lt=below).order_by(
            "-number"
        )[:_ROWS_AT_ONCE]
    ):
        below = piece[-1].number
        for _, same in groupby(piece, key=lambda change: change.model):
            yield list(same)


def _unmake(model: type[TenantModel], changes: Sequence[Change], signed: Signature, undone: _Undone) -> None:
    """Rows the import made go, unless somebody changed or uses them."""
    found = model._base_manager.in_bulk([change.object_id for change in changes])
    used = users_of(model, list(found))
    gone = []
    for change in changes:
        row, made = found.get(change.object_id), change.after or {}
        if row is None:
            continue  # somebody has deleted it already
        if _differs(row, made, made.keys()):
            undone.keep(change.model, made, "was changed since")
        elif used[row.pk]:
            undone.keep(change.model, made, f"is used by {used[row.pk]:,} others now")
        else:
            gone.append(row)
    delete_rows(gone, signed)
    undone.rows += len(gone)


def _restore(model: type[TenantModel], changes: Sequence[Change], signed: Signature, undone: _Undone) -> None:
    """Rows the import changed get back what they had, unless somebody changed the same since."""
    found = model._base_manager.in_bulk([change.object_id for change in changes])
    taken = _taken(model, changes)
    lost = _lost_locations(changes)
    changed: list[tuple[TenantModel, Values]] = []
    for change in changes:
        row, before, after = found.get(change.object_id), change.before or {}, change.after or {}
        if row is None:
            undone.keep(change.model, after, f"number {change.object_id} was deleted since")
            continue
        now = row.values()
        if _differs(row, after, after.keys()):
            undone.keep(change.model, now, "was changed since")
        elif taken & {(name, before[name]) for name in before if before[name]}:
            undone.keep(change.model, now, "somebody else has its number or ID by now")
        elif before.get("assigned_location_id") in lost:
            undone.keep(change.model, now, "the location it had is no longer there")
        else:
            for name, value in before.items():
                if name not in _BY_ITSELF:
                    setattr(row, name, value)
            changed.append((row, now))
    update_rows(changed, signed)
    undone.rows += len(changed)


def _bring_back(model: type[TenantModel], changes: Sequence[Change], signed: Signature, undone: _Undone) -> None:
    """Rows the import removed come back under their old keys."""
    rows: list[Values] = []
    template = model().values()
    taken = _taken(model, changes)
    homeless = _homeless(changes)
    for change in changes:
        before: Values = change.before or {}
        if homeless and before.get("building_id") in homeless:
            undone.keep(change.model, before, "its building is no longer there")
        elif _named(model, before) or taken & _unique(change.model, before):
            undone.keep(change.model, before, "another one of that name is there now")
        else:
            rows.append(template | before)
    insert_values(model, rows, signed)
    undone.rows += len(rows)


_Action = Callable[[type[TenantModel], Sequence[Change], Signature, _Undone], None]
_ACTIONS: Final[dict[str, _Action]] = {
    Change.Action.CREATED: _unmake,
    Change.Action.CHANGED: _restore,
    Change.Action.DELETED: _bring_back,
}


def _differs(row: TenantModel, told: Mapping[str, Any], names: Any) -> bool:
    """Whether somebody changed one of these columns since the history told them so."""
    passed_over = _JUDGED if isinstance(row, Address) else _BY_ITSELF
    now = json.loads(json.dumps(row.values(), cls=DjangoJSONEncoder))
    return any(now[name] != told[name] for name in names if name not in passed_over)


def _unique(model: str, values: Mapping[str, Any]) -> set[tuple[str, Any]]:
    return {(name, values[name]) for name in _UNIQUE.get(model, ()) if values.get(name)}


def _taken(model: type[TenantModel], changes: Sequence[Change]) -> set[tuple[str, Any]]:
    """Which of the IDs and numbers that rows had before belong to other rows now."""
    taken: set[tuple[str, Any]] = set()
    for name in _UNIQUE.get(changes[0].model, ()):
        had = {change.before[name]: change.object_id for change in changes if change.before and change.before.get(name)}
        for piece in batched(list(had)):
            for pk, value in model.objects.filter(**{f"{name}__in": piece}).values_list("pk", name):
                if had[value] != pk:
                    taken.add((name, value))
    return taken


def _lost_locations(changes: Sequence[Change]) -> set[int]:
    had = _before(changes, "assigned_location_id")
    return had - set(Location.objects.filter(pk__in=had).values_list("pk", flat=True))


def _homeless(changes: Sequence[Change]) -> set[int]:
    had = _before(changes, "building_id")
    return had - set(Building.objects.filter(pk__in=had).values_list("pk", flat=True))


def _before(changes: Sequence[Change], name: str) -> set[int]:
    """What these rows had in that column of keys."""
    values: list[Values] = [change.before or {} for change in changes]
    return {had[name] for had in values if had.get(name) is not None}


def _named(model: type[TenantModel], values: Values) -> bool:
    """Whether another building, or location of the building, has that name now."""
    if model is Building:
        return Building.objects.filter(name=values["name"]).exists()
    if model is Location:
        return Location.objects.filter(building=values["building_id"], name=values["name"]).exists()
    return False


def _label(values: Mapping[str, Any]) -> str:
    for name in ("device_user_id", "phone_number", "name"):
        if values.get(name):
            return str(values[name])
    street = " ".join(filter(None, (values.get(name) for name in ("hno", "prd", "rd", "sts", "pod"))))
    return ", ".join(filter(None, (street, values.get("a3"), values.get("a1"))))


def keep_told(run: ImportRun, kept: Sequence[Kept]) -> None:
    """Write down what was kept, for `kept`."""
    path = _path(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps([asdict(one) for one in kept], ensure_ascii=False), "utf-8")
    os.replace(draft, path)


def kept(run: ImportRun) -> list[Kept]:
    """What the undo of the import left as it was, and why; empty when it took back all, or was none."""
    try:
        return [Kept(**one) for one in json.loads(_path(run).read_text("utf-8"))]
    except FileNotFoundError:
        return []


def _path(run: ImportRun) -> Path:
    return folder_of(run) / KEPT
