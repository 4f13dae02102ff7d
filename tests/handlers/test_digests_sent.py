"""What people read when they are reminded, and when they are left in peace."""

from __future__ import annotations

from typing import Any, Final

import pytest
from sqlalchemy import select, update

from core import measures
from handlers.preparing import prepared
from scheduler.visit_rules import VisitRule
from storage.obligation_tables import obligation
from storage.obligations import Obligations
from storage.policy import SYSTEM, Role
from storage.readers import Readers
from storage.reminder_tables import reminder
from tests.handlers.conftest import COUNTY, NEXT_GRID, TOWNSHIP, Village
from tests.handlers.paper import Talker
from tests.handlers.reminded import Reminding, under
from tests.scheduler.making import at, rule
from tests.scheduler.reminded import ORDINARY, ground, ladder

OLD: Final = rule(
    id="E01",
    titles={"zh": "老年人随访", "en": "Follow-up of older people"},
    population={"minimum_age": 60},
    satisfied_by=[{"form": "elderly_followup"}],
    late_entry_days=30,
    newcomer_days=0,
)
ALONE: Final = {"id": "soon", "when": "due - 5 days", "how": "alone"}
URGENT: Final = {"id": "opened", "when": "opens", "how": "urgent"}
LATER: Final = "2026-11-25 00:01"
"""When the rung of `ALONE` has just come."""


def reminding(village: Village, *rungs: dict[str, Any], who: VisitRule = OLD) -> Reminding:
    return under(village, ground(who, ladders=(ladder(*rungs),)), LATER)


async def begin(someone: Talker) -> None:
    """Start a household visit, and stand at its first question."""
    for button in ("我的走访户", "HBBBBBB", "入户走访"):
        await someone.press(button)
    assert someone.open.buttons


async def end_all(one: Reminding) -> None:
    """Everything that is owed is done."""
    async with one.database.unit(SYSTEM, "test") as uow:
        obligations = Obligations(uow.connection)
        for row in await obligations.select(obligation.c.ended.is_(None)):
            await obligations.end(row.id, "done_on_time", uow.now)


async def test_the_digest_comes_at_half_past_eight(village: Village) -> None:
    one = reminding(village, *ORDINARY)
    mei = await one.village.worker()
    await one.tick("2026-11-26 08:29")
    before = len(mei.sheet)
    await one.tick("2026-11-26 08:30")
    assert mei.texts[before:] == [
        "**要做的走访** · 11月26日（周四）\n"
        "逾期 0 · 今天 0 · 七天内 1\n"
        "\n"
        "**七天内（1）**\n"
        "HAAAAAA 王家\n"
        "1 · PAAAAAA 王某：老年人随访，11月30日到期"
    ]
    await one.tick("2026-11-26 12:00")
    assert len(mei.sheet) == before + 1


async def test_it_says_how_things_stand_when_it_is_sent(village: Village) -> None:
    one = reminding(village, *ORDINARY)
    mei = await one.village.worker()
    before = len(mei.sheet)
    await one.queue("2026-11-26 09:00")
    await end_all(one)
    await one.village.sender.drain()
    assert len(mei.sheet) == before  # nothing is left to be told


async def test_its_form_can_be_started_from_it(village: Village) -> None:
    one = reminding(village, *ORDINARY)
    mei = await one.village.worker()
    await one.tick("2026-11-26 09:00")
    await mei.press("PAAAAAA")
    assert "老年人" in " ".join(mei.texts[-3:])


async def test_an_interview_is_not_interrupted_but_when_it_is_left(village: Village) -> None:
    one = reminding(village, *ORDINARY, ALONE)
    mei = await one.village.worker()
    await one.tick()
    one.clock.set(at("2026-11-25 08:25"))
    await begin(mei)
    before = len(mei.sheet)
    for minute in ("08:26", "08:30", "08:39"):
        await one.tick(f"2026-11-25 {minute}")
    assert len(mei.sheet) == before
    await one.tick("2026-11-25 08:41")
    assert [text.splitlines()[0] for text in mei.texts[before:]] == [
        "**提醒** · 11月25日（周三）",
        "**要做的走访** · 11月25日（周三）",
    ]


async def test_it_comes_when_the_interview_is_over(village: Village) -> None:
    one = reminding(village, *ORDINARY)
    mei = await one.village.worker()
    one.clock.set(at("2026-11-26 08:25"))
    await begin(mei)
    await one.tick("2026-11-26 08:30")
    assert "要做的走访" not in mei.last.text
    await mei.say("/menu")  # which keeps it as a draft
    await one.tick("2026-11-26 08:31")
    assert mei.last.text.startswith("**要做的走访**")


