"""What became of a notice, in words."""

from collections.abc import Mapping
from typing import Final

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callpoint.notices.models import Delivery

register = template.Library()

_STATES: Final[Mapping[str, Promise]] = {
    Delivery.State.QUEUED: _("waits"),
    Delivery.State.SENT: _("sent"),
    Delivery.State.DELIVERED: _("delivered"),
    Delivery.State.ACKNOWLEDGED: _("acknowledged"),
    Delivery.State.RETRYING: _("is tried again"),
    Delivery.State.FAILED: _("failed"),
    Delivery.State.SKIPPED: _("not needed any more"),
}


@register.filter
def delivery_state(state: str) -> str:
    """A state this version does not know by its name."""
    return str(_STATES.get(state, state))
