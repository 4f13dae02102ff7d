"""What people said and what is known of them is planted, and looked for in all that is written.

A village lives through a day in its chats. Then the database's own files, every column of every
table, a backup and the log are searched for each planted word, in every encoding.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import zlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from sqlalchemy import text

from bot.channels.web import WebChannel
from core.messages import Command, Event, File, Inbound, Text
from forms.intake import intake
from handlers.forms import publish
from handlers.rendering import render
from handlers.screening import Screening
from handlers.shelf import Shelf
from handlers.step import Steps
from handlers.turn import House
from scheduler.closing import keep_up
from scheduler.sender import Sender
from storage.areas import Area
from storage.backup import files
from storage.backup.dump import reflected
from storage.database import Database
from storage.enrolment import NewHousehold, NewPerson
from storage.formshelf import Offer
from storage.policy import OPERATOR, SYSTEM, Role
from storage.schema import metadata
from storage.web import DatabaseWebStore
from tests.bot.channels.web.site import address_of, serving
from tests.bot.leaks import found
from tests.bot.test_logs import configured
from tests.clock import TurnedClock
from tests.handlers.conftest import AREAS, GRID, NEXT_GRID, TOWNSHIP, Village, running
from tests.handlers.paper import Paper, PaperChannel, Talker
from tests.handlers.pensions import enrol
from tests.handlers.test_opening_files import open_in_emergency
from tests.postgres import PostgresServer
from tests.scheduler.duties import ground
from tests.scheduler.making import rule

ELDER, CHILD, NEIGHBOUR, WORKER = "司徒青禾", "司徒小满", "公孙长庚", "端木知秋"
ID_NUMBER, PHONE, ADDRESS = "990101194807153327", "10007315926", "柳树村旧磨坊西侧第三家"
SAID, OF_THE_CHILD = "夜里咳得睡不着，药费欠了两个月", "孩子说想妈妈，晚上一个人睡"
WHY_EXEMPT, WHY_OPENED, WRONG = (
    "全家去了外省摘棉花",
    "晕倒在水井旁要通知亲人",
    "前年的缴费没给我记上账",
)
TYPED_ON_THE_WEB, WAITING = "我家灶台上月塌了一半", "屋后坡上又裂了一道缝"
CHAT, BALANCE, PROXY = "8877665544332211", "73519.46", "濮阳大川"
PICTURE: Final = b"\xff\xd8\xff\xe0" + bytes(range(7, 250, 3)) + b"\xff\xd9"
FILE_NAME = "水塘边的合影.jpg"
UNEXPECTED = "这句话让程序出了错"

PLANTED: Final[tuple[str | bytes, ...]] = (
    *(ELDER, CHILD, NEIGHBOUR, WORKER, ID_NUMBER, PHONE, ADDRESS, SAID, OF_THE_CHILD),
    *(WHY_EXEMPT, WHY_OPENED, WRONG, TYPED_ON_THE_WEB, WAITING, CHAT, BALANCE, PROXY),
    *(PICTURE[20:60], FILE_NAME, UNEXPECTED),
)
"""A photo is looked for by a part from its middle."""

IN_CLEAR: Final = ("PAAAAAA", "柳树村", "elder_talk")
"""What may be read, so that a search that finds nothing is known to look in the right place."""

HOUSEHOLDS = (
    NewHousehold(
        "HAAAAAA",
        GRID,
        ADDRESS,
        (
            NewPerson("PAAAAAA", ELDER, "f", date(1948, 7, 15), True, ID_NUMBER, PHONE),
            NewPerson("PBBBBBB", CHILD, "m", date(2016, 5, 1), tags=("left_behind_child",)),
        ),
    ),
    NewHousehold(
        "HDDDDDD",
        NEXT_GRID,
        "",
        (NewPerson("PDDDDDD", NEIGHBOUR, "m", date(1960, 1, 1), True),),
    ),
)
FORM: Final = """
| survey | type | name | label | appearance |
|---|---|---|---|---|
| | text | said | What was said? | |
| | image | photo | A photo? | |
| | text | last | Anything else? | |

