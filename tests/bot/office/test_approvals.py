"""What waits for a decision is decided on a page."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, text

from scheduler.closing import keep_up
from scheduler.deciding import exempt
from storage.obligation_tables import obligation, obligation_visit
from storage.obligation_tables import visit as visit_row
from storage.overdue import Overdue
from storage.policy import OPERATOR, Actor, Role
from storage.requests import Asking, Requests
from tests.bot.office.conftest import Browser, House
from tests.handlers.conftest import GRID, TOWNSHIP
from tests.handlers.test_supervising import visit


@pytest.fixture
async def asked(house: House) -> House:
    """A worker asks for one duty to be lifted."""
    worker = Actor(Role.GRID_WORKER, GRID, account_id=house.mei.account)
    ((duty,), *_) = await house.rows(
        "SELECT id FROM obligation WHERE account_id = :who", who=house.mei.account
    )
    async with house.village.database.unit(worker, "test") as uow:
        requests = Requests(uow.connection, uow.actor, uow.now)
        assert isinstance(duty, int)
        assert await requests.ask(Asking(duty, "exempt", "other", "全家<b>外出</b>"))
    return house


async def decide(above: Browser, kind: str, said: str) -> str:
    page = await above.get("/office/approvals")
    (number, *_) = page.values("id")
    return (await above.post(f"/office/approvals/{kind}", id=number, decision=said)).told


async def test_a_request_is_allowed(asked: House) -> None:
    above = await asked.browser(asked.above)
    page = await above.get("/office/approvals")
    assert "走访员的申请（1）" in page.text
    assert "全家&lt;b&gt;外出" in page.text  # a worker's words are words
    assert "已同意" in await decide(above, "requests", "yes")
    assert ("exempt",) in await asked.rows("SELECT ended FROM obligation")
    assert "没有等您决定的事" in (await above.get("/office/approvals")).text


async def test_a_request_is_refused(asked: House) -> None:
    above = await asked.browser(asked.above)
    assert "已拒绝" in await decide(above, "requests", "no")
    assert set(await asked.rows("SELECT ended FROM obligation")) == {(None,)}


async def test_a_decision_is_made_once(asked: House) -> None:
    above = await asked.browser(asked.above)
    (number,) = (await above.get("/office/approvals")).values("id")
    await above.post("/office/approvals/requests", id=number, decision="no")
    again = await above.post("/office/approvals/requests", id=number, decision="yes")
    assert "已经处理过" in again.told


@pytest.mark.parametrize("kind", ["departures", "requests", "entries"])
@pytest.mark.parametrize("fields", [{}, {"id": "1", "decision": "maybe"}, {"id": "-1'"}])
async def test_what_is_not_there_is_not_decided(
    asked: House, kind: str, fields: dict[str, str]
) -> None:
    above = await asked.browser(asked.above)
    done = await above.post(f"/office/approvals/{kind}", **fields)
    assert done.status == 200 and "已经处理过" in done.told
    assert set(await asked.rows("SELECT ended FROM obligation")) == {(None,)}


async def test_another_township_decides_nothing(asked: House) -> None:
    above = await asked.browser(asked.above)
    (number,) = (await above.get("/office/approvals")).values("id")
    far = await asked.staff(Role.TOWNSHIP_SUPERVISOR, GRID[:6] + "009", "far")
    other = await asked.browser(far)
    assert (await other.get("/office/approvals")).values("id") == []
    await other.post("/office/approvals/requests", id=number, decision="yes")
    assert set(await asked.rows("SELECT ended FROM obligation")) == {(None,)}


async def test_a_departure_is_confirmed(house: House) -> None:
    await house.mei.say("/menu")
    for button in ("我的走访对象", "PAAAAAA", "老年人随访", "今天", "入户", "已去世"):
        await house.mei.press(button)
    await house.mei.say("邻居说的")
    await house.mei.press("提交")
    above = await house.browser(house.above)
    assert "已确认：PAAAAAA" in await decide(above, "departures", "yes")
    assert await house.rows("SELECT state FROM person WHERE code = 'PAAAAAA'") == [("deceased",)]


async def too_late(house: House) -> None:
    """A visit of December, entered on 18 January."""
    house.village.clock.set(datetime(2027, 1, 18, 2, tzinfo=UTC))
    await keep_up(house.village.database, house.rules)
    await visit(house.mei, "2026-12-18")


async def test_a_late_entry_is_refused_for_a_reason(house: House) -> None:
    await too_late(house)
    above = await house.browser(house.above)
    page = await above.get("/office/approvals")
    assert "补录的走访（1）" in page.text and "走访日期对不上" in page.text
    (number,) = page.values("id")[:1]
    path = "/office/approvals/entries"
    assert '<option value="">为什么不认定</option>' in page.text  # none is chosen before
    for reason in ("", "because"):
        nothing = await above.post(path, id=number, decision="no", reason=reason)
        assert "要先选一个原因" in nothing.told
    assert ("missed",) in await house.rows("SELECT ended FROM obligation")
    done = await above.post(path, id=number, decision="no", reason="wrong_day")
    assert "的走访没有认定为补做" in done.told and "没有等您决定的事" in done.text
    assert re.search("P?[A-Z]{5,} 的", done.told)  # whose it was
    assert ("missed",) in await house.rows("SELECT ended FROM obligation")
    await house.village.sender.drain()
    assert any("没有认定为补做" in one and "走访日期对不上" in one for one in house.mei.texts)


# --- nobody decides of what is their own ---------------------------------------------------------


async def make_own(house: House, change: str) -> None:
    """Let something be of the supervisor who is to decide."""
    async with house.village.database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(text(change), {"who": house.above.account})


async def refused_for_own(house: House, kind: str, change: str, **fields: str) -> None:
    """What was shown is the supervisor's own by now: it is not shown, and not decided by number."""
    above = await house.browser(house.above)
    (number, *_) = (await above.get("/office/approvals")).values("id")
    await make_own(house, change)
    assert "没有等您决定的事" in (await above.get("/office/approvals")).text
    for decision in ("yes", "no"):
        done = await above.post(f"/office/approvals/{kind}", id=number, decision=decision, **fields)
        assert "已经处理过" in done.told


