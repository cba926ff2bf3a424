"""`{% load audit %}{% history "person" person.pk %}`: what became of an object, on any page that shows it."""

from typing import Any

from django import template

from callpoint.web.portal.audit.ledger import Ledger
from callpoint.web.portal.audit.object_history import history_page

register = template.Library()


@register.inclusion_tag("portal/audit/history.html", takes_context=True)
def history(context: template.Context, model: str, pk: int) -> dict[str, Any]:
    """The newest entries of the object (`model` as the table is called: "person"), with a way to the older ones.

    On an organization's page its own entries, on a provider's page all of them; the page must be within that scope.
    """
    organization = getattr(context["request"], "organization", None)
    return history_page(organization, model, pk)


@register.simple_tag
def entry_url(ledger: Ledger, number: int) -> str:
    """Where an entry of this history is shown in full."""
    return ledger.url("audit-entry", number)
