"""The file of a month in a supervisor's chat: a workbook, as far as the channel may carry it."""

from __future__ import annotations

import asyncio
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from bot.exports import monthly
from bot.exports.monthly import MonthlyTables
from core.messages import Reply, Tap
from core.ports import NotNow
from storage.areas import Area
from storage.policy import OPERATOR, SYSTEM, Actor, Role
from tests.bot.reports.filing import file, inspected
from tests.handlers.conftest import (
    COUNTY,
    TOWNSHIP,
    Village,
    built_in,
    engine_of_the_village,
    running,
    settled,
    village,
)
from tests.handlers.paper import Paper
from tests.handlers.test_supervising import Office, labels, office, visit
from tests.patience import PATIENCE

__all__ = ["built_in", "engine_of_the_village", "settled", "village"]


@pytest.fixture
async def here(village: Village) -> Office:
    """A village whose house hands on files, over a channel that may carry them."""
    tables = MonthlyTables(None, lambda: rules)
    kept = replace(village.house, tables=tables, open_on=frozenset({village.channel.name}))
    made = await office(running(village.database, village.clock, village.channel, kept))
    rules = made.rules
    return made


async def files(here: Office) -> Paper:
    await here.above.say("/menu")
    await here.above.press("完成情况")
    return await here.above.press("本月文件")


async def rows(here: Office, page: Paper) -> list[tuple[object, ...]]:
    (file,) = page.reply.pictures
    assert file.as_file and file.name.endswith(".xlsx")
    async with here.village.database.unit(SYSTEM, "test") as uow:
        found = await uow.media.get(file.media)
    assert found is not None
    sheet = openpyxl.load_workbook(io.BytesIO(found[0])).worksheets[0]
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


async def test_the_file_of_the_month_comes_by_a_button(here: Office) -> None:
    await visit(here.mei)
    page = await files(here)
    assert "2026年12月 · 示范乡" in page.text and "走访任务完成情况" in labels(page)
    page = await here.above.press("走访任务完成情况")
    head, *duties = await rows(here, page)
    assert "完成情况" in head and len(duties) == 3
    assert page.reply.pictures[0].name == "走访任务完成情况 示范乡 2026-12.xlsx"
    assert [thing for _, thing in await here.audited("export")] == [
        "duties_month 990101001 2026-12"
    ]


async def test_a_table_that_may_tell_of_children_asks_what_for(here: Office) -> None:
    page = await files(here)
    title = next(one for one in labels(page) if "儿童" in one)
    page = await here.above.press(title)
    assert "未成年人" in page.text and not page.reply.pictures
    assert await here.audited("export") == []
    page = await here.above.press("随访")
    assert page.reply.pictures
    async with here.village.database.unit(OPERATOR, "test") as uow:
        (found,) = await uow.connection.execute(
            text("SELECT purpose FROM audit WHERE action = 'export'")
        )
    assert found.purpose == "followup"


def busy(_: str, reply: Reply) -> None:
    """Refuses to take anything now."""
    raise NotNow("busy", after=5)


async def test_others_write_while_a_file_is_made(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = MonthlyTables.make

    async def slow(*asked: Any) -> bytes | None:
        async with asyncio.timeout(PATIENCE), here.village.database.unit(SYSTEM, "test") as uow:
            await uow.areas.put([Area("990101009", "township", "新设乡", COUNTY)])
        return await make(*asked)

    monkeypatch.setattr(MonthlyTables, "make", slow)
    await files(here)
    assert (await here.above.press("走访任务完成情况")).reply.pictures


async def test_a_file_that_is_put_off_is_made_once(here: Office) -> None:
    refused: list[str] = []

    def refuse(_: str, reply: Reply) -> None:
        if reply.pictures and not refused:
            refused.append(reply.text)
            raise NotNow("busy", after=5)

    here.village.channel.refuse = refuse
    await files(here)
    page = await here.above.press("走访任务完成情况")
    assert refused and "正在做" in page.text and not page.reply.pictures
    here.village.clock.turn(minutes=1)
    await here.above.sender.drain()
    assert len(here.above.last.reply.pictures) == 1
    assert len(await here.audited("export")) == 1


async def test_who_was_let_go_meanwhile_gets_no_file(here: Office) -> None:
    await files(here)
    here.village.channel.refuse = busy
    await here.above.press("走访任务完成情况")
    assert here.above.account is not None
    async with here.village.database.unit(OPERATOR, "test") as uow:
        await uow.accounts.close(here.above.account)
    here.village.channel.refuse = None
    here.village.clock.turn(minutes=1)
    await here.above.sender.drain()
    assert not any(one.reply.pictures for one in here.above.sheet)


async def test_what_is_only_ever_sealed_is_not_offered(here: Office) -> None:
    page = await files(here)
    assert not any("身份证" in one or "联系方式" in one for one in labels(page))
    stale = await here.above.do(Tap(token="u:t:202612:990101001:contacts"))
    assert not stale.reply.pictures


async def test_a_file_that_is_too_long_leads_to_the_office(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monthly, "MOST", 2)
    await files(here)
    page = await here.above.press("走访任务完成情况")
    assert "太长" in page.text and "/office/tables" in page.text and not page.reply.pictures


async def test_a_channel_abroad_carries_no_file(here: Office) -> None:
    kept = replace(here.village.house, open_on=frozenset())
    there = running(here.village.database, here.village.clock, here.village.channel, kept)
    here.above.steps, here.above.sender = there.steps, there.sender
    page = await files(here)
    assert "这个渠道不发文件" in page.text and not page.reply.pictures
    made = await here.above.do(Tap(token="u:t:202612:990101001:duties_month"))
    assert not made.reply.pictures


async def test_another_area_is_not_in_the_file(here: Office) -> None:
    await files(here)
    page = await here.above.do(Tap(token=f"u:t:202612:{COUNTY}:duties_month"))
    assert "示范乡" in page.reply.pictures[0].name


def test_a_county_has_tables_of_its_own(tmp_path: Path) -> None:
    own = Path(monthly.__file__).parent / "library" / "overdue.toml"
    text = own.read_text(encoding="utf-8").replace('id = "overdue"', 'id = "ours"')
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
    found = [one.id for one in monthly.plain_tables(tmp_path)]
    assert {"ours", "duties_month"} <= set(found) and "contacts" not in found


async def test_an_inspection_comes_as_a_file_too(here: Office) -> None:
    actor = Actor(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, here.above.account)
    await file(here.village.database, actor, "child_inspection", 1, inspected())
    await files(here)
    page = await here.above.press("儿童福利领域督查表 示范乡 2026-11-20")
    assert tuple(one for one in (await rows(here, page))[0] if one) == ("儿童福利领域督查表",)
    assert page.reply.pictures[0].name == "儿童福利领域督查表 示范乡 2026-11-20.xlsx"
    ((_, logged),) = await here.audited("export")
    assert re.fullmatch(r"inspection-\w+", logged)


async def test_a_file_that_is_gone_when_its_turn_comes_is_told(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = Actor(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, here.above.account)
    await file(here.village.database, actor, "child_inspection", 1, inspected())
    await files(here)
    here.village.channel.refuse = busy
    await here.above.press("儿童福利领域督查表 示范乡 2026-11-20")
    monkeypatch.setattr(monthly, "_LAST", 0)  # as when newer ones have come in
    here.village.channel.refuse = None
    here.village.clock.turn(minutes=1)
    await here.above.sender.drain()
    assert "已经不在了" in here.above.last.text
