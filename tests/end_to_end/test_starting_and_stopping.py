"""The program's first and second start, its end, and what keeps it from starting."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from contextlib import closing
from subprocess import CompletedProcess

from core.texts import say
from forms import library
from tests.emulator import TOKEN, Emulator
from tests.end_to_end.program import SOON, Program, ends
from tests.end_to_end.township import Township
from tests.end_to_end.web_client import WebChat
from tests.ports import free_port


def count(township: Township, table: str) -> int:
    file = township.folder / "data" / "zoufang.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        found: int = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return found


def one_line(ended: CompletedProcess[str], *words: str) -> None:
    assert ended.returncode == 2, ended.stderr
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    for word in words:
        assert word in ended.stderr


async def test_a_first_start_enters_the_township(first_start: Township) -> None:
    assert 280 <= count(first_start, "household") <= 330
    assert 800 <= count(first_start, "person") <= 1000
    assert count(first_start, "area") == 1 + 1 + 3 + 9
    assert count(first_start, "account") == 9 + 3 + 1
    assert count(first_start, "form") == len(library.names())
    key = first_start.folder / "keys" / "zoufang.key"
    assert key.stat().st_mode & 0o777 == 0o600


async def test_a_second_start_keeps_the_data_and_ctrl_c_stops_it(township: Township) -> None:
    before = {table: count(township, table) for table in ("household", "person", "form")}
    async with Emulator() as telegram:
        on = {"telegram_token": TOKEN, "telegram_api": telegram.base, "port": free_port()}
        with Program(township.folder, **on) as program:
            await asyncio.to_thread(program.ready)
            assert say("zh", "run.demo_loaded") not in program.said
            for role in ("网格员", "儿童主任", "乡镇督导", "居民"):
                assert f":{on['port']}/sign-in/" in program.link(role)
            async with await WebChat.enter(program.link("居民")) as page:
                await page.begin()
                assert "隐私说明" in page.open.text
                # the page is still open, and does not hold it up
                seconds = await asyncio.to_thread(program.interrupt)
            assert program.process.returncode == 0
    print(f"stopped in {seconds:.2f} s")
    assert seconds < SOON
    assert {table: count(township, table) for table in before} == before


async def test_a_port_in_use_is_one_line(township: Township) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        one_line(await asyncio.to_thread(ends, township.folder, "run", port=port), "ZOUFANG_PORT")


async def test_a_refused_token_is_one_line(township: Township) -> None:
    async with Emulator() as telegram:
        refused = await asyncio.to_thread(
            ends,
            township.folder,
            "run",
            port=free_port(),
            telegram_token="424242:a-token-that-nobody-gave-out-00000000",
            telegram_api=telegram.base,
        )
    one_line(refused, "ZOUFANG_TELEGRAM_TOKEN")
    assert "nobody-gave-out" not in refused.stdout + refused.stderr


async def test_a_newer_database_is_one_line(township: Township) -> None:
    file = township.folder / "data" / "zoufang.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    one_line(await asyncio.to_thread(ends, township.folder, "run", port=free_port()))


async def test_an_unknown_setting_is_one_line(township: Township) -> None:
    one_line(
        await asyncio.to_thread(ends, township.folder, "run", languge="en"), "ZOUFANG_LANGUAGE"
    )
