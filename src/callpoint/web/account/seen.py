"""When and from where each session was last used, kept without making anybody wait."""

import time
from collections import OrderedDict
from threading import Lock
from typing import Final

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.utils import timezone

NOTED_EVERY: Final = 300.0  # seconds; allauth's own middleware writes at every request
MOST_REMEMBERED: Final = 10_000
_WAIT_MS: Final = 50  # a page must not wait for an import that holds the database
_BROWSER_CHARS: Final = 200

_noted: OrderedDict[str, float] = OrderedDict()
_lock: Final = Lock()


def note_seen(request: HttpRequest, now: float | None = None) -> None:
    """Keep that the request's session is in use, once in `NOTED_EVERY`; `now` is monotonic seconds."""
    key = f"{request.session.session_key} {get_adapter().get_client_ip(request)}"
    if not _is_due(key, time.monotonic() if now is None else now):
        return
    if connection.vendor != "sqlite":
        _write(request)
        return
    with connection.cursor() as cursor:
        patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
        try:
            _write(request)
        except OperationalError:
            _forget(key)  # busy: the next request will tell
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")


def _is_due(key: str, now: float) -> bool:
    with _lock:
        before = _noted.get(key)
        if before is not None and now - before < NOTED_EVERY:
            return False
        _noted[key] = now
        _noted.move_to_end(key)
        while len(_noted) > MOST_REMEMBERED:
            _noted.popitem(last=False)
        return True


def _forget(key: str) -> None:
    with _lock:
        _noted.pop(key, None)


def _write(request: HttpRequest) -> None:
    values = {
        "last_seen_at": timezone.now(),
        "ip": get_adapter().get_client_ip(request),
        "user_agent": request.headers.get("User-Agent", "")[:_BROWSER_CHARS],
    }
    mine = UserSession.objects.filter(session_key=request.session.session_key, user_id=request.user.pk)
    if not mine.update(**values):
        UserSession.objects.create_from_request(request)
