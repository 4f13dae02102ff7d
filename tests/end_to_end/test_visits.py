"""The three built-in forms from the first press to the stored record, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from handlers.visits import find
from storage.submissions import Record
from tests.emulator import TOKEN, Emulator
from tests.end_to_end import scripts
from tests.end_to_end.filler import Answer, Chat, Filler
from tests.end_to_end.program import ends
from tests.end_to_end.telegram_client import TelegramChat
from tests.end_to_end.township import Township, served
from tests.end_to_end.web_client import WebChat

Visit = tuple[str, str, str, Mapping[str, Answer], Mapping[str, Any]]

VISITS: dict[str, Visit] = {
    "household_visit": (
        "我的走访户", "household", "入户走访", scripts.HOUSEHOLD, scripts.HOUSEHOLD_RECORD,
    ),
    "elderly_followup": (
        "我的走访对象", "elder", "老年人随访", scripts.ELDERLY, scripts.ELDERLY_RECORD,
    ),
    "child_checkin": (
        "我的走访对象", "child", "儿童走访", scripts.CHILD, scripts.CHILD_RECORD,
    ),
}  # fmt: skip


async def visit(chat: Chat, township: Township, form: str) -> str:
    """From the menu to the receipt; what the receipt says."""
    listing, who, title, answers, _ = VISITS[form]
    code = str(getattr(township.people, who))
    await chat.press(listing)
    found = await chat.say(code)
    await chat.press(found.button(code))
    if who == "child":
        await chat.press("走访")
    await chat.press(chat.open.button(f"✎ {title}"))
    filler = Filler(chat, answers)
    await filler.to_the_review()
    assert set(answers) == set(filler.asked)
    done = await chat.press("提交")
    assert "已提交" in done.text
    return done.text


def check(record: Record, township: Township, form: str, channel: str) -> None:
    _, who, _, _, expected = VISITS[form]
    assert record.subject_code == getattr(township.people, who)
    assert record.channel == channel
    assert {name: find(record.answers, name) for name in expected} == expected


async def to_the_menu(chat: Chat) -> None:
    """After a form: what else is owed in the same home may be offered first."""
    await chat.press(chat.open.button("完成") or "菜单")


async def test_three_visits_over_the_web_chat(township: Township) -> None:
    async with (
        served(township) as program,
        await WebChat.enter(program.link("网格员")) as chat,
    ):
        await chat.begin()
        receipts = {}
        for form in VISITS:
            receipts[form] = (await visit(chat, township, form)).split("`")[1]
            await to_the_menu(chat)
    for record in await township.records():
        check(record, township, record.form_id, "web")
    for form, receipt in receipts.items():
        shown = await asyncio.to_thread(ends, township.folder, "submissions", "show", receipt)
        for words in ("见到本人", *WORDS[form]):
            assert words in shown.stdout


WORDS = {
    "household_visit": ("想办慢病卡", "C级", "1956-03", "count15"),
    "elderly_followup": ("adl_score", "5", "25.9", "控制不满意"),
    "child_checkin": ("mood_score", "4", "广东东莞", "未发现"),
}
"""What `zoufang submissions show` prints of each record, scores included."""


async def test_three_visits_over_telegram(township: Township) -> None:
    async with Emulator() as telegram:
        on = {"telegram_token": TOKEN, "telegram_api": telegram.base}
        async with served(township, **on):
            chat = TelegramChat(telegram.user(1001, "Mei"))
            await chat.say(f"/start {township.people.codes['grid_worker'][0]}")
            for form in VISITS:
                await visit(chat, township, form)
                await to_the_menu(chat)
            await telegram.quiet()
        answered = {call["callback_query_id"] for call in telegram.called("answerCallbackQuery")}
        assert answered == set(telegram.world.taps)
    records = await township.records()
    assert {record.form_id for record in records} == set(VISITS)
    for record in records:
        check(record, township, record.form_id, "telegram")
