"""Leads whoever may see calls to the board of the dispatcher, which shows them as they happen."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from callpoint.directory.access import Right
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.streams import NoPassKeyError, board_link


@organization_page(Right.CALLS)
@require_safe
def live(request: OrganizationRequest) -> HttpResponse:
    """To the board, with a pass in the part of the address that no server sees."""
    try:
        return HttpResponseRedirect(board_link(request.account, request.organization))
    except NoPassKeyError:
        return render(request, "portal/screens/no_board.html", status=503)
