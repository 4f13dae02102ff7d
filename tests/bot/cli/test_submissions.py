"""Records are listed, shown as the person saw them, and exported so that nothing runs."""

from __future__ import annotations

import asyncio
import csv
import sqlite3
import stat
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.export import HEAD
from bot.record_view import flat, plain
from bot.spreadsheets import harmless
from core.clock import SystemClock
from storage.database import Database
from tests.bot.cli import paper_visit
from tests.bot.cli.conftest import Command
from tests.clock import TurnedClock

FIRST = "uuid:00000001-0000"


@pytest.fixture
def records(village: None, sqlite_url: str) -> None:
    async def fill() -> None:
        database = await Database.open(sqlite_url, SystemClock())
        await paper_visit.publish(database)
        await paper_visit.visit(database, 1)
        await paper_visit.visit(
            database,
            2,
            visit_date=date(2026, 10, 1),
            subject_code="-2+3",
            answers={"visit": {"who": "away"}, "weight": 61.5, "next": "2026-12-01", "+t": "\tx"},
        )
        await database.close()

    asyncio.run(fill())


def audited(sqlite_url: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    rows = connection.execute(
        "SELECT channel, purpose, action, object FROM audit WHERE purpose LIKE 'submissions%'"
    ).fetchall()
    connection.close()
    return rows


def test_a_list_shows_the_newest_first(records: None, zoufang: Command) -> None:
    out = zoufang("submissions", "list").out
    assert out.index("00000002") < out.index("00000001")
    assert "HA00001" in out
    assert "2026-11-21 10:01" in out  # local time


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--since", "2026-11-01"], {"1"}),
        (["--until", "2026-11-01"], {"2"}),
        (["--form", "paper_visit"], {"1", "2"}),
        (["--form", "other"], set()),
        (["--area", "990202100"], {"1", "2"}),
        (["--area", "990202101"], set()),
        (["--limit", "1"], {"2"}),
    ],
)
def test_a_list_takes_filters(
    records: None, zoufang: Command, arguments: list[str], found: set[str]
) -> None:
    out = zoufang("submissions", "list", *arguments).out
    assert {number for number in "12" if f"0000000{number}" in out} == found


def test_a_record_is_shown_with_labels_and_scores(records: None, zoufang: Command) -> None:
    done = zoufang("submissions", "show", "00000001")
    assert done.status == 0
    for words in (
        FIRST,
        "paper_visit 7",
        "见到本人了吗",
        "见到",
        "助餐、助浴",
        "备注",
        "妻子",
        "女儿",
    ):
        assert words in done.out
    assert "roster[2]/kin" in done.out
    (score,) = [line for line in done.out.splitlines() if "score" in line]
    assert score.split() == ["score", "7"]


