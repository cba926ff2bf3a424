"""Whether what a plan was compared with has changed since: the organization's history tells, as nothing changes
without it."""

from collections.abc import Mapping
from typing import Any, Final

from callpoint.directory.imports import people, places
from callpoint.directory.models import Change, ImportRun, Organization
from callpoint.directory.models.chain import chain_of
from callpoint.directory.staging import writer

_CREATED_OR_DELETED: Final = (Change.Action.CREATED, Change.Action.DELETED)


class StaleError(RuntimeError):
    """What the plan was compared with has changed since; the text says what."""


def require_fresh(organization: Organization, kind: str, head: int) -> None:
    """Hold the organization's history until the transaction ends, and see that nothing was added after number `head`
    that the plan would have been made differently for.

    Call where the plan is carried out, before anything else, and within the organization's scope.
    Raises `StaleError`.
    """
    if writer().hold(chain_of(organization.pk)).number == head:
        return
    touches = _touches_people if kind == ImportRun.Kind.USERS else _touches_places
    later = Change.objects.filter(chain=chain_of(organization.pk), number__gt=head).order_by("number")
    for change in later.iterator():
        if touches(change):
            raise StaleError(
                f"{change.who} has changed a {change.model} since the file was compared; it was compared anew,"
                " look at the preview again"
            )


def _touches_people(change: Change) -> bool:
    if change.model == "person":
        return change.action in _CREATED_OR_DELETED or _differs(change, people.COMPARED)
    if change.model in ("location", "building"):
        return change.action == Change.Action.DELETED or _differs(change, ("name",))
    return False


def _touches_places(change: Change) -> bool:
    if change.model == "building":
        return change.action in _CREATED_OR_DELETED or _differs(change, ("name", "address_id"))
    if change.model == "location":
        if change.action in _CREATED_OR_DELETED:
            return _values(change).get("building_id") is not None  # otherwise it is somebody's home
        return _differs(change, places.COMPARED)
    return change.model == "address" and _differs(change, places.ADDRESS_COMPARED)


def _differs(change: Change, columns: tuple[str, ...]) -> bool:
    return change.action == Change.Action.CHANGED and not _values(change).keys().isdisjoint(columns)


def _values(change: Change) -> Mapping[str, Any]:
    found: Mapping[str, Any] = change.after or change.before or {}
    return found