async def test_nobody_allows_what_they_asked_for(asked: House) -> None:
    await refused_for_own(asked, "requests", "UPDATE request SET account_id = :who")
    assert set(await asked.rows("SELECT ended FROM obligation")) == {(None,)}


async def test_nobody_confirms_a_departure_that_they_told(house: House) -> None:
    await house.mei.say("/menu")
    for button in ("我的走访对象", "PAAAAAA", "老年人随访", "今天", "入户", "已去世"):
        await house.mei.press(button)
    await house.mei.say("邻居说的")
    await house.mei.press("提交")
    await refused_for_own(house, "departures", "UPDATE visit SET account_id = :who")
    assert await house.rows("SELECT state FROM person WHERE code = 'PAAAAAA'") == [("active",)]


@pytest.mark.parametrize("table", ["visit", "obligation"])
async def test_nobody_accepts_what_came_late_of_their_own(house: House, table: str) -> None:
    await too_late(house)
    own = f"UPDATE {table} SET account_id = :who"
    await refused_for_own(house, "entries", own, reason="wrong_day")
    ended = {one for (one,) in await house.rows("SELECT ended FROM obligation")}
    assert "missed" in ended and "done_late" not in ended


async def test_nobody_lifts_a_duty_of_their_own(house: House) -> None:
    await make_own(house, "UPDATE obligation SET account_id = :who")
    above = Actor(Role.TOWNSHIP_SUPERVISOR, TOWNSHIP, account_id=house.above.account)
    ((number,), *_) = await house.rows("SELECT id FROM obligation")
    assert isinstance(number, int)
    async with house.village.database.unit(above, "test") as uow:
        case = await Overdue(uow.connection, uow.actor, uow.now).one(number)
        assert case and not await exempt(uow, case, "other")
    assert set(await house.rows("SELECT ended FROM obligation")) == {(None,)}


# --- several late visits at once ------------------------------------------------------------------

ENTRIES = "/office/approvals/entries"


async def all_too_late(house: House) -> list[int]:
    """The same late visit for every duty that was missed; their numbers."""
    await too_late(house)
    async with house.village.database.unit(OPERATOR, "test") as uow:
        run = uow.connection.execute
        made = (await run(select(visit_row))).mappings().one()
        link = (await run(select(obligation_visit))).mappings().one()
        duty = obligation.c
        missed = (await run(select(duty.id).where(duty.ended == "missed"))).scalars()
        numbers = sorted(missed)
        for number in numbers:
            if number != link["obligation_id"]:
                root = {"root_id": f"uuid:{number}"}
                await run(insert(visit_row).values(dict(made) | root))
                await run(
                    insert(obligation_visit).values({**link, **root, "obligation_id": number})
                )
    return numbers


async def test_several_late_visits_are_accepted_at_once(house: House) -> None:
    numbers = await all_too_late(house)
    assert len(numbers) == 3
    above = await house.browser(house.above)
    page = await above.get("/office/approvals")
    assert page.text.count('form="many"') == 3
    done = await above.post(ENTRIES, id=numbers[:2], decision="yes", reason="wrong_day")
    assert "已把 2 项认定为补做" in done.told
    ended = await house.rows("SELECT id FROM obligation WHERE ended = 'done_late' ORDER BY id")
    assert [one for (one,) in ended] == numbers[:2]
    assert 'form="many"' not in done.text  # one is left
    again = await above.post(ENTRIES, id=numbers, decision="yes")
    assert "1 项已处理；2 项没有" in again.told


async def test_several_late_visits_are_refused_for_one_reason(house: House) -> None:
    numbers = await all_too_late(house)
    above = await house.browser(house.above)
    none = await above.post(ENTRIES, id=numbers, decision="no", reason="")
    assert "要先选一个原因" in none.told
    done = await above.post(ENTRIES, id=numbers, decision="no", reason="unclear")
    assert "3 项没有认定为补做" in done.told and "没有等您决定的事" in done.text
    reasons = await house.rows("SELECT DISTINCT refused_for FROM obligation_visit")
    assert reasons == [("unclear",)]


async def test_several_late_visits_of_another_township_stay(house: House) -> None:
    numbers = await all_too_late(house)
    far = await house.staff(Role.TOWNSHIP_SUPERVISOR, GRID[:6] + "009", "far")
    other = await house.browser(far)
    for decision in ("yes", "no"):
        done = await other.post(ENTRIES, id=numbers, decision=decision, reason="unclear")
        assert "已经处理过" in done.told
    assert await house.rows("SELECT count(*) FROM obligation WHERE ended = 'missed'") == [(3,)]
    above = await house.browser(house.above)
    assert "没有选中" in (await above.post(ENTRIES, decision="yes")).told
