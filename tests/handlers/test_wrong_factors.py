"""Wrong people get nothing: every wrong factor, by every way in, for every role, and no answer that
tells whether somebody exists."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Final

import pytest
from sqlalchemy import Engine, event

from core.ids import check_digit
from core.messages import Contact
from storage.policy import OPERATOR, POWERS, Role
from storage.register import NewHousehold, NewPerson
from tests.handlers.conftest import GRID, Village
from tests.handlers.matrix import AREA_OF_LEVEL
from tests.handlers.paper import Paper, Talker
from tests.handlers.pensions import bind, enrol, over, person_id


def _number(first: str) -> str:
    return first + check_digit(first)


NUMBER: Final = _number("99010119580305068")
NEIGHBOURS: Final = _number("99010119570101004")
NOBODYS: Final = _number("99010119600101002")
NAME, PHONE = "钱桂香", "13800138000"
HOME = NewHousehold(
    "HPPPPPP",
    GRID,
    "",
    (
        NewPerson("PQQQQQQ", NAME, "f", date(1958, 3, 5), True, id_number=NUMBER, phone=PHONE),
        NewPerson("PRRRRRR", "钱大成", "m", date(1957, 1, 1), id_number=NEIGHBOURS),
    ),
)
AMOUNT: Final = "876.54"
WRONG: Final = {
    "a wrong name": ("钱桂花", NUMBER),
    "only a surname": ("钱", NUMBER),
    "the number of another": (NAME, NEIGHBOURS),
    "the name of another": ("钱大成", NUMBER),
    "a number that nobody has": (NAME, NOBODYS),
    "nothing that exists": ("无此人", NOBODYS),
}


@pytest.fixture
async def hamlet(village: Village) -> AsyncIterator[Village]:
    """The village with somebody who draws a pension, open to everything on the web and Telegram."""
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.register.enter([HOME], "test")
    await enrol(village, "PQQQQQQ", balance=Decimal(AMOUNT), years_paid=8)
    yield village


def to(village: Village, channel: str) -> Village:
    return over(village, channel, open_on=frozenset({"web", "telegram"}))


async def proving(someone: Talker, name: str, number: str, phone: str = PHONE) -> Paper:
    """Everything that is asked, to the last answer."""
    await someone.say("/bind")
    await someone.say(name)
    said = await someone.say(number)
    if someone.channel.name == "telegram":
        said = await someone.do(Contact(phone=phone, own=True))
    return said


async def sees_nothing(village: Village, someone: Talker) -> None:
    """Neither the talk nor the storage has anybody's pension for this chat."""
    page = await someone.say("/pension")
    assert AMOUNT not in page.text and "钱" not in re.sub("钱数|多少钱|的钱", "", page.text)
    async with village.database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load(someone.channel.name, someone.address, "zh")
        assert chat.person_id is None
        whose = await uow.register.person("PQQQQQQ")
        assert whose
        uow.become(chat.actor)
        assert not await uow.proxies.subjects(chat.id)
        assert await uow.pension.insured(whose.id, chat.id) is None


@pytest.mark.parametrize("channel", ["web", "telegram"])
@pytest.mark.parametrize("wrong", WRONG)
async def test_each_wrong_factor_is_answered_alike_and_opens_nothing(
    hamlet: Village, channel: str, wrong: str
) -> None:
    there = to(hamlet, channel)
    someone = there.talker("guest")
    said = await proving(someone, *WRONG[wrong])
    nobody = await proving(there.talker("other"), *WRONG["nothing that exists"])
    assert said.reply.model_dump(exclude={"slot"}) == nobody.reply.model_dump(exclude={"slot"})
    assert "没有对上" in said.text
    await sees_nothing(hamlet, someone)


