"""Who looks after children alone sees how much of the children's rules is done, no more."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.messages import Tap
from scheduler.closing import keep_up
from scheduler.coverage import business
from scheduler.rulebook import Rulebook
from storage.policy import POWERS, Actor, Role
from tests.bot.office.conftest import House, _serve, ladder
from tests.handlers.conftest import GRID, NEXT_GRID, TOWNSHIP, Village, running
from tests.handlers.matrix import HOMES
from tests.handlers.test_supervising import labels
from tests.scheduler.duties import ground
from tests.scheduler.making import SHANGHAI, rule

CHILDREN = rule(
    id="C01",
    titles={"zh": "重点儿童每月走访", "en": "Monthly visit to a child"},
    population={"any_tags": ["left_behind_child"], "maximum_age": 17},
    satisfied_by=[{"form": "child_checkin"}],
    window={"due": "end - 10 days", "closes": "end + 10 days"},
)
GROWN_UP = rule(
    id="E03",
    titles={"zh": "老年人随访", "en": "Elderly follow-up"},
    population={"any_tags": ["over_65"]},
    satisfied_by=[{"form": "elderly_followup"}],
)
"""A rule without an oldest age: it is about others too."""


@pytest.fixture
async def house(village: Village) -> AsyncIterator[House]:
    """An office under a rule for children, one for the old, and one for homes."""
    rules = ground(HOMES, CHILDREN, GROWN_UP, ladders=(ladder(),))
    village.database.zone = SHANGHAI
    village.clock.set(datetime(2026, 12, 28, 2, tzinfo=UTC))
    here = running(
        village.database,
        village.clock,
        village.channel,
        replace(village.house, ground=lambda: rules),
    )
    mei = await here.staff(Role.GRID_WORKER, GRID, "mei")
    lan = await here.staff(Role.GRID_WORKER, NEXT_GRID, "lan")
    above = await here.staff(Role.CHILD_SUPERVISOR, TOWNSHIP, "above")
    await keep_up(village.database, rules)
    async with contextlib.AsyncExitStack() as opened:
        base = await _serve(opened, here)
        yield House(base, here, rules, mei, lan, above, opened)


async def test_the_office_shows_the_childrens_rules_alone(house: House) -> None:
    above = await house.browser(house.above)
    page = await above.get("/office")
    assert "重点儿童每月走访" in page.text and "0 / 1" in page.text
    for other in ("每月入户", "老年人随访", "/office/overdue", "/office/burden"):
        assert other not in page.text
    rule_page = await above.get("/office/rules/C01/coverage")
    assert rule_page.status == 200 and "柳树村" in rule_page.text
    for hidden in ("G02", "E03"):
        assert (await above.get(f"/office/rules/{hidden}/coverage")).status == 404
    tables = await above.get("/office/tables")
    assert "走访台账" in tables.text  # of visits to children
    for empty in ("逾期未走访名单", "走访任务完成情况", "食品药品", "老年人随访台账"):
        assert empty not in tables.text  # nothing of theirs ever stands in these
    assert (await above.get("/office/tables/duties_month.csv")).status == 404
    assert "食品药品" not in (await above.get("/office/reports")).text
    words = await above.get("/office/rules/G02")
    assert "/office/overdue" not in words.text and "/coverage" not in words.text
    assert "/office/rules/C01/coverage" in (await above.get("/office/rules/C01")).text
    for closed in ("/office/overdue", "/office/overdue/file.csv", "/office/burden"):
        assert (await above.get(closed)).status == 403


async def test_the_trend_counts_the_childrens_rules_alone(house: House) -> None:
    above = await house.browser(house.above)
    page = (await above.get("/office/trend")).text
    row = page[page.index("month=2026-12") :]
    assert row[: row.index("</tr>")].count(">1<") == 1  # one child; three homes are not counted


async def test_the_chat_shows_the_childrens_rules_alone(house: House) -> None:
    menu = await house.above.say("/menu")
    assert "完成情况" in labels(menu) and not {"逾期", "审批"} & set(labels(menu))
    page = await house.above.press("完成情况")
    assert "重点儿童每月走访" in page.text and "0 / 1（0%）" in page.text
    assert "每月入户" not in page.text and "老年人" not in page.text
    assert "逾期" not in labels(page)
    page = await house.above.press("1 · C01")
    assert "柳树村" in page.text
    assert not any("柳树村" in one for one in labels(page))
    for token in ("u:h", "u:l:990101001101:0:C01", "u:a", "u:d:1", "u:r:202612:990101001:G02"):
        page = await house.above.do(Tap(token=token))
        assert "每月入户" not in page.text


async def test_other_places_are_not_counted(house: House) -> None:
    far = await house.staff(Role.CHILD_SUPERVISOR, "990101009", "far")
    page = await (await house.browser(far)).get("/office")
    assert page.status == 200 and "重点儿童" not in page.text


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.CHILD_SUPERVISOR])
def test_nobody_else_has_rules_of_their_own(role: Role, house_rules: Rulebook) -> None:
    rules = ground(*house_rules.rules[:3])
    assert business(rules, Actor(role, TOWNSHIP, account_id=1)) == frozenset()


def test_of_the_pack_the_visits_to_children_are_theirs(house_rules: Rulebook) -> None:
    rules = replace(ground(HOMES), book=house_rules)
    own = business(rules, Actor(Role.CHILD_SUPERVISOR, TOWNSHIP, account_id=1))
    assert {"C01", "C02", "C03", "C08", "C13", "C14"} <= own
    asked = [
        one.of or one.population
        for one in house_rules.rules
        if one.id in own and one.who != "child_supervisor"  # who keeps the ledger of them (C08)
    ]
    assert all(one.subject == "person" and (one.maximum_age or 99) < 18 for one in asked)
    assert not POWERS[Role.CHILD_SUPERVISOR].approves


@pytest.fixture(scope="module")
def house_rules() -> Rulebook:
    """The built-in rules."""
    return Rulebook.read()
