"""The board: passes of the portal, cookies for each organization, and what a watcher may do."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from tests.dispatcher.screens.stage import ACME, CALL, PASS_KEY, Listener, Stage, listen
from tests.dispatcher.screens.test_streams import told

from callpoint.routing import board_pass
from callpoint.routing.alert_records import Monitoring
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import facts_after


def pass_for(organization: str = "acme", account: str = "1", key: str = PASS_KEY, age: float = 0.0) -> str:
    return board_pass.make(key, board_pass.Holder(organization, account), time.time() - age)


@pytest.fixture
async def browser(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=stage.url, headers={"Origin": stage.url}) as one:
        yield one


async def enter(browser: httpx.AsyncClient, **who: str) -> httpx.Response:
    return await browser.post("/board/enter", json={"pass": pass_for(**who)})


async def board(stage: Stage, browser: httpx.AsyncClient, organization: str = "acme") -> Listener:
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return await listen(stage.port, f"/board/api/stream?organization={organization}", Cookie=cookies)


async def test_a_pass_opens_the_board_for_a_day_and_is_kept_from_scripts(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    assert (await browser.get("/board/api/state")).status_code == 401
    entered = await enter(browser)
    assert entered.json() == {"organization": "acme", "name": "Grace Hopper"}
    assert "HttpOnly; Max-Age=43200; Path=/board/; SameSite=Strict" in entered.headers["set-cookie"]
    state = (await browser.get("/board/api/state")).json()
    assert (state["kind"], state["name"], state["organization_name"]) == (
        "watcher",
        "Grace Hopper",
        "Acme Incorporated",
    )
    await browser.post("/board/exit?organization=acme")
    assert (await browser.get("/board/api/state")).status_code == 401


@pytest.mark.parametrize(
    "text",
    [
        pass_for(key="another key"),
        pass_for(age=61),
        pass_for(account="77"),
        pass_for(organization="other"),
        pass_for(organization="nobody"),
        pass_for() + "x",
        "",
        ".",
        "x" * 900,
    ],
)
async def test_a_pass_that_is_none_opens_nothing(stage: Stage, browser: httpx.AsyncClient, text: str) -> None:
    answer = await browser.post("/board/enter", json={"pass": text})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


async def test_a_pass_is_good_once(stage: Stage, browser: httpx.AsyncClient) -> None:
    text = pass_for()
    assert (await browser.post("/board/enter", json={"pass": text})).status_code == 200
    again = await browser.post("/board/enter", json={"pass": text})
    assert (again.status_code, again.headers.get("set-cookie")) == (401, None)


async def test_a_cookie_does_not_prolong_itself_and_a_pass_is_no_cookie(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    await enter(browser)
    (cookie,) = browser.cookies.items()
    assert (await browser.post("/board/enter", json={"pass": cookie[1]})).status_code == 401
    browser.cookies.clear()
    answer = await browser.get("/board/api/state", headers={"Cookie": f"{cookie[0]}={pass_for()}"})
    assert answer.status_code == 401
    answer = await browser.get("/board/api/state", headers={"Cookie": f"{cookie[0]}={cookie[1]}"})
    assert answer.status_code == 200


async def test_the_pass_of_a_minute_is_no_cookie_and_a_cookie_of_another_is_none(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    await enter(browser)
    await enter(browser, organization="other", account="9")
    assert len(browser.cookies) == 2
    assert (await browser.get("/board/api/state?organization=acme")).json()["name"] == "Grace Hopper"
    assert (await browser.get("/board/api/state?organization=other")).json()["name"] == "Eve"
    assert (await browser.get("/board/api/state")).status_code == 401  # which one?
    assert (await browser.get("/board/api/state?organization=third")).status_code == 401


async def test_a_watcher_sees_everything_of_the_organization_as_it_happens(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    await enter(browser)
    stream = await board(stage, browser)
    stage.raise_alert("c1", replace(CALL, building_id="8"), screens=[], type="call_ended")
    alert = await stream.next("alert")
    assert alert.data["alert"] == "c1"
    stage.note(fact_kinds.ALERT_UPDATED, alert="c1", state="dialling", target="Vermont 911")
    assert (await stream.next("updated")).data["target"] == "Vermont 911"
    stream.close()


async def test_a_watcher_acknowledges_by_the_name_of_the_account(stage: Stage, browser: httpx.AsyncClient) -> None:
    stage.raise_alert()
    await told(stage, 1)
    await enter(browser)
    answer = await browser.post("/board/api/acknowledge?organization=acme", json={"alert": "c1", "by": "Somebody Else"})
    assert answer.json() == {"by": "Grace Hopper"}
    await browser.post("/board/api/chat?organization=acme", json={"alert": "c1", "text": "Who goes?", "by": "Eve"})
    assert stage.journal.flush(10)
    found = {fact.kind: fact.data for fact in facts_after(stage.folder / "journal.db", 1)}
    assert (found["acknowledged"]["by"], found["acknowledged"]["how"]) == ("Grace Hopper", "board")
    assert found["chat"]["by"] == "Grace Hopper"


async def test_a_watcher_of_another_organization_gets_nothing_done(stage: Stage, browser: httpx.AsyncClient) -> None:
    stage.raise_alert()
    await told(stage, 1)
    await enter(browser, organization="other", account="9")
    for path in ("acknowledge", "chat"):
        answer = await browser.post(f"/board/api/{path}?organization=other", json={"alert": "c1", "text": "x"})
        assert answer.status_code == 404
    assert (await browser.post("/board/api/acknowledge?organization=acme", json={"alert": "c1"})).status_code == 401


async def test_another_sites_page_gets_nothing_done(stage: Stage, browser: httpx.AsyncClient) -> None:
    stage.raise_alert()
    await told(stage, 1)
    await enter(browser)
    evil = {"Origin": "https://evil.example"}
    for path in ("/board/api/acknowledge", "/board/api/chat", "/board/enter", "/board/exit"):
        answer = await browser.post(path, json={"alert": "c1", "text": "x", "pass": pass_for()}, headers=evil)
        assert answer.status_code == 403


async def test_an_account_that_may_look_no_more_is_shown_nothing_more(stage: Stage, browser: httpx.AsyncClient) -> None:
    await enter(browser)
    stream = await board(stage, browser)
    await stream.next("state")
    stage.plans.publish(replace(ACME, watchers=ACME.watchers[1:]))
    assert (await stream.next("end")).data == {"why": "revoked"}
    assert (await browser.get("/board/api/state")).status_code == 401


@pytest.mark.parametrize(("account", "mode"), [("1", "join"), ("2", "off")])
async def test_only_who_may_monitor_is_offered_it_and_no_number_is_told(
    stage: Stage, browser: httpx.AsyncClient, account: str, mode: str
) -> None:
    await enter(browser, account=account)
    rules = (await browser.get("/board/api/monitoring")).json()
    assert rules["mode"] == mode
    assert rules["phones"] == ([{"id": "5", "name": "Gate"}] if mode == "join" else [])
    assert "+18025550111" not in str(rules)


async def test_an_organization_that_monitors_nothing_offers_nothing(stage: Stage, browser: httpx.AsyncClient) -> None:
    stage.plans.publish(replace(ACME, monitoring=Monitoring(dial_in="+18025550199")))
    stage.screens.plans.refresh()
    await enter(browser)
    assert (await browser.get("/board/api/monitoring")).json()["dial_in"] == ""


async def test_a_screens_token_opens_no_board_and_a_pass_no_screen(stage: Stage, browser: httpx.AsyncClient) -> None:
    token = {"Authorization": "Bearer token-of-the-lobby"}
    assert (await browser.get("/board/api/state", headers=token)).status_code == 401
    assert (await browser.post("/onsite/enrol", json={"token": pass_for()})).status_code == 401


async def test_the_page_says_where_passes_are_to_be_had(stage: Stage, browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/board/portal")).json() == {"portal": "https://portal.example/"}
    assert "microphone=(self)" in (await browser.get("/board/")).headers["permissions-policy"]
    assert (await browser.get("/board")).headers["location"] == "/board/"
