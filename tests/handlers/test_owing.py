"""Lists of what is owed: in order, nothing lost, within a message, and answers to "why?"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.messages import Reply
from core.texts import LANGUAGES
from handlers import owing, owing_list, owing_page, why_due
from handlers.owing import By, Duty, Moment, Section
from handlers.owing_list import View
from handlers.rule_words import RuleWords
from handlers.tokens import parse, token
from scheduler.rulebook import Rulebook
from tests.handlers.duties import LISTS, NOW, duty

BOOK: Final = Rulebook.read()
TEXT_LIMIT: Final = 4096  # UTF-16 units, as Telegram counts
BUTTON_LIMIT: Final = 100
MORE: Final = settings(max_examples=20, deadline=None)


def shown(duties: Sequence[Duty], view: View, at: Moment, language: str) -> Reply:
    part = owing_list.part(duties, view, at)
    return owing_list.show(part, part.shown, view, at, language)


def started(reply: Reply) -> list[int]:
    """The duties of the buttons that say why, in their order."""
    tokens = [parse(one.token) for row in reply.buttons for one in row]
    return [int(one.word(1)) for one in tokens if one.word(0) == "why"]


def small_enough(reply: Reply) -> bool:
    length = len(reply.text.encode("utf-16-le")) // 2
    return length <= TEXT_LIMIT and sum(map(len, reply.buttons)) <= BUTTON_LIMIT


def pages(duties: tuple[Duty, ...], view: View, language: str) -> list[Reply]:
    entries = owing.within(duties, view.span, NOW)
    _, _, count = owing_page.page_of(owing.in_order(entries, view.by, NOW), 0)
    views = [View(view.span, view.by, page) for page in range(count)]
    return [shown(duties, one, NOW, language) for one in views]


# --- order ----------------------------------------------------------------------------------------


def test_what_is_overdue_goes_first_then_whoever_is_due_first() -> None:
    duties = [
        duty(1, 5, home="HB00002"),
        duty(2, 3),
        duty(3, 6),
        duty(4, -1, home="HB00002"),
        duty(5, 0),
        duty(6, -9),
        duty(7, 12),
    ]
    entries = owing.in_order(duties, "household", NOW)
    assert [one.duty.id for one in entries] == [6, 4, 5, 2, 3, 1, 7]
    assert [one.section.value for one in entries] == [
        *("overdue", "overdue", "today", "week", "week", "week", "later")
    ]


def test_a_day_of_grace_is_for_today() -> None:
    late = duty(1, -1, overdue_at=datetime(2026, 11, 22, 16, tzinfo=UTC))
    assert owing.section(late, NOW) is Section.TODAY


@MORE
@given(LISTS, st.sampled_from(get_args(By)))
def test_nothing_is_lost_and_groups_stay_together(duties: tuple[Duty, ...], by: By) -> None:
    entries = owing.in_order(duties, by, NOW)
    assert Counter(one.duty.id for one in entries) == Counter(one.id for one in duties)
    assert [one.number for one in entries] == list(range(1, len(duties) + 1))
    assert [one.section for one in entries] == sorted(
        (one.section for one in entries), key=list(Section).index
    )
    for _, some in owing.sections(entries):
        first_days = []
        for _, members in owing.groups(some):
            days = [one.duty.due_on for one in members]
            assert days == sorted(days)
            first_days.append(days[0])
        assert first_days == sorted(first_days)
        assert len(owing.groups(some)) == len({one.group for one in some})


@MORE
@given(LISTS)
def test_the_order_does_not_hang_on_how_the_duties_came(duties: tuple[Duty, ...]) -> None:
    turned = tuple(reversed(duties))
    assert owing.in_order(turned, "person", NOW) == owing.in_order(duties, "person", NOW)


# --- the list -------------------------------------------------------------------------------------


def test_the_list_as_a_worker_reads_it() -> None:
    duties = [duty(1, -2), duty(2, 3, snoozes=0), duty(3, 20)]
    reply = shown(duties, View(), NOW, "zh")
    assert reply.text.splitlines() == [
        "**要做的走访** · 11月22日（周日）",
        "",
        "**逾期（1）**",
        "HA00001 王家",
        "1 · PA00001 王某：每月走访，11月20日到期，逾期2天",
        "",
        "**七天内（1）**",
        "HA00001 王家",
        "2 · PA00002 王某：每月走访，11月25日到期",
        "",
        "另有 1 项更晚到期。",
    ]
    assert [[one.text for one in row] for row in reply.buttons] == [
        ["✎ 1 · PA00001", "详情", "推迟"],
        ["✎ 2 · PA00002", "详情"],
        ["今天", "• 七天内", "一个月内"],
        ["• 按户", "按人"],
        ["菜单"],
    ]


def test_the_list_in_english_by_person() -> None:
    reply = shown([duty(1, 0, provisional=True)], View("today", "person"), NOW, "en")
    assert "1 · PA00001 王: Monthly visit, due on 22 November (for the time being" in reply.text


def test_a_quota_tells_how_far_it_is() -> None:
    quota = duty(1, 3, kind="worker", code="", home="", done=3, wanted=15)
    assert "1 · 每月走访（3 / 15），11月25日到期" in shown([quota], View(), NOW, "zh").text


def test_a_duty_that_counts_in_hours_tells_the_hour() -> None:
    moment = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    reply = shown([duty(1, 0, due_at=moment)], View(), NOW, "zh")
    assert "最晚11月22日 11:00" in reply.text


def test_nothing_to_do_is_said() -> None:
    assert "没有要做的走访" in shown([], View(), NOW, "zh").text


@pytest.mark.parametrize("language", LANGUAGES)
@MORE
@given(LISTS, st.sampled_from(get_args(owing.Span)))
def test_every_duty_stands_on_one_page_and_each_page_is_small_enough(
    language: str, duties: tuple[Duty, ...], span: owing.Span
) -> None:
    replies = pages(duties, View(span), language)
    assert all(map(small_enough, replies))
    wanted = [
        one.duty.id for one in owing.in_order(owing.within(duties, span, NOW), "household", NOW)
    ]
    assert [number for reply in replies for number in started(reply)] == wanted


@MORE
@given(LISTS)
def test_a_longer_span_holds_the_shorter_one(duties: tuple[Duty, ...]) -> None:
    today, week, month = (
        {one.id for one in owing.within(duties, span, NOW)} for span in get_args(owing.Span)
    )
    assert today <= week <= month


def test_a_button_leads_back_to_its_view() -> None:
    view = View("month", "person", 3)
    assert owing_list.view_of(parse(token("o", *view.words, 3))) == view
    assert owing_list.view_of(parse("o:list:century:dog:-7")) == View()
    assert owing_list.view_of(parse("o:list")) == View()


# --- why ------------------------------------------------------------------------------------------


def words(language: str) -> RuleWords:
    return RuleWords(language, BOOK.roles, {"child_checkin": "儿童走访"})


def test_why_tells_the_rule_its_source_and_its_window() -> None:
    one = duty(1, 8, opens_on=date(2026, 11, 1), due_on=date(2026, 11, 30))
    reply = why_due.show(one, BOOK.rule("C01", 1), date(2026, 10, 3), NOW, words("zh"))
    lines = reply.text.splitlines()
    assert lines[:2] == ["**PA00001 王某：每月走访**（C01）", "时段：11月1日至30日任意一天"]
    assert "怎样算完成：儿童走访；方式：入户、学校；结果：见到本人、见到家属" in lines
    assert "第18项（业务文件）" in reply.text
    assert lines[-1] == "上次走访：10月3日（周六）"
    assert [[button.text for button in row] for row in reply.buttons] == [
        ["✎ PA00001"],
        ["推迟", "申请免除"],
        ["‹ 返回清单", "菜单"],
    ]


def test_why_without_a_visit_or_anything_to_do() -> None:
    one = duty(1, 8, form="", snoozes=0, provisional=True)
    reply = why_due.show(one, BOOK.rule("C01", 1), None, NOW, words("en"))
    assert reply.text.endswith("Last visit: none yet")
    assert "reckoned again" in reply.text
    assert [button.text for row in reply.buttons for button in row][-2:] == [
        "‹ Back to the list",
        "Menu",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_built_in_rule_answers_why_in_one_message(language: str) -> None:
    for rule in BOOK.rules:
        one = duty(1, 8, rule=rule.id, titles=rule.titles)
        reply = why_due.show(one, rule, date(2026, 10, 3), NOW, words(language))
        assert small_enough(reply)
        assert re.search(r"\{\w+\}", reply.text) is None
