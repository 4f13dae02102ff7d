"""Every code of the pension rules has words in both languages, and every rule its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.texts import LANGUAGES, catalogue, known, say
from handlers import pension_sources
from handlers.pension_words import PensionWords
from pension import (
    BothSchemes,
    Caveat,
    Code,
    Fault,
    Insured,
    Matter,
    Month,
    Plan,
    Reason,
    Reasoning,
    RuleBook,
    SchemeFault,
    SchemeProblem,
    Step,
    StepCode,
    built_in,
    deadlines,
    estimate,
    last_payment,
    move,
    status,
    transfer,
)
from pension.codes import Gap
from pension.rows import Row
from pension.rows import Status as Attested

BOOK = built_in()
TODAY = date(2026, 11, 22)
DAY, MONTH = date(2031, 6, 5), Month(2031, 6)
SAMPLES: dict[str, Any] = {
    **dict.fromkeys(("birth", "on", "day", "launch", "first", "last", "since", "due"), DAY),
    **dict.fromkeys(("start", "deadline"), DAY),
    **dict.fromkeys(("month", "stop_from", "earliest"), MONTH),
    **dict.fromkeys(("tier", "lower_tier"), 1500),
    **{"table": "basic_pension", "region": "22", "matter": Matter.EXTRA_FOR_AGE, "name": "balance"},
    **{"convention": "year_end_credit", "offered": (100, 2000), "over": 15},
}
COUNTS = {
    *("age", "years", "required", "max_total", "paid", "to_pay", "back", "total", "months"),
    *("divisor", "year", "minimum", "resident_months", "employee_months", "days", "most"),
}


def sample(code: Code, name: str) -> object:
    """A value of the kind that comes with a code under a name."""
    if name in SAMPLES:
        return SAMPLES[name]
    if isinstance(code, Gap) and name == "years" and code is not Gap.PART_YEARS:
        return (2026, 2027, 2029)
    if code is Gap.UNDER_NATIONAL_MINIMUM:
        return Decimal("163")
    return 12 if name in COUNTS else Decimal("1234.50")


def said(words: PensionWords, code: Code) -> Iterator[str]:
    """Everything that is said for a code."""
    values = {name: sample(code, name) for name in code.names}
    match code:
        case StepCode.REQUIRED_YEARS:
            for required, most in ((0, 0), (15, None), (9, 15)):
                yield words.step(Step(code, {"required": required, "max_total": most}))
        case StepCode():
            yield words.step(Step(code, values))
        case Gap():
            yield words.caveat(Caveat(code, values))
        case Reason():
            yield words.reason(code)
        case Fault():
            yield words.fault(code, values)
        case SchemeFault():
            yield words.scheme_problem(SchemeProblem(code, values))
        case Matter():
            yield words.caveat(Caveat(Gap.ASK_AGENCY, {"matter": code}))


CODES = [code for kind in (StepCode, Gap, Matter, Reason, Fault, SchemeFault) for code in kind]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES, ids=lambda code: f"{type(code).__name__}.{code}")
def test_every_code_has_words(code: Code, language: str) -> None:
    for text in said(PensionWords(language, BOOK), code):
        assert text.strip()
        assert not re.search(r"[{}]|None|Decimal|StepCode|Matter", text)


def test_no_words_are_left_of_codes_that_are_gone() -> None:
    groups = {"step": StepCode, "gap": Gap, "matter": Matter, "reason": Reason, "fault": Fault}
    for group, kind in (groups | {"scheme_fault": SchemeFault}).items():
        texts = {
            key.split(".", 2)[2] for key in catalogue("zh") if key.startswith(f"pension.{group}.")
        }
        names = {str(code) for code in kind}
        assert {text for text in texts if text not in names} <= {
            *("required_years_none", "required_years_capped", "account_moves_whole")
        }


def kinds(of: type) -> Iterator[type]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_table_way_of_attesting_and_convention_has_a_name() -> None:
    tables = {kind.table for kind in kinds(Row)}
    assert all(known(f"pension.table.{table}") for table in tables)
    assert all(known(f"pension.attested.{one}") for one in Attested)


def test_sums_leave_out_what_is_nothing() -> None:
    values = {
        "personal": Decimal(500),
        "by_government": Decimal(0),
        "collective": Decimal(0),
        "aid": Decimal(0),
        "subsidy": Decimal(60),
        "amount": Decimal(560),
    }
    words = PensionWords("zh", BOOK).step(Step(StepCode.CREDITED, values))
    assert words == "一年进账户：自己交 500元 + 政府补贴 60元 = 560元。"


def test_years_in_a_row_are_told_by_their_ends() -> None:
    assert PensionWords("zh", BOOK).years([2026, 2027, 2028, 2030]) == "2026–2028、2030"


@pytest.mark.parametrize(
    ("months", "words"), [(144, "12年"), (150, "12年6个月"), (7, "7个月"), (0, "0年")]
)
def test_a_length_of_time(months: int, words: str) -> None:
    assert PensionWords("zh", BOOK).span(months) == words


# --- sources -------------------------------------------------------------------------------------


def test_a_row_names_its_document_place_days_and_how_it_was_read() -> None:
    words = PensionWords("zh", BOOK)
    scheme = BOOK.scheme_named("jilin_2011")
    assert pension_sources.cite(scheme, words) == (
        "吉林省城镇居民社会养老保险试点实施意见（2011年），条目：三至六。"
        "适用吉林，2011年7月1日至2014年2月20日。读的是官方文字的转载。"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_on_record_can_be_cited(language: str) -> None:
    words = PensionWords(language, BOOK)
    for table in BOOK.model_fields_set:
        for row in getattr(BOOK, table):
            if isinstance(row, Row):
                title = row.source.title_en if language == "en" else row.source.title_zh
                assert title[:6] in pension_sources.cite(row, words)


BIRTHS = st.dates(date(1940, 1, 1), date(2008, 1, 1))
REGIONS = st.sampled_from(["990101", "220402", "41", "64", "52", "4301", "3505", "1401"])


@st.composite
def people(draw: st.DrawFn) -> Insured:
    birth = draw(BIRTHS)
    most = max(0, min(TODAY.year - birth.year - 16, 40))
    paid = draw(st.integers(0, most))
    return Insured(
        birth=birth,
        region=draw(REGIONS),
        joined=paid > 0,
        years_paid=paid,
        balance=draw(st.none() | st.decimals(0, 99999, places=2)),
        balance_on=draw(st.none() | st.dates(date(2020, 1, 1), TODAY)),
    )


def reasonings(person: Insured) -> Iterator[Reasoning]:
    yield estimate(BOOK, person, Plan(500), TODAY).why
    yield status(BOOK, person, TODAY).why
    yield move(BOOK, person.region, account=Decimal(1), years=1, receiving=False, on=TODAY).why
    for months in (0, 100, 200, 300):
        yield transfer(
            BOOK, BothSchemes(months, person.years_paid, at_employee_age=True), TODAY
        ).why


@given(people())
def test_each_step_that_tells_a_rule_leads_to_the_row_where_it_stands(person: Insured) -> None:
    for why in reasonings(person):
        for step in why.steps:
            rows = pension_sources.rows_of(step, why.rows)
            rule = set(pension_sources.RULES_OF.get(step.code, ())) - {"interest"}
            assert rows or not rule, step


def test_deadlines_deaths_and_inheritance_lead_to_their_rows() -> None:
    whys = [one.why for one in deadlines(BOOK, "transfer", TODAY)]
    whys.append(last_payment(BOOK, TODAY).why)
    for why in whys:
        for step in why.steps:
            assert pension_sources.rows_of(step, why.rows), step


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_reasoning_is_told_on_several_pages_and_nothing_is_lost(language: str) -> None:
    person = Insured(birth=date(1971, 5, 1), region="990101", joined=True, years_paid=9)
    why = estimate(BOOK, person, Plan(500), TODAY).why
    words = PensionWords(language, BOOK)
    pages = pension_sources.pages(why, words)
    text = "\n".join(pages)
    assert all(words.step(step) in text for step in why.steps)
    assert all(pension_sources.cite(row, words) in text for row in why.rows)
    assert all(words.caveat(one) in text for one in why.caveats)
    assert all(len(page) < 1500 for page in pages)


def test_a_reasoning_without_a_rule_says_so() -> None:
    (page,) = pension_sources.pages(Reasoning(), PensionWords("zh", BOOK))
    assert say("zh", "pension.why.none") in page


def test_what_a_county_writes_is_taken_literally() -> None:
    text = """
[[source]]
id = "county"
title_zh = "**大字**[链接](http://x)"
title_en = "_x_"
[[basic_pension]]
region = "990101"
amount = 180
valid_from = 2026-01-01
source = "county"
status = "statute"
"""
    book = RuleBook.read({"county.toml": text})
    cited = pension_sources.cite(book.basic_pension[-1], PensionWords("zh", book))
    assert "\\*\\*大字" in cited
    assert "\\[链接\\](" in cited
