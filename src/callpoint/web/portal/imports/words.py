"""Words for what imports are, and addresses of their pages."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callpoint.directory.history_words import field_word
from callpoint.directory.imports.fields import FIELDS
from callpoint.directory.imports.plan import RowKind
from callpoint.directory.imports.run import DEACTIVATE, KEEP, REMOVE
from callpoint.directory.models import ImportRun

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


def column_word(kind: str, field: str) -> str:
    """What a field is called in a preview: as in our templates, else as in the history."""
    return next((one.header for one in FIELDS[kind] if one.name == field), "") or field_word(field)