| settings | form_title | form_id | version |
|---|---|---|---|
| | Talk | elder_talk | 1 |
"""
EXEMPTABLE = rule(
    id="T02",
    titles={"zh": "每月入户", "en": "Monthly call"},
    population={"subject": "household"},
    satisfied_by=[{"form": "household_visit"}],
    window={"due": "start + 24 days", "closes": "end"},
)


@pytest.fixture
async def village(database: Database, clock: TurnedClock) -> Village:
    """Two households, one form about people, and a monthly duty."""
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([*AREAS, Area("990102", "county", "别县")])
        await uow.register.enter(HOUSEHOLDS, "test")
        taken = await asyncio.to_thread(intake, FORM.encode(), "talk.md")
        assert taken.form, taken.findings
        await publish(uow, taken, FORM.encode(), offer=Offer("person"))
    duties = ground(EXEMPTABLE)
    house = House(
        Shelf(),
        ZoneInfo("Asia/Shanghai"),
        lambda *_: {},
        lambda *_: (),
        ground=lambda: duties,
        open_on=frozenset({"paper"}),
    )
    return running(database, clock, PaperChannel(), house)


class _Numbered(Talker):
    """Somebody whose messages are known by a number, as a messenger's are."""

    async def do(
        self, event: Event, key: str | None = None, message: str | None = None, private: bool = True
    ) -> Paper:
        return await super().do(event, key or str(uuid4()), message, private)


async def a_day(village: Village) -> None:
    """Everything that people do in a chat, with something to tell each time."""
    async with village.database.unit(OPERATOR, "test") as uow:
        account = await uow.accounts.add(WORKER, Role.GRID_WORKER, GRID)
        code = await uow.invites.issue("messenger", account_id=account.id)
    worker = _Numbered(CHAT, village.channel, village.steps, village.sender, account=account.id)
    await worker.say(f"/start {code}")
    boss = await village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    await fill_in(worker, "PAAAAAA", SAID)
    await worker.say("/menu")
    await fill_in(worker, "PBBBBBB", OF_THE_CHILD, purpose="走访", leave=True)
    await worker.say("/menu")
    await worker.press("我的走访对象")
    await worker.say(ELDER)  # a search
    await worker.say("/menu")
    await open_in_emergency(worker, "PDDDDDD", WHY_OPENED)
    assert village.house.ground
    await keep_up(village.database, village.house.ground())
    await worker.say("/owe")
    await worker.press("详情")
    await worker.press("申请免除")
    await worker.press("其他")
    await worker.say(WHY_EXEMPT)
    assert WHY_OPENED in "".join(boss.texts)
    await ask_for_pension(village)
    await fail(village, worker)


async def fill_in(
    worker: Talker, code: str, said: str, *, purpose: str = "", leave: bool = False
) -> None:
    """Fill in the form about somebody, with a photo; to the end, or up to its last question."""
    await worker.press("我的走访对象")
    await worker.press(code)
    if purpose:
        await worker.press(purpose)
    await worker.press("Talk")
    assert "What was said?" in worker.open.text
    await worker.say(said)
    worker.channel.files["p"] = PICTURE
    photo = File(media="photo", file_id="p", name=FILE_NAME, mime="image/jpeg", size=len(PICTURE))
    await worker.do(photo)
    assert "Anything else?" in worker.open.text
    if leave:
        return
    await worker.say(said)
    await worker.press("提交")
    assert any("已提交" in one for one in worker.texts)


async def ask_for_pension(village: Village) -> None:
    """A resident looks at what is on record, complains of it, and lets a relative act."""
    person = await enrol(village, "PAAAAAA", balance=Decimal(BALANCE))
    async with village.database.unit(OPERATOR, "test") as uow:
        code = await uow.invites.issue("messenger", person_id=person)
    elder = village.talker("elder")
    await elder.say(f"/start {code}")
    await elder.press("记录有误")
    await elder.say(WRONG)
    async with village.database.unit(SYSTEM, "test") as uow:
        uow.become((await uow.conversations.load("paper", CHAT, "zh")).actor)
        await uow.proxies.consent(person, PROXY, "child", date(2027, 6, 1))


class _Broken(Shelf):
    async def get(self, *_: object) -> Any:
        raise ValueError(UNEXPECTED)


async def fail(village: Village, worker: Talker) -> None:
    """A step breaks with the person's own words in its error, and waits to be made again."""
    await worker.say("/resume")
    broken = replace(village.house, shelf=_Broken())
    there = running(village.database, village.clock, village.channel, broken)
    await there.talker(CHAT).do(Text(text=UNEXPECTED), key="fails")


