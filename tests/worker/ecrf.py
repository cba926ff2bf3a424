"""An outside ECRF on loopback, answering by a function; it keeps what it was asked."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from callpoint.i3 import lost


class Ecrf:
    """`answer` gives status and body for a request."""

    def __init__(self, answer: Callable[[lost.FindService], tuple[int, bytes]]) -> None:
        self.answer = answer
        self.asked: list[lost.FindService] = []
        self.content_types: list[str] = []
        self.url = ""


def mapping(name: str = "County", uri: str = "sip:911@county.example", expires: str = "NO-EXPIRATION") -> bytes:
    """A response with one mapping."""
    one = lost.Mapping(
        *("ecrf.example.net", f"id-{name}", "2026-11-01T00:00:00Z", expires, "urn:service:sos"),
        uris=(uri,),
        display_names=(lost.DisplayName(name),),
    )
    return lost.write_response(lost.FindServiceResponse((one,), ("ecrf.example.net",)))


@contextmanager
def serving(answer: Callable[[lost.FindService], tuple[int, bytes]]) -> Iterator[Ecrf]:
    ecrf = Ecrf(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = lost.read_request(self.rfile.read(int(self.headers["content-length"])))
            assert isinstance(asked, lost.FindService)
            ecrf.asked.append(asked)
            ecrf.content_types.append(self.headers["content-type"])
            status, body = ecrf.answer(asked)
            self.send_response(status)
            self.send_header("content-type", lost.CONTENT_TYPE)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ecrf.url = f"http://127.0.0.1:{server.server_port}/lost"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield ecrf
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