async def test_a_wrong_telephone_is_answered_like_a_person_who_is_not_there(
    hamlet: Village,
) -> None:
    there = to(hamlet, "telegram")
    someone = there.talker("guest")
    said = await proving(someone, NAME, NUMBER, phone="13900139000")
    nobody = await proving(there.talker("other"), "无此人", NOBODYS)
    assert said.text == nobody.text
    await sees_nothing(hamlet, someone)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What the database is asked, without its values."""
    heard: list[str] = []

    def hear(*said: object) -> None:
        heard.append(str(said[2]))

    event.listen(engine, "before_cursor_execute", hear)
    yield heard
    event.remove(engine, "before_cursor_execute", hear)


def about_people(statement: str) -> bool:
    """Whether a statement looks at people or tries; the outbox, which has attempts of its own,
    is looked at whenever its sender comes round."""
    return ("person" in statement or "attempt" in statement) and "outbox" not in statement


async def test_a_wrong_try_asks_the_database_the_same_whoever_exists(hamlet: Village) -> None:
    """So that not even the time it takes tells who is in the register."""
    there = to(hamlet, "web")
    asked = {}
    for wrong, factors in WRONG.items():
        someone = there.talker(wrong)
        await someone.say("/bind")
        await someone.say(factors[0])
        engines = hamlet.database.engines
        with statements(engines.writing or engines.main.sync_engine) as heard:
            await someone.say(factors[1])
        asked[wrong] = [one for one in heard if about_people(one)]
    assert asked["a wrong name"]
    assert len({tuple(one) for one in asked.values()}) == 1


@pytest.mark.parametrize("number", [NUMBER, NOBODYS])
async def test_the_fifth_wrong_try_locks_alike_whoever_exists(hamlet: Village, number: str) -> None:
    there = to(hamlet, "web")
    someone = there.talker("guest")
    said = [(await proving(someone, "无此人", number)).text for _ in range(5)]
    assert len(set(said[:4])) == 1
    assert "一小时" in said[4]
    hamlet.clock.turn(minutes=59)
    assert "一小时" in (await someone.say("/bind")).text
    await sees_nothing(hamlet, someone)


async def codes(village: Village) -> dict[str, str]:
    """Codes that are not for who holds them."""
    whose = await person_id(village, "PQQQQQQ")
    async with village.database.unit(OPERATOR, "test") as uow:
        late = await uow.invites.issue("messenger", person_id=whose)
        page = await uow.invites.issue("web", person_id=whose)
    village.clock.turn(days=8)
    await bind(village, whose, "somebody")
    async with village.database.unit(OPERATOR, "test") as uow:
        void = await uow.invites.issue("messenger", person_id=whose)
        await uow.invites.void(whose)
        used = await uow.invites.issue("messenger", person_id=whose)
    await village.talker("first").say(f"/start {used}")
    made_up = "AAAAA22222"
    return {"made up": made_up, "late": late, "used": used, "void": void, "of a link": page}


@pytest.mark.parametrize("kind", ["made up", "late", "used", "void", "of a link"])
async def test_each_wrong_code_is_answered_alike_and_opens_nothing(
    hamlet: Village, kind: str
) -> None:
    wrong = await codes(hamlet)
    someone = hamlet.talker("guest")
    said = await someone.say(f"/start {wrong[kind]}")
    assert said.text == (await hamlet.talker("other").say("/start AAAAA22222")).text
    assert "无效" in said.text
    await sees_nothing(hamlet, someone)


@pytest.mark.parametrize("role", [role for role in Role if POWERS[role].staff])
async def test_no_role_comes_in_by_a_residents_code_or_factors(hamlet: Village, role: Role) -> None:
    there = to(hamlet, "web")
    someone = await there.staff(role, AREA_OF_LEVEL[POWERS[role].level])
    whose = await person_id(hamlet, "PQQQQQQ")
    async with hamlet.database.unit(OPERATOR, "test") as uow:
        code = await uow.invites.issue("messenger", person_id=whose)
    for said in (f"/start {code}", "/bind", NAME, NUMBER):
        assert AMOUNT not in (await someone.say(said)).text
    await sees_nothing(hamlet, someone)
    assert "绑定好了" in (await hamlet.talker("herself").say(f"/start {code}")).text  # not used up


async def test_a_neighbour_who_is_bound_sees_only_their_own(hamlet: Village) -> None:
    neighbour = await bind(to(hamlet, "web"), await person_id(hamlet, "PRRRRRR"), "neighbour")
    assert AMOUNT not in (await neighbour.say("/pension")).text
    assert "请先点" in (await neighbour.say("/bind")).text
