"""The process that speaks to a provider of e-mail: `python -m callpoint.channels.email.anymail_process`.

anymail lives in Django, which the dispatcher never loads; so it lives here, with settings of its own and no database.
JSON lines in: first `{"backend", "options", "seconds", "connections"}`, then messages `{"id", "from", "to", "subject",
"text", "html", "headers", "key"}`. JSON lines out: `{"ready": true}` once, or `{"ready": false, "why"}`; then
`{"id", "reference"}` or `{"id", "why", "permanent", "retry_after", "uncertain"}`. It ends when its input ends.
"""

import contextlib
import json
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO, Final

import setproctitle
from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from anymail.message import AnymailMessage
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection

LONGEST_WORDS: Final = 300
_PASSING: Final = frozenset({408, 425, 429})
_TAKEN: Final = frozenset({"sent", "queued"})


def main() -> None:
    """Serves until the input ends. Anything a library prints goes to stderr, never between the replies."""
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    setproctitle.setproctitle("callpoint mail provider")
    order = json.loads(sys.stdin.buffer.readline())
    settings.configure(
        ANYMAIL={**order["options"], "REQUESTS_TIMEOUT": order["seconds"], "IGNORE_UNSUPPORTED_FEATURES": True},
        EMAIL_BACKEND=order["backend"],
        INSTALLED_APPS=[],
        USE_I18N=False,
        USE_TZ=True,
    )
    try:
        get_connection()
    except (ImproperlyConfigured, ImportError) as error:
        replies.write(_line({"ready": False, "why": _words(error)}))
        return
    replies.write(_line({"ready": True}))
    with ThreadPoolExecutor(order["connections"], thread_name_prefix="provider") as threads:
        _serve(sys.stdin.buffer, replies, threads)


def _serve(source: BinaryIO, replies: Any, threads: ThreadPoolExecutor) -> None:
    said = threading.Lock()

    def work(order: dict[str, Any]) -> None:
        reply = {"id": order["id"], **answer(order)}
        with said, contextlib.suppress(BrokenPipeError):
            replies.write(_line(reply))

    for line in source:
        threads.submit(work, json.loads(line))


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """The reply to one message. Whatever goes wrong is told in it, never raised: the process lives on."""
    mail = AnymailMessage(order["subject"], order["text"], order["from"], [order["to"]], headers=order["headers"])
    mail.attach_alternative(order["html"], "text/html")
    mail.metadata = {"callpoint_key": order["key"]}
    try:
        get_connection().send_messages([mail])
    except AnymailRecipientsRefused:
        return {"why": "the provider refuses the address", "permanent": True}
    except AnymailError as error:
        return _trouble(error)
    except Exception as error:  # noqa: BLE001 - the outer edge of this process: the asker gets the reason
        return {"why": _words(error), "uncertain": True}
    said = mail.anymail_status.status or set()
    if not said & _TAKEN:
        words = ", ".join(sorted(str(one) for one in said)) or "nothing"
        refused = getattr(mail.anymail_status.esp_response, "status_code", 200) >= 400
        return {"why": f"the provider says of the message: {words}", "permanent": refused, "uncertain": not refused}
    return {"reference": str(mail.anymail_status.message_id or "")}


def _trouble(error: AnymailError) -> dict[str, Any]:
    status = error.status_code
    if status is None:
        # No answer: whether it was taken nobody knows, unless nothing ever listened.
        listened = "ConnectionError" not in {kind.__name__ for kind in type(error).__mro__}
        return {"why": f"the provider cannot be reached: {_words(error)}", "uncertain": listened}
    after = error.response.headers.get("Retry-After", "") if error.response is not None else ""
    permanent = 400 <= status < 500 and status not in _PASSING
    return {
        "why": f"the provider answered {status}: {_words(error)}",
        "permanent": permanent,
        "retry_after": float(after) if after.isdecimal() else None,
    }


def _words(error: Exception) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:LONGEST_WORDS]


def _line(reply: dict[str, Any]) -> bytes:
    return json.dumps(reply).encode() + b"\n"


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
