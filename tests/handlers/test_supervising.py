"""A supervisor in the chat: coverage, what is overdue, a subject through time, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from core.messages import Tap
from handlers import kinds
from scheduler.closing import keep_up
from scheduler.ground import Ground
from storage.policy import OPERATOR, SYSTEM, Role
from storage.priorities import DIGEST
from tests.handlers.conftest import COUNTY, GRID, NEXT_GRID, TOWNSHIP, Village, running
from tests.handlers.paper import Paper, Talker
from tests.scheduler.duties import ground
from tests.scheduler.making import SHANGHAI, rule

HOMES = rule(
    id="G02",
    titles={"zh": "每月入户", "en": "Monthly home visit"},
    population={"subject": "household"},
    satisfied_by=[{"form": "household_visit"}],
    target=0.95,
    window={"due": "end - 10 days", "closes": "end + 10 days"},
)


@dataclass(slots=True)
class Office:
    """A village with rules, a worker in each grid, and who oversees them."""

    village: Village
    rules: Ground
    mei: Talker
    lan: Talker
    above: Talker

    async def on(self, day: date, hour: int = 10) -> None:
        """Turn the clock to a day, and tick."""
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
        self.village.clock.set(moment.astimezone(UTC))
        await keep_up(self.village.database, self.rules)
        await self.village.sender.drain()

    async def audited(self, *actions: str) -> list[tuple[str, str]]:
        async with self.village.database.unit(OPERATOR, "test") as uow:
            rows = await uow.connection.execute(
                text("SELECT action, object FROM audit ORDER BY id")
            )
            return [(row.action, row.object) for row in rows if row.action in actions]

    async def owed(self) -> list[tuple[int, str | None, str | None]]:
        """Household, end state and reason of every duty."""
        query = "SELECT subject_id, ended, reason FROM obligation ORDER BY id"
        async with self.village.database.unit(OPERATOR, "test") as uow:
            return [tuple(row) for row in await uow.connection.execute(text(query))]


async def office(village: Village) -> Office:
    rules = ground(HOMES)
    village.database.zone = SHANGHAI
    village.clock.set(datetime(2026, 12, 3, 2, tzinfo=UTC))
    house = replace(village.house, ground=lambda: rules)
    here = running(village.database, village.clock, village.channel, house)
    mei = await here.staff(Role.GRID_WORKER, GRID, "mei")
    lan = await here.staff(Role.GRID_WORKER, NEXT_GRID, "lan")
    above = await here.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "above")
    one = Office(here, rules, mei, lan, above)
    await one.on(date(2026, 12, 3))
    return one


@pytest.fixture
async def here(village: Village) -> Office:
    return await office(village)


async def visit(mei: Talker, day: str = "今天") -> None:
    """A household visit to a home whose people have moved away: the shortest there is."""
    await mei.say("/menu")
    for button in ("我的走访户", "HAAAAAA", "入户走访"):
        await mei.press(button)
    await (mei.press(day) if day == "今天" else mei.say(day))
    for button in ("入户", "已迁出"):
        await mei.press(button)
    await mei.say("搬到县城")
    await mei.press("提交")


def labels(paper: Paper) -> list[str]:
    return [button.text for button in paper.buttons]


async def test_the_menu_leads_to_the_overview(here: Office) -> None:
    menu = await here.above.say("/menu")
    assert labels(menu)[:3] == ["完成情况", "逾期", "审批"]
    assert "我的走访户" in labels(menu)  # they fill in forms too
    page = await here.above.press("完成情况")
    assert "2026年12月 · 示范乡" in page.text
    assert "每月入户" in page.text and "0 / 3（0%） · 目标 95%" in page.text


async def test_workers_have_no_such_menu(here: Office) -> None:
    menu = await here.mei.say("/menu")
    assert not {"完成情况", "逾期", "审批"} & set(labels(menu))
    for token in ("u:o", "u:h", "u:a", "u:d:1", "u:lift:1:other", "u:to:1:2", "u:gone:1:yes"):
        page = await here.mei.do(Tap(token=token))
        assert "过时" in page.text
    assert {ended for _, ended, _ in await here.owed()} == {None}


async def test_coverage_goes_up_with_a_visit_and_down_to_villages(here: Office) -> None:
    await visit(here.mei)
    await here.above.say("/menu")
    page = await here.above.press("完成情况")
    assert "1 / 3（33%） · 目标 95%" in page.text
    page = await here.above.press("1 · G02")
    assert "柳树村：1 / 3（33%）" in page.text
    assert here.mei.address not in page.text


async def test_the_overview_comes_as_a_picture_with_the_same_numbers(here: Office) -> None:
    await visit(here.mei)
    await here.above.say("/menu")
    page = await here.above.press("完成情况")
    paper = await here.above.press("图片")
    (picture,) = paper.reply.pictures
    assert paper.text == "走访完成情况 · 示范乡"
    async with here.village.database.unit(SYSTEM, "test") as uow:
        found = await uow.media.get(picture.media)
    assert found is not None and found[0].startswith(b"\x89PNG")
    assert "1 / 3（33%）" in page.text  # tests/handlers/test_overview_picture.py reads the drawing


async def test_the_month_before_can_be_looked_at(here: Office) -> None:
    await here.on(date(2027, 1, 15))
    await here.above.say("/menu")
    page = await here.above.press("完成情况")
    assert "2027年1月" in page.text
    page = await here.above.press("‹ 上个月")
    assert "2026年12月" in page.text and "逾期 3" in page.text
    page = await here.above.press("本月 ›")
    assert "2027年1月" in page.text


async def test_a_county_looks_at_its_townships(here: Office) -> None:
    county = await here.village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "county")
    async with here.village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(text("UPDATE account SET active = true"))
    await county.say("/menu")
    page = await county.press("完成情况")
    assert "示范县" in page.text
    page = await county.press("示范乡")
    assert "2026年12月 · 示范乡" in page.text
    page = await county.press("‹ 全县")
    assert "示范县" in page.text


async def test_what_is_overdue_is_listed_by_village(here: Office) -> None:
    await here.on(date(2026, 12, 25))
    await here.above.say("/menu")
    page = await here.above.press("逾期")
    assert "共 3 项" in page.text and "柳树村" in page.text and "每月入户 3" in page.text
    page = await here.above.press("柳树村")
    assert "1 · HAAAAAA 王家 每月入户，12月21日到期，逾期 4 天，可补做到2027年1月10日" in page.text
    assert labels(page)[:3] == ["1 · HAAAAAA", "2 · HBBBBBB", "3 · HCCCCCC"]


async def test_a_subject_is_seen_through_time(here: Office) -> None:
    await visit(here.mei)
    await here.on(date(2027, 1, 22))
    await here.above.say("/menu")
    await here.above.press("逾期")
    await here.above.press("柳树村")
    page = await here.above.press("1 · HAAAAAA")
    assert "**HAAAAAA 王家** · 第一网格" in page.text
    assert "1月1日至21日任意一天：逾期" in page.text
    assert "2026年12月1日至21日任意一天：按时完成" in page.text
    assert "2026年12月3日 入户走访，已迁出" in page.text
    assert ("open", "HAAAAAA") in await here.audited("open")


async def to_the_duty(here: Office) -> Paper:
    """The duty of a home, on 25 December."""
    await here.on(date(2026, 12, 25))
    return await to_the_duty_of(here)


async def to_the_duty_of(here: Office) -> Paper:
    await here.above.say("/menu")
    for button in ("逾期", "柳树村", "1 · HAAAAAA"):
        await here.above.press(button)
    return await here.above.press("1 · G02")


async def test_a_worker_is_reminded_once_a_day(here: Office) -> None:
    page = await to_the_duty(here)
    assert "现在：逾期" in page.text
    page = await here.above.press("提醒走访员")
    assert "✓ 已提醒" in page.text
    told = [one for one in here.mei.texts if "督导提醒您" in one]
    assert told == ["督导提醒您：**HAAAAAA 王家：每月入户**，12月1日至21日任意一天。"]
    page = await here.above.press("提醒走访员")
    assert "今天已经提醒过了" in page.text
    assert sum("督导提醒您" in one for one in here.mei.texts) == 1


async def test_a_duty_is_lifted_for_a_reason(here: Office) -> None:
    await to_the_duty(here)
    page = await here.above.press("免除")
    assert "住院" in labels(page)
    page = await here.above.press("住院")
    assert "✓ 已免除" in page.text and "现在：免除：住院" in page.text
    assert (1, "exempt", "hospital") in await here.owed()
    assert "督导免除了：**HAAAAAA 王家：每月入户**（住院），不用再去。" in here.mei.texts
    assert await here.audited("exempt") == [("exempt", "G02:2026-12:HAAAAAA:hospital")]
    await here.above.say("/menu")
    assert "0 / 2（0%）" in (await here.above.press("完成情况")).text


async def test_a_reminder_goes_to_no_former_owner(here: Office) -> None:
    await here.on(date(2026, 12, 23), hour=22)  # at night it waits for the morning
    await to_the_duty_of(here)
    assert "✓ 已提醒" in (await here.above.press("提醒走访员")).text
    await here.above.press("改派")
    (choice,) = [one for one in labels(here.above.last) if "网格员" in one]
    for button in (choice, "只这一户"):
        await here.above.press(button)
    await here.on(date(2026, 12, 24))
    assert not any("督导提醒您" in one for one in (*here.mei.texts, *here.lan.texts))


async def test_a_reminder_of_a_duty_that_is_there_no_more_is_dropped(here: Office) -> None:
    before, away = here.mei.texts, {"what": "reminded", "id": 9_999}
    async with here.village.database.unit(OPERATOR, "test") as uow:
        (chat,) = await uow.conversations.of_account(here.mei.account or 0)
        await uow.outbox.queue_kind(chat.id, kinds.NOTICE, away, DIGEST)
    await here.village.sender.drain()
    assert here.mei.texts == before
    async with here.village.database.unit(SYSTEM, "test") as uow:
        assert not await uow.outbox.queued(chat.id)
        assert not (
            await uow.connection.execute(text("SELECT 1 FROM outbox WHERE state = 'dead'"))
        ).all()


async def test_a_home_is_given_to_another_worker_for_good(here: Office) -> None:
    await to_the_duty(here)
    page = await here.above.press("改派")
    (choice,) = [one for one in labels(page) if "网格员" in one]
    page = await here.above.press(choice)
    page = await here.above.press("只这一户")
    assert "✓ 已交给" in page.text
    assert any("新交给您：**HAAAAAA 王家：每月入户**" in one for one in here.lan.texts)
    assert any("已交给" in one for one in here.mei.texts)
    await here.on(date(2027, 1, 2))
    async with here.village.database.unit(OPERATOR, "test") as uow:
        query = "SELECT account_id FROM obligation WHERE subject_id = 1 ORDER BY id"
        rows = (await uow.connection.execute(text(query))).scalars().all()
    assert rows == [here.lan.account, here.lan.account]
    assert len(await here.audited("reassign")) == 1


async def test_who_is_given_a_home_in_another_grid_sees_it_and_fills_in_its_form(
    here: Office,
) -> None:
    await here.lan.say("/menu")
    assert "HAAAAAA" not in " ".join(labels(await here.lan.press("我的走访户")))
    await to_the_duty(here)
    await here.above.press("改派")
    await here.above.press("网格员")
    await here.above.press("只这一户")
    await here.lan.say("/owe")
    assert "走访日期" in (await here.lan.press("HAAAAAA")).text
    await here.lan.press("今天")
    for button in ("入户", "已迁出"):
        await here.lan.press(button)
    await here.lan.say("搬到县城")
    await here.lan.press("提交")
    assert ("done_late", here.lan.account) in await ended(here)
    await here.lan.say("/menu")
    assert "HAAAAAA" in " ".join(labels(await here.lan.press("我的走访户")))
    assert "12月25日 入户走访：已迁出" in (await here.lan.press("HAAAAAA")).text


async def ended(here: Office) -> list[tuple[str | None, int | None]]:
    """How duties ended, and whose they were."""
    async with here.village.database.unit(OPERATOR, "test") as uow:
        rows = await uow.connection.execute(text("SELECT ended, account_id FROM obligation"))
        return [tuple(row) for row in rows]


async def test_homes_without_children_stay_behind_and_the_reason_is_told(here: Office) -> None:
    director = await here.village.staff(Role.CHILD_DIRECTOR, TOWNSHIP + "101", "director")
    await to_the_duty(here)
    page = await here.above.press("改派")
    (choice,) = [one for one in labels(page) if "儿童主任" in one]
    page = await here.above.press(choice)
    assert "其中 1 项留在原处，家里没有儿童：HBBBBBB" in page.text
    page = await here.above.press(next(one for one in labels(page) if "全部" in one))
    assert "还留着 1 项，请另外找人" in page.text
    async with here.village.database.unit(OPERATOR, "test") as uow:
        query = "SELECT subject_id FROM obligation WHERE account_id = :who AND ended IS NULL"
        owed = await uow.connection.execute(text(query), {"who": director.account})
        assert list(owed.scalars()) == [1]


async def test_a_late_entry_is_accepted_by_the_supervisor_only(here: Office) -> None:
    await here.on(date(2027, 1, 18))
    await visit(here.mei, "2026-12-18")
    assert (1, "missed", None) in await here.owed()
    assert "审批（1）" in labels(await here.above.say("/menu"))
    page = await here.above.press("审批")
    assert "补录的走访" in page.text and "2026年12月18日走访，1月18日录入" in page.text
    page = await here.above.press("1 ✓ 认定")
    assert "✓ 已认定为补做完成" in page.text
    assert (1, "done_late", None) in await here.owed()
    assert any("已认定您补做了" in one for one in here.mei.texts)
    ((_, thing),) = await here.audited("accept_late")
    assert thing.startswith("G02:2026-12:HAAAAAA:uuid:")


async def test_a_late_entry_is_refused_with_a_reason_and_the_worker_is_told(here: Office) -> None:
    await here.on(date(2027, 1, 18))
    await visit(here.mei, "2026-12-18")
    await here.above.say("/menu")
    await here.above.press("审批")
    page = await here.above.press("1 ✕ 不同意")
    assert "为什么不认定“HAAAAAA 王家 每月入户”" in page.text
    page = await here.above.press("走访日期对不上")
    assert "✓ 没有认定为补做" in page.text and "认定为补做" not in labels(page)
    assert (1, "missed", None) in await here.owed()
    assert "没有认定为补做" in here.mei.last.text and "走访日期对不上" in here.mei.last.text
    assert len(await here.audited("refuse_late")) == 1
    assert "审批" in labels(await here.above.say("/menu"))


async def test_nobody_but_a_supervisor_refuses_a_late_entry(here: Office) -> None:
    await here.on(date(2027, 1, 18))
    await visit(here.mei, "2026-12-18")
    for number in range(1, 7):
        await here.lan.do(Tap(token=f"u:unfit:{number}:other"))
    assert not await here.audited("refuse_late")


async def test_nothing_comes_at_night(here: Office) -> None:
    await here.on(date(2026, 12, 25), hour=22)
    await here.above.say("/menu")
    for button in ("逾期", "柳树村", "1 · HAAAAAA", "1 · G02", "提醒走访员"):
        await here.above.press(button)
    assert not any("督导提醒您" in one for one in here.mei.texts)
    await here.on(date(2026, 12, 26), hour=8)
    assert any("督导提醒您" in one for one in here.mei.texts)


async def test_an_open_interview_is_not_disturbed(here: Office) -> None:
    await here.on(date(2026, 12, 25))
    await here.mei.say("/menu")
    for button in ("我的走访户", "HAAAAAA", "入户走访"):
        await here.mei.press(button)
    await here.above.say("/menu")
    for button in ("逾期", "柳树村", "1 · HAAAAAA", "1 · G02", "提醒走访员"):
        await here.above.press(button)
    await here.village.sender.drain()
    assert not any("督导提醒您" in one for one in here.mei.texts)
    here.village.clock.turn(minutes=16)
    await here.village.sender.drain()
    assert any("督导提醒您" in one for one in here.mei.texts)


@pytest.mark.parametrize(
    "token",
    ["u", "u:", "u:x", "u:o:999999:zz:-1", "u:o:202699:990101001:5", "u:r:202612:990101001:",
     "u:r:202612:990101001:Z9", "u:l::0:", "u:l:990202:0:", "u:l:990101001101:99999:G02",
     "u:w:person:NOBODY", "u:w::", "u:d:0", "u:d:99999999", "u:lift:1:nonsense", "u:to:1:999",
     "u:gone:1:yes", "u:req:1:yes", "u:c:nothing:0", "u:about:nothing:1", "u:entry:1"],
)  # fmt: skip
async def test_a_forged_button_changes_nothing(here: Office, token: str) -> None:
    before = await here.owed()
    paper = await here.above.do(Tap(token=token))
    assert paper.buttons
    assert await here.owed() == before


async def test_nobody_decides_beyond_their_own_area(here: Office) -> None:
    async with here.village.database.unit(OPERATOR, "test") as uow:
        from storage.areas import Area

        await uow.areas.put([Area("990101002", "township", "邻乡", COUNTY)])
    other = await here.village.staff(Role.TOWNSHIP_SUPERVISOR, "990101002", "other")
    await here.on(date(2026, 12, 25))
    before = await here.owed()
    for token in ("u:l:990101001101:0:", "u:o:202612:990101001:0", "u:w:household:HAAAAAA",
                  "u:d:1", "u:lift:1:hospital", "u:to:1:1", "u:remind:1", "u:entry:1"):  # fmt: skip
        page = await other.do(Tap(token=token))
        assert "HAAAAAA" not in page.text and "王" not in page.text
    assert await here.owed() == before


async def test_it_all_reads_in_english(here: Office) -> None:
    above = await here.village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, "anne", "en")
    await here.on(date(2026, 12, 25))
    await above.say("/menu")
    page = await above.press("Coverage")
    assert "December 2026" in page.text and "0 / 3 (0%) · target 95% · 3 overdue" in page.text
    await above.press("Overdue")
    await above.press("柳树村")
    page = await above.press("1 · HAAAAAA")
    assert "overdue" in page.text
    page = await above.press("1 · G02")
    assert "Exempt" in labels(page)


async def test_a_worker_leaves_and_another_takes_everything_over(here: Office) -> None:
    await here.mei.say("/menu")
    for button in ("我的走访户", "HBBBBBB", "入户走访"):
        await here.mei.press(button)
    await to_the_duty(here)
    await here.above.press("改派")
    await here.above.press("网格员")
    page = await here.above.press("的全部")
    assert "2 项" in page.text and "还有 1 份没交的草稿" in page.text
    assert any("归您：现有 2 项没做" in one for one in here.lan.texts)
    async with here.village.database.unit(OPERATOR, "test") as uow:
        query = "SELECT DISTINCT account_id FROM obligation"
        assert list((await uow.connection.execute(text(query))).scalars()) == [here.lan.account]
        await uow.accounts.close(here.mei.account or 0)
    await here.on(date(2027, 1, 2))
    async with here.village.database.unit(OPERATOR, "test") as uow:
        assert list((await uow.connection.execute(text(query))).scalars()) == [here.lan.account]
    assert len(await here.audited("hand_over")) == 1


async def test_the_card_of_a_home_leads_to_its_timeline(here: Office) -> None:
    await here.above.say("/menu")
    await here.above.press("我的走访户")
    await here.above.press("HAAAAAA")
    page = await here.above.press("走访经过")
    assert (
        "**HAAAAAA 王家** · 第一网格" in page.text and "12月1日至21日任意一天：可以做" in page.text
    )


async def test_a_form_that_is_filled_in_goes_first(here: Office) -> None:
    await here.above.say("/menu")
    for button in ("我的走访户", "HAAAAAA", "入户走访"):
        await here.above.press(button)
    await here.above.do(Tap(token="u:h"))
    assert "请先填完这份表" in here.above.last.text


async def test_who_goes_on_with_a_form_is_left_alone_for_longer(here: Office) -> None:
    await here.on(date(2026, 12, 25))
    await here.mei.say("/menu")
    for button in ("我的走访户", "HAAAAAA", "入户走访"):
        await here.mei.press(button)
    await here.above.say("/menu")
    for button in ("逾期", "柳树村", "1 · HAAAAAA", "1 · G02", "提醒走访员"):
        await here.above.press(button)
    here.village.clock.turn(minutes=10)
    await here.mei.press("今天")
    here.village.clock.turn(minutes=6)
    await here.village.sender.drain()
    assert not any("督导提醒您" in one for one in here.mei.texts)
    here.village.clock.turn(minutes=10)
    await here.village.sender.drain()
    assert any("督导提醒您" in one for one in here.mei.texts)


async def test_nobody_is_reminded_of_what_is_done_by_then(here: Office) -> None:
    await here.on(date(2026, 12, 25), hour=22)
    await to_the_duty_of(here)
    await here.above.press("提醒走访员")
    await here.above.press("免除")
    await here.above.press("住院")
    await here.on(date(2026, 12, 26), hour=9)
    assert not any("督导提醒您" in one for one in here.mei.texts)
    assert any("督导免除了" in one for one in here.mei.texts)
