"""Dates and times: what appearances change, and how an answer is read back in full."""

from __future__ import annotations

import pytest

from tests.handlers.conftest import Village
from tests.handlers.widgets.conftest import Fill, entry, names

FORM = """
| survey | type | name | label | appearance |
|---|---|---|---|---|
| | date | day | Which day? | |
| | date | typed | Typed day? | no-calendar |
| | date | foreign | Foreign day? | ethiopian |
| | date | month | Which month? | month-year |
| | date | year | Which year? | year |
| | dateTime | moment | Which moment? | |
| | dateTime | plain | Plain moment? | no-calendar |
| | time | hour | Which hour? | |
| | text | last | Last? | |
"""


@pytest.mark.parametrize(
    ("label", "said", "echo"),
    [
        ("Which day?", "昨天", "2026-11-20（周五）"),
        ("Typed day?", "3月5日", "2026-03-05（周四）"),
        ("Which month?", "1956年3月", "1956-03"),
        ("Which year?", "1956", "1956"),
        ("Which moment?", "昨天 下午2点半", "2026-11-20（周五） 14:30"),
        ("Which hour?", "下午2点半", "14:30"),
    ],
)
async def test_an_answer_is_read_back_in_full(fill: Fill, label: str, said: str, echo: str) -> None:
    mei = await fill(FORM, label)
    await mei.say(said)
    assert mei.texts[-2].replace("\\", "") == f"{label}\n✓ **{echo}**"


async def test_an_answer_is_read_back_in_english(fill: Fill) -> None:
    mei = await fill(FORM, language="en")
    await mei.say("2026-03-05")
    assert "2026-03-05 (Thu)" in mei.texts[-2].replace("\\", "")


async def test_the_review_says_answers_in_full(fill: Fill) -> None:
    mei = await fill(FORM, "Which month?")
    await mei.say("1956年3月")
    while "请检查" not in mei.open.text:
        await mei.press("跳过")
    assert "→ 1956\\-03" in mei.open.text


async def test_an_answer_that_stands_is_shown_in_full_on_return(fill: Fill) -> None:
    mei = await fill(FORM, "Which hour?")
    await mei.say("14:30")
    await mei.press("上一题")
    assert "现在的回答：**14:30**" in mei.open.text


@pytest.mark.parametrize(
    ("label", "shut", "kind"),
    [
        ("Which day?", False, "date"),
        ("Typed day?", True, "date"),
        ("Foreign day?", False, "date"),
        ("Which month?", False, "month"),
        ("Which year?", False, "year"),
        ("Plain moment?", True, "dateTime"),
    ],
)
async def test_the_calendar_is_offered_unless_the_form_says_no(
    fill: Fill, label: str, shut: bool, kind: str
) -> None:
    mei = await fill(FORM, label)
    assert ("日历" not in names(mei)) is shut
    assert entry(mei).kind == kind


async def test_another_calendar_is_asked_for_in_plain_dates(village: Village, fill: Fill) -> None:
    mei = await fill(FORM, "Foreign day?")
    await mei.say("2026-03-05")
    assert (await village.values(mei))["foreign"] == "2026-03-05"
