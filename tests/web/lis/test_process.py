"""LoST as the web server really serves it: granian, with Django behind."""

import subprocess
import urllib.error
import urllib.request

import pytest
from tests.web.lis.world import question
from tests.web.test_process import served

from callpoint.i3.lost import CONTENT_TYPE, Errors, read_response, write_request
from callpoint.i3.shapes import Point

__all__ = ["served"]

pytestmark = pytest.mark.stack
Served = tuple[str, subprocess.Popen[bytes]]


def post(url: str, body: bytes, content_type: str = CONTENT_TYPE) -> tuple[int, bytes]:
    request = urllib.request.Request(url, body, {"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_over_the_network(served: Served) -> None:
    url, _ = served
    status, body = post(f"{url}/lost", write_request(question(Point(44.0, -72.0))))
    answer = read_response(body)
    assert status == 200
    assert isinstance(answer, Errors)
    assert (answer.source, answer.kinds) == ("callpoint.invalid", ("notFound",))  # nothing is loaded
    assert post(f"{url}/lost", b"x", "text/plain")[0] == 415
    assert post(f"{url}/lost", b" " * 100_000)[0] == 413
    assert post(f"{url}/lost", b"hello")[0] == 200
    with urllib.request.urlopen(f"{url}/lost", timeout=30) as explanation:
        assert b"RFC 5222" in explanation.read()
    with urllib.request.urlopen(f"{url}/", timeout=30) as page:
        assert page.status == 200
