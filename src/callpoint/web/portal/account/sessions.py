"""Where an account is signed in: each browser with its address, and a way to end it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from callpoint.directory.editing.accounts import time_zone_for
from callpoint.directory.models import Account
from callpoint.web.account import history

# In this order: most browsers claim to be several others as well, and the later ones claim to be fewer.
_BROWSERS: Final = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"\bOPR/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS|Chromium|HeadlessChrome)/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_SYSTEMS: Final = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMac OS X\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Linux", re.compile(r"\bLinux\b")),
)


@dataclass(frozen=True)
class Shown:
    """A session as it is listed."""

    pk: int
    device: str
    browser: str
    address: str
    began: datetime
    last_seen: datetime
    here: bool


@login_required
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """The list; POST ends one (`end` is its key) or, with `end=others`, all but the one that asks."""
    mine = cast(Account, request.user)
    found: list[UserSession] = UserSession.objects.purge_and_list(mine)
    if request.method == "GET":
        listed = sorted((_shown(one) for one in found), key=lambda one: (not one.here, -one.last_seen.timestamp()))
        return render(request, "portal/account/sessions.html", {"sessions": listed, "zone": time_zone_for(mine)})
    wanted = request.POST.get("end", "")
    ending = [one for one in found if str(one.pk) == wanted or (wanted == "others" and not one.is_current())]
    if not ending and wanted != "others":
        raise Http404  # another account's, or ended already
    if ending:
        history.tell(request, mine, history.IN_ACCOUNT, sessions_ended=len(ending))
    end_sessions(request, ending)
    if not request.user.is_authenticated:
        return redirect("account_login")
    told = ngettext("%(count)s session has been ended.", "%(count)s sessions have been ended.", len(ending))
    messages.success(request, told % {"count": len(ending)})
    return redirect("account-sessions")


def device(browser: str) -> str:
    """What people call the browser that sent this User-Agent, as far as it can be told ("Firefox, Windows")."""
    names = [_first(_BROWSERS, browser), _first(_SYSTEMS, browser)]
    return ", ".join(name for name in names if name) or gettext("Unknown browser")


def _first(known: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str:
    return next((name for name, pattern in known if pattern.search(text)), "")


def _shown(session: UserSession) -> Shown:
    browser = session.user_agent
    here = session.is_current()
    return Shown(session.pk, device(browser), browser, session.ip, session.created_at, session.last_seen_at, here)