async def test_an_interview_that_begins_before_the_delivery_holds_it_too(village: Village) -> None:
    one = reminding(village, *ORDINARY, ALONE)
    mei = await one.village.worker()
    await one.tick()
    done = await one.queue("2026-11-25 08:30")
    assert (done.alone, done.digests) == (1, 1)
    async with one.database.unit(SYSTEM, "test") as uow:
        queued = await uow.outbox.claim(await uow.outbox.heads(["paper"]))  # by somebody slow
    await begin(mei)
    async with one.database.unit(SYSTEM, "test") as uow:
        await uow.outbox.put_back(queued)
    before = len(mei.sheet)
    await one.tick("2026-11-25 08:31")
    assert len(mei.sheet) == before
    await one.tick("2026-11-25 08:50")
    assert len(mei.sheet) == before + 2


async def test_what_is_urgent_goes_through_and_the_question_is_asked_again(
    village: Village,
) -> None:
    one = reminding(village, URGENT)
    mei = await one.village.worker()
    await begin(mei)
    asked = mei.open
    await one.tick("2026-11-25 03:00")
    told, again = mei.sheet[-2:]
    assert told.text.startswith("**请马上处理**")
    assert told.reply.urgent
    assert again.text.startswith("接着刚才的问题：")
    assert asked.text.splitlines()[-1] in again.text
    assert not asked.buttons
    assert [button.text for button in again.buttons]
    await mei.press(0, again)
    assert mei.open is not again


async def test_a_reminder_names_who_and_what_and_till_when(village: Village) -> None:
    one = reminding(village, ALONE)
    mei = await one.village.worker()
    await one.tick()
    await one.tick("2026-11-25 08:00")
    assert mei.last.text == "**提醒** · 11月25日（周三）\n\nPAAAAAA 王某：老年人随访，11月30日到期"
    assert mei.last.button("PAAAAAA").token.startswith("o:start:")


async def test_a_supervisor_reads_subjects_by_village_and_rule(village: Village) -> None:
    one = reminding(village, *ORDINARY)
    await one.village.worker()
    await one.village.staff(Role.GRID_WORKER, NEXT_GRID)
    boss = await one.village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    await one.tick("2026-11-26 08:30")
    before = len(boss.sheet)
    await one.tick("2026-12-01 08:30")
    assert boss.texts[before:] == [
        "**逾期提醒** · 12月1日（周二）\n"
        "新逾期 2 项。\n"
        "\n"
        "**柳树村**\n"
        "老年人随访：PAAAAAA 王某、PDDDDDD 赵某"
    ]
    await one.tick("2026-12-02 08:30")
    assert len(boss.sheet) == before + 1
    await one.tick("2026-12-08 08:30")
    assert boss.last.text == (
        "**逾期提醒** · 12月8日（周二）\n"
        "提醒过、又满一周还没做的 2 项（全部逾期见清单）。\n"
        "\n"
        "**又满一周，还没做**\n"
        "柳树村：老年人随访 2 项"
    )
    await boss.press("逾期清单")
    assert "逾期" in boss.last.text or "逾期" in boss.open.text


async def test_an_alert_that_meets_an_interview_comes_when_it_is_over(village: Village) -> None:
    one = reminding(village, *ORDINARY)
    await one.village.worker()
    await one.village.staff(Role.GRID_WORKER, NEXT_GRID)
    boss = await one.village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    await one.tick("2026-11-26 08:30")
    await one.queue("2026-12-01 08:30")
    async with one.database.unit(SYSTEM, "test") as uow:
        queued = await uow.outbox.claim(await uow.outbox.heads(["paper"]))
    await begin(boss)
    async with one.database.unit(SYSTEM, "test") as uow:
        await uow.outbox.put_back(queued)
    await one.tick("2026-12-01 08:31")
    assert "逾期提醒" not in boss.last.text
    await one.tick("2026-12-01 08:50")
    assert boss.last.text.startswith("**逾期提醒** · 12月1日（周二）\n新逾期 2 项。")
    await one.tick("2026-12-02 08:30")
    assert sum("逾期提醒" in text for text in boss.texts) == 1


async def test_no_worker_is_named_to_those_above(village: Village) -> None:
    up = {"id": "up", "when": "overdue", "to": "county_administrator"}
    one = reminding(village, *ORDINARY, up)
    mei = await one.village.worker()
    boss = await one.village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    county = await one.village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY)
    async with one.database.unit(SYSTEM, "test") as uow:
        codes = [staff.code for staff in await uow.accounts.all()]
    assert mei.account
    await one.tick("2026-11-26 08:30")
    for day in range(1, 16):
        await one.tick(f"2026-12-{day:02} 08:30")
    words = "\n".join(boss.texts + county.texts)
    assert "逾期" in words
    assert not [code for code in codes if code in words]


async def test_ten_days_of_outage_are_caught_up_by_one_message(village: Village) -> None:
    one = reminding(village, *ORDINARY, ALONE)
    mei = await one.village.worker()
    await one.tick("2026-11-25 09:00")
    before = len(mei.sheet)
    await one.tick("2026-12-05 09:00")
    texts = mei.texts[before:]
    assert [text.splitlines()[0] for text in texts if "逾期 1" in text] == [
        "**要做的走访** · 12月5日（周六）"
    ]


