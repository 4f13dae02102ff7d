"""The message to who oversees stays short, however much is overdue, and compares nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from core.texts import LANGUAGES
from handlers.overdue_alert import PLACES, RULES, SUBJECTS, News, page
from storage.told import Late, Stage, Tally
from tests.handlers.duties import NOW, TODAY
from tests.handlers.test_owing import small_enough
from tests.scheduler.making import rule
from tests.scheduler.reminded import ground

LONG: Final = {"zh": "长" * 40, "en": "l" * 80}
BOOK: Final = ground(*(rule(id=f"T{n:02}", titles=LONG) for n in range(20)))


def place(number: int) -> str:
    return f"990101001{number:03}"


def tallies(places: int, rules: int, n: int, stage: Stage) -> list[Tally]:
    return [
        Tally(place(where), f"T{each:02}", 1, "", stage, n)
        for where in range(places)
        for each in range(rules)
    ]


def late(number: int, **changes: object) -> Late:
    fields = {
        "area_code": place(number) + "001",
        "rule_id": f"T{number:02}",
        "rule_version": 1,
        "rule_region": "",
        "stage": "new",
        "kind": "person",
        "code": f"P{number:06}",
        "surname": "欧阳",
        "due_on": TODAY - timedelta(days=1),
        "due_at": None,
    }
    return Late(**(fields | changes))  # type: ignore[arg-type]


def news(lates: list[Late], counts: list[Tally]) -> News:
    return News(lates, counts, {place(n): f"柳湾村{n}" for n in range(30)}, 12)


@pytest.mark.parametrize("language", LANGUAGES)
def test_thousands_are_counted_and_fit_into_one_message(language: str) -> None:
    many = [*tallies(30, 20, 9999, "new"), *tallies(30, 20, 9999, "still")]
    reply = page(news([late(n) for n in range(SUBJECTS)], many), BOOK, NOW, language)
    assert small_enough(reply)
    assert "P000001" not in reply.text
    assert reply.text.count(LONG[language]) == 2 * PLACES * RULES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_few_are_named_by_village_and_rule(language: str) -> None:
    few = [late(n) for n in range(SUBJECTS)]
    reply = page(news(few, tallies(SUBJECTS, 1, 1, "new")), BOOK, NOW, language)
    assert small_enough(reply)
    assert all(f"{one.code}" in reply.text for one in few)


def test_the_dearest_rules_of_a_village_go_first_and_the_rest_is_summed_up() -> None:
    counts = [Tally(place(1), f"T{n:02}", 1, "", "still", n + 1) for n in range(6)]
    text = page(news([], counts), BOOK, NOW, "zh").text
    title = LONG["zh"]
    assert f"柳湾村1：{title} 6 项、{title} 5 项、{title} 4 项、其他 6 项" in text


def test_what_is_not_due_yet_tells_till_when() -> None:
    hour = NOW.now + timedelta(hours=1)
    urgent = late(1, stage="open", due_at=hour, due_on=TODAY)
    text = page(news([urgent], tallies(1, 1, 1, "open")), BOOK, NOW, "zh").text
    assert "P000001 欧阳某（最晚11月22日09:30）" in text.replace(" 09:30", "09:30")
