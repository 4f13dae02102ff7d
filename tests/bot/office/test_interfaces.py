"""Tokens and receivers on a page, and what other systems did not take."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.checkup.database import not_taken
from storage.areas import Area
from storage.policy import OPERATOR, Actor, Role
from storage.unit import UnitOfWork
from tests.bot.office.conftest import Browser, House
from tests.handlers.conftest import COUNTY, TOWNSHIP, VILLAGE
from tests.handlers.test_supervising import visit

OTHER = "990901"
FAR = "2027-06-30"


async def administrator(house: House, name: str = "hua", area: str = COUNTY) -> Browser:
    return await house.browser(await house.village.staff(Role.COUNTY_ADMINISTRATOR, area, name))


async def code_of(house: House, number: int | None) -> str:
    ((code,),) = await house.rows("SELECT code FROM account WHERE id = :id", id=number)
    return str(code)


async def tokens(house: House) -> list[tuple[object, ...]]:
    return await house.rows("SELECT kind, name, area_code, files FROM api_token ORDER BY id")


async def actions(house: House) -> set[object]:
    return {one for (one,) in await house.rows("SELECT action FROM audit WHERE channel = 'web'")}


def shown(page: str) -> str:
    (token,) = re.findall(r"<code>([^<]+)</code>", page)
    return str(token)


async def receivers(house: House) -> None:
    """Of our township, of everywhere and of a place far away; each has a call that is dead."""
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area(OTHER, "county", "邻县")])
        for name, area in (("board", TOWNSHIP), ("all", None), ("far", OTHER)):
            url = f"https://{name}.example/in?secret=abc"
            await uow.webhooks.add(name, url, "whsec_x", ["submissions"], area=area)
        await uow.connection.execute(
            text(
                "INSERT INTO webhook_call"
                " (webhook_id, event, thing, at, state, attempts, not_before, error)"
                " SELECT id, 'submission.created', 'uuid:1', created_at, 'dead', 12, created_at,"
                " 'server' FROM webhook"
            )
        )


async def refused_records(uow: UnitOfWork) -> None:
    """Another server finds fault with every record."""
    await uow.connection.execute(
        text(
            "INSERT INTO push (target, instance_id, root_id, entered_at, state, attempts,"
            " not_before, error) SELECT 'central', instance_id, instance_id, entered_at,"
            " 'attention', 3, entered_at, 'conflict' FROM submission"
        )
    )


async def test_a_workers_address_for_collect_is_shown_once_with_its_code(house: House) -> None:
    browser, mei = await administrator(house), await code_of(house, house.mei.account)
    page = await browser.post("/office/interfaces/collect", account=mei.lower(), until=FAR)
    assert page.status == 200 and "<svg" in page.text and FAR in page.text
    address = shown(page.text)
    assert "/key/" in address
    async with house.village.database.unit(OPERATOR, "test") as uow:
        bearer = await uow.tokens.bearer("collect", address.rpartition("/")[2])
    assert bearer is not None and bearer.actor.account_id == house.mei.account
    ((expires,),) = await house.rows("SELECT expires_at FROM api_token")
    assert str(expires).startswith("2027-06-30 16:00")  # the end of that day in China
    again = await browser.get("/office/interfaces")
    assert address not in again.text
    assert all(one in again.text for one in (mei, FAR, "离线填表"))
    assert "token collect" in await actions(house)


async def test_a_worker_hears_of_an_address_in_their_name(house: House) -> None:
    browser, mei = await administrator(house), await code_of(house, house.mei.account)
    await house.mei.say("/menu")
    await house.village.sender.drain()
    await browser.post("/office/interfaces/collect", account=mei, until=FAR)
    assert await house.rows("SELECT 1 FROM outbox WHERE state = 'queued'")


async def test_a_service_reads_what_its_token_says(house: House) -> None:
    browser = await administrator(house)
    page = await browser.post("/office/interfaces/read", name="县民政局", area=VILLAGE, until=FAR)
    async with house.village.database.unit(OPERATOR, "test") as uow:
        bearer = await uow.tokens.bearer("read", shown(page.text))
    assert bearer is not None and bearer.actor == Actor(Role.SERVICE, VILLAGE)
    assert not bearer.files
    page = await browser.post(
        "/office/interfaces/read", name="统计", area=COUNTY, until=FAR, files="yes"
    )
    assert [bool(files) for *_, files in await tokens(house)] == [False, True]
    assert "token add" in await actions(house)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("collect", {"account": "SXXXXXX", "until": FAR}),
        ("collect", {"account": "", "until": FAR}),
        ("collect", {"account": "{above}", "until": FAR}),  # works in no village
        ("collect", {"account": "{mei}", "until": "2026-12-03"}),  # today
        ("collect", {"account": "{mei}", "until": "2099-01-01"}),
        ("collect", {"account": "{mei}", "until": "soon"}),
        ("collect", {}),
        ("read", {"name": "x", "area": OTHER, "until": FAR}),
        ("read", {"name": "x", "area": "", "until": FAR}),
        ("read", {"name": "", "area": COUNTY, "until": FAR}),
        ("read", {"name": "x" * 65, "area": COUNTY, "until": FAR}),
        ("read", {"name": "x", "area": COUNTY, "until": ""}),
    ],
)
async def test_nothing_is_let_in_wrongly(house: House, path: str, fields: dict[str, str]) -> None:
    browser = await administrator(house)
    codes = {
        "mei": await code_of(house, house.mei.account),
        "above": await code_of(house, house.above.account),
    }
    given = {name: value.format(**codes) for name, value in fields.items()}
    page = await browser.post(f"/office/interfaces/{path}", **given)
    assert page.status == 200 and page.told
    assert await tokens(house) == []


async def test_a_token_is_revoked_for_good(house: House) -> None:
    browser = await administrator(house)
    page = await browser.post("/office/interfaces/read", name="县", area=COUNTY, until=FAR)
    token = shown(page.text)
    ((number,),) = await house.rows("SELECT id FROM api_token")
    done = await browser.post(f"/office/interfaces/{number}/revoke")
    assert "已作废" in done.told and "没有令牌" in done.text
    assert "已作废</td>" in (await browser.get("/office/interfaces?show=all")).text
    async with house.village.database.unit(OPERATOR, "test") as uow:
        assert await uow.tokens.bearer("read", token) is None
    assert "token revoke" in await actions(house)
    again = await browser.post(f"/office/interfaces/{number}/revoke")
    assert "已经处理过" in again.told
    for odd in ("x", "9" * 40):
        assert (await browser.post(f"/office/interfaces/{odd}/revoke")).status == 200


async def test_another_countys_tokens_are_not_there(house: House) -> None:
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area(OTHER, "county", "邻县")])
        await uow.tokens.for_service("theirs", OTHER)
    browser = await administrator(house)
    ((number,),) = await house.rows("SELECT id FROM api_token")
    assert "theirs" not in (await browser.get("/office/interfaces?show=all")).text
    await browser.post(f"/office/interfaces/{number}/revoke")
    assert await house.rows("SELECT revoked_at FROM api_token") == [(None,)]


async def test_code_that_forgets_to_ask_lets_nobody_in(house: House) -> None:
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area(OTHER, "county", "邻县")])
    above = await house.village.staff(Role.COUNTY_ADMINISTRATOR, OTHER, "far")
    async with house.village.database.unit(
        Actor(Role.COUNTY_ADMINISTRATOR, OTHER, above.account), "test"
    ) as uow:
        assert house.mei.account
        with pytest.raises(LookupError):
            await uow.tokens.for_worker(house.mei.account)
        with pytest.raises(PermissionError):
            await uow.tokens.for_service("x", COUNTY, life=timedelta(1))
        with pytest.raises(PermissionError):
            await uow.tokens.bearer("read", "x")
    async with house.village.database.unit(
        Actor(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP), "test"
    ) as uow:
        for name in ("tokens", "undelivered"):
            with pytest.raises(PermissionError):
                getattr(uow, name)


async def test_receivers_are_told_by_their_host_alone(house: House) -> None:
    browser = await administrator(house)
    assert "没有接收方" in (await browser.get("/office/interfaces")).text
    await receivers(house)
    page = (await browser.get("/office/interfaces")).text
    assert "board.example" in page and "secret" not in page
    assert "all.example" not in page and "far.example" not in page  # there are two counties now


async def test_dead_calls_are_shown_and_sent_again_within_the_own_area(house: House) -> None:
    await receivers(house)
    browser = await administrator(house)
    page = (await browser.get("/office/messages")).text
    assert "board" in page and "新记录" in page and "对方出错" in page
    assert "far" not in re.findall(r'name="name" value="([^"]*)"', page)
    done = await browser.post("/office/messages/calls", name="board")
    assert "1 条会马上再发" in done.told and "没有失败的消息" in done.text
    await browser.post("/office/messages/calls", name="far")
    states = await house.rows(
        "SELECT webhook.name, state FROM webhook_call JOIN webhook ON webhook.id = webhook_id"
    )
    assert dict(states) == {"board": "queued", "all": "dead", "far": "dead"}
    assert "webhook retry" in await actions(house)


async def test_records_that_a_server_refused_are_shown_and_sent_again(house: House) -> None:
    await visit(house.mei)
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area(OTHER, "county", "邻县")])
        await refused_records(uow)
        assert [one.code for one in await not_taken(uow)] == ["pushes_stuck"]
    far = await administrator(house, "far", OTHER)
    assert "central" not in (await far.get("/office/messages")).text
    assert "0 条" in (await far.post("/office/messages/records", name="central")).told
    browser = await administrator(house)
    page = (await browser.get("/office/messages")).text
    assert "central" in page and "409" in page and "需要处理" in page
    done = await browser.post("/office/messages/records", name="central")
    assert "1 条会马上再发" in done.told
    assert await house.rows("SELECT state, error FROM push") == [("queued", None)]
    assert "push retry" in await actions(house)
