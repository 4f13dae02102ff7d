"""Over whole visits, with all kinds of trouble, neither log nor figures tell who said what."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from core.messages import Text
from handlers import routing, step
from handlers.turn import Turn
from storage.policy import OPERATOR
from storage.tables import household, person
from tests.bot.test_logs import configured, lines
from tests.emulator import TOKEN, Emulator, User, faults
from tests.end_to_end.telegram_client import TelegramChat
from tests.end_to_end.test_visits import VISITS, visit
from tests.end_to_end.township import Township, opened, served
from tests.end_to_end.web_client import WebChat

FIGURES = "a-token-of-the-tests"
ANSWER = VISITS["household_visit"][3]["诉求内容"]
POISON = "她说腿很疼"
WORKER = 7700112233
STRANGER = 7700445566


async def of_the_register(township: Township) -> set[str]:
    """Every name and number of the demo township, its staff's included."""
    found: set[str] = set()
    database = await opened(township.settings())
    async with database.unit(OPERATOR, "test") as uow:
        found |= {account.name for account in await uow.accounts.all()}
        for columns in (
            (person.c.name, person.c.id_number, person.c.phone),
            (household.c.address,),
        ):
            for row in await uow.connection.execute(select(*columns)):
                found |= {value for value in row if value}
    await database.close()
    return found


async def trouble(telegram: Emulator, mei: TelegramChat, stranger: User, url: str) -> None:
    """What makes the program log."""
    telegram.fail_next("getUpdates", faults.garbage(502, POISON), faults.error(409, POISON))
    telegram.fail_next("sendMessage", faults.server_error(), faults.flood(1))
    await mei.press("菜单")
    stranger.world.push("message", {"text": POISON, "chat": {"id": None}})  # unreadable
    await stranger.say(POISON)
    await telegram.quiet()
    async with aiohttp.ClientSession(url) as session:
        for path, body in (
            ("/chat/messages", {"event": {"kind": "text", "text": POISON}}),
            (f"/sign-in/{POISON}", {}),
        ):
            async with session.post(path, json=body) as answer:
                assert answer.status < 500


async def test_neither_log_nor_figures_hold_what_is_personal_or_secret(
    township: Township, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def route(turn: Turn) -> Any:
        """Fails as a bug might, quoting what was said."""
        event = turn.inbound.event
        if isinstance(event, Text) and POISON in event.text:
            raise ValueError(f"{event.text} {turn.inbound.address}")
        return await routing.route(turn)

    monkeypatch.setattr(step, "route", route)
    planted = await of_the_register(township)
    invite = township.people.codes["grid_worker"][0]
    planted |= {TOKEN, FIGURES, str(ANSWER), POISON, str(WORKER), str(STRANGER), invite, "Lan"}
    async with Emulator() as telegram:
        on = {
            "telegram_token": TOKEN,
            "telegram_api": telegram.base,
            "telegram_runtime": "ptb",
            "metrics_token": FIGURES,
        }
        with configured():
            async with served(township, **on) as program:
                planted |= {line.rpartition("/")[2] for line in program.said if "/sign-in/" in line}
                mei = TelegramChat(telegram.user(WORKER, "Lan"))
                await mei.say(f"/start {invite}")
                await visit(mei, township, "household_visit")
                await trouble(telegram, mei, telegram.user(STRANGER, "Lan"), program.url)
                async with await WebChat.enter(program.link("居民")) as page:
                    await page.begin()
                    planted |= {cookie.value for cookie in page.session.cookie_jar}
                seen = ""
                async with aiohttp.ClientSession(program.url) as session:
                    for path in ("/healthz", "/readyz", "/metrics"):
                        headers = {"Authorization": f"Bearer {FIGURES}"}
                        async with session.get(path, headers=headers) as answer:
                            assert answer.status == 200, path
                            seen += await answer.text()
        logged = lines(capsys)
    events = {line["event"] for line in logged}
    assert {"step failed", "telegram.second_poller", "telegram.poll_failed"} <= events
    assert "zoufang_steps_total" in seen
    seen += str(logged)
    assert [secret for secret in planted if secret in seen] == []
    assert len(planted) > 100
