"""The one message a day: every duty once over its pages, each within what a message takes."""

from __future__ import annotations

import pytest
from hypothesis import given

from core.texts import LANGUAGES
from handlers import digest, owing, owing_page
from handlers.digest import Digest
from handlers.owing import Brief, Duty, Entry
from tests.handlers.duties import LISTS, NOW, duty
from tests.handlers.test_owing import MORE, small_enough, started


def made(*duties: Duty, held: int = 0, number: int = 0) -> Digest:
    by_id = {one.id: one for one in duties}
    entries = owing.in_order([brief(one) for one in duties], "household", NOW)
    some, number, pages = owing_page.page_of(entries, number)
    shown = [Entry(one.number, by_id[one.duty.id], one.section, one.group) for one in some]
    return Digest(entries, shown, number, pages, held)


def brief(one: Duty) -> Brief:
    days = (one.due_on, one.due_at, one.overdue_at, one.hidden_until)
    return Brief(one.id, one.rule, one.kind, one.code, one.home, *days)


def test_the_digest_as_a_worker_reads_it() -> None:
    reply = digest.page(made(duty(1, -2), duty(2, 0), held=2), NOW, "zh")
    assert reply.text.splitlines() == [
        "**要做的走访** · 11月22日（周日）",
        "逾期 1 · 今天 1 · 七天内 0",
        "",
        "**逾期（1）**",
        "HA00001 王家",
        "1 · PA00001 王某：每月走访，11月20日到期，逾期2天",
        "",
        "**今天（1）**",
        "HA00001 王家",
        "2 · PA00002 王某：每月走访，11月22日到期",
        "",
        "另有 2 条提醒因当天已发满，没有单独发，内容在这个清单里。",
    ]
    assert [one.token for one in reply.buttons[0]] == ["o:start:1", "o:why:1", "o:snooze:1"]


def test_a_household_is_named_once_for_its_people() -> None:
    text = digest.page(made(duty(1, 1), duty(2, 2), duty(3, 3, home="HB1")), NOW, "en").text
    assert text.count("HA00001 王 family") == 1
    assert text.index("HA00001") < text.index("PA00002") < text.index("HB1")


def test_it_goes_on_on_the_next_page() -> None:
    body = made(*(duty(n, 1) for n in range(1, owing_page.PAGE + 2)), number=1)
    second = digest.page(body, NOW, "zh", edit=True)
    assert second.edits == "digest"
    assert "七天内（9）" in second.text
    assert "第 2 / 2 页，共 9 项" in second.text
    assert [one.token for one in second.buttons[1]] == ["o:digest:0", "o:digest:1", "o:digest:0"]


@pytest.mark.parametrize("language", LANGUAGES)
@MORE
@given(LISTS)
def test_no_page_is_too_long_and_none_loses_a_duty(language: str, duties: tuple[Duty, ...]) -> None:
    pages = max(-(-len(duties) // owing_page.PAGE), 1)
    bodies = [made(*duties, held=3, number=number) for number in range(pages)]
    replies = [digest.page(one, NOW, language) for one in bodies]
    assert all(map(small_enough, replies))
    wanted = [one.duty.id for one in owing.in_order(duties, "household", NOW)]
    assert [number for reply in replies for number in started(reply)] == wanted
