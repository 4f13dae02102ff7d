"""Rules in words: all built-in ones can be said, and what is said is what they hold."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.texts import LANGUAGES
from handlers import window_words
from handlers.rule_words import RuleWords
from scheduler.ladders import Rung
from scheduler.points import Point
from scheduler.population import Population
from scheduler.rulebook import Rulebook
from scheduler.spans import Span
from tests.scheduler.making import SHANGHAI, rule

BOOK: Final = Rulebook.read()
TODAY: Final = date(2026, 11, 22)
DAYS: Final = st.dates(date(2000, 1, 1), date(2040, 12, 31))
LATIN: Final = re.compile("[A-Za-z]")
HAN: Final = re.compile("[一-鿿]")


def words(language: str) -> RuleWords:
    return RuleWords(language, BOOK.roles, {"elderly_followup": "老年人随访"})


@pytest.mark.parametrize("one", BOOK.rules, ids=lambda one: f"{one.id}v{one.version}")
def test_every_built_in_rule_has_words_in_both_languages(one: Any) -> None:
    for language, foreign in (("zh", LATIN), ("en", HAN)):
        tell = words(language)
        said = [tell.whom(one.population), tell.often(one), tell.role(one.who)]
        said += [tell.point(one.window.opens), tell.point(one.window.due), tell.limits(one)]
        said += [tell.reasons(one), tell.roles_of(one.helped_by or (one.who,))]
        assert [text for text in said if foreign.search(text) or not text] == []
        assert all(tell.satisfier(satisfier) for satisfier in one.satisfied_by)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rung_has_words(language: str) -> None:
    ladders = (*BOOK.ladders.values(), *BOOK.escalations.values())
    for rung in (rung for ladder in ladders for rung in ladder.rungs):
        said = words(language).rung(rung)
        assert (LATIN if language == "zh" else HAN).search(said) is None


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("end", "周期最后一天", "the period's last day"),
        ("end + 5 days", "周期最后一天后5天", "5 days after the period's last day"),
        ("due - 1 working day", "到期前1个工作日", "1 working day before it is due"),
        ("event + 24 hours", "事情发生后24小时", "24 hours after it happened"),
        ("12-15", "12月15日", "15 December"),
    ],
)
def test_a_point_in_time(text: str, zh: str, en: str) -> None:
    point = Point.parse(text)
    assert (words("zh").point(point), words("en").point(point)) == (zh, en)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("1 month", "每月", "every month"),
        ("3 months", "每季度", "every quarter"),
        ("2 weeks", "每2周", "every 2 weeks"),
        ("10 days", "每10天", "every 10 days"),
        ("18 months", "每3个半年", "every 3 half-years"),
    ],
)
def test_how_often(text: str, zh: str, en: str) -> None:
    span = Span.parse(text)
    assert (words("zh").every(span), words("en").every(span)) == (zh, en)


def test_unequal_steps() -> None:
    stepped = rule(
        anchor={"kind": "last"}, steps=["6 x 10 days", "1 month"], after_steps="repeat_last"
    )
    assert words("zh").often(stepped) == "上次走访后6次，每次10天、1个月，以后照最后一项重复"


def test_whom_it_concerns() -> None:
    population = Population(any_tags=("orphan", "mine"), no_tags=("disability",), minimum_age=3)
    assert words("zh").whom(population) == "每个人；属于其中之一：孤儿、mine；不是：残疾；3岁以上"


def test_a_rung_that_comes_again() -> None:
    rung = Rung.model_validate(
        {"id": "a", "when": "overdue + 7 days", "every": "1 week", "to": "supervisor"}
    )
    assert words("en").rung(rung) == (
        "7 days after it is overdue: the supervisor, in the one message a day, "
        "then every week until it is closed"
    )


# --- windows --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        ("2026-09-01", "2026-09-30", "9月1日至30日任意一天", "any day from 1 to 30 September"),
        (
            "2026-09-28",
            "2026-10-05",
            "9月28日至10月5日任意一天",
            "any day from 28 September to 5 October",
        ),
        (
            "2026-12-30",
            "2027-01-05",
            "2026年12月30日至2027年1月5日任意一天",
            "any day from 30 December 2026 to 5 January 2027",
        ),
        (
            "2027-02-01",
            "2027-02-28",
            "2027年2月1日至28日任意一天",
            "any day from 1 to 28 February 2027",
        ),
        ("2026-09-01", "2026-09-01", "9月1日当天", "on 1 September"),
    ],
)
def test_a_window_of_days(first: str, last: str, zh: str, en: str) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)
    said = [window_words.any_day(*days, TODAY, language) for language in LANGUAGES]
    assert said == [zh, en]


@given(DAYS, DAYS)
def test_a_window_names_both_its_days(one: date, other: date) -> None:
    first, last = sorted((one, other))
    for language in LANGUAGES:
        said = window_words.any_day(first, last, TODAY, language)
        assert {str(first.day), str(last.day)} <= set(re.findall(r"\d+", said))
        assert (str(last.year) in said) == ({first.year, last.year} != {TODAY.year})


def test_a_rule_that_counts_in_hours_says_the_hour() -> None:
    moment = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    said = [window_words.until(TODAY, moment, SHANGHAI, TODAY, one) for one in LANGUAGES]
    assert said == ["从11月22日起，最晚11月22日 10:30", "from 22 November, by 10:30 on 22 November"]
