"""A number that nobody asked for reaches neither the transcript nor the inbox of the web chat."""

from __future__ import annotations

import json
from uuid import uuid4

import aiohttp
import pytest
from sqlalchemy import select

from bot.channels.web import WebChannel
from core.messages import Command, Inbound, Other
from handlers.screening import Screening
from handlers.shelf import Shelf
from handlers.turn import House
from storage.database import Database
from storage.policy import OPERATOR, Role
from storage.tables import inbox, web_event
from storage.web import DatabaseWebStore
from tests import world
from tests.bot.channels.web.site import address_of, serving
from tests.clock import TurnedClock

PHONE = "13800138000"


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        ({"kind": "text", "text": f"打{PHONE}"}, "打•••••••••••"),
        ({"kind": "text", "text": f"/start {PHONE}"}, "•••••••••••"),
    ],
)
async def test_a_number_is_taken_out_before_anything_is_kept(
    database: Database, clock: TurnedClock, event: dict[str, str], shown: str
) -> None:
    await world.settle(database)
    worker = await world.hire(database, Role.GRID_WORKER, world.GRID)
    async with database.unit(OPERATOR, "test") as uow:
        link = await uow.invites.issue("web", account_id=worker.account_id)
    house = House(Shelf(), database.zone, lambda *_: {}, lambda *_: ())
    screen = Screening(database, house).screen
    channel = WebChannel(DatabaseWebStore(database, "zh"), clock, screen=screen)
    received: list[Inbound] = []

    async def receive(inbound: Inbound) -> None:
        received.append(inbound)

    async with serving(channel, receive) as runner:
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(address_of(runner), cookie_jar=jar) as page:
            await (await page.post(f"/sign-in/{link}")).read()
            sent = {"client_id": str(uuid4()), "event": event}
            assert (await page.post("/chat/messages", json=sent)).status == 202
            history = await (await page.get("/chat/history")).text()
    assert received[-1].event == Other(what="withheld.phone")
    assert shown in json.dumps(json.loads(history), ensure_ascii=False)
    async with database.unit(OPERATOR, "test") as uow:
        for column in (inbox.c.body, web_event.c.body):
            kept = repr((await uow.connection.execute(select(column))).all())
            assert PHONE not in kept
    assert not any(isinstance(one.event, Command) and one.event.argument for one in received)
