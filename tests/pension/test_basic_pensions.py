"""The basic pension on record, and that no doubtful figure ever stands bare."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pension import BasicPension, Gap, Month, Reason, RuleBook, StepCode, basic_pension, built_in
from pension.months import months_after
from tests.pension.conftest import COUNTY, VILLAGE

WithCounty = Callable[[str], RuleBook]


def county_row(amount: int, start: str, more: str = "") -> str:
    return (
        f'[[basic_pension]]\nregion = "{COUNTY}"\namount = {amount}\nvalid_from = {start}\n'
        f'source = "county_notice"\nstatus = "statute"\n{more}\n'
    )


def look_up(region: str, month: str, book: RuleBook | None = None) -> BasicPension:
    return basic_pension(book or built_in(), region, Month.parse(month))


@pytest.mark.parametrize(
    ("month", "amount"),
    [
        ("2009-09", 55),
        ("2014-06", 55),
        ("2014-07", 70),
        ("2017-12", 70),
        ("2018-01", 88),
        ("2020-07", 93),
        ("2024-01", 123),
        ("2025-12", 143),
        ("2026-11", 163),
    ],
)
def test_the_national_minimum_by_month(month: str, amount: int) -> None:
    found = look_up("", month)
    assert (found.amount, found.at_least, found.reason) == (amount, amount, None)


def test_minimums_whose_first_day_is_not_sure_say_so() -> None:
    assert look_up("", "2022-09").why.doubts(Gap.START_UNCERTAIN)
    assert look_up("", "2026-09").why.doubts(Gap.NOT_VERIFIED)


def test_before_the_first_minimum_there_is_no_figure_at_all() -> None:
    found = look_up("41", "2008-01")
    assert (found.amount, found.at_least, found.reason) == (None, None, Reason.NOT_ON_RECORD)


def test_the_minimum_itself_grows_old() -> None:
    assert look_up("", "2027-01").amount == 163
    old = look_up("", "2027-02")
    assert (old.amount, old.last_known, old.at_least) == (None, 163, 163)
    assert old.reason is Reason.MAY_BE_OUTDATED


@pytest.mark.parametrize(
    ("region", "month", "amount"),
    [
        ("41", "2022-12", 113),
        ("410102", "2023-12", 123),
        ("13", "2022-12", 123),
        ("13", "2024-01", 133),
    ],
)
def test_regional_rows_count_for_the_places_in_them(region: str, month: str, amount: int) -> None:
    found = look_up(region, month)
    assert (found.amount, found.reason) == (amount, None)
    assert [step.code for step in found.why.steps] == [
        StepCode.NATIONAL_MINIMUM,
        StepCode.BASIC_PENSION,
    ]


def test_what_a_row_was_before_it_was_first_seen_is_not_on_record() -> None:
    found = look_up("64", "2022-11")
    assert (found.amount, found.last_known) == (None, None)
    assert found.reason is Reason.NOT_ON_RECORD


def test_a_row_older_than_twelve_months_gives_no_amount() -> None:
    found = look_up("64", "2024-02")
    assert (found.amount, found.last_known, found.at_least) == (None, 180, 123)
    assert found.reason is Reason.MAY_BE_OUTDATED
    (caveat,) = [each for each in found.why.caveats if each.code is Gap.MAY_BE_OUTDATED]
    assert caveat.values["since"] == date(2023, 1, 1)


def test_a_row_under_the_national_minimum_gives_no_amount() -> None:
    found = look_up("41", "2026-11")
    assert (found.amount, found.last_known, found.at_least) == (None, 123, 163)
    assert found.reason is Reason.UNDER_NATIONAL_MINIMUM
    assert found.why.doubts(Gap.MAY_BE_OUTDATED)


@pytest.mark.parametrize(
    ("region", "reason"),
    [
        ("520100", Reason.EFFECTIVE_DATE_NOT_STATED),
        ("430102", Reason.LEVEL_NOT_STATED),
        ("350502", Reason.VARIES_BY_COUNTY),
        (VILLAGE, Reason.NOT_ON_RECORD),
    ],
)
def test_a_source_that_states_no_level_gives_no_amount(region: str, reason: Reason) -> None:
    found = look_up(region, "2023-08")
    assert (found.amount, found.last_known, found.reason) == (None, None, reason)
    assert found.why.doubts(Gap.NOT_ON_RECORD)
    assert found.at_least == (150 if reason is Reason.VARIES_BY_COUNTY else 103)


def test_what_a_source_does_state_is_told() -> None:
    assert look_up("52", "2023-06").announced == 128
    assert look_up("4301", "2023-06").increase == 10


def test_a_county_row_that_was_checked_again_stays_fresh(with_county: WithCounty) -> None:
    checked = with_county(county_row(175, "2024-07-01", "checked_on = 2026-09-30"))
    assert look_up(VILLAGE, "2026-11", checked).amount == 175
    unchecked = with_county(county_row(175, "2024-07-01"))
    assert look_up(VILLAGE, "2026-11", unchecked).amount is None


def test_a_row_that_is_known_to_have_ended_is_history_and_not_old(with_county: WithCounty) -> None:
    book = with_county(county_row(120, "2016-01-01", "valid_to = 2019-12-31"))
    assert look_up(VILLAGE, "2019-06", book).amount == 120


def test_a_dated_row_goes_before_an_announcement(with_county: WithCounty) -> None:
    book = with_county(
        county_row(180, "2026-01-01")
        + f'[[basic_pension]]\nregion = "{COUNTY}"\nannounced = 200\n'
        + 'source = "county_notice"\nstatus = "copy"\n'
    )
    assert look_up(VILLAGE, "2026-11", book).amount == 180
    assert look_up(VILLAGE, "2025-11", book).announced == 200


months = st.dates(date(2009, 9, 1), date(2030, 12, 31)).map(Month.of)
places = st.sampled_from(["", "13", "4101", "4301", "350502", "52", "640100", VILLAGE, "22"])


@given(places, months)
def test_an_amount_is_fresh_and_not_under_the_minimum_or_it_is_not_there(
    region: str, month: Month
) -> None:
    found = look_up(region, str(month))
    assert (found.amount is None) == (found.reason is not None)
    assert found.national_minimum is not None
    if found.amount is None:
        assert found.why.doubts(Gap.NOT_ON_RECORD, Gap.MAY_BE_OUTDATED, Gap.UNDER_NATIONAL_MINIMUM)
        return
    assert found.amount >= found.national_minimum
    assert isinstance(found.amount, Decimal)
    row = found.why.rows[-1]
    seen = row.last_seen()
    assert seen is not None
    assert row.valid_to is not None or months_after(seen, 12) >= month.first_day