def test_a_record_is_shown_in_english(
    records: None, zoufang: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOUFANG_LANGUAGE", "en")
    out = zoufang("submissions", "show", FIRST).out
    assert "Did you meet them" in out
    assert "meals, bathing" in out
    assert "见到" not in out


@pytest.fixture
def corrected(village: None, sqlite_url: str) -> None:
    """One record, and its correction."""

    async def fill() -> None:
        database = await Database.open(sqlite_url, TurnedClock())
        await paper_visit.publish(database)
        await paper_visit.visit(database, 1)
        await paper_visit.correct(database, FIRST, 2, answers={"visit": {"who": "away"}})
        await database.close()

    asyncio.run(fill())


def test_a_list_holds_what_stands_and_says_what_it_replaces(
    corrected: None, zoufang: Command
) -> None:
    (row,) = [line for line in zoufang("submissions", "list").out.splitlines() if "paper" in line]
    assert row.split()[0] == "00000002"
    assert row.split()[-1] == "00000001"
    rows = zoufang("submissions", "list", "--former").out.splitlines()
    states = [line.split()[-1] for line in rows if "paper" in line]
    assert states == ["有效", "已被更正"]


@pytest.mark.parametrize("asked", ["00000001", "00000002"])
def test_a_corrected_record_is_shown_as_it_stands(
    corrected: None, zoufang: Command, asked: str
) -> None:
    out = zoufang("submissions", "show", asked).out
    assert "外出" in out
    assert "见到\n" not in out
    assert f"原记录：{FIRST}" in out


def test_the_former_version_is_shown_if_asked_for(corrected: None, zoufang: Command) -> None:
    out = zoufang("submissions", "show", "00000001", "--former").out
    assert "助餐、助浴" in out
    assert "已更正，现在有效的是：uuid:00000002-0000" in out


def test_an_export_holds_what_stands(corrected: None, zoufang: Command, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    zoufang("submissions", "export", file)
    (row,) = csv.DictReader(file.open(encoding="utf-8-sig"))
    assert (row["record id"], row["replaces record"]) == ("uuid:00000002-0000", FIRST)


@pytest.mark.parametrize("asked", ["0000000", "nothing", "%"])
def test_a_record_that_is_not_one_is_refused(records: None, zoufang: Command, asked: str) -> None:
    assert asked in zoufang("submissions", "show", asked).refusal


def test_a_csv_export_holds_everything_and_no_formula(
    records: None, zoufang: Command, tmp_path: Path
) -> None:
    file = tmp_path / "out.csv"
    assert "2" in zoufang("submissions", "export", file).out
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        first, second = csv.DictReader(stream)
    assert first["record id"] == FIRST
    assert first["visit date"] == "2026-11-20"
    assert first["entered at"] == "2026-11-21 10:01:00"
    assert (first["who"], first["needs"], first["score"]) == ("met", "food bath", "7")
    assert (first["roster[1]/kin"], first["roster[2]/kin"]) == ("妻子", "女儿")
    assert first["note"].startswith("'=")
    assert (second["subject code"], second["'+t"]) == ("'-2+3", "'\tx")
    assert (second["weight"], second["next"], second["score"]) == ("61.5", "2026-12-01", "")


def test_a_workbook_has_typed_cells_a_frozen_head_and_no_formula(
    records: None, zoufang: Command, tmp_path: Path
) -> None:
    file = tmp_path / "out.xlsx"
    assert zoufang("submissions", "export", file).status == 0
    sheet = openpyxl.load_workbook(file)["paper_visit"]
    assert sheet.freeze_panes == "B2"
    head = [cell.value for cell in sheet[1]]
    assert tuple(head[: len(HEAD)]) == HEAD
    first, second = (dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=2))
    assert first["visit date"].value == datetime(2026, 11, 20)  # noqa: DTZ001
    assert first["score"].value == 7
    assert second["weight"].value == 61.5
    assert second["next"].value == datetime(2026, 12, 1)  # noqa: DTZ001
    for cell in (first["note"], second["subject code"], sheet.cell(1, head.index("+t") + 1)):
        assert cell.data_type == "s"
    assert first["note"].value == paper_visit.ANSWERS["note"]
    assert first["note"].quotePrefix


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_an_export_is_its_owners_alone_and_never_overwrites(
    records: None, zoufang: Command, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    zoufang("submissions", "export", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    assert name in zoufang("submissions", "export", file).refusal
    assert file.read_bytes() == before


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_an_export_of_nothing_has_its_head(
    records: None, zoufang: Command, tmp_path: Path, name: str
) -> None:
    done = zoufang("submissions", "export", tmp_path / name, "--form", "other")
    assert "0" in done.out
    assert (tmp_path / name).exists()


def test_a_place_that_can_not_be_written_leaves_nothing(
    records: None, zoufang: Command, tmp_path: Path
) -> None:
    assert "missing" in zoufang("submissions", "export", tmp_path / "missing" / "a.csv").refusal
    assert ".ods" in zoufang("submissions", "export", tmp_path / "a.ods").refusal
    assert not [file for file in tmp_path.iterdir() if file.name.endswith(".part")]


def test_every_look_is_in_the_audit(
    records: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    zoufang("submissions", "list")
    zoufang("submissions", "show", FIRST)
    zoufang("submissions", "export", tmp_path / "a.csv", "--form", "paper_visit")
    assert audited(sqlite_url) == [
        ("cli", "submissions list", "list", "* * * *"),
        ("cli", "submissions show", "show", FIRST),
        ("cli", "submissions export", "export", "paper_visit * * * 2"),
    ]


@given(st.text())
def test_no_text_begins_like_a_formula_after_it_was_made_harmless(text: str) -> None:
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert harmless(text).removeprefix("'") == text.removeprefix("'") or text.startswith("'")


scalars = st.text() | st.integers() | st.booleans() | st.none()
groups = st.recursive(
    st.dictionaries(st.text(min_size=1), scalars, max_size=3),
    lambda inner: st.dictionaries(
        st.text(min_size=1), inner | st.lists(inner, min_size=1, max_size=3), max_size=3
    ),
)


@given(groups)
def test_opening_up_loses_no_answer(answers: dict[str, Any]) -> None:
    def leaves(value: Any) -> int:
        if isinstance(value, dict):
            return sum(leaves(one) for one in value.values())
        if isinstance(value, list):
            return sum(leaves(one) for one in value)
        return 1

    assert len(list(flat(answers))) == leaves(answers)


def test_values_without_labels_read_well() -> None:
    assert [plain(value) for value in (7.0, 7.5, True, ["a", "b"], "x")] == [
        "7",
        "7.5",
        "true",
        "a b",
        "x",
    ]
