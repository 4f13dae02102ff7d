"""Accounts are opened and let in by a code, a link and a list."""

from __future__ import annotations

import asyncio
import re
import sqlite3

import pytest

from core.clock import SystemClock
from storage.database import Database
from storage.policy import OPERATOR
from tests import world
from tests.bot.cli.conftest import Command


def invited(sqlite_url: str, token: str, kind: str) -> tuple[int | None, int | None]:
    async def redeem() -> tuple[int | None, int | None]:
        database = await Database.open(sqlite_url, SystemClock())
        async with database.unit(OPERATOR, "test") as uow:
            found = await uow.accounts.redeem(kind, token)  # type: ignore[arg-type]
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
