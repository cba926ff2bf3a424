"""Self-tests: what the last of each recipient came to, and asking for one now."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from callpoint.directory.access import Right
from callpoint.notices.models import Delivery, Recipient, RecipientTest
from callpoint.routing.alert_records import CHANNELS
from callpoint.web.dispatcher_requests import NotAskedError, test_recipients
from callpoint.web.portal.alerts.recipients import recipient_or_404
from callpoint.web.portal.alerts.words import CHANNELS as CHANNEL_WORDS
from callpoint.web.portal.alerts.words import channel_word
from callpoint.web.portal.page import OrganizationRequest, organization_page

MOST: Final = 500
MOST_LOOKS: Final = 30
"""So often a page asks for a result, every two seconds; whoever still waits loads it again."""


@dataclass(frozen=True)
class Summary:
    """A channel's recipients, by what their last test came to."""

    channel: Promise
    good: int
    failed: int
    never: int


@organization_page(Right.CALLS)
@require_safe
def tests(request: OrganizationRequest) -> HttpResponse:
    """Failed ones first, then those never tested, then the others, the longest ago first."""
    rows = list(_told(request).select_related("test").order_by(F("test__at").asc(nulls_first=True), "name"))
    rows.sort(key=lambda one: 0 if failed(one) else 1)
    shown = {
        "rows": [(one, channel_word(one.channel)) for one in rows[:MOST]],
        "more": len(rows) > MOST,
        "summaries": _summaries(rows),
        "asked": "asked" in request.GET,
    }
    return render(request, "portal/alerts/tests.html", shown)


@organization_page(Right.CHANGE)
@require_POST
def test_all(request: OrganizationRequest) -> HttpResponse:
    """A test to everybody who is told of anything."""
    keys = list(_told(request).values_list("pk", flat=True))
    return _ask(request, keys, "alert-tests")


@organization_page(Right.CHANGE)
@require_POST
def recipient_test(request: OrganizationRequest, pk: int) -> HttpResponse:
    """A test to one of them."""
    found = recipient_or_404(request, pk)
    if not found.enabled:
        messages.error(request, _("%(name)s is paused, so nothing is sent there.") % {"name": found.name})
        return redirect("recipient", request.organization.slug, pk)
    return _ask(request, [pk], "recipient", pk)


@organization_page(Right.CALLS)
@require_safe
def recipient_state(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The piece that says what the last test came to; asked for again for a while after one was asked for."""
    found = recipient_or_404(request, pk)
    looks = request.GET.get("look", "")
    look = int(looks) + 1 if looks.isascii() and looks.isdigit() and len(looks) < 4 else 1
    shown = {"recipient": found, "look": look, "asked": look < MOST_LOOKS}
    return render(request, "portal/alerts/test_state.html", shown)


def test_of(recipient: Recipient) -> RecipientTest | None:
    """What its last test came to; None before the first."""
    return getattr(recipient, "test", None)


def failed(recipient: Recipient) -> bool:
    test = test_of(recipient)
    return test is not None and test.state == Delivery.State.FAILED


def _told(request: OrganizationRequest) -> Any:
    return Recipient.objects.filter(organization=request.organization, enabled=True)


def _summaries(rows: list[Recipient]) -> list[Summary]:
    counts: Counter[tuple[str, str]] = Counter()
    for one in rows:
        what = "failed" if failed(one) else "good" if test_of(one) is not None else "never"
        counts[one.channel, what] += 1
    used = {channel for channel, _what in counts}
    return [
        Summary(CHANNEL_WORDS[one], *(counts[one, what] for what in ("good", "failed", "never")))
        for one in CHANNELS
        if one in used
    ]


def _ask(request: OrganizationRequest, keys: list[int], page: str, *arguments: int) -> HttpResponse:
    back = redirect(page, request.organization.slug, *arguments)
    if not keys:
        messages.error(request, _("There is nobody to test yet. Add a recipient first."))
        return back
    try:
        test_recipients(request.organization, keys)
    except NotAskedError:
        messages.error(request, _("The test could not be asked for: the disk may be full. Ask your provider."))
        return back
    said = ngettext("A test is on its way.", "%(count)s tests are on their way.", len(keys)) % {"count": len(keys)}
    messages.success(request, said)
    back["Location"] += "?" + urlencode({"asked": "yes"})
    return back
