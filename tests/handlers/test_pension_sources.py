"""No figure of the rules is written into a text: each stands in a row with its place and source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from core.texts import LANGUAGES, chapter
from handlers import pension_moving, pension_pages, pension_rules, pension_sources
from handlers.pension_case import Case
from handlers.pension_page import Page, Talk
from handlers.pension_words import PensionWords
from pension import Insured, built_in
from pension.rows import Row
from tests.handlers.conftest import COUNTY

BOOK = built_in()
TODAY = date(2026, 11, 21)
TOPICS = ("join", "pay", "years", "amount", "when", "death")
FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
COUNTED = {  # a figure and what it counts: an age, a time, an amount, a share
    "zh": re.compile(
        r"(?:\d+|(?<!第)[二两三四五六七八九十百半]+)\s?(?:周?岁|年|个月|个?工作日|天|日|元|%)"
    ),
    "en": re.compile(
        r"\b(?:\d+|two|three|five|ten|twelve|fifteen|sixteen|sixty)\b"
        r"(?! (?:may|can|joins?|year's)\b)",
        re.IGNORECASE,
    ),
}
NO_RULE = re.compile(
    r"pension\.(?:ask|bad)\."  # examples of what may be typed
    r"|pension\.gap\.no_interest_rate"  # nought where nothing is on record
    r"|pension\.step\.credited"  # "in one year"
    r"|pension\.(?:name\.credit|sum\.first_of_month)"
    r"|requests\.(?:ask|answer\.coming)"  # an example; what a worker promises
)


def talk(language: str, insured: Insured | None = None, region: str = COUNTY) -> Talk:
    words = PensionWords(language, BOOK)
    return Talk(words, TODAY, Case(region, insured=insured), "12333", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_about_pensions_holds_a_figure_of_the_rules(language: str) -> None:
    texts = {**chapter(language, "pension"), **chapter(language, "requests")}
    written = {
        key: found[0]
        for key, text in texts.items()
        if not NO_RULE.match(key)
        if (found := COUNTED[language].search(re.sub(r"\{\w+\}", "_", text)))
    }
    assert written == {}


@pytest.mark.parametrize("text", ["满60岁以后", "离领取不到十五年", "15个工作日", "2,000元"])
def test_the_search_for_figures_finds_them(text: str) -> None:
    assert COUNTED["zh"].search(text)


def figures(row: Row) -> Iterator[str]:
    """Every figure that stands in a row: ages, amounts, counts, and the parts of its days."""
    for value in _plain(row.model_dump()):
        match value:
            case bool() | None:
                continue
            case date():
                yield from (str(value.year), str(value.month), str(value.day))
            case int():
                yield from (str(value), f"{value:,}", str(value // 12))
            case Decimal():
                yield from (f"{value:,.0f}", f"{value:,.2f}")
            case str():
                yield from FIGURE.findall(value)


def _plain(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _plain(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _plain(one)
    else:
        yield value


def rules(about: Talk) -> Iterator[tuple[str, Page]]:
    """Every page that tells rules without a record."""
    for name in TOPICS:
        yield name, pension_rules.topic(about, name)
    yield "certify", pension_rules.certify(about)
    yield "home_moved", pension_moving.home_moved(about)
    yield "move", pension_moving.ask(about)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("region", [COUNTY, "220402", "350203", "320803", "640121"])
def test_each_figure_of_a_rule_stands_in_a_row_that_the_page_names(
    language: str, region: str
) -> None:
    about = talk(language, region=region)
    for name, page in rules(about):
        assert page.why.rows, name
        known = {figure for row in page.why.rows for figure in figures(row)}
        if name == "when":
            known.add("3")  # our own advice, and called that
        if name == "move":
            known |= {"2039", "0", "12", "6"}  # the last year of the rise follows; an example
        told = re.sub(r"(?m)^\[^\n]*", "", page.text).replace(about.number, "")
        assert set(FIGURE.findall(told)) <= known, (name, page.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_of_rules_names_document_place_and_days(language: str) -> None:
    about = talk(language)
    for name, page in rules(about):
        told = "\n".join(pension_sources.pages(page.why, about.words))
        for row in page.why.rows:
            assert row.source.id and row.status, name
            assert pension_sources.cite(row, about.words) in told


@pytest.mark.parametrize("months", [100, 180, 240])
def test_the_time_limits_of_a_transfer_can_be_traced(months: int) -> None:
    page = pension_moving.show(talk("zh"), months, at_age=True)
    if "每步15个工作日" in page.text:
        assert {"clock", "transfer"} <= {row.table for row in page.why.rows}


PEOPLE = (
    Insured(birth=date(2014, 5, 3), region=COUNTY),
    Insured(birth=date(1990, 5, 3), region=COUNTY, joined=True, years_paid=9),
    Insured(birth=date(1957, 5, 3), region=COUNTY, joined=True, years_paid=5),
    Insured(birth=date(1962, 5, 3), region=COUNTY, joined=True, years_paid=5),
    Insured(birth=date(1945, 5, 3), region=COUNTY),
)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda one: str(one.birth.year))
@pytest.mark.parametrize("view", [("sum",), ("sum", "500"), ("back",), ("back", "500", "2")])
def test_each_estimate_names_the_rows_that_it_rests_on(
    person: Insured, view: tuple[str, ...]
) -> None:
    page = pension_pages.page(talk("zh", person), view)
    assert "scheme" in {row.table for row in page.why.rows}
    assert page.rows