async def on_the_web(village: Village) -> None:
    """Somebody signs in to the web chat and types; one message more still waits for its step."""
    async with village.database.unit(OPERATOR, "test") as uow:
        account = await uow.accounts.add(WORKER, Role.GRID_WORKER, GRID)
        link = await uow.invites.issue("web", account_id=account.id)
    channel = WebChannel(
        DatabaseWebStore(village.database, "zh"),
        village.clock,
        greeting=Command(name="start"),
        screen=Screening(village.database, village.house).screen,
    )
    channels = {channel.name: channel}
    sender = Sender(
        *(village.database, channels, lambda parcel: render(parcel, village.house), village.clock)
    )
    steps = Steps(village.database, village.house, channels, sender)
    async with serving(channel, steps.receive) as runner:
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(address_of(runner), cookie_jar=jar) as page:
            await page.post(f"/sign-in/{link}")
            body = {"client_id": str(uuid4()), "event": {"kind": "text", "text": TYPED_ON_THE_WEB}}
            async with page.post("/chat/messages", json=body) as answer:
                assert answer.status == 202
        await sender.drain()
    async with village.database.unit(SYSTEM, "test") as uow:
        waiting = Inbound(channel="paper", address=CHAT, key="raw", event=Text(text=WAITING))
        await uow.inbox.set_aside(waiting, "ValueError")


async def columns(database: Database) -> bytes:
    """Every column of every table as it lies there."""

    def read(connection: Any) -> bytes:
        parts = []
        for table in reflected(connection):
            for row in connection.execute(table.select()):
                parts += [one if isinstance(one, bytes) else str(one).encode() for one in row]
        return b"\0".join(parts)

    async with database.snapshot() as connection:
        return await connection.run_sync(read)


async def unsealed(database: Database) -> bytes:
    """The same with what is sealed opened, as who has the key reads it."""
    parts = []
    async with database.reading(OPERATOR, "test") as uow:
        for table in metadata.sorted_tables:
            for row in await uow.connection.execute(table.select()):
                parts += [_plain(one) for one in row]
    return b"\0".join(parts)


def _plain(value: object) -> bytes:
    """A value in words; drafts lie packed."""
    if not isinstance(value, bytes):
        return str(value).encode()
    return zlib.decompress(value) if value.startswith(b"x\x01") else value


async def on_disk(database: Database, url: str, server: PostgresServer | None) -> bytes:
    """The database's own files, its journal among them."""
    if server is None:
        folder = Path(url.removeprefix("sqlite:///")).parent
        return b"".join(one.read_bytes() for one in folder.glob("*.sqlite3*"))
    where = "SELECT oid, pg_walfile_name(pg_current_wal_lsn()) FROM pg_database"
    async with database.reading(SYSTEM, "test") as uow:
        here = text(f"{where} WHERE datname = current_database()")
        number, journal = (await uow.connection.execute(here)).one()
        place = (await uow.connection.execute(text("SHOW data_directory"))).scalar_one()
    server.run("CHECKPOINT;")
    root = Path(place)
    both = [*(root / "base" / str(number)).iterdir(), root / "pg_wal" / journal, root / "log"]
    return b"".join(_pages(one) for one in both if one.is_file())


def _pages(file: Path) -> bytes:
    """What a file holds, without its empty pages."""
    content, empty = file.read_bytes(), bytes(8192)
    pages = (content[n : n + 8192] for n in range(0, len(content), 8192))
    return b"".join(page for page in pages if page != empty)


async def test_nothing_that_was_planted_is_found_again(
    village: Village,
    engine: str,
    database_url: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with configured():
        logging.root.setLevel(logging.DEBUG)
        await a_day(village)
        await on_the_web(village)
        logged = capsys.readouterr()
    backup = tmp_path / "one.zfb"
    await files.make(village.database, backup)
    server = request.getfixturevalue("postgres") if engine == "postgresql" else None
    places = {
        "files": await on_disk(village.database, database_url, server),
        "columns": await columns(village.database),
        "backup": backup.read_bytes(),
        "log": (logged.out + logged.err).encode(),
    }
    for place in ("files", "columns"):
        assert found(IN_CLEAR, places[place]) == list(IN_CLEAR), place
    assert b"step failed" in places["log"]
    assert found(PLANTED, await unsealed(village.database)) == list(PLANTED)
    leaked = {place: found(PLANTED, content) for place, content in places.items()}
    assert leaked == {place: [] for place in places}


@pytest.mark.parametrize(
    "place",
    [
        f"…{SAID}…".encode(),
        SAID.encode("utf-16-le"),
        json.dumps({"x": SAID}).encode(),
        base64.b64encode(f"a{SAID}b".encode()),
        base64.b64encode(f"ab{SAID}".encode()).rstrip(b"="),
        f"abc{SAID}".encode().hex().encode(),
        f"/?q={quote(SAID)}".encode(),
    ],
)
def test_the_search_finds_a_word_in_any_dress(place: bytes) -> None:
    assert found([SAID], place) == [SAID]
    assert found([WRONG], place) == []
