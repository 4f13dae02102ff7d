"""Whatever is no answer gets a kind sentence and the question again, and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import text

from core.messages import (
    Command,
    Contact,
    Edited,
    Event,
    File,
    Location,
    Other,
    Tap,
    Text,
)
from storage.policy import OPERATOR
from tests.handlers.conftest import Publish, Village
from tests.handlers.sampler import begin, reach

PHOTO = File(media="photo", file_id="p1", mime="image/jpeg", size=3)


@dataclass(frozen=True)
class Bad:
    """What is done before the question `label` of `form`, and the sentence that it gets."""

    form: str
    label: str
    event: Event
    sentence: str


CASES = {
    "a letter for a number": Bad(
        "numbers", "How many live here?", Text(text="x"), "不是一个合适的答案"
    ),
    "words for a decimal": Bad("numbers", "Weight?", Text(text="很重"), "不是一个合适的答案"),
    "a fraction for a whole number": Bad(
        "numbers", "How many live here?", Text(text="2.5"), "不是一个合适的答案"
    ),
    "outside the constraint": Bad(
        "numbers", "How many live here?", Text(text="31"), "From 0 to 30, please."
    ),
    "outside without the form's own words": Bad(
        "numbers", "How many rooms?", Text(text="4"), "不在允许的范围内"
    ),
    "outside a range": Bad("numbers", "Pain?", Text(text="11"), "不"),
    "nothing but spaces where an answer is needed": Bad(
        "numbers", "How many live here?", Text(text="   "), "必须回答"
    ),
    "30 February": Bad("dates", "Which day?", Text(text="2026-02-30"), "没看懂这个日期"),
    "30 February in words": Bad("dates", "Which day?", Text(text="2月30日"), "没看懂这个日期"),
    "a day too late": Bad("dates", "Which day?", Text(text="明天"), "Not later than today"),
    "no month": Bad("dates", "Which month?", Text(text="someday"), "没看懂这个月份"),
    "no year": Bad("dates", "Which year?", Text(text="someday"), "没看懂这个年份"),
    "no moment": Bad("dates", "Which moment?", Text(text="someday"), "没看懂这个日期和时间"),
    "a moment with an hour that is none": Bad(
        "dates", "Which moment?", Text(text="2026-03-05 25:00"), "没看懂这个"
    ),
    "no time": Bad("dates", "Which hour?", Text(text="25:61"), "没看懂这个时间"),
    "an unknown choice": Bad("choices", "Best fruit?", Text(text="Mango"), "请从下面的按钮中选择"),
    "an unknown one of several": Bad(
        "choices", "Which fruits?", Text(text="Pear, Mango"), "请从下面的按钮中选择"
    ),
    "words for an acknowledgement": Bad("places", "Did you read", Text(text="yes"), "按钮继续"),
    "words for a photo": Bad("places", "A photo", Text(text="later"), "请发送照片"),
    "a recording for a photo": Bad(
        "places",
        "A photo",
        File(media="audio", file_id="p1", mime="audio/ogg", size=3),
        "请发送照片",
    ),
    "words for a place": Bad("places", "Where is it?", Text(text="at home"), "没看懂这个位置"),
    "a place that is nowhere": Bad("places", "Where is it?", Text(text="99.5, 200"), "没看懂"),
    "a sticker": Bad("numbers", "Remark?", Other(what="sticker"), "我收不了"),
    "a sticker for a photo": Bad("places", "A photo", Other(what="sticker"), "我收不了"),
    "an edited message": Bad(
        "numbers", "Remark?", Edited(text="other", message="1"), "不会改变已存的回答"
    ),
    "five thousand characters": Bad("numbers", "Remark?", Text(text="长" * 5000), "太长了"),
    "five thousand characters at a choice": Bad(
        "choices", "Best fruit?", Text(text="长" * 5000), "太长了"
    ),
    "too many for the form": Bad("numbers", "Remark?", Text(text="长" * 21), "At most twenty."),
    "a photo where none is asked": Bad("numbers", "Remark?", PHOTO, "不需要照片"),
    "a photo for a choice": Bad("choices", "Best fruit?", PHOTO, "不需要照片"),
    "a place where none is asked": Bad(
        "numbers", "Remark?", Location(latitude=1.0, longitude=2.0), "不需要位置"
    ),
    "a contact for a number": Bad(
        "numbers", "How many live here?", Contact(phone="10012345678"), "没有保存"
    ),
    "an unknown command": Bad("numbers", "Remark?", Command(name="dance"), "没有这个命令"),
    "a call for help": Bad("numbers", "Remark?", Command(name="help"), "每次问一题"),
    "a worn button": Bad("numbers", "Weight?", Tap(token="q:{id}:0:s"), "已经过时"),
    "a button of another form": Bad("numbers", "Remark?", Tap(token="q:ABCDEFGH:1:s"), "已经过时"),
    "a button of the menu": Bad("numbers", "Remark?", Tap(token="l:household"), "已经过时"),
    "a button of no use": Bad("numbers", "Remark?", Tap(token="q:{id}:{rev}:zz"), "没有这个选项"),
    "a choice that is not there": Bad(
        "choices", "Best fruit?", Tap(token="q:{id}:{rev}:c:99"), "没有这个选项"
    ),
    "a choice where there are none": Bad(
        "numbers", "Remark?", Tap(token="q:{id}:{rev}:c:0"), "没有这个选项"
    ),
    "a day that is none": Bad(
        "dates", "Which day?", Tap(token="q:{id}:{rev}:v:2026-02-30"), "不是一个合适的答案"
    ),
    "skipping what must be answered": Bad(
        "numbers", "How many live here?", Tap(token="q:{id}:{rev}:s"), "必须回答"
    ),
    "confirming nothing where an answer is needed": Bad(
        "numbers", "How many live here?", Tap(token="q:{id}:{rev}:k"), "必须回答"
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_it_gets_a_kind_sentence_and_the_question_again(
    village: Village, ask: Publish, case: Bad
) -> None:
    mei = await reach(village, ask, case.form, case.label)
    village.channel.files["p1"] = b"OggS"
    (draft,) = await village.interviews(mei)
    older, messages = mei.open, len(mei.sheet)
    event = case.event
    if isinstance(event, Tap):
        event = Tap(token=event.token.format(id=draft.id, rev=draft.state["rev"]))

    await mei.do(event)

    assert case.sentence in mei.open.text
    assert case.label in mei.open.text
    assert mei.open.text.index(case.sentence) <= mei.open.text.index(case.label)
    assert len(mei.sheet) == messages + 1
    assert older.buttons == []  # only the newest copy can be pressed
    (after,) = await village.interviews(mei)
    assert after.state == draft.state


async def test_the_way_a_widget_stood_is_kept_through_bad_input(
    village: Village, ask: Publish
) -> None:
    mei = await reach(village, ask, "choices", "Which fruits?")
    await mei.press("Plum")
    await mei.do(Other(what="sticker"))
    assert "✓ Plum" in [button.text for button in mei.open.buttons]
    await mei.press("完成")
    assert (await village.values(mei))["liked"] == "plum"


async def test_a_pressed_button_of_an_older_copy_is_worn(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "choices")
    older = mei.open.button("Pear").token
    await mei.press("Apple")
    await mei.do(Tap(token=older))
    assert "已经过时" in mei.open.text
    assert "Home village?" in mei.open.text
    answers = await village.values(mei)
    assert answers["best"] == "apple"
    assert "home" not in answers


async def test_a_button_pressed_twice_counts_once(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "choices")
    pear = mei.open.button("Pear").token
    await mei.do(Tap(token=pear))
    await mei.do(Tap(token=pear))
    assert "已经过时" in mei.open.text
    assert "Home village?" in mei.open.text
    assert "home" not in await village.values(mei)


async def test_a_tap_from_another_interview_changes_neither(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "choices")
    pear = mei.open.button("Pear").token
    (first,) = await village.interviews(mei)
    await mei.say("/menu")
    await mei.press("choices")
    await mei.do(Tap(token=pear))
    assert "已经过时" in mei.open.text
    both = {one.id: one.state["values"] for one in await village.interviews(mei)}
    assert len(both) == 2
    assert all("pear" not in values.values() for values in both.values())
    assert both[first.id] == first.state["values"]


async def test_somebody_else_s_button_is_worn(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "choices")
    pear = mei.open.button("Pear").token
    before = await village.stored(mei)
    li = await village.worker()
    await li.do(Tap(token=pear))
    assert "过时" in li.last.text
    assert await village.stored(mei) == before
    draft = (await village.interviews(mei))[0].id
    await li.do(Tap(token=f"d:{draft}"))
    assert "提交或删除" in li.last.text
    assert await village.stored(mei) == before


async def test_a_photo_that_nobody_asked_for_is_not_even_fetched(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.photo()
    assert village.channel.fetched == []
    async with village.database.unit(OPERATOR, "test") as uow:
        rows = await uow.connection.execute(text("SELECT count(*) FROM media"))
        assert rows.scalar_one() == 0


async def test_a_command_in_the_middle_of_a_form_keeps_the_form(
    village: Village, ask: Publish
) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.say("first")
    await mei.say("/menu")
    assert "▶ 继续：numbers 11-21" in [button.text for button in mei.last.buttons]
    await mei.press("继续")
    assert "接着填" in mei.open.text
    assert "How many live here?" in mei.open.text
    assert (await village.values(mei))["remark"] == "first"


async def test_markup_in_an_answer_takes_no_effect(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.say("[x](http://y.z)")
    assert "[x](http" not in mei.texts[-2]
    await mei.press("上一题")
    assert "[x](http" not in mei.open.text
