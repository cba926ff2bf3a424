"""The page, what it may load, and how wrong requests are answered."""

import asyncio
import urllib.request

import pytest
from tests.lab.stage import Http


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html; charset=utf-8"), ("/lab.css", "text/css; charset=utf-8"), ("/lab.js", "text/javascript")],
)
async def test_the_page_and_its_files_are_served_under_a_strict_policy(http: Http, path: str, kind: str) -> None:
    def fetch() -> tuple[str, str, bytes]:
        with urllib.request.urlopen(http.url + path, timeout=5) as answer:
            return answer.headers["Content-Type"], answer.headers["Content-Security-Policy"], answer.read()

    content_type, policy, body = await asyncio.to_thread(fetch)
    assert content_type.startswith(kind.partition(";")[0])
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert b"http://" not in body
    assert b"https://" not in body
    assert b"style=" not in body
    assert b"onclick" not in body


async def test_it_is_healthy_and_starts_without_calls(http: Http) -> None:
    assert await http.ask("/healthz") == (200, {"status": "ok"})
    assert await http.get("/psap/calls") == []
    assert await http.get("/psap/callbacks") == []
    assert await http.get("/psap/behaviour") == {"mode": "answer", "ring_seconds": 0.2}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"mode": "explode"}, "mode must be one of: answer, ring, busy, unavailable, silent, decline"),
        ({}, "mode must be one of"),
        ([], "JSON object"),
        ({"mode": "ring", "ring_seconds": -1}, "ring_seconds"),
        ({"mode": "ring", "ring_seconds": 1e9}, "ring_seconds"),
        ({"mode": "ring", "ring_seconds": True}, "ring_seconds"),
        ({"mode": "ring", "ring_seconds": "5"}, "ring_seconds"),
    ],
)
async def test_a_wrong_behaviour_is_told_and_changes_nothing(http: Http, document: object, said: str) -> None:
    status, answer = await http.post("/psap/behaviour", document)
    assert status == 400
    assert said in answer["error"]
    assert (await http.get("/psap/behaviour"))["mode"] == "answer"


async def test_behaviours_are_each_stations_own(http: Http) -> None:
    await http.post("/relay/behaviour", {"mode": "busy"})
    assert (await http.get("/psap/behaviour"))["mode"] == "answer"
    assert (await http.get("/relay/behaviour"))["mode"] == "busy"


async def test_unknown_calls_and_broken_bodies_are_told(http: Http) -> None:
    assert (await http.post("/psap/hangup", {"call_id": "nobody"}))[0] == 404
    assert (await http.post("/psap/callback", {"call_id": "nobody"}))[0] == 404
    assert (await http.post("/psap/callback", {}))[0] == 404
    assert (await http.post("/psap/callback", {"call_id": 7}))[0] == 400
    assert (await http.post("/phone/press", {"call_id": "nobody", "digits": "1"}))[0] == 404
    assert (await http.post("/phone/press", {"call_id": "nobody"}))[0] == 400
    assert (await http.post("/psap/hangup", {"call_id": 7}))[0] == 400
    assert (await http.ask("/psap/behaviour", b"{"))[0] == 400
    assert (await http.ask("/psap/behaviour", b" " * 20_000))[0] == 400


async def test_a_foreign_page_cannot_press_the_buttons(http: Http) -> None:
    status, _ = await http.post("/psap/behaviour", {"mode": "busy"}, Origin="http://evil.example")
    assert status == 403
    assert (await http.get("/psap/behaviour"))["mode"] == "answer"
    status, _ = await http.post("/psap/behaviour", {"mode": "busy"}, Origin=http.url)
    assert status == 200
