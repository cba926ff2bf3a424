"""Words for what imports are, and addresses of their pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callpoint.directory.history_words import field_word
from callpoint.directory.imports.fields import FIELDS
from callpoint.directory.imports.plan import FieldChange, RowKind
from callpoint.directory.imports.run import DEACTIVATE, KEEP, REMOVE
from callpoint.directory.models import ImportRun
from callpoint.web.address_words import VERDICTS

State = ImportRun.State
KINDS: Final[Mapping[str, Promise]] = {"users": _("People"), "locations": _("Locations")}
STATES: Final[Mapping[str, Promise]] = {
    State.UPLOADED: _("its columns wait to be confirmed"),
    State.COMPARING: _("is being compared"),
    State.COMPARED: _("waits to be applied"),
    State.APPLYING: _("is being applied"),
    State.APPLIED: _("applied"),
    State.UNDOING: _("is being undone"),
    State.UNDONE: _("undone"),
    State.FAILED: _("failed; nothing was written"),
    State.CANCELLED: _("cancelled; nothing was written"),
}
PHASES: Final[Mapping[str, Promise]] = {
    State.COMPARING: _("The file is being compared with what is there."),
    State.APPLYING: _("The file is being applied, in one step: all of it or nothing."),
    State.UNDOING: _("The import is being undone, in one step."),
}
TABS: Final[Mapping[RowKind, Promise]] = {
    "new": _("New"),
    "changed": _("Changed"),
    "unchanged": _("Unchanged"),
    "wrong": _("Wrong"),
    "missing": _("Not in the file"),
}
MISSING: Final[Mapping[str, Mapping[str, Promise]]] = {
    "users": {
        KEEP: _("Leave them as they are"),
        DEACTIVATE: _("Deactivate them: their 911 calls still go through, marked as perhaps out of date"),
    },
    "locations": {KEEP: _("Leave them as they are"), REMOVE: _("Remove them, those in use aside")},
}
# What a comparison tells that is no single column of a file or a table.
_OF_ADDRESSES: Final[Mapping[str, Promise]] = {"address": _("Address"), "point": _("Position")}


@dataclass(frozen=True)
class Difference:
    """A field in words, before and after ("" for nothing); `level` is for the eye (good, doubtful, bad) where what
    comes after is a verdict."""

    field: str
    before: str
    after: str
    level: str = ""


def column_word(kind: str, field: str) -> str:
    """What a field is called in a preview: as in our templates, else as in the history."""
    ours = next((one.header for one in FIELDS[kind] if one.name == field), "")
    return ours or str(_OF_ADDRESSES.get(field, "")) or field_word(field)


def difference(kind: str, change: FieldChange) -> Difference:
    """A change as the preview tells it; a doubtful verdict says what it means for who is to be helped."""
    word = column_word(kind, change.field)
    verdict = VERDICTS.get(change.after) if change.field == "verdict" else None
    if verdict is None:
        return Difference(word, change.before, change.after)
    before = str(VERDICTS[change.before].short) if change.before in VERDICTS else change.before
    after = str(verdict.short if verdict.level == "good" else verdict.title)
    # The same verdict of another place is no change of it: it is told once.
    return Difference(word, "" if change.before == change.after else before, after, verdict.level)
