"""Numbers of people that nobody asked for are not kept, anywhere, and the person is told why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from core.ids import check_digit
from core.messages import Command, Contact, Edited, Event, Text
from storage.policy import OPERATOR, SYSTEM
from storage.schema import metadata
from tests.handlers.conftest import Publish, Village, running
from tests.handlers.paper import Talker

PHONE = "13800138000"
ID_NUMBER = "99010119500305001" + check_digit("99010119500305001")
CARD = "6222021234567894"

QUESTIONS = """\
| settings | form_title | form_id | version |
|---|---|---|---|
|  | 登记 | numbers | 1 |

| survey | type | name | label |
|---|---|---|---|
|  | text | words | 有什么要说的？ |
|  | text | mobile | 联系电话 |
|  | text | id_number | 身份证号 |
|  | text | meter | 电表编号 |
|  | integer | amount | 多少？ |
"""


async def everything(village: Village) -> str:
    """All that the database holds, with what is sealed opened."""
    held = []
    async with village.database.unit(OPERATOR, "test") as uow:
        for table in metadata.sorted_tables:
            held += [repr(tuple(row)) for row in await uow.connection.execute(select(table))]
    return "\n".join(held)


async def filling(village: Village, ask: Publish) -> Talker:
    await ask("numbers", QUESTIONS)
    mei = await village.worker()
    await mei.press("登记")
    return mei


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        (f"王某的电话{PHONE}", "电话号码"),
        (ID_NUMBER, "身份证号"),
        (f"卡 {CARD}", "银行卡号"),
        ("１３８ ００１３ ８０００", "电话号码"),
    ],
)
async def test_a_number_that_nobody_asked_for_is_not_kept(
    village: Village, ask: Publish, typed: str, what: str
) -> None:
    mei = await filling(village, ask)
    reply = await mei.say(typed)
    assert what in reply.text
    assert "没有保存" in reply.text
    assert "有什么要说的" in reply.text
    assert "words" not in await village.values(mei)
    assert typed not in await everything(village)
    assert len(village.channel.erased) == 1
    await mei.say("路灯坏了")
    assert (await village.values(mei))["words"] == "路灯坏了"


@pytest.mark.parametrize(
    "event",
    [
        Text(text=f"电话{PHONE}"),
        Edited(text=PHONE, message="1"),
        Command(name="start", argument=PHONE),
        Command(name="nonsense", argument=ID_NUMBER),
        Contact(phone=PHONE),
    ],
)
async def test_nothing_of_it_is_kept_wherever_somebody_stands(
    village: Village, event: Event
) -> None:
    mei, stranger = await village.worker(), village.talker("stranger")
    await stranger.do(event)
    await mei.do(event)
    await mei.press("我的走访对象")
    reply = await mei.do(event)
    assert PHONE not in reply.text
    held = await everything(village)
    assert PHONE not in held
    assert ID_NUMBER not in held


async def test_a_step_that_fails_keeps_nothing_of_it_either(
    village: Village, ask: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    mei = await filling(village, ask)

    async def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("handlers.step.route", broken)
    await mei.say(f"打{PHONE}")
    async with village.database.unit(SYSTEM, "test") as uow:
        (waiting,) = await uow.inbox.waiting()
    assert PHONE not in waiting.model_dump_json()


async def test_a_chat_in_code_mode_takes_no_number_even_where_a_form_asks(
    village: Village, ask: Publish
) -> None:
    mei = await filling(village, ask)
    await mei.say("没有")
    reply = await mei.say(PHONE)
    assert "网页版" in reply.text
    assert PHONE not in await everything(village)


async def test_a_channel_that_is_open_takes_what_the_question_asks_for(
    village: Village, ask: Publish
) -> None:
    house = replace(village.house, open_on=frozenset({"paper"}))
    open_here = running(village.database, village.clock, village.channel, house)
    mei = await filling(open_here, ask)
    await mei.say("没有")
    assert "没有保存" in (await mei.say(ID_NUMBER)).text  # not what this question asks for
    await mei.say(PHONE)
    assert "没有保存" in (await mei.say(PHONE)).text
    await mei.say(ID_NUMBER)
    values = await village.values(mei)
    assert (values["mobile"], values["id_number"]) == (PHONE, ID_NUMBER)


async def test_a_serial_number_may_look_like_a_card_or_a_telephone(
    village: Village, ask: Publish
) -> None:
    mei = await filling(village, ask)
    for _ in range(3):
        await mei.press("跳过")
    await mei.say(CARD)
    assert (await village.values(mei))["meter"] == CARD


async def test_a_group_gets_no_answer_to_a_number(village: Village) -> None:
    group = village.talker("-100")
    before = len(group.sheet)
    await group.do(Text(text=PHONE), private=False)
    assert len(group.sheet) == before
    assert PHONE not in await everything(village)
