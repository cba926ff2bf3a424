"""What the frame of every page shows: the menu of the organization one is in, and the others one could switch to."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from callpoint.directory.access import Right
from callpoint.directory.models import Account
from callpoint.web.account.reach import provides, reached
from callpoint.web.portal.menu import entries
from callpoint.web.portal.provider.frame import framed

MOST_SWITCHES = 20
"""Organizations in the switcher; a provider finds the rest on its own page."""


def portal(request: HttpRequest) -> dict[str, Any]:
    """Context processor; nothing for somebody who has not signed in."""
    account = getattr(request, "user", None)
    if not isinstance(account, Account):
        return {}
    access = getattr(request, "access", None)
    organizations = reached(request)
    shown: dict[str, Any] = {
        "is_provider": provides(request),
        "switches": organizations[:MOST_SWITCHES],
        "more_switches": len(organizations) > MOST_SWITCHES,
    }
    if access is not None:
        may_change = Right.CHANGE in access.rights
        shown |= {"organization": access.organization, "access": access, "may_change": may_change}
        shown["menu"] = entries(access, request.path)
    elif shown["is_provider"] and request.path.startswith(reverse("provider")):
        shown |= framed(request.path)  # history and tokens serve organizations, too, and know of no frame
    return shown
