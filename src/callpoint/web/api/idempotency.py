"""A write that is sent twice is done once: the second gets the answer of the first.

The key is claimed, the change made and the answer kept in one transaction, so there is never a change without its
answer, whatever dies in between. A request that was refused wrote nothing and keeps nothing: its key is free again.
Answers are kept sealed: some hold a token, a PIN or a secret that is shown once and must not lie in the database.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from callpoint.directory.models import IdempotencyKey
from callpoint.directory.sealing import UnsealError, seal, unseal
from callpoint.web.api.bodies import FORM
from callpoint.web.api.caller import Caller
from callpoint.web.api.problems import FieldError, Kind, Problem

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
KEPT_FOR: Final = timedelta(hours=24)
LONGEST_KEY: Final = 200
_KEPT_HEADERS: Final = ("Content-Type", "ETag", "Location")
# Asked again before the first has been answered; in another process the database makes the second wait instead.
_under_way: set[tuple[str, str]] = set()
_lock = threading.Lock()


def key_of(request: HttpRequest) -> str | None:
    """The key of the request. Raises `Problem` (422) for one that is none."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not key.strip() or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        told = f"must be 1 to {LONGEST_KEY} printable ASCII characters; a UUID is best"
        raise Problem(Kind.REFUSED, "The Idempotency-Key is none.", [FieldError(HEADER, told)])
    return key


def once(request: HttpRequest, caller: Caller, key: str, write: Callable[[], HttpResponse]) -> HttpResponse:
    """What `write` answers, or what it answered before to the same request under this key.

    Call within the transaction of the change, before anything is written; a problem rolls it back. Raises `Problem`:
    409 while the first is being answered, 422 when the key belongs to another request, or to one whose answer was kept
    under another secret key of the installation.
    """
    owner = f"token:{caller.token.pk}"
    with _alone(owner, key):
        now = timezone.now()
        IdempotencyKey.objects.filter(created_at__lt=now - KEPT_FOR).delete()
        claim = IdempotencyKey(owner=owner, key=key, request=_digest(request), created_at=now)
        IdempotencyKey.objects.bulk_create([claim], ignore_conflicts=True)
        kept = IdempotencyKey.objects.select_for_update().get(owner=owner, key=key)
        if kept.request != claim.request:
            raise Problem(Kind.KEY_REUSED)
        if kept.status is not None:
            return _again(kept)
        response = write()
        kept.status, kept.body = response.status_code, seal(response.content.decode())
        kept.headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        kept.save()
        return response


@contextmanager
def _alone(owner: str, key: str) -> Iterator[None]:
    """Until the transaction is over, as the answer is not kept before."""
    entry = (owner, key)
    with _lock:
        if entry in _under_way:
            raise Problem(Kind.UNDER_WAY, "This Idempotency-Key is being answered.", headers={"Retry-After": "1"})
        _under_way.add(entry)
    try:
        with transaction.atomic():
            yield
    finally:
        with _lock:
            _under_way.discard(entry)


def _digest(request: HttpRequest) -> str:
    """Keyed, because a body may hold a password and the row outlives the request."""
    whole = hashlib.sha256()
    for part in (request.method or "", request.get_full_path(), request.headers.get("If-Match", "")):
        whole.update(part.encode() + b"\0")
    if request.content_type == FORM:
        for name, value in sorted(request.POST.items()):
            whole.update(f"{name}={value}\0".encode())
        uploads: list[tuple[str, Any]] = sorted(request.FILES.items())
        for name, file in uploads:
            whole.update(f"{name}={file.name}\0".encode())
            for piece in file.chunks():
                whole.update(piece)
            file.seek(0)
    else:
        whole.update(request.body)
    return salted_hmac("callpoint.web.api.idempotency", whole.digest(), algorithm="sha256").hexdigest()


def _again(kept: IdempotencyKey) -> HttpResponse:
    try:
        body = unseal(kept.body)
    except UnsealError as error:
        told = "It was done, but its answer cannot be read any more. Read what is there, and go on with another key."
        raise Problem(Kind.KEY_REUSED, told) from error
    response = HttpResponse(body, status=kept.status, headers=kept.headers)
    if "Content-Type" not in kept.headers:
        del response.headers["Content-Type"]
    response.headers[REPLAYED] = "true"
    return response
