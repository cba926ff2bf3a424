"""How a screen gets in and what it may do: tokens, cookies, other sites, wrong bodies, other people's alerts."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.dispatcher.screens.stage import ANNEX, CALL, FOREIGN, LOBBY, Stage, staged
from tests.dispatcher.screens.test_streams import told

from callpoint.dispatcher.screens import requests
from callpoint.dispatcher.screens.entrance import SCREEN_COOKIE
from callpoint.dispatcher.screens.wrong_tokens import WrongTokens
from callpoint.snapshot.facts import facts_after


@pytest.fixture
async def browser(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """One that keeps cookies and says where its pages come from."""
    async with httpx.AsyncClient(
        base_url=stage.url, headers={"Origin": stage.url, "Sec-Fetch-Site": "same-origin"}
    ) as one:
        yield one


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def written(stage: Stage, kind: str) -> list[dict[str, Any]]:
    assert stage.journal.flush(10)
    return [fact.data for fact in facts_after(stage.folder / "journal.db", 0) if fact.kind == kind]


async def test_a_token_becomes_a_cookie_no_script_can_read(stage: Stage, browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/onsite/api/state")).status_code == 401
    entered = await browser.post("/onsite/enrol", json={"token": LOBBY})
    assert entered.json() == {"screen": "11", "name": "Lobby", "organization": "acme"}
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/onsite/" in cookie
    assert "Secure" not in cookie
    assert (await browser.get("/onsite/api/state")).json()["name"] == "Lobby"
    left = await browser.post("/onsite/leave", json={})
    assert left.status_code == 200
    assert (await browser.get("/onsite/api/state")).status_code == 401


async def test_a_link_does_not_quietly_make_another_screen_of_this_one(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    await browser.post("/onsite/enrol", json={"token": LOBBY})
    for more in ({}, {"replace": False}, {"replace": "true"}):
        answer = await browser.post("/onsite/enrol", json={"token": FOREIGN, **more})
        assert (answer.status_code, answer.headers.get("set-cookie")) == (409, None)
    assert (await browser.get("/onsite/api/state")).json()["organization"] == "acme"
    assert (await browser.post("/onsite/enrol", json={"token": LOBBY})).status_code == 200  # the same link again
    assert (await browser.post("/onsite/enrol", json={"token": FOREIGN, "replace": True})).status_code == 200
    assert (await browser.get("/onsite/api/state")).json()["organization"] == "other"


async def test_a_body_that_never_ends_keeps_no_connection(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "BODY_SECONDS", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.port)
    head = f"POST /onsite/enrol HTTP/1.1\r\nHost: 127.0.0.1:{stage.port}\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    async with asyncio.timeout(30):
        answer = await reader.read()  # to the connection's end
    assert answer.startswith(b"HTTP/1.1 408")
    writer.close()


async def test_behind_https_the_cookie_is_for_https_alone(tmp_path: Any) -> None:
    async with staged(tmp_path, public_url="https://screens.example") as stage, httpx.AsyncClient() as browser:
        origin = {"Origin": "https://screens.example"}
        entered = await browser.post(f"{stage.url}/onsite/enrol", json={"token": LOBBY}, headers=origin)
        assert entered.status_code == 200
        assert "Secure" in entered.headers["set-cookie"]


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
@pytest.mark.parametrize("path", ["/onsite/enrol", "/onsite/leave", "/onsite/api/acknowledge", "/onsite/api/beat"])
async def test_another_sites_page_gets_nothing_done(
    stage: Stage, browser: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    await browser.post("/onsite/enrol", json={"token": LOBBY})
    stage.raise_alert()
    await told(stage, 1)
    answer = await browser.post(path, json={"token": LOBBY, "alert": "c1"}, headers=headers)
    assert answer.status_code == 403
    assert await written(stage, "acknowledged") == []


async def test_a_form_of_another_site_is_not_read(stage: Stage, browser: httpx.AsyncClient) -> None:
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", ""):
        body = json.dumps({"token": LOBBY})
        assert (await browser.post("/onsite/enrol", content=body, headers={"Content-Type": kind})).status_code == 415


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"[" * 16_000, 400),
        (b'{"token": 7}', 400),
        (b'{"token": null}', 400),
        (b"\xff\xfe", 400),
        (b'{"token": "\\ud800"}', 401),
        (b'{"token": "' + b"x" * 20_000 + b'"}', 413),
        (b'{"token": "\\u0000"}', 401),
    ],
)
async def test_bodies_nobody_meant_are_refused(
    stage: Stage, browser: httpx.AsyncClient, body: bytes, status: int
) -> None:
    answer = await browser.post("/onsite/enrol", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["error"]


async def test_wrong_tokens_are_answered_only_so_often_and_a_right_one_always(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    statuses = [(await browser.post("/onsite/enrol", json={"token": f"guess {n}"})).status_code for n in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    answer = await browser.post("/onsite/enrol", json={"token": "guess"})
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert (await browser.post("/onsite/enrol", json={"token": LOBBY})).status_code == 200


def test_wrong_tokens_are_forgotten_after_a_minute_and_counted_for_each_address() -> None:
    now = [0.0]
    wrong = WrongTokens(lambda: now[0], limit=2)
    assert [wrong.too_many("a") for _ in range(3)] == [0.0, 0.0, 60.0]
    assert wrong.too_many("b") == 0.0
    now[0] = 60.0
    assert wrong.too_many("a") == 0.0


async def test_an_acknowledgement_is_written_with_who_and_where(stage: Stage) -> None:
    stage.raise_alert()
    await told(stage, 1)
    async with httpx.AsyncClient(base_url=stage.url, headers=bearer(LOBBY)) as program:
        by = (await program.post("/onsite/api/acknowledge", json={"alert": "c1", "by": " Kim\n\u202eNguyen "})).json()
        assert by == {"by": "Kim Nguyen (Lobby)"}
        await program.post("/onsite/api/acknowledge", json={"alert": "c1"})
        await program.post("/onsite/api/chat", json={"alert": "c1", "by": "Kim", "text": "<b>On</b> my\nway"})
    found = await written(stage, "acknowledged")
    assert [(one["alert"], one["by"], one["how"]) for one in found] == [
        ("c1", "Kim Nguyen (Lobby)", "screen"),
        ("c1", "Lobby", "screen"),
    ]
    assert [one["text"] for one in await written(stage, "chat")] == ["<b>On</b> my way"]


@pytest.mark.parametrize("path", ["acknowledge", "chat"])
@pytest.mark.parametrize(
    ("token", "alert"), [(FOREIGN, "c1"), (ANNEX, "c1"), (LOBBY, "c2"), (LOBBY, ""), (LOBBY, "x" * 999)]
)
async def test_alerts_of_others_are_as_if_they_were_not(stage: Stage, path: str, token: str, alert: str) -> None:
    stage.raise_alert()
    await told(stage, 1)
    async with httpx.AsyncClient(base_url=stage.url, headers=bearer(token)) as program:
        answer = await program.post(f"/onsite/api/{path}", json={"alert": alert, "text": "hello"})
        unknown = await program.post(f"/onsite/api/{path}", json={"alert": "never was", "text": "hello"})
        assert answer.status_code == 404
        assert answer.json() == unknown.json()
        assert (await program.get("/onsite/api/speech/c1.wav")).status_code == (404 if token != LOBBY else 200)
    assert await written(stage, "acknowledged") == await written(stage, "chat") == []


async def test_a_word_that_is_none_is_not_said(stage: Stage) -> None:
    stage.raise_alert()
    await told(stage, 1)
    async with httpx.AsyncClient(base_url=stage.url, headers=bearer(LOBBY)) as program:
        assert (await program.post("/onsite/api/chat", json={"alert": "c1", "text": " \u200b\n"})).status_code == 400
        long = await program.post("/onsite/api/chat", json={"alert": "c1", "text": "x" * 5000})
        assert long.status_code == 200
    assert [len(one["text"]) for one in await written(stage, "chat")] == [1000]


async def test_a_revoked_token_opens_nothing_any_more(stage: Stage, browser: httpx.AsyncClient) -> None:
    await browser.post("/onsite/enrol", json={"token": LOBBY})
    stage.plans.revoke("acme", "11")
    stage.screens.plans.refresh()
    for path in ("/onsite/api/state", "/onsite/api/stream", "/onsite/api/plan/7", "/onsite/api/speech/c1.wav"):
        assert (await browser.get(path)).status_code == 401
    assert (await browser.post("/onsite/api/beat", json={})).status_code == 401
    assert browser.cookies.get(SCREEN_COOKIE) == LOBBY  # a plan published by mistake must not cost a screen its token


async def test_while_no_plan_was_ever_read_a_screen_is_told_to_wait(stage: Stage) -> None:
    stage.plans.plans.clear()
    stage.screens.plans.refresh()
    async with httpx.AsyncClient(base_url=stage.url, headers=bearer(LOBBY)) as program:
        answer = await program.get("/onsite/api/state")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_the_picture_of_a_building_is_for_its_screens(stage: Stage) -> None:
    (stage.folder / "floor-plans" / "plan.png").write_bytes(b"\x89PNG picture")
    (stage.folder / "secret.png").write_bytes(b"secret")
    answers = {}
    for token in (LOBBY, ANNEX, FOREIGN):
        async with httpx.AsyncClient(base_url=stage.url, headers=bearer(token)) as program:
            answers[token] = await program.get("/onsite/api/plan/7")
    assert answers[LOBBY].content == b"\x89PNG picture"
    assert answers[LOBBY].headers["content-type"] == "image/png"
    assert "sandbox" in answers[LOBBY].headers["content-security-policy"]
    assert answers[ANNEX].status_code == answers[FOREIGN].status_code == 404


async def test_a_plan_cannot_name_a_file_elsewhere(stage: Stage) -> None:
    acme = stage.plans.plans["acme"]
    (stage.folder / "secret.png").write_bytes(b"secret")
    async with httpx.AsyncClient(base_url=stage.url, headers=bearer(LOBBY)) as program:
        for name in ("../secret.png", "/etc/passwd", "plan.html", ".png", "missing.png"):
            picture = type(acme.buildings[0])("7", "State House", picture=name)
            stage.plans.publish(type(acme)(**{**acme.__dict__, "buildings": (picture,)}))
            stage.screens.plans.refresh()
            assert (await program.get("/onsite/api/plan/7")).status_code == 404


async def test_the_page_lets_nothing_in_from_elsewhere(stage: Stage, browser: httpx.AsyncClient) -> None:
    page = await browser.get("/onsite/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script>" not in page.text
    assert " style=" not in page.text
    assert (await browser.get("/onsite")).headers["location"] == "/onsite/"
    script = await browser.get("/onsite/static/onsite.js")
    assert script.headers["content-type"].startswith("text/javascript")
    tag = {"If-None-Match": script.headers["etag"]}
    assert (await browser.get("/onsite/static/onsite.js", headers=tag)).status_code == 304
    for name in ("missing.js", "..%2Fapp.py", "%2e%2e/app.py", "onsite.py"):
        assert (await browser.get(f"/onsite/static/{name}")).status_code == 404


async def test_an_alert_is_spoken_once_for_all_of_a_language(stage: Stage) -> None:
    stage.raise_alert("c1/psap_callback", CALL)
    await told(stage, 1)
    async with httpx.AsyncClient(base_url=stage.url, headers=bearer(LOBBY)) as program:
        english = await program.get("/onsite/api/speech/c1/psap_callback.wav")
        again = await program.get("/onsite/api/speech/c1/psap_callback.wav")
        french = await program.get("/onsite/api/speech/c1/psap_callback.wav?language=fr")
    assert english.headers["content-type"] == "audio/wav"
    assert english.content[:4] == b"RIFF"
    assert english.content == again.content
    assert french.content != english.content
    said = [one for one in stage.speaker.said if "Lovelace" in one]
    assert len(said) == 2
