"""`zoufang doctor` looks at everything, changes nothing, and says what to do."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import namedtuple
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from bot.checkup.database import clock
from bot.health import Health
from core import measures
from core.clock import SystemClock
from core.messages import Inbound, Reply, Text
from core.texts import catalogue
from storage.database import Database
from storage.inbox import MAX_ATTEMPTS
from storage.policy import OPERATOR, Role
from tests import world
from tests.bot.cli.conftest import KEY, Command, Elsewhere
from tests.bot.served import served
from tests.clock import TurnedClock
from tests.postgres import PostgresServer

pytestmark = pytest.mark.usefixtures("vault")


@pytest.fixture(autouse=True)
def backups(zoufang: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with a backup of this moment, and room; the command line is there first."""
    disk(monkeypatch, 5000)
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "zoufang-20261121-100000.zfb").touch()
    monkeypatch.setenv("ZOUFANG_BACKUPS", str(folder))
    return folder


def disk(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """Let so many megabytes be free, whatever this machine has."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**11, 0, free * 10**6))


def lines(out: str, level: str) -> str:
    """What stands in the lines of a level."""
    return "\n".join(line for line in out.splitlines() if line.startswith(f"{level}  "))


def work(url: str, *jobs: Any, clock: Any = None) -> None:
    """Do these in the database of the command line."""

    async def do() -> None:
        database = await Database.open(url, clock or SystemClock())
        for job in jobs:
            async with database.unit(OPERATOR, "test") as uow:
                await job(uow)
        await database.close()

    asyncio.run(do())


def test_a_machine_on_which_nothing_was_started_stays_as_it_is(
    zoufang: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ZOUFANG_KEY")
    monkeypatch.delenv("ZOUFANG_DATABASE_URL")
    before = sorted(tmp_path.rglob("*"))
    told = zoufang("doctor")
    assert told.status == 0
    assert "keys/zoufang.key" in lines(told.out, "注意")
    assert "data/zoufang.sqlite3" in lines(told.out, "注意")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_database_in_order_is_all_well_but_nothing_runs(zoufang: Command) -> None:
    told = zoufang("doctor")
    assert told.status == 0, told.out
    assert "zoufang run" in lines(told.out, "注意")
    assert lines(told.out, "故障") == ""
    assert "没有开 Telegram" in lines(told.out, "正常")
    assert told.out.splitlines()[-1] == "故障 0 项，注意 1 项。"


def test_backups_are_asked_for(
    zoufang: Command, monkeypatch: pytest.MonkeyPatch, backups: Path
) -> None:
    (made,) = backups.iterdir()
    assert "共 1 份" in lines(zoufang("doctor").out, "正常")
    old = (SystemClock().now() - timedelta(days=3)).timestamp()
    os.utime(made, (old, old))
    assert "72 小时前" in lines(zoufang("doctor").out, "注意")
    made.unlink()
    assert "还没有备份" in lines(zoufang("doctor").out, "注意")
    monkeypatch.delenv("ZOUFANG_BACKUPS")
    assert "ZOUFANG_BACKUPS" in lines(zoufang("doctor").out, "注意")


def test_it_speaks_english(zoufang: Command) -> None:
    out = zoufang("--lang", "en", "doctor").out
    assert "ok    The database answers" in out
    assert out.splitlines()[-1] == "Failures: 0, warnings: 1."


def test_a_key_that_others_can_read_fails(
    zoufang: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ZOUFANG_KEY")
    file = tmp_path / "key"
    file.write_text(KEY)
    monkeypatch.setenv("ZOUFANG_KEY_FILE", str(file))
    file.chmod(0o640)
    told = zoufang("doctor")
    assert (told.status, f"chmod 600 {file}" in lines(told.out, "故障")) == (1, True)
    file.chmod(0o600)
    assert zoufang("doctor").status == 0


def test_a_key_that_does_not_fit_fails(
    zoufang: Command, village: None, monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    async def hire(uow: Any) -> None:
        await uow.accounts.add("周敏", Role.GRID_WORKER, world.GRID)

    work(sqlite_url, hire)
    assert "能打开" in lines(zoufang("doctor").out, "正常")
    monkeypatch.setenv("ZOUFANG_KEY", "A" * 43 + "=")
    told = zoufang("doctor")
    assert (told.status, "ZOUFANG_KEY" in lines(told.out, "故障")) == (1, True)
    assert "周敏" not in told.out


@pytest.mark.parametrize(("free", "level"), [(50, "故障"), (500, "注意"), (5000, "正常")])
def test_the_disk_is_looked_at(
    zoufang: Command, monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    disk(monkeypatch, free)
    assert f"{free} MB" in lines(zoufang("doctor").out, level)


def test_tables_of_an_older_program_are_a_warning_and_stay(
    zoufang: Command, sqlite_url: str
) -> None:
    async def age(uow: Any) -> None:
        await uow.connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    work(sqlite_url, age)
    for _ in range(2):
        told = zoufang("doctor")
        assert (told.status, "zoufang db upgrade" in lines(told.out, "注意")) == (0, True)


def test_a_newer_database_fails(zoufang: Command, sqlite_url: str) -> None:
    async def renew(uow: Any) -> None:
        await uow.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    work(sqlite_url, renew)
    told = zoufang("doctor")
    assert (told.status, "比程序新" in lines(told.out, "故障")) == (1, True)


@pytest.mark.parametrize(
    "url",
    [
        "postgres//nobody:geheim@localhost/zoufang",
        "mysql://nobody:geheim@localhost/zoufang",
        "postgresql://nobody:geheim@localhost:port/zoufang",
        "postgresql://nobody:geheim@127.0.0.1:1/zoufang",
        "postgresql://nobody:geheim@no-such-host.invalid/zoufang",
        "postgresql://nobody:geheim@127.0.0.1:1/zoufang?sslmod=require",
    ],
)
def test_a_database_that_can_not_be_reached_fails_and_the_rest_is_looked_at(
    zoufang: Command, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("ZOUFANG_DATABASE_URL", url)
    told = zoufang("doctor")
    assert (told.status, "ZOUFANG_DATABASE_URL" in lines(told.out, "故障")) == (1, True)
    assert "没有开 Telegram" in told.out
    assert "geheim" not in told.out + told.err


@pytest.mark.parametrize(("minutes", "level"), [(1, "正常"), (6, "注意"), (61, "故障")])
def test_what_waits_too_long_is_told(
    zoufang: Command, sqlite_url: str, minutes: int, level: str
) -> None:
    then = TurnedClock(datetime.now(UTC) - timedelta(minutes=minutes, seconds=1))

    async def queue(uow: Any) -> None:
        chat = await uow.conversations.load("web", "somebody", "zh")
        await uow.outbox.queue(chat.id, [Reply(text="王德福")])
        inbound = Inbound(channel="web", address="somebody", key="1", event=Text(text="王德福"))
        await uow.inbox.set_aside(inbound, "ValueError")

    work(sqlite_url, queue, clock=then)
    told = zoufang("doctor")
    said = lines(told.out, level)
    assert ("收到的" in said, "要发的" in said) == (True, True)
    assert told.status == (1 if level == "故障" else 0)
    assert "王德福" not in told.out


def test_what_was_given_up_is_a_warning(zoufang: Command, sqlite_url: str) -> None:
    async def give_up(uow: Any) -> None:
        inbound = Inbound(channel="web", address="somebody", key="1", event=Text(text="王德福"))
        for _ in range(MAX_ATTEMPTS):
            await uow.inbox.set_aside(inbound, "ValueError")

    work(sqlite_url, give_up)
    assert "zoufang outbox list" in lines(zoufang("doctor").out, "注意")


def test_what_other_systems_did_not_take_is_a_warning(zoufang: Command, sqlite_url: str) -> None:
    async def give_up(uow: Any) -> None:
        await uow.webhooks.add("board", "https://board.example", "whsec_x", ["register"])
        columns = "webhook_id, event, thing, at, state, attempts, not_before, error"
        dead = "id, 'register.changed', '1', created_at, 'dead', 12, created_at, 'server'"
        statement = f"INSERT INTO webhook_call ({columns}) SELECT {dead} FROM webhook"
        await uow.connection.execute(text(statement))

    work(sqlite_url, give_up)
    told = zoufang("doctor")
    assert told.status == 0 and "zoufang webhook retry" in lines(told.out, "注意")
    assert "1 条" in lines(told.out, "注意") and "zoufang push" not in told.out


@pytest.mark.parametrize(
    ("ahead", "level"), [(0.5, "ok"), (-1.9, "ok"), (2.1, "warn"), (-5.0, "warn"), (-11.0, "fail")]
)
def test_the_clock_is_compared_with_the_databases(ahead: float, level: str) -> None:
    assert clock(ahead).level == level


def test_postgresql_is_looked_at(
    zoufang: Command,
    monkeypatch: pytest.MonkeyPatch,
    postgres: PostgresServer,
    migrated_postgres: str,
) -> None:
    name = postgres.new(migrated_postgres)
    monkeypatch.setenv("ZOUFANG_DATABASE_URL", postgres.url(name))
    told = zoufang("doctor")
    postgres.drop(name)
    assert told.status == 0, told.out
    assert "数据库和本机的时钟一致" in told.out
    assert "MB" not in told.out


def test_every_sentence_of_the_doctor_is_one_that_it_says() -> None:
    folder = Path(__file__).parents[3] / "bot"
    sources = [*(folder / "checkup").glob("*.py"), folder / "cli" / "doctor.py"]
    code = "".join(source.read_text("utf-8") for source in sources) + '"ok" "warn" "fail"'
    said = {key.removeprefix("doctor.") for key in catalogue("zh") if key.startswith("doctor.")}
    made = {f"{name}_{state}" for name in ("inbox", "outbox") for state in ("moves", "stuck")}
    assert {key for key in said if f'"{key}"' not in code} == made


def port_of(session: aiohttp.ClientSession) -> str:
    return str(session._base_url.port)  # type: ignore[union-attr]


@pytest.mark.parametrize("lives", [True, False])
def test_the_running_program_is_asked(
    zoufang: Command,
    elsewhere: Elsewhere,
    monkeypatch: pytest.MonkeyPatch,
    sqlite_url: str,
    lives: bool,
) -> None:
    async def begin() -> tuple[Database, AsyncExitStack, aiohttp.ClientSession]:
        database, stack = await Database.open(sqlite_url, SystemClock()), AsyncExitStack()
        health = Health.of(database, [])
        health.begun = monotonic() - (0 if lives else 1000)
        return database, stack, await stack.enter_async_context(served(health.attach))

    async def end() -> None:
        await stack.aclose()
        await database.close()

    measures.still("outbox")
    database, stack, session = elsewhere.do(begin())
    monkeypatch.setenv("ZOUFANG_PORT", port_of(session))
    told = zoufang("doctor")
    elsewhere.do(end())
    said = lines(told.out, "正常" if lives else "故障")
    assert f"http://127.0.0.1:{os.environ['ZOUFANG_PORT']}" in said
    assert ("outbox" in said) is not lives
    assert told.out.splitlines()[-1] == ("一切正常。" if lives else "故障 1 项，注意 0 项。")


def test_another_program_on_the_port_fails(
    zoufang: Command, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = AsyncExitStack()
    session = elsewhere.do(stack.enter_async_context(served()))
    monkeypatch.setenv("ZOUFANG_PORT", port_of(session))
    told = zoufang("doctor")
    elsewhere.do(stack.aclose())
    assert (told.status, "ZOUFANG_PORT" in lines(told.out, "故障")) == (1, True)
