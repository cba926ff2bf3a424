"""What is kept although nothing stored changed: sign-ins, exports, a provider looking into an organization."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from callpoint.directory.models import Change, Organization
from callpoint.directory.models.base import signature
from callpoint.directory.models.chain import chain_of, hold, seal


def note(organization: Organization | None, model: str, object_id: int, **what: Any) -> None:
    """One entry of the history under the name of whoever is acting; `what` are plain values that say what was done."""
    signed = signature()
    owner = organization.pk if organization is not None else None
    with transaction.atomic():
        hold(chain_of(owner))  # before the clock is read: entries stand in the order of their times
        row: dict[str, Any] = {
            "organization_id": owner,
            "at": timezone.now(),
            "who": signed.who,
            "why": signed.why,
            "origin": signed.origin,
            "import_run_id": signed.import_run,
            "model": model,
            "object_id": object_id,
            "action": Change.Action.NOTED,
            "before": None,
            "after": what or None,
        }
        seal([row])
        Change.objects.create(**row)
