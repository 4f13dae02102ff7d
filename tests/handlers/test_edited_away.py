"""A message that is changed into one with a number: neither the number stays nor what it was."""

from __future__ import annotations

import pytest

from core.ids import check_digit
from core.messages import Edited, Text
from tests.handlers.conftest import Publish, Village
from tests.handlers.test_screening import everything

NUMBER = "99010119500305001" + check_digit("99010119500305001")
MISTYPED = NUMBER[:6] + "18" + NUMBER[8:]  # fits no check, so it is kept as an answer at first

QUESTIONS = """\
| settings | form_title | form_id | version |
|---|---|---|---|
|  | 登记 | notes | 1 |

| survey | type | name | label | required |
|---|---|---|---|---|
|  | text | words | 有什么要说的？ | {required} |
|  | text | more | 还有吗？ | |
"""


@pytest.mark.parametrize("required", ["", "yes"])
async def test_the_answer_that_it_was_goes_too_and_is_asked_again(
    village: Village, ask: Publish, required: str
) -> None:
    await ask("notes", QUESTIONS.format(required=required))
    mei = await village.worker()
    await mei.press("登记")
    await mei.do(Text(text=MISTYPED), message="m1")
    assert (await village.values(mei))["words"] == MISTYPED
    reply = await mei.do(Edited(text=NUMBER, message="m1"), message="m1")
    assert "没有保存" in reply.text and "先前的回答也已删去" in reply.text
    assert "有什么要说的" in reply.text
    assert "words" not in await village.values(mei)
    held = await everything(village)
    assert NUMBER not in held and MISTYPED not in held
    assert [one.message for one in village.channel.erased] == ["m1"]
    await mei.say("路灯坏了")
    assert (await village.values(mei))["words"] == "路灯坏了"


async def test_a_message_further_back_takes_no_answer_with_it(
    village: Village, ask: Publish
) -> None:
    await ask("notes", QUESTIONS.format(required=""))
    mei = await village.worker()
    await mei.press("登记")
    await mei.do(Text(text="路灯坏了"), message="m1")
    await mei.do(Text(text="没有了"), message="m2")
    await mei.do(Edited(text=f"电话{NUMBER}", message="m1"), message="m1")
    assert (await village.values(mei))["words"] == "路灯坏了"
    assert [one.message for one in village.channel.erased] == ["m1"]
