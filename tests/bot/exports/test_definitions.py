"""A table's file is read, or told what is wrong with it; the built-in ones fit their forms."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from bot.exports.checking import names
from bot.exports.periods import FINISHED, Period, span
from bot.exports.shelf import LIBRARY, read, read_all
from core.texts import known
from forms import Form, library

HEAD = """
id = "mine"
titles = { zh = "我的表" }
source = "records"
form = "child_checkin"
"""
COLUMN = """
[[columns]]
from = "record.visit_date"
titles = { zh = "日期" }
"""


def codes(text: str, folder: Path) -> list[tuple[str, str]]:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    _, problems = read([file])
    assert all(known(f"exports.problem.{one.code}") for one in problems)
    return [(one.where, one.code) for one in problems]


def test_the_built_in_tables_are_whole() -> None:
    found, problems = read_all(None)
    assert not problems
    assert len(found) == len(list(LIBRARY.glob("*.toml")))
    assert all(file.stem in found for file in LIBRARY.glob("*.toml"))


@pytest.mark.parametrize("form_id", sorted({one.form for one in read_all(None)[0].values()} - {""}))
def test_the_built_in_tables_name_questions_that_there_are(form_id: str) -> None:
    made = convert(xlsform=library.source(form_id), file_type=".md", validate=False)
    known_names = names(Form.from_xform(made.xform.encode()))
    for one in read_all(None)[0].values():
        if one.form == form_id:
            assert one.asked <= known_names
            assert not one.repeat or one.repeat in known_names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + COLUMN, []),
        (HEAD, [("columns", "missing")]),
        ("x = [", [("", "not_toml")]),
        (HEAD + "colour = 1" + COLUMN, [("colour", "unknown")]),
        (HEAD.replace("child_checkin", "") + COLUMN, [("", "form_missing")]),
        (HEAD.replace("records", "register") + COLUMN, [("", "form_unused")]),
        (HEAD + COLUMN.replace("visit_date", "visited"), [("columns.1", "field_unknown")]),
        (HEAD + COLUMN.replace("record.visit_date", "duty.rule"), [("", "column_misplaced")]),
        (HEAD + COLUMN.replace("record.visit_date", "subject.phone"), [("", "column_unsealed")]),
        (HEAD + COLUMN + COLUMN, [("", "column_twice")]),
        (HEAD + 'filter = { period = "soon" }' + COLUMN, [("filter.period", "bad_value")]),
        (HEAD.replace("mine", "m" * 33) + COLUMN, [("id", "bad_value")]),
        (HEAD + 'filter = { area = "99x" }' + COLUMN, [("filter.area", "bad_value")]),
    ],
)
def test_what_is_wrong_is_told_by_its_place(
    tmp_path: Path, text: str, expected: list[tuple[str, str]]
) -> None:
    assert codes(text, tmp_path) == expected


def test_a_county_s_own_table_stands_in_place_of_a_built_in_one(tmp_path: Path) -> None:
    own = (LIBRARY / "overdue.toml").read_text("utf-8").replace("逾期未走访名单", "本县逾期")
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    found, problems = read_all(tmp_path)
    assert not problems
    assert found["overdue"].titles.zh == "本县逾期"


@given(st.sampled_from(get_args(Period)), st.dates(date(2000, 1, 8), date(2100, 1, 1)))
def test_a_period_lies_around_or_before_its_day(period: Period, today: date) -> None:
    first, last = span(period, today)
    assert first <= last
    if period.startswith("this"):
        assert first <= today <= last
    else:
        assert last < today
        assert today - last <= timedelta(days=366)


@given(st.sampled_from(list(FINISHED.values())), st.dates(date(2001, 1, 1), date(2100, 1, 1)))
def test_periods_that_are_over_follow_one_another_without_a_gap(
    period: Period, today: date
) -> None:
    first, last = span(period, today)
    assert span(period, first)[1] == first - timedelta(days=1)
    assert span(period, last + timedelta(days=1)) == (first, last)
