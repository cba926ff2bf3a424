"""`/facts`: calls and alarms as Server-Sent Events, for whoever shows the operator token. `/healthz` beside it.

What people see of alerts (screens, the board, links of notices) is mounted here, too: see `dispatcher.alerting`.
"""

import hmac
import json
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from callpoint.dispatcher.alerting import Alerting
from callpoint.dispatcher.journal_watch import JournalWatch
from callpoint.snapshot.facts import Fact

HEARTBEAT_SECONDS = 15.0  # shorter than the 30 to 60 s after which proxies give a silent connection up
RETRY_MILLISECONDS = 1000
MAX_SEQ = 2**63 - 1


def dispatcher_app(
    watch: JournalWatch, token: str, heartbeat: float = HEARTBEAT_SECONDS, alerting: Alerting | None = None
) -> Starlette:
    """The application; `watch.run` is to run beside it. `token` is compared in constant time.

    With `alerting`, which runs beside it too, there are its pages, and its health.
    """

    async def health(_: Request) -> Response:
        if watch.trouble:
            return JSONResponse({"status": "trouble", "journal": watch.trouble}, 503)
        if alerting is not None and alerting.engine.trouble:
            return JSONResponse({"status": "trouble", "alerting": alerting.engine.trouble}, 503)
        figures = {"notices": alerting.engine.figures()} if alerting is not None else {}
        return JSONResponse({"status": "ok", "journal_seq": watch.newest, **figures})

    async def facts(request: Request) -> Response:
        if not is_operator(request.headers.get("authorization", ""), token):
            return JSONResponse({"error": "show the operator token"}, 401, {"WWW-Authenticate": "Bearer"})
        try:
            seq = starting_point(request, watch.newest)
        except ValueError:
            return JSONResponse({"error": "Last-Event-ID must be the number of a fact"}, 400)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(events(watch, seq, heartbeat), media_type="text/event-stream", headers=headers)

    more = alerting.routes() if alerting is not None else []
    return Starlette(routes=[Route("/healthz", health), Route("/facts", facts), *more])


def is_operator(authorization: str, token: str) -> bool:
    """Whether the header is `Bearer TOKEN`. In the URL, where logs would keep it, it is not taken."""
    scheme, _, shown = authorization.partition(" ")
    given = shown.strip().encode("utf-8", "surrogateescape")
    return scheme.lower() == "bearer" and hmac.compare_digest(given, token.encode())


def starting_point(request: Request, newest: int) -> int:
    """After which fact to begin: where the client was cut off (`Last-Event-ID`, or `?after=`), else now.

    Raises ValueError when that is no number of a fact.
    """
    given = request.headers.get("last-event-id") or request.query_params.get("after")
    if not given:
        return newest
    if not given.isascii() or not given.isdigit() or int(given) > MAX_SEQ:
        raise ValueError(given)
    return int(given)


async def events(watch: JournalWatch, seq: int, heartbeat: float) -> AsyncIterator[str]:
    """The stream as text: one event for each fact, a comment when it is silent."""
    yield f"retry: {RETRY_MILLISECONDS}\n\n"
    async for fact in watch.facts(seq, heartbeat):
        yield event(fact) if fact is not None else ": still here\n\n"


def event(fact: Fact) -> str:
    """`id` is the fact's number, `event` its kind, `data` the whole fact as one line of JSON."""
    document = {
        "seq": fact.seq,
        "at": fact.at,
        "call_id": fact.call_id,
        "organization": fact.organization,
        "kind": fact.kind,
        "data": fact.data,
    }
    return f"id: {fact.seq}\nevent: {fact.kind}\ndata: {json.dumps(document)}\n\n"
