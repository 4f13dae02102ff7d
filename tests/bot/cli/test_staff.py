"""Accounts are opened, let in by a code and a link, listed, closed and opened again."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from core.clock import SystemClock
from core.ports import WebSession
from storage.database import Database
from storage.invites import TokenKind
from storage.policy import OPERATOR, Role
from storage.web import DatabaseWebStore
from tests import world
from tests.bot.cli.conftest import Command

Found = TypeVar("Found")


def invited(sqlite_url: str, token: str, kind: TokenKind) -> tuple[int | None, int | None]:
    async def redeem() -> tuple[int | None, int | None]:
        database = await Database.open(sqlite_url, SystemClock())
        async with database.unit(OPERATOR, "test") as uow:
            found = await uow.invites.redeem(kind, token)
        await database.close()
        assert found
        return found.account_id, found.person_id

    return asyncio.run(redeem())


NEW = ("staff", "invite", "--role", "grid_worker", "--area", world.GRID, "--name", "周敏")


def test_a_new_account_gets_a_code_and_a_link_that_work(
    village: None, zoufang: Command, sqlite_url: str
) -> None:
    done = zoufang(*NEW)
    assert done.status == 0
    assert "周敏 网格员" in done.out
    code = re.search(r"/start (\w{10})", done.out)
    link = re.search(r"http://127\.0\.0\.1:8080/sign-in/(\S+?)（", done.out)
    assert code and link
    assert invited(sqlite_url, code[1], "messenger") == (1, None)
    assert invited(sqlite_url, link[1], "web") == (1, None)
    assert "周敏" in zoufang("staff", "list").out


def test_the_link_goes_to_the_bot_and_the_address_that_are_set(
    village: None, zoufang: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOUFANG_TELEGRAM_BOT", "@visit_bot")
    monkeypatch.setenv("ZOUFANG_PUBLIC_URL", "https://visit.example/")
    out = zoufang(*NEW).out
    assert "https://t.me/visit_bot?start=" in out
    assert "https://visit.example/sign-in/" in out


def test_an_account_is_invited_again(village: None, zoufang: Command) -> None:
    code = zoufang(*NEW).out.splitlines()[0].split()[-1]
    again = zoufang("staff", "invite", "--account", code.lower())
    assert again.out.splitlines()[0].endswith(code)
    assert zoufang("staff", "list").out.count(code) == 1


def test_a_resident_is_invited_by_their_code_and_not_named(
    village: None, zoufang: Command, sqlite_url: str
) -> None:
    done = zoufang("staff", "invite", "--resident", "pa00001")
    assert "PA00001" in done.out
    assert "王桂兰" not in done.out
    code = re.search(r"/start (\w{10})", done.out)
    assert code
    account, person = invited(sqlite_url, code[1], "messenger")
    assert account is None
    assert person is not None


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "--role"),
        (("--role", "grid_worker"), "--name"),
        (("--role", "grid_worker", "--area", world.GRID, "--name", " "), "--name"),
        (("--role", "operator", "--area", world.GRID, "--name", "周敏"), "grid_worker"),
        (("--role", "grid_worker", "--area", "98", "--name", "周敏"), "98"),
        (("--account", "SXXXXXX"), "SXXXXXX"),
        (("--resident", "PXXXXXX"), "PXXXXXX"),
    ],
)
def test_a_wish_that_can_not_be_met(
    village: None, zoufang: Command, arguments: tuple[str, ...], word: str
) -> None:
    assert word in zoufang("staff", "invite", *arguments).refusal


def test_an_invitation_is_in_the_audit(village: None, zoufang: Command, sqlite_url: str) -> None:
    code = zoufang(*NEW).out.splitlines()[0].split()[-1]
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    rows = connection.execute("SELECT purpose, action, object FROM audit").fetchall()
    connection.close()
    assert ("staff invite", "invite", code) in rows


def within(sqlite_url: str, work: Callable[[Database], Awaitable[Found]]) -> Found:
    async def do() -> Found:
        database = await Database.open(sqlite_url, SystemClock())
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(do())


async def known_as(database: Database) -> str:
    """The role that the bot sees in the chat of the member of staff."""
    async with database.unit(OPERATOR, "test") as uow:
        return (await uow.conversations.load("telegram", "7", "zh")).actor.role.value


@pytest.fixture
def hired(village: None, zoufang: Command, sqlite_url: str) -> tuple[str, str]:
    """The code of an account with a chat in Telegram, and the cookie of its web session."""
    done = zoufang(*NEW)
    link = re.search(r"/sign-in/(\S+?)（", done.out)
    assert link

    async def come_in(database: Database) -> str:
        async with database.unit(OPERATOR, "test") as uow:
            chat = await uow.conversations.load("telegram", "7", "zh")
            await uow.conversations.bind(chat, account_id=1, person_id=None)
        cookie = await DatabaseWebStore(database, "zh").redeem(link[1])
        assert cookie
        return cookie

    return done.out.splitlines()[0].split()[-1], within(sqlite_url, come_in)


def test_a_closed_account_is_a_stranger_until_it_is_opened_again(
    hired: tuple[str, str], zoufang: Command, sqlite_url: str
) -> None:
    code, _ = hired
    closed = zoufang("staff", "close", code.lower())
    assert (closed.status, f"账号 {code} 已停用" in closed.out) == (0, True)
    assert within(sqlite_url, known_as) == "nobody"
    assert "已停用" in zoufang("staff", "list").out
    opened = zoufang("staff", "open", code)
    assert (opened.status, f"账号 {code} 已重新启用" in opened.out) == (0, True)
    assert within(sqlite_url, known_as) == "grid_worker"
    assert "已停用" not in zoufang("staff", "list").out


def test_closing_ends_web_sessions_and_voids_what_was_not_used(
    hired: tuple[str, str], zoufang: Command, sqlite_url: str
) -> None:
    code, cookie = hired
    out = zoufang("staff", "invite", "--account", code).out
    word, link = re.search(r"/start (\w{10})", out), re.search(r"/sign-in/(\S+?)（", out)
    assert word and link
    zoufang("staff", "close", code)

    async def knock(database: Database) -> None:
        store = DatabaseWebStore(database, "zh")
        assert await store.session(cookie) is None
        assert await store.redeem(link[1]) is None
        async with database.unit(OPERATOR, "test") as uow:
            assert await uow.invites.redeem("messenger", word[1]) is None

    within(sqlite_url, knock)
    zoufang("staff", "open", code)
    within(sqlite_url, knock)


def test_closing_one_account_leaves_the_others_alone(
    hired: tuple[str, str], zoufang: Command, sqlite_url: str
) -> None:
    other = zoufang(*NEW).out.splitlines()[0].split()[-1]
    zoufang("staff", "close", other)
    assert within(sqlite_url, known_as) == "grid_worker"

    async def session(database: Database) -> WebSession | None:
        return await DatabaseWebStore(database, "zh").session(hired[1])

    assert within(sqlite_url, session)


def test_closing_twice_and_opening_twice_is_no_mistake(
    hired: tuple[str, str], zoufang: Command
) -> None:
    for command in ("close", "close", "open", "open"):
        assert zoufang("staff", command, hired[0]).status == 0


def test_a_closed_account_is_not_invited(hired: tuple[str, str], zoufang: Command) -> None:
    zoufang("staff", "close", hired[0])
    refusal = zoufang("staff", "invite", "--account", hired[0]).refusal
    assert f"zoufang staff open {hired[0]}" in refusal


@pytest.mark.parametrize("command", ["close", "open"])
def test_an_unknown_account_is_neither_closed_nor_opened(
    village: None, zoufang: Command, command: str
) -> None:
    assert "SXXXXXX" in zoufang("staff", command, "SXXXXXX").refusal


def test_closing_and_opening_are_told_in_english(
    hired: tuple[str, str], zoufang: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOUFANG_LANGUAGE", "en")
    assert "is closed" in zoufang("staff", "close", hired[0]).out
    assert "closed" in zoufang("staff", "list").out
    assert "is open again" in zoufang("staff", "open", hired[0]).out


async def test_every_database_closes_an_account_and_opens_it(database: Database) -> None:
    await world.settle(database)
    worker = await world.hire(database, Role.GRID_WORKER, world.GRID)
    assert worker.account_id
    store = DatabaseWebStore(database, "zh")
    async with database.unit(OPERATOR, "test") as uow:
        link = await uow.invites.issue("web", account_id=worker.account_id)
        unused = await uow.invites.issue("web", account_id=worker.account_id)
    cookie = await store.redeem(link)
    assert cookie and await store.session(cookie)
    async with database.unit(OPERATOR, "test") as uow:
        await uow.accounts.close(worker.account_id)
    assert await store.session(cookie) is None
    assert await store.redeem(unused) is None
    for active in (False, True):
        async with database.unit(OPERATOR, "test") as uow:
            account = await uow.accounts.get(worker.account_id)
            assert account and account.active is active
            await uow.accounts.open(worker.account_id)


def test_a_county_administrator_works_once_confirmed(
    village: None, zoufang: Command, sqlite_url: str
) -> None:
    new = ("staff", "invite", "--role", "county_administrator", "--area", world.COUNTY)
    done = zoufang(*new, "--name", "林")
    code = re.search(r"S[2-9A-Z]{6}", done.out)
    assert code
    assert f"zoufang staff confirm {code[0]}" in done.out
    assert "等待确认" in zoufang("staff", "list").out
    refused = zoufang("staff", "open", code[0])
    assert refused.status == 2
    assert "还没有确认" in refused.err
    assert "已确认" in zoufang("staff", "confirm", code[0]).out
    assert "等待确认" not in zoufang("staff", "list").out
    assert "不用确认" in zoufang("staff", "confirm", code[0]).err


def test_an_account_is_suspended_and_let_back_in(village: None, zoufang: Command) -> None:
    code = re.search(r"S[2-9A-Z]{6}", zoufang(*NEW).out)
    assert code
    assert "已暂停" in zoufang("staff", "suspend", code[0]).out
    assert "已暂停" in zoufang("staff", "list").out
    assert zoufang("staff", "suspend", code[0]).status == 2
    assert "已恢复" in zoufang("staff", "resume", code[0]).out
    assert "已暂停" not in zoufang("staff", "list").out


def test_somebody_takes_over_and_gets_a_code(village: None, zoufang: Command) -> None:
    former = re.search(r"S[2-9A-Z]{6}", zoufang(*NEW).out)
    assert former
    done = zoufang("staff", "hand-over", former[0], "--name", "刘洋")
    assert f"{former[0]} 已停用" in done.out
    assert "刘洋 网格员" in done.out
    assert re.search(r"/start \w{10}", done.out)
    listed = zoufang("staff", "list").out
    assert "刘洋" in listed
    assert "已停用" in listed


def test_what_one_worker_has_goes_to_another(
    village: None, zoufang: Command, sqlite_url: str
) -> None:
    codes = []
    for grid, name in ((world.GRID, "周敏"), (world.SIBLING_GRID, "韩雪")):
        out = zoufang(
            "staff", "invite", "--role", "grid_worker", "--area", grid, "--name", name
        ).out
        codes.append(out.splitlines()[0].split()[-1])
    done = zoufang("staff", "reassign", *codes)
    assert done.status == 0
    assert "周敏" in done.out and "→ 韩雪" in done.out and "1 户" in done.out
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("SELECT role, account_id FROM charge").fetchall() == [
            ("grid_worker", 2)
        ]


def test_nothing_is_reassigned_to_nobody_or_nowhere(village: None, zoufang: Command) -> None:
    code = zoufang(*NEW).out.splitlines()[0].split()[-1]
    assert "没有账号 SXXXXXX" in zoufang("staff", "reassign", code, "SXXXXXX").err
    assert zoufang("staff", "reassign", code, code, "--area", "1").status == 2
