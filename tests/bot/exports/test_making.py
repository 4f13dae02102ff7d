"""A table is made whole in each format, with types kept and nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import json
import stat
import zipfile
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from bot.exports import making
from bot.exports.cells import Line, Value
from bot.exports.definition import Definition
from bot.exports.formats import Head
from bot.exports.formats.xlsx import Workbook
from bot.exports.making import Asked, Caller, ExportError, make
from bot.exports.scheduled import Scheduled
from bot.exports.sealing import unseal
from bot.ground import Grounds
from bot.settings import Settings
from storage.backup.envelope import BackupError
from storage.database import Database
from storage.policy import OPERATOR, Actor, Role
from storage.tables import audit
from tests import world
from tests.bot.cli import paper_visit

CALLER = Caller(OPERATOR, "cli")


def column(source: str, title: str, **more: str) -> dict[str, Any]:
    return {"from": source, "titles": {"zh": title}, **more}


VISITS: dict[str, Any] = {
    "id": "visits",
    "titles": {"zh": "走访"},
    "source": "records",
    "form": "paper_visit",
    "order": "entered",
    "geo": "place",
    "columns": [
        column("area.village", "村"),
        column("subject.code", "编号"),
        column("record.visit_date", "日期"),
        column("record.entered_at", "录入"),
        column("answer.who", "见到"),
        column("answer.who", "见到代码", show="code", key="who_code"),
        column("answer.needs", "需要"),
        column("answer.note", "备注"),
        column("answer.score", "分"),
        column("answer.kin", "家人"),
    ],
}
FIRST = ["柳湾村", "HA00001", date(2026, 11, 20), "见到", "met", "助餐、助浴", 7, "妻子；女儿"]


def definition(**changes: Any) -> Definition:
    return Definition.model_validate(VISITS | changes)


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


@pytest.fixture
async def visited(database: Database) -> AsyncIterator[Database]:
    await world.settle(database)
    await paper_visit.publish(database)
    await paper_visit.visit(database, 1)
    await paper_visit.visit(
        database,
        2,
        visit_date=date(2026, 10, 1),
        outcome="nobody",
        answers={"visit": {"who": "away"}, "place": {"latitude": 26.5, "longitude": 103.25}},
    )
    yield database


async def made(database: Database, file: Path, one: Definition | None = None, **asked: Any) -> int:
    return await make(database, CALLER, one or definition(), Asked(file, **asked))


async def test_a_workbook_keeps_types_and_runs_nothing(visited: Database, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    assert await made(visited, file) == 2
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    book = openpyxl.load_workbook(file)
    sheet = book["走访"]
    assert sheet.freeze_panes == "B2"
    assert [one.value for one in sheet[1]][:3] == ["村", "编号", "日期"]
    first = sheet[2]
    assert str(first[2].value) == "2026-11-20 00:00:00"
    assert first[2].number_format == "yyyy-mm-dd"
    assert isinstance(first[3].value, datetime)
    assert [one.value for one in first[4:7]] == ["见到", "met", "助餐、助浴"]
    assert first[7].value == paper_visit.ANSWERS["note"]
    assert first[7].data_type == "s"  # text, not a formula
    assert first[7].quotePrefix
    assert first[8].value == 7
    assert first[9].value == "妻子；女儿"
    assert [row[0].value for row in book["说明"]][:2] == ["表名", "地区"]


async def test_csv_is_read_by_excel_and_harmless(visited: Database, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    await made(visited, file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(file.open(encoding="utf-8-sig", newline="")))
    assert rows[1][7].startswith("'=HYPERLINK")
    assert rows[1][8] == "7"


async def test_json_has_keys_and_typed_values(visited: Database, tmp_path: Path) -> None:
    await made(visited, tmp_path / "a.jsonl")
    first = json.loads((tmp_path / "a.jsonl").read_text("utf-8").splitlines()[0])
    assert (first["who"], first["who_code"], first["score"]) == ("见到", "met", 7)
    assert first["visit_date"] == "2026-11-20"
    await made(visited, tmp_path / "a.geojson")
    features = json.loads((tmp_path / "a.geojson").read_text("utf-8"))["features"]
    assert [one["geometry"] for one in features] == [
        None,
        {"type": "Point", "coordinates": [103.25, 26.5]},
    ]


@pytest.mark.parametrize(
    ("changes", "asked", "rows"),
    [
        ({}, {"since": date(2026, 11, 1)}, 1),
        ({}, {"until": date(2026, 11, 1)}, 1),
        ({}, {"area": world.GRID}, 2),
        ({}, {"area": "990299"}, 0),
        ({"filter": {"outcomes": ["nobody"]}}, {}, 1),
        ({"filter": {"period": "last_month"}}, {}, 1),
        ({"filter": {"period": "last_month"}}, {"since": date(2026, 1, 1)}, 2),
        ({"form": "other"}, {}, 0),
        ({"repeat": "roster"}, {}, 2),  # a row for each member
        ({"order": "area"}, {}, 2),
    ],
)
async def test_rows_are_chosen(
    visited: Database, tmp_path: Path, changes: Any, asked: Any, rows: int
) -> None:
    file = tmp_path / "a.jsonl"
    assert await made(visited, file, definition(**changes), **asked) == rows
    assert len(file.read_text("utf-8").splitlines()) == rows


async def test_chunks_follow_one_another(
    visited: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3, 12):
        await paper_visit.visit(visited, number)
    monkeypatch.setattr("storage.exporting.CHUNK", 3)
    for order in ("entered", "area"):
        file = tmp_path / f"{order}.jsonl"
        assert await made(visited, file, definition(order=order)) == 11


async def test_a_corrected_record_stands_once(visited: Database, tmp_path: Path) -> None:
    await paper_visit.correct(visited, "uuid:00000001-0000", 3)
    assert await made(visited, tmp_path / "a.jsonl") == 2


async def test_an_archive_holds_the_table_and_the_files(visited: Database, tmp_path: Path) -> None:
    async with visited.unit(OPERATOR, "test") as uow:
        kept = await uow.media.put(b"picture", "a.jpg", "image/jpeg", "k")
        await uow.media.attach([kept.id], "uuid:00000001-0000")
    await made(visited, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        inside = f"media/00000001-0000/{kept.record_name}"
        assert set(archive.namelist()) == {"visits.xlsx", inside}
        assert archive.read(inside) == b"picture"


async def test_a_sealed_file_opens_with_the_key_only(visited: Database, tmp_path: Path) -> None:
    sealed, plain = tmp_path / "a.csv.sealed", tmp_path / "a.csv"
    await made(visited, sealed, definition(sealed=True))
    assert "助餐".encode() not in sealed.read_bytes()
    unseal(sealed, plain)
    assert "助餐" in plain.read_text("utf-8-sig")
    sealed.write_bytes(sealed.read_bytes()[:-1])
    with pytest.raises(BackupError):
        unseal(sealed, tmp_path / "b.csv")
    assert names(tmp_path) >= {"a.csv", "a.csv.sealed"}
    assert not {"b.csv", ".b.csv.part"} & names(tmp_path)


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [
        ("a.docx", {}, "suffix"),
        ("a.geojson", {"geo": ""}, "no_geo"),
        ("a.csv", {"sealed": True}, "sealed_only"),
    ],
)
async def test_what_can_t_be_made_is_refused(
    database: Database, tmp_path: Path, name: str, changes: Any, code: str
) -> None:
    with pytest.raises(ExportError) as refused:
        await made(database, tmp_path / name, definition(**changes))
    assert refused.value.code == code
    assert name not in names(tmp_path)


async def test_nothing_is_left_of_a_table_that_broke(
    visited: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(done: int, total: int) -> None:
        raise RuntimeError

    for name in ("a.xlsx", "a.csv", "a.zip", "a.geojson", "a.csv.sealed"):
        before = names(tmp_path)
        with pytest.raises(RuntimeError):
            await make(visited, CALLER, definition(), Asked(tmp_path / name), told=broken)
        assert names(tmp_path) == before


async def test_a_file_that_is_there_is_left_alone(visited: Database, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(ExportError):
        await made(visited, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "mine"


async def test_a_supervisor_gets_their_own_area(visited: Database, tmp_path: Path) -> None:
    own = Actor(Role.TOWNSHIP_SUPERVISOR, world.GRID[:9], account_id=1)
    other = Actor(Role.TOWNSHIP_SUPERVISOR, "990299999", account_id=1)
    people = Definition.model_validate(
        {"id": "people", "titles": {"zh": "人"}, "source": "register"}
        | {"columns": [column("subject.code", "编号"), column("subject.age", "年龄")]}
    )
    for actor, some in ((own, True), (other, False)):
        file = tmp_path / f"{some}.jsonl"
        assert bool(await make(visited, Caller(actor, "web"), people, Asked(file))) is some


async def test_what_was_exported_stands_in_the_audit(visited: Database, tmp_path: Path) -> None:
    await made(visited, tmp_path / "a.csv")
    query = select(audit.c.purpose, audit.c.object).where(audit.c.action == "export")
    async with visited.unit(OPERATOR, "test") as uow:
        rows = (await uow.connection.execute(query)).all()
    assert [tuple(row) for row in rows] == [("export visits", "visits * 2")]


def test_a_sheet_that_is_full_is_followed_by_another(tmp_path: Path) -> None:
    head = Head("走访/月[报]", ["甲"], ["a"], [("表名", "走访")], "说明")
    book = Workbook(tmp_path / "a.xlsx", head, rows=2)
    for number in range(5):
        book.row(Line([number]))
    book.close()
    sheets = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets
    assert [sheet.max_row for sheet in sheets[:3]] == [3, 3, 2]
    assert sheets[2].title == "走访_月_报_ 3"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (999_999_999_999_999, 999_999_999_999_999),
        (110_101_199_003_078_901, "110101199003078901"),
        (-(10**400), str(-(10**400))),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (True, True),
        (date(1900, 2, 28), "1900-02-28"),
        (date(1, 1, 1), "0001-01-01"),
        (date(1931, 5, 6), datetime(1931, 5, 6)),  # noqa: DTZ001 - as openpyxl reads a day
    ],
)
def test_a_cell_holds_nothing_else_than_was_said(
    value: Value, cell: object, tmp_path: Path
) -> None:
    head = Head("走访", ["甲"], ["a"], [], "说明")
    book = Workbook(tmp_path / "a.xlsx", head)
    book.row(Line([value]))
    book.close()
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert sheet["A2"].value == cell


async def test_the_clock_makes_each_table_once_a_period(database: Database, tmp_path: Path) -> None:
    await world.settle(database)
    target = tmp_path / "out"
    settings = Settings(export_dir=target)
    scheduled = Scheduled(database, settings, Grounds(settings).current)
    await scheduled.make()
    made_first = {one.name: one.stat().st_mtime_ns for one in target.iterdir()}
    assert "elderly_ledger_2026-10-01.xlsx" in made_first
    assert "child_ledger_2026-07-01.xlsx" in made_first
    assert "overdue_2026-11-09.xlsx" in made_first
    await scheduled.make()
    assert {one.name: one.stat().st_mtime_ns for one in target.iterdir()} == made_first


def test_days_that_are_asked_for_go_before_the_period() -> None:
    one = definition(filter={"period": "last_month", "area": "990101"})
    today = date(2026, 11, 21)
    chosen = making.wanted(one, Asked(Path("a.csv")), today)
    assert (chosen.since, chosen.until) == (date(2026, 10, 1), date(2026, 10, 31))
    assert chosen.area == "990101"
    asked = Asked(Path("a.csv"), "990101100", date(2026, 1, 1))
    chosen = making.wanted(one, asked, today)
    assert (chosen.area, chosen.since, chosen.until) == ("990101100", date(2026, 1, 1), None)