async def test_who_speaks_english_reads_english(village: Village) -> None:
    one = reminding(village, *ORDINARY, ALONE)
    mei = await one.village.worker(language="en")
    await one.tick()
    await one.tick("2026-11-25 08:00")
    assert mei.last.text.startswith("**Reminder** · ")


async def test_two_chats_of_one_person_hear_once(village: Village) -> None:
    one = reminding(village, ALONE)
    mei = await one.village.worker()
    async with one.database.unit(SYSTEM, "test") as uow:
        code = await uow.invites.issue("messenger", account_id=mei.account)
    second = one.village.talker("another telephone")
    one.clock.turn(minutes=1)
    await second.say(f"/start {code}")
    await one.tick()
    before = len(mei.sheet)
    await one.tick("2026-11-25 08:00")
    assert len(mei.sheet) == before
    assert "提醒" in second.last.text


@pytest.mark.parametrize("kind", ["digest", "reminder", "overdue_alert", "asked_again"])
def test_each_kind_that_is_queued_has_somebody_who_writes_it(village: Village, kind: str) -> None:
    assert kind in prepared(village.house)


async def test_what_was_held_back_and_is_done_by_then_is_dropped_and_counted(
    village: Village,
) -> None:
    one = reminding(village, ALONE)
    mei = await one.village.worker()
    await one.tick()
    async with one.database.unit(SYSTEM, "test") as uow:  # as over the number of a day
        mine = reminder.c.account_id == mei.account
        await uow.connection.execute(update(reminder).where(mine).values(state="rides"))
        await Readers(uow.connection).count(mei.account or 0, at(LATER).date(), held=1)
    await end_all(one)
    before = len(mei.sheet)
    counted = measures.REMINDERS.values.get(("digest", "over"), 0)
    assert (await one.tick("2026-11-25 08:30")).digests == 1
    assert len(mei.sheet) == before
    async with one.database.unit(SYSTEM, "test") as uow:
        states = await uow.connection.execute(select(reminder.c.state).where(mine))
        assert set(states.scalars()) == {"dropped"}
    assert measures.REMINDERS.values[("digest", "over")] == counted + 1
    assert (await one.tick("2026-11-26 08:30")).digests == 0


async def test_what_waits_once_more_is_looked_for_at_its_time(village: Village) -> None:
    one = reminding(village, ALONE)
    mei = await one.village.worker()
    one.clock.set(at("2026-11-25 20:59"))
    async with one.database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.of_account(mei.account or 0)
        body = {"what": "given_some", "n": 2}
        await uow.outbox.queue_kind(chat[0].id, "notice", body, 5)
    one.clock.set(at("2026-11-25 21:01"))
    sender = one.village.sender
    sender._woken.clear()
    before = len(mei.sheet)
    await sender.drain()
    assert len(mei.sheet) == before and sender._woken.is_set()
    one.clock.set(at("2026-11-26 08:00"))
    await sender.drain()
    assert "新交给您 2 项" in mei.last.text


async def test_a_supervisor_reads_in_the_digest_what_residents_ask_and_what_waits_too_long(
    village: Village,
) -> None:
    one = reminding(village, ALONE)
    boss = await one.village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)
    county = await one.village.staff(Role.COUNTY_ADMINISTRATOR, COUNTY)
    one.clock.set(at("2026-11-25 10:00"))
    async with one.database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("paper", "resident", "zh")
        assert await uow.resident_requests.ask(1, chat.id, "visit", "")
    heard = {}
    for day in range(26, 31):
        before = len(boss.sheet)
        await one.tick(f"2026-11-{day} 08:30")
        heard[day] = [text for text in boss.texts[before:] if "请求" in text]
    assert heard[26] == ["**群众请求** · 11月26日（周四）\n\n群众新提出请求 1 件。"]
    assert heard[27] == heard[28] == []
    assert [len(heard[day]) for day in (29, 30)] == [1, 1]
    assert "等了好几天" in heard[29][0]
    assert not any("请求" in text for text in county.texts)
    assert boss.last.button("看请求").token == "z:list"
    await one.tick("2026-12-06 08:30")
    assert any("等了好几天" in text for text in county.texts)


async def test_what_residents_asked_is_new_until_a_supervisor_has_heard_of_it(
    village: Village,
) -> None:
    """A day without a digest, in an outage or a long evening, loses nothing."""
    one = reminding(village, ALONE)
    boss = await one.village.staff(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP)

    async def ask(person: int, moment: str) -> None:
        one.clock.set(at(moment))
        async with one.database.unit(SYSTEM, "test") as uow:
            chat = await uow.conversations.load("paper", moment, "zh")
            assert await uow.resident_requests.ask(person, chat.id, "visit", "")

    await ask(1, "2026-11-25 10:00")
    await one.tick("2026-11-26 08:30")
    await ask(2, "2026-11-26 10:00")
    before = len(boss.sheet)
    await one.tick("2026-11-28 08:31")  # more than a day later, and not late yet
    assert [text for text in boss.texts[before:] if "新提出请求 1 件" in text]
