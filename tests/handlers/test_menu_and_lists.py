"""Finding whom to visit: only one's own, by list or by search."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from core.messages import Other, Tap
from storage.enrolment import NewHousehold, NewPerson
from storage.policy import OPERATOR, Role
from tests.handlers.conftest import GRID, TOWNSHIP, Publish, Village
from tests.handlers.paper import Paper
from tests.handlers.sampler import NUMBERS


def names(paper: Paper) -> list[str]:
    return [button.text for button in paper.buttons if not button.text.startswith(("菜单", "‹"))]


async def test_a_worker_sees_the_households_of_the_own_grid(village: Village) -> None:
    mei = await village.worker()
    listing = await mei.press("我的走访户")
    assert "共 2 户" in listing.text
    assert names(listing) == ["HAAAAAA 王家", "HBBBBBB 李家"]


async def test_people_are_listed_by_code_and_surname(village: Village) -> None:
    mei = await village.worker()
    listing = await mei.press("我的走访对象")
    assert names(listing) == ["PAAAAAA 王某", "PBBBBBB 王某", "PCCCCCC 李某"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("HB", ["HBBBBBB 李家"]),
        ("hbbbbbb", ["HBBBBBB 李家"]),
        ("王", ["HAAAAAA 王家"]),
        ("王小", ["HAAAAAA 王家"]),
        ("wdf", ["HAAAAAA 王家"]),
        ("lx", ["HBBBBBB 李家"]),
        ("赵", []),
        ("HCC", []),
        ("%", []),
        ("_", []),
    ],
)
async def test_typed_words_search_the_list(village: Village, typed: str, found: list[str]) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    listing = await mei.say(typed)
    assert names(listing) == found
    assert f"找到 {len(found)} 户" in listing.text


async def test_people_are_found_by_the_initials_of_their_names(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    assert names(await mei.say("wxm")) == ["PBBBBBB 王某"]
    assert names(await mei.say("wxx")) == []


async def test_a_new_search_starts_from_the_whole_list(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    await mei.say("wxm")
    assert names(await mei.say("李")) == ["PCCCCCC 李某"]


async def test_a_search_that_was_typed_is_not_taken_for_markup(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    listing = await mei.say("**x**[y](http://z)")
    assert "[y](http://z)" not in listing.text


async def many(village: Village, count: int) -> None:
    homes = [
        NewHousehold(
            f"HZZZZ{letter}{other}",
            GRID,
            "柳树村",
            (NewPerson(f"PZZZZ{letter}{other}", "孙文", "m", date(1980, 1, 1), True),),
        )
        for letter in "ABCDEFG"
        for other in "ABC"
    ]
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.register.enter(homes[:count], "test")


async def test_long_lists_are_turned_page_by_page(village: Village) -> None:
    await many(village, 18)  # 20 households, 8 on a page
    mei = await village.worker()
    first = await mei.press("我的走访户")
    assert len(mei.sheet) == 1
    seen = names(first)[:8]
    assert any(button.text == "1 / 3" for button in first.buttons)
    second = await mei.press("›")
    seen += names(second)[:8]
    third = await mei.press("›")
    seen += [name for name in names(third) if name.startswith("H")]
    assert len(seen) == len(set(seen)) == 20
    assert len(mei.sheet) == 1  # turned in place
    assert any(button.text == "1 / 3" for button in (await mei.press("›")).buttons)
    assert any(button.text == "3 / 3" for button in (await mei.press("‹")).buttons)


async def test_a_page_of_a_search_stays_within_the_search(village: Village) -> None:
    await many(village, 12)
    mei = await village.worker()
    await mei.press("我的走访户")
    found = await mei.say("孙")
    assert "找到 12 户" in found.text
    second = await mei.press("›")
    assert "找到 12 户" in second.text
    assert len([name for name in names(second) if name.startswith("HZ")]) == 4


async def test_a_page_that_is_gone_shows_the_first(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    listing = await mei.do(Tap(token="l:household:99"))
    assert names(listing) == ["HAAAAAA 王家", "HBBBBBB 李家"]


@pytest.mark.parametrize("code", ["HCCCCCC", "PDDDDDD", "HXXXXXX", "", "P", "' OR 1=1"])
async def test_a_foreign_code_in_a_forged_button_opens_nothing(village: Village, code: str) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    card = await mei.do(Tap(token=f"l:open:{code}"))
    assert "没有这个对象" in card.text
    assert card.buttons == []
    assert "赵" not in "".join(mei.texts)


async def test_a_foreign_subject_in_a_forged_button_begins_no_form(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    card = await mei.press("HAAAAAA")
    form = card.button("入户走访").token.rsplit(":", 1)[0]
    await mei.do(Tap(token=f"{form}:HCCCCCC"))
    assert "已经不在了" in mei.last.text
    assert await village.interviews(mei) == []


async def test_a_form_is_offered_to_whom_it_fits(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    old = await mei.press("PAAAAAA")
    assert [name for name in names(old) if name.startswith("✎")] == [
        "✎ 老年人随访",
        "✎ 城乡居保登记",
        "✎ 事项办结",
    ]
    assert "76 岁" in old.text
    await mei.press("返回列表")
    await mei.press("PBBBBBB")
    child = await mei.press("走访")
    assert [name for name in names(child) if name.startswith("✎")] == ["✎ 儿童走访", "✎ 事项办结"]
    await mei.press("返回列表")
    grown = await mei.press("PCCCCCC")
    assert [name for name in names(grown) if name.startswith("✎")] == [
        "✎ 城乡居保登记",
        "✎ 事项办结",
    ]


async def test_a_form_that_does_not_fit_is_refused_by_a_forged_button(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    card = await mei.press("PAAAAAA")
    form = card.button("老年人随访").token.rsplit(":", 1)[0]
    await mei.do(Tap(token=f"{form}:PBBBBBB"))
    assert "不适用" in mei.last.text
    assert await village.interviews(mei) == []


async def test_a_child_director_is_not_offered_the_household_form(village: Village) -> None:
    lan = await village.staff(Role.CHILD_DIRECTOR, TOWNSHIP)
    await lan.press("我的走访户")
    card = await lan.press("HAAAAAA")
    assert names(card) == ["PBBBBBB 王某 · 10岁"]


async def test_a_card_leads_to_the_people_of_the_household(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    card = await mei.press("HAAAAAA")
    assert "第一网格" in card.text
    assert names(card) == ["✎ 入户走访", "✎ 低保申请", "PAAAAAA 王某 · 76岁", "PBBBBBB 王某 · 10岁"]
    await mei.press("PBBBBBB")
    person = await mei.press("随访")
    assert "留守儿童" in person.text
    assert len(mei.sheet) == 1


async def test_opening_a_file_is_written_down(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访对象")
    await mei.press("PAAAAAA")
    async with village.database.unit(OPERATOR, "test") as uow:
        rows = await uow.connection.execute(text("SELECT account_id, action, object FROM audit"))
        assert (mei.account, "open", "PAAAAAA") in [tuple(row) for row in rows]


async def test_no_full_name_is_shown_anywhere(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    await mei.press("HAAAAAA")
    await mei.press("PAAAAAA")
    shown = "".join(
        paper.text + "".join(button.text for button in paper.buttons) for paper in mei.sheet
    )
    assert "德福" not in shown
    assert "小明" not in shown


async def test_a_sticker_at_a_list_gets_the_list_again(village: Village) -> None:
    mei = await village.worker()
    await mei.press("我的走访户")
    listing = await mei.do(Other(what="sticker"))
    assert "请点一个" in listing.text
    assert names(listing) == ["HAAAAAA 王家", "HBBBBBB 李家"]


async def test_a_button_of_nobody_s_gets_the_menu(village: Village) -> None:
    mei = await village.worker()
    for token in ("zz:1", "", "q:ABCDEFGH:1:c:0", "r:ABCDEFGH:1:submit", "x:ABCDEFGH:drop"):
        reply = await mei.do(Tap(token=token))
        assert "过时" in reply.text
        assert "我的走访户" in reply.buttons[0].text


async def test_a_form_for_no_subject_stands_in_the_menu(village: Village, ask: Publish) -> None:
    await ask("numbers", NUMBERS)
    mei = await village.worker()
    question = await mei.press("numbers")
    assert "Remark?" in question.text
