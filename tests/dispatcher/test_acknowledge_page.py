"""The page behind a notice's link: looking changes nothing, the button does, and neither can be misused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from tests.dispatcher.cast import KIM, OTHER_PLAN, World, plan, subscription, world

from callpoint.dispatcher import links
from callpoint.dispatcher.acknowledge_page import acknowledge_routes
from callpoint.dispatcher.links import Link
from callpoint.routing.alert_records import AlertStep, Recipient

STEPS = (AlertStep(("1",), 0), AlertStep(("2",), 60))
KEY = "link key"


@asynccontextmanager
async def page(stage: World, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=acknowledge_routes(stage.engine, KEY))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="https://streams.example", headers=headers
    ) as client:
        yield client


@asynccontextmanager
async def told(
    folder: Path, recipient: Recipient = KIM, service: str = "emergency"
) -> AsyncIterator[tuple[World, str]]:
    """A world in which Kim has the notice of a call, and the path of its link."""
    everybody = plan(subscription("emergency", *STEPS), subscription("test_call", key="11"))
    others = tuple(one for one in everybody.recipients if one.id != recipient.id)
    async with world(folder, replace(everybody, recipients=(recipient, *others)), OTHER_PLAN) as stage:
        stage.call(service=service)
        await stage.turn()
        yield stage, urlsplit(stage.senders["email"].sent[0][0].links["acknowledge"]).path


async def test_looking_acknowledges_nothing_as_mail_scanners_look(tmp_path: Path) -> None:
    async with told(tmp_path) as (stage, path), page(stage) as client:
        for method in ("GET", "HEAD", "GET"):
            assert (await client.request(method, path)).status_code == 200
        assert not stage.facts("acknowledged")
        text = (await client.get(path)).text
        assert "Ada Byron" in text
        assert "115 State Street" in text
        assert "+1 802-555-0143" in text
        assert "UTC" in text
        assert 'value="Kim"' in text
        await stage.pass_time(61, 61)
        assert stage.senders["sms"].tried == 1


async def test_the_button_acknowledges_in_the_name_typed(tmp_path: Path) -> None:
    async with told(tmp_path) as (stage, path), page(stage) as client:
        answer = await client.post(path, data={"by": "  Kim\n Lee "})
        assert answer.status_code == 200
        assert "Kim Lee sees to it" in answer.text
        [said] = stage.facts("acknowledged")
        assert said.data == {"alert": "c1", "by": "Kim Lee", "how": "link", "recipient_id": "1"}
        await stage.pass_time(61, 61)
        assert not stage.senders["sms"].tried
        assert "already" in (await client.get(path)).text


async def test_somebody_at_two_places_at_once(tmp_path: Path) -> None:
    """The same link used twice is two acknowledgements, and stops the further steps once."""
    async with told(tmp_path) as (stage, path), page(stage) as client:
        assert [(await client.post(path)).status_code for _ in range(2)] == [200, 200]
        assert [fact.data["by"] for fact in stage.facts("acknowledged")] == ["Kim", "Kim"]
        assert len(stage.facts("notice", state="skipped")) == 1
        assert stage.states("Kim") == ["queued", "sent", "acknowledged"]


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", '"><img src=x>', "a\r\nSet-Cookie: b"])
async def test_a_hostile_name_stays_a_name(tmp_path: Path, typed: str) -> None:
    async with told(tmp_path, replace(KIM, name=typed)) as (stage, path), page(stage) as client:
        form = await client.get(path)
        answer = await client.post(path, data={"by": typed})
        for text in (form.text, answer.text):
            assert "<script" not in text
            assert "<img" not in text
        assert "set-cookie" not in answer.headers
        assert "\n" not in stage.facts("acknowledged")[0].data["by"]


async def test_more_than_a_name_is_not_read(tmp_path: Path) -> None:
    async with told(tmp_path) as (stage, path), page(stage) as client:
        await client.post(path, content=b"by=" + b"x" * 1_000_000)
        await client.post(path, content=b"by=" + b"x" * 500)
        assert [len(fact.data["by"]) for fact in stage.facts("acknowledged")] == [3, 80]


async def test_the_page_lets_nothing_in_and_its_address_nowhere(tmp_path: Path) -> None:
    async with told(tmp_path) as (stage, path), page(stage) as client:
        headers = (await client.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'nonce-")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"


async def test_in_french_for_who_reads_french(tmp_path: Path) -> None:
    async with told(tmp_path, replace(KIM, language="fr")) as (stage, path), page(stage) as client:
        form = await client.get(path)
        assert '<html lang="fr">' in form.text
        assert "Je m’en occupe" in form.text
        assert "Merci" in (await client.post(path)).text
    async with told(tmp_path / "other") as (stage, path), page(stage, **{"accept-language": "fr-CA,en"}) as client:
        assert '<html lang="fr">' in (await client.get(path)).text


async def test_a_test_is_called_one(tmp_path: Path) -> None:
    async with told(tmp_path, service="read_back") as (stage, path), page(stage) as client:
        assert "only a test" in (await client.get(path)).text


async def test_a_link_that_was_changed_or_is_old_opens_nothing(tmp_path: Path) -> None:
    async with told(tmp_path) as (stage, path), page(stage) as client:
        forged = links.make("another key", Link("c1", "1"))
        changed = path[:-1] + ("A" if path[-1] != "A" else "B")
        for wrong in (f"/acknowledge/{forged}", changed, "/acknowledge/.", "/acknowledge/" + "x" * 5000):
            assert (await client.post(wrong)).status_code == 404
        assert not stage.facts("acknowledged")
        gone = f"/acknowledge/{links.make(KEY, Link('c0', '1'))}"
        assert (await client.get(gone)).status_code == 410
        assert (await client.post(gone)).status_code == 410


async def test_a_recipient_taken_out_of_the_plan_may_still_say_so(tmp_path: Path) -> None:
    async with told(tmp_path) as (stage, path), page(stage) as client:
        stage.plans.plans["acme"] = replace(stage.plans.plans["acme"], recipients=())
        assert (await client.post(path)).status_code == 200
        assert stage.facts("acknowledged")[0].data["by"] == "somebody with the link"


@pytest.mark.parametrize("link", [Link("c1", "1"), Link("alarm/5/acme", ""), Link("misdial/7", "12"), Link("é", "9")])
def test_a_link_comes_back_as_it_was_made(link: Link) -> None:
    token = links.make("k", link)
    assert links.read("k", token) == link
    assert links.read("K", token) is None
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.mark.parametrize("token", ["", ".", "a.b", "é.é", "\0", "x" * 10_000])
def test_what_is_no_link_is_none(token: str) -> None:
    assert links.read("k", token) is None
