"""An operator sees what failed, without its words, and sends it again."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.cli.outbox import NEWEST
from bot.unread import keep_unread
from core.clock import SystemClock
from core.messages import Inbound, Reply, Text
from storage.database import Database
from storage.dead_letters import DeadInbound, DeadMessage
from storage.inbox import MAX_ATTEMPTS
from storage.policy import OPERATOR, Role
from storage.tables import inbox
from storage.unit import UnitOfWork
from tests import world
from tests.bot.cli.conftest import Command
from tests.clock import TurnedClock


def within(sqlite_url: str, work: Callable[[UnitOfWork], Awaitable[None]]) -> None:
    async def do() -> None:
        database = await Database.open(sqlite_url, SystemClock())
        async with database.unit(OPERATOR, "test") as uow:
            await work(uow)
        await database.close()

    asyncio.run(do())


def given_up(sqlite_url: str, count: int = 1, *, staff: bool = False) -> None:
    """Queue `count` messages for one chat, and give up each."""

    async def work(uow: UnitOfWork) -> None:
        chat = await uow.conversations.load("telegram", "70007", "zh")
        if staff:
            worker = await uow.accounts.add("周敏", Role.GRID_WORKER, world.GRID, "SABCDE2")
            await uow.conversations.bind(chat, account_id=worker.id, person_id=None)
        await uow.outbox.queue(chat.id, [Reply(text="王桂兰来了")] * count)
        while parcel := await uow.outbox.next_of(chat.id):
            await uow.outbox.dead(parcel, "403 bot was blocked")

    within(sqlite_url, work)


def failed_inbound(sqlite_url: str) -> None:
    async def work(uow: UnitOfWork) -> None:
        inbound = Inbound(channel="web", address="7", key="k1", event=Text(text="王桂兰摔倒了"))
        for _ in range(MAX_ATTEMPTS):
            await uow.inbox.set_aside(inbound, "ValueError")

    within(sqlite_url, work)


def cells(out: str, word: str) -> list[str]:
    """The words of the line that holds `word`."""
    (line,) = [line for line in out.splitlines() if word in line]
    return line.split()


@pytest.mark.usefixtures("village")
def test_an_empty_list_is_good_news(zoufang: Command) -> None:
    done = zoufang("outbox", "list")
    assert (done.status, done.out) == (0, "一切都好：没有失败的消息。\n")
    assert zoufang("outbox", "retry", "all").out == "没有要再发的：没有失败的消息。\n"


@pytest.mark.usefixtures("village")
def test_a_message_that_was_given_up_is_listed_with_its_account(
    zoufang: Command, sqlite_url: str
) -> None:
    given_up(sqlite_url, staff=True)
    done = zoufang("outbox", "list")
    assert done.status == 0
    row = " ".join(cells(done.out, "SABCDE2"))
    assert row.startswith("1 telegram SABCDE2 reply 403 bot was blocked 1 20")


@pytest.mark.usefixtures("village")
def test_a_stranger_has_no_account(zoufang: Command, sqlite_url: str) -> None:
    given_up(sqlite_url)
    assert cells(zoufang("outbox", "list").out, "403")[2] == "—"


@pytest.mark.usefixtures("village")
def test_an_inbound_that_was_given_up_is_listed(zoufang: Command, sqlite_url: str) -> None:
    failed_inbound(sqlite_url)
    out = zoufang("outbox", "list").out
    assert cells(out, "ValueError")[:3] == ["web", "ValueError", str(MAX_ATTEMPTS)]
    assert "没送到的消息" not in out


@pytest.mark.usefixtures("village")
def test_the_list_holds_nothing_personal(zoufang: Command, sqlite_url: str) -> None:
    given_up(sqlite_url, staff=True)
    failed_inbound(sqlite_url)
    out = zoufang("outbox", "list", "--all").out
    for secret in ("王桂兰", "周敏", "70007", "k1"):
        assert secret not in out


@pytest.mark.usefixtures("village")
def test_a_long_list_shows_the_newest_and_all_when_asked(zoufang: Command, sqlite_url: str) -> None:
    given_up(sqlite_url, NEWEST + 1)
    short, whole = zoufang("outbox", "list").out, zoufang("outbox", "list", "--all").out
    assert (short.count("403"), whole.count("403")) == (NEWEST, NEWEST + 1)
    rows = [line.split()[0] for line in short.splitlines() if "403" in line]
    assert rows == [str(number) for number in range(NEWEST + 1, 1, -1)]
    assert "--all" in short
    assert "--all" not in whole


@pytest.mark.usefixtures("village")
def test_an_inbound_is_handled_once_more_with_all(zoufang: Command, sqlite_url: str) -> None:
    failed_inbound(sqlite_url)
    assert zoufang("outbox", "retry", "all").out == "已重新排队：1 条。\n"
    assert "一切都好" in zoufang("outbox", "list").out

    async def look(uow: UnitOfWork) -> None:
        (waiting,) = await uow.inbox.waiting()
        assert waiting.key == "k1"

    within(sqlite_url, look)


@pytest.mark.usefixtures("village")
def test_what_nobody_could_read_is_listed_and_stays(zoufang: Command, sqlite_url: str) -> None:
    async def keep() -> None:
        database = await Database.open(sqlite_url, SystemClock())
        odd = {"update_id": 7, "message": {"text": "王桂兰\x00\ud83d 110101194706070020"}}
        await keep_unread(database, "telegram", "7", odd, "KeyError")
        await keep_unread(database, "telegram", "7", odd, "KeyError")
        async with database.unit(OPERATOR, "test") as uow:
            body = (await uow.connection.execute(select(inbox.c.body))).scalar_one()
        assert body["update"]["message"]["text"].startswith("王桂兰\ufffd ")
        assert "110101194706070020" not in str(body)
        await database.close()

    asyncio.run(keep())
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    assert "王桂兰" not in str(connection.execute("SELECT * FROM inbox").fetchall())
    connection.close()
    out = zoufang("outbox", "list").out
    assert " ".join(cells(out, "KeyError")).startswith("telegram unread: KeyError 2 20")
    assert "王桂兰" not in out
    assert "没有要再发的" in zoufang("outbox", "retry", "all").out


@pytest.mark.usefixtures("village")
def test_one_message_is_queued_again_as_if_never_tried(zoufang: Command, sqlite_url: str) -> None:
    given_up(sqlite_url, 2)
    done = zoufang("outbox", "retry", "2")
    assert (done.status, done.out) == (0, "已重新排队：1 条。\n")
    assert zoufang("outbox", "list").out.count("403") == 1

    async def look(uow: UnitOfWork) -> None:
        (parcel,) = await uow.outbox.heads(["telegram"])
        assert (parcel.id, parcel.attempts) == (2, 0)
        assert Reply.model_validate(parcel.body).text == "王桂兰来了"

    within(sqlite_url, look)


@pytest.mark.usefixtures("village")
def test_all_are_queued_again_and_it_is_in_the_audit(zoufang: Command, sqlite_url: str) -> None:
    given_up(sqlite_url, 3)
    assert "3" in zoufang("outbox", "retry", "all").out
    assert "一切都好" in zoufang("outbox", "list").out
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    rows = connection.execute("SELECT purpose, action, object FROM audit").fetchall()
    connection.close()
    assert ("outbox retry", "retry", "all") in rows


@pytest.mark.parametrize("message", ["2", "two", "０１", "9" * 30])
@pytest.mark.usefixtures("village")
def test_a_message_that_did_not_fail_can_not_be_sent_again(
    zoufang: Command, sqlite_url: str, message: str
) -> None:
    given_up(sqlite_url)
    assert message in zoufang("outbox", "retry", message).refusal


@pytest.mark.usefixtures("village")
def test_it_speaks_english_too(
    zoufang: Command, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOUFANG_LANGUAGE", "en")
    given_up(sqlite_url)
    assert "Messages that did not arrive" in zoufang("outbox", "list").out
    assert zoufang("outbox", "retry", "1").out == "1 message is queued again.\n"
    assert zoufang("outbox", "list").out == "All is well: nothing has failed.\n"


async def test_every_database_lists_and_queues_again_what_was_given_up(
    database: Database, clock: TurnedClock
) -> None:
    async with database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("telegram", "70007", "zh")
        await uow.outbox.queue(chat.id, [Reply(text="1"), Reply(text="2")])
        while parcel := await uow.outbox.next_of(chat.id):
            await uow.outbox.dead(parcel, "403")
        inbound = Inbound(channel="web", address="7", key="k1", event=Text(text="1"))
        for _ in range(MAX_ATTEMPTS):
            await uow.inbox.set_aside(inbound, "ValueError")
        newest, oldest = await uow.dead_letters.messages()
        assert newest.id > oldest.id
        assert newest == DeadMessage(newest.id, "telegram", None, "reply", "403", 1, clock.now())
        assert await uow.dead_letters.messages(limit=1) == [newest]
        failed = DeadInbound("web", "ValueError", MAX_ATTEMPTS, clock.now())
        assert await uow.dead_letters.inbounds(limit=1) == [failed]
        clock.turn(hours=1)
        assert await uow.dead_letters.retry(newest.id) == 1
        assert await uow.dead_letters.retry(newest.id) == 0
        assert await uow.dead_letters.messages() == [oldest]
        assert await uow.dead_letters.retry() == 1
        assert await uow.outbox.next_due(["telegram"]) == clock.now()
