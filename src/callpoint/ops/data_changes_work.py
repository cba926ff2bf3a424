"""The part of `callpoint data changes` that works with models; imported after Django has started."""

from typing import Any

from callpoint.directory.boot import migrate
from callpoint.directory.models import Organization, RemappedAddress, Remapping
from callpoint.directory.tenancy import everywhere, inside
from callpoint.ops.errors import OperatorError


def document(slug: str | None, last: int) -> dict[str, Any]:
    """The last times all addresses were gone through, the newest first, with the lines of one organization or of all.

    `{"runs": [{"started_at", "why", "state", "data_sets", "examined", "changed", "lines": [{"organization", "address",
    "what", "before", "after"}]}]}`; `what` is psap, verdict, not_confirmed or doubted. Raises OperatorError for an
    organization that is not there.
    """
    migrate()
    with everywhere():
        organizations = list(Organization.objects.all())
    chosen = [one for one in organizations if slug in (None, one.slug)]
    if slug is not None and not chosen:
        known = ", ".join(sorted(one.slug for one in organizations)) or "none"
        raise OperatorError(f"There is no organization {slug!r}.", f"Known are: {known}.")
    with inside(chosen):
        return {"runs": [_run(run) for run in Remapping.objects.order_by("-pk")[:last]]}


def _run(run: Remapping) -> dict[str, Any]:
    lines = RemappedAddress.objects.filter(remapping=run).select_related("organization", "address").order_by("pk")
    state = "overtaken by newer sets" if run.superseded else "done" if run.finished_at else "under way"
    return {
        "started_at": run.started_at.isoformat(timespec="seconds"),
        "why": run.why,
        "state": state,
        "data_sets": [" ".join(one) for one in (*run.boundary_sets, *run.address_sets)],
        "examined": run.examined,
        "changed": run.changed,
        "lines": [_line(line) for line in lines],
    }


def _line(line: RemappedAddress) -> dict[str, str]:
    return {
        "organization": line.organization.slug,
        "address": str(line.address),
        "what": line.what,
        "before": line.before,
        "after": line.after,
    }
