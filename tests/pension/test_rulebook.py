"""The data files are whole, and a county's own rows go before them or are refused by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from pension import RuleBook, RuleBookError, RuleProblem
from pension.rows import Row, Source, Status, in_force
from pension.tables import BasicLevel
from tests.pension.conftest import COUNTY, VILLAGE

WithCounty = Callable[[str], RuleBook]

TABLE = f"""
[[scheme]]
id = "example_county"
frame = "national_2014"
region = "{COUNTY}"
valid_from = 2026-01-01
source = "county_notice"
status = "statute"
tiers = [200, 500, 5000]
subsidies = [
  {{ tier = 200, amount = 40 }},
  {{ tier = 500, amount = 70.5 }},
  {{ tier = 5000, amount = 300 }},
]
"""


def refusal(text: str) -> RuleProblem:
    with pytest.raises(RuleBookError) as caught:
        RuleBook.read({"county.toml": text})
    (problem,) = caught.value.problems
    return problem


def test_every_row_tells_its_source_and_status(book: RuleBook) -> None:
    tables = [getattr(book, name) for name in RuleBook.model_fields if name != "place"]
    rows: list[Row] = [row for table in tables for row in table]
    assert len(rows) > 60
    for row in rows:
        assert row.source.title_zh
        assert row.source.title_en
        assert isinstance(row.status, Status)


def test_no_two_rows_of_the_national_minimum_meet_or_leave_a_gap(book: RuleBook) -> None:
    rows = [row for row in book.basic_pension if not row.region]
    for former, later in pairwise(rows):
        assert former.valid_to is not None
        assert later.valid_from is not None
        assert (later.valid_from - former.valid_to).days == 1
    assert rows[-1].valid_to is None


def test_places_of_the_tables_have_names(book: RuleBook) -> None:
    named = {place.region for place in book.place}
    assert {row.region for row in (*book.basic_pension, *book.launch, *book.scheme)} <= named
    found = book.place_named("640105001001")
    assert found is not None
    assert (found.name_zh, found.name_en) == ("宁夏", "Ningxia")


def test_the_pilot_of_2011_is_kept_as_a_version_that_ended(book: RuleBook) -> None:
    pilot = book.scheme_named("jilin_2011")
    assert book.scheme_in_force("220402", date(2012, 5, 1)) is pilot
    now = book.scheme_in_force("220402", date(2026, 5, 1))
    assert now.id == "national_2014"


def test_a_countys_own_table_takes_the_rest_from_its_frame(with_county: WithCounty) -> None:
    scheme = with_county(TABLE).scheme_in_force(VILLAGE, date(2026, 11, 22))
    assert scheme.tiers == (200, 500, 5000)
    assert scheme.subsidy_of(500) == Decimal("70.5")
    assert (scheme.divisor, scheme.full_years, scheme.inherits_subsidy) == (139, 15, True)
    assert scheme.floor_of(5000) == 60


def test_a_countys_own_row_goes_before_a_built_in_one_of_the_same_place(
    with_county: WithCounty,
) -> None:
    mine = with_county("""
[[basic_pension]]
region = "64"
amount = 199
valid_from = 2023-01-01
source = "county_notice"
status = "statute"
""")
    row = in_force(mine.basic_pension, "640105", date(2023, 5, 1))
    assert row is not None
    assert row.amount == 199


def test_the_nearest_place_counts_and_then_the_latest_day() -> None:
    source = Source(id="s", title_zh="据", title_en="source")

    def row(region: str, start: date, amount: int) -> BasicLevel:
        return BasicLevel(
            region=region,
            valid_from=start,
            amount=Decimal(amount),
            source=source,
            status=Status.STATUTE,
        )

    early, late = date(2020, 1, 1), date(2024, 1, 1)
    rows = [row("", late, 1), row("99", late, 3), row("99", early, 2), row("9902", early, 4)]
    assert in_force(rows, "110101", late) == rows[0]
    assert in_force(rows, "9903", late) == rows[1]
    assert in_force(rows, "9903", early) == rows[2]
    assert in_force(rows, "990201", late) == rows[3]
    assert in_force(rows, "990201", date(2019, 12, 31)) is None


def test_errors_name_file_table_row_and_field() -> None:
    good = '[[clock]]\nid = "a"\nworking_days = 5\nsource = "own_convention"\nstatus = "copy"\n'
    bad = good.replace("working_days = 5", "working_days = -5")
    problem = refusal(good + bad)
    where = (problem.file, problem.table, problem.row, problem.field)
    assert where == ("county.toml", "clock", 2, "working_days")
    assert problem.code == "greater_than"


@pytest.mark.parametrize(
    ("text", "table", "code"),
    [
        ("[[clock]", "", "toml"),
        ('[[clock]]\nid = "a"\nsource = "nowhere"\n', "clock", "unknown_source"),
        ('[[scheme]]\nid = "a"\nframe = "b"\nsource = "own_convention"', "scheme", "unknown_frame"),
        ('[[source]]\nid = "a"\ntitle_zh = ""\ntitle_en = "a"\n', "source", "string_too_short"),
        ('[[clocks]]\nid = "a"\nsource = "own_convention"\n', "clocks", "extra_forbidden"),
    ],
)
def test_what_can_not_be_read_is_refused(text: str, table: str, code: str) -> None:
    problem = refusal(text)
    assert (problem.file, problem.table, problem.code) == ("county.toml", table, code)


@pytest.mark.parametrize(
    "row",
    [
        'amount = 100\nannounced = 110\nvalid_from = 2026-01-01\nregion = "99"',
        'region = "99"\nvalid_from = 2026-01-01',
        'amount = -1\nvalid_from = 2026-01-01\nregion = "99"',
        'amount = 1.005\nvalid_from = 2026-01-01\nregion = "99"',
        'amount = 100\nvalid_from = 2026-01-01\nvalid_to = 2025-12-31\nregion = "99"',
        'amount = 100\nvalid_from = 2026-01-01\nregion = "宁夏"',
    ],
)
def test_a_basic_pension_that_can_not_be_is_refused(row: str) -> None:
    text = f'[[basic_pension]]\nsource = "own_convention"\nstatus = "copy"\n{row}\n'
    problem = refusal(text)
    assert (problem.file, problem.table, problem.row) == ("county.toml", "basic_pension", 1)
