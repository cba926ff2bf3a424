"""The history in words: what the entries of one object, or of an organization, say to somebody who reads them.

Fields have the names pages give them, keys are told by the name of what they mean, moments are local, secrets stay
hidden. Call within a scope: only what is visible there is named.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from callpoint.directory.history_words import (
    ACTIONS,
    LISTED,
    MASKED,
    NESTED,
    UNTOLD,
    VALUES,
    field_word,
    object_word,
)
from callpoint.directory.models import Address, Building, Change, Location, Person

LONGEST: Final = 300  # characters of a value; the export has all of it


@dataclass(frozen=True)
class Line:
    """One field: its name, and what it was and is, in words ("" for nothing)."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """One entry in words. `title` names the object, "" where it cannot be named; `change` is the entry itself."""

    change: Change
    action: str
    kind: str
    title: str
    lines: tuple[Line, ...]


def entries_about(model: str, pk: int) -> QuerySet[Change]:
    """The entries of one object, newest first; with those of the address a building or somebody's home has."""
    about = Q(model=model, object_id=pk)
    if model in ("building", "location"):
        owner: type[models.Model] = Building if model == "building" else Location
        for address in owner._default_manager.filter(pk=pk, address__isnull=False).values_list("address_id", flat=True):
            about |= Q(model="address", object_id=address)
    return only(about).order_by("-number")


def only(about: Q) -> QuerySet[Change]:
    """The entries visible in the scope that are `about` objects, by the index on objects.

    Left to itself SQLite reads an organization's whole history for them.
    """
    return Change.objects.filter(pk__in=Change._base_manager.filter(about).values("pk"))


def tell(changes: Sequence[Change]) -> list[Told]:
    """The entries in words, with a handful of queries for all of them together."""
    names = Names()
    for change in changes:
        names.want(change.model, change.object_id)
        fields = _fields(change.model)
        for values in (change.before, change.after):
            for name, value in (values or {}).items():
                names.want_value(fields.get(name), value)
                for model, key in _keys_in(name, value):
                    names.want(model, key)
    names.find()
    return [_told(change, names) for change in changes]


class Names:
    """What objects are called: asked for one by one, found together, also those that are gone."""

    def __init__(self) -> None:
        self._wanted: defaultdict[str, set[int]] = defaultdict(set)
        self._found: dict[tuple[str, int], str] = {}

    def want(self, model: str, pk: int) -> None:
        """Ask for the name of an object."""
        self._wanted[model].add(pk)

    def want_value(self, field: "models.Field[Any, Any] | None", value: Any) -> None:
        """Ask for the name of what the value of a field points at, if it points at anything."""
        if field is not None and field.related_model is not None and isinstance(value, int):
            self.want(_model_name(field), value)

    def find(self) -> None:
        """Look up everything asked for."""
        for name, keys in self._wanted.items():
            model = _model(name)
            if model is None:
                continue
            rows = model._default_manager.filter(pk__in=keys)
            if name == "location":
                rows = rows.select_related("building", "address")
            if name == "membership":
                rows = rows.select_related("account")
            self._found |= {(name, row.pk): _name_of(row) for row in rows}
            self._find_gone(name, model, [key for key in keys if (name, key) not in self._found])

    def of(self, model: str, pk: int) -> str:
        """The name found, or "" when there is none."""
        return self._found.get((model, pk), "")

    def _find_gone(self, name: str, model: type[models.Model], keys: Sequence[int]) -> None:
        """What is deleted is called what it was called last."""
        if not keys:
            return
        attributes = {field.attname for field in model._meta.concrete_fields if not field.is_relation}
        last = only(Q(model=name, object_id__in=keys)).filter(action=Change.Action.DELETED)
        for pk, before in last.order_by("number").values_list("object_id", "before"):
            kept = {attribute: value for attribute, value in (before or {}).items() if attribute in attributes}
            self._found[name, pk] = _("%(name)s (removed)") % {"name": _name_of(model(**kept))}


def _name_of(row: models.Model) -> str:
    if isinstance(row, Location):
        place = row.building if row.building_id else row.address if row.address_id else None
        return f"{row.name} ({place})" if place is not None else row.name
    if isinstance(row, Person) and row.name:
        return f"{row.name} ({row.identity})"
    if isinstance(row, Address):
        return str(row)
    return str(row) if row._meta.model_name != "membership" or getattr(row, "account_id", None) else ""


def _told(change: Change, names: Names) -> Told:
    return Told(
        change,
        action=str(ACTIONS.get(change.action, change.action)),
        kind=object_word(change.model),
        title=names.of(change.model, change.object_id),
        lines=tuple(_lines(change, names)),
    )


def _lines(change: Change, names: Names) -> Iterable[Line]:
    before, after = change.before or {}, change.after or {}
    fields = _fields(change.model)
    for name in [*before, *(name for name in after if name not in before)]:
        field = fields.get(name)
        was, is_ = (_word(name, field, values.get(name), names) for values in (before, after))
        if name not in UNTOLD and (was or is_):
            yield Line(field_word(name), was, is_)


def _word(name: str, field: "models.Field[Any, Any] | None", value: Any, names: Names) -> str:
    """A value as people say it; "" for nothing."""
    if value is None or value in ("", [], {}):
        return ""
    if value == MASKED:
        return _("(not shown)")
    if field is not None and field.related_model is not None and isinstance(value, int):
        return names.of(_model_name(field), value) or _("no. %(key)s, which is gone") % {"key": value}
    if isinstance(field, models.DateTimeField) and (moment := _moment(value)) is not None:
        return date_format(localtime(moment), "DATETIME_FORMAT")
    if isinstance(value, str) and value in VALUES.get(name, {}):
        return str(VALUES[name][value])
    return (_nested(name, value, names) if name in NESTED else _plain(value))[:LONGEST]


def _keys_in(name: str, value: Any) -> Iterable[tuple[str, int]]:
    """The objects a list names by their keys, however deep: kind and key."""
    if name not in NESTED and name not in LISTED:
        return
    if isinstance(value, list):
        for one in value:
            yield from _keys_in(name, one)
    elif isinstance(value, Mapping):
        for part, one in value.items():
            yield from _keys_in(part, one)
    elif name in LISTED and isinstance(value, int):
        yield LISTED[name], value


def _nested(name: str, value: Any, names: Names) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{field_word(part)}: {_nested(part, one, names)}" for part, one in value.items())
    if isinstance(value, list):
        apart = "; " if any(isinstance(one, Mapping) for one in value) else ", "
        return apart.join(_nested(name, one, names) for one in value)
    if name in LISTED and isinstance(value, int):
        return names.of(LISTED[name], value) or _("no. %(key)s, which is gone") % {"key": value}
    if name == "days" and value in WEEKDAYS:
        return str(WEEKDAYS[value])
    return _plain(value)


def _plain(value: Any) -> str:
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_plain(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    return str(value)


def _moment(value: Any) -> datetime | None:
    try:
        return parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _model(name: str) -> type[models.Model] | None:
    """Of the directory, or of a part above that keeps its history here, too."""
    for part in ("directory", "notices"):
        try:
            return apps.get_model(part, name)
        except LookupError:
            continue
    return None


def _model_name(field: "models.Field[Any, Any]") -> str:
    related = field.related_model
    return related._meta.model_name or "" if isinstance(related, type) else ""


def _fields(name: str) -> "dict[str, models.Field[Any, Any]]":
    model = _model(name)
    return {} if model is None else {field.attname: field for field in model._meta.concrete_fields}
