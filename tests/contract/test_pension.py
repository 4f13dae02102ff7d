"""The talk about pensions by buttons and words, over both libraries and both databases."""

from __future__ import annotations

from tests.contract.house import Running


async def test_a_stranger_reckons_a_pension_on_telegram(telegram_house: Running) -> None:
    someone = await telegram_house.stranger()
    await someone.says("养老金")
    await someone.sees("先算一算")
    for label, told in (
        ("算一算：能领多少", "哪年哪月出生"),
        ("1971", "哪年哪月出生"),
        ("5月", "已经交了几年"),
        ("9年", "已交9年"),
        ("500", "191.56元"),
        ("为什么是这样", "怎么算的"),
        ("‹ 返回", "191.56元"),
    ):
        await someone.press(label)
        await someone.sees(told)
    await someone.says("250元")
    await someone.sees("没有250元这一档")
