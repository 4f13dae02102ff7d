"""A register file comes in whole or not at all, and every mistake is told by its cell."""

from __future__ import annotations

import asyncio
import csv
import io
import sqlite3
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.register.columns import PEOPLE, tags
from bot.register.files import Cell, Row, Sheet
from bot.register.rows import entries
from core.clock import SystemClock
from storage.database import Database
from storage.policy import OPERATOR
from storage.register import PersonFile
from tests import world
from tests.bot.cli.conftest import Command

HEAD = (
    "户编号",
    "区划代码",
    "地址",
    "姓名",
    "性别",
    "出生日期",
    "身份证号",
    "电话",
    "户主",
    "标签",
)
GRANDMOTHER = (
    "1-01", world.GRID, "清溪镇1号", "孙秀英", "女", "1950-03-05", "", "13800138000", "是",
    "高血压、over_65",
)  # fmt: skip
CHILD = ("1-01", "", "", "孙乐乐", "", "", "990202201506010012", "", "", "留守儿童")


def id_number(body: str) -> str:
    from core.ids import check_digit

    return body + check_digit(body)


CHILD_ID = id_number("99020220150601001")
CHILD = (*CHILD[:6], CHILD_ID, *CHILD[7:])


def write_csv(file: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> Path:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    file.write_bytes(stream.getvalue().encode(encoding))
    return file


def write_workbook(file: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(file)
    return file


def registered(sqlite_url: str, household: str) -> list[PersonFile]:
    async def read() -> list[PersonFile]:
        database = await Database.open(sqlite_url, SystemClock())
        async with database.unit(OPERATOR, "test") as uow:
            home = await uow.register.household(household)
            found = list(await uow.register.people_of(home.id)) if home else []
        await database.close()
        return found

    return asyncio.run(read())


def count(sqlite_url: str) -> int:
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    (found,) = connection.execute("SELECT count(*) FROM person").fetchone()
    connection.close()
    return int(found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_csv_file_comes_in_whatever_its_encoding(
    village: None, zoufang: Command, sqlite_url: str, tmp_path: Path, encoding: str
) -> None:
    file = write_csv(tmp_path / "a.csv", [HEAD, GRANDMOTHER, CHILD], encoding)
    done = zoufang("register", "import", file)
    assert (done.status, done.err) == (0, "")
    head, child = registered(sqlite_url, "1-01")
    assert (head.name, head.sex, head.birth_date) == ("孙秀英", "f", date(1950, 3, 5))
    assert (head.head, head.tags, head.area_code) == (True, ("hypertension", "over_65"), world.GRID)
    assert (child.name, child.sex, child.birth_date) == ("孙乐乐", "m", date(2015, 6, 1))
    assert (child.head, child.tags) == (False, ("left_behind_child",))
    assert head.code != child.code


def test_a_workbook_with_english_names_and_typed_cells_comes_in(
    village: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    file = write_workbook(
        tmp_path / "a.xlsx",
        {
            "People": [
                ("household code", "Area", "Name", "Sex", "Date of birth", "Phone", "Head"),
                (101, int(world.GRID), "Sun Xiuying", "female", date(1950, 3, 5), None, "yes"),
                (None,) * 7,
                (101, None, "Sun Lele", "M", "2015/6/1", 13800138000, None),
            ],
            "Notes": [("anything",), ("else",)],
        },
    )
    assert zoufang("register", "import", file).status == 0
    head, child = registered(sqlite_url, "101")
    assert (head.name, head.birth_date) == ("Sun Xiuying", date(1950, 3, 5))
    assert (child.sex, child.birth_date) == ("m", date(2015, 6, 1))


def test_several_sheets_are_one_register(
    village: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    file = write_workbook(tmp_path / "a.xlsx", {"甲": [HEAD, GRANDMOTHER], "乙": [HEAD, CHILD]})
    assert zoufang("register", "import", file).status == 0
    assert len(registered(sqlite_url, "1-01")) == 2


def test_a_dry_run_changes_nothing(
    village: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    before = count(sqlite_url)
    file = write_csv(tmp_path / "a.csv", [HEAD, GRANDMOTHER])
    assert "没有导入" in zoufang("register", "import", file, "--dry-run").out
    assert count(sqlite_url) == before


def test_the_same_file_twice_is_refused_the_second_time(
    village: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "a.csv", [HEAD, GRANDMOTHER, CHILD])
    assert zoufang("register", "import", file).status == 0
    before = count(sqlite_url)
    again = zoufang("register", "import", file)
    assert "3 处" in again.refusal
    assert "户编号已经在登记册里" in again.out
    assert "身份证号已经在登记册里" in again.out
    assert count(sqlite_url) == before


def changed(**cells: str) -> tuple[str, ...]:
    row = dict(zip(PEOPLE, GRANDMOTHER, strict=True)) | cells
    return tuple(row.values())


@pytest.mark.parametrize(
    ("cells", "letter", "words"),
    [
        ({"household": ""}, "A", "没有填"),
        ({"household": "户1"}, "A", "2 到 16 位"),
        ({"household": "HA00001"}, "A", "已经在登记册里"),
        ({"area": ""}, "B", "没有填"),
        ({"area": "110101"}, "B", "没有这个区划代码"),
        ({"name": ""}, "D", "没有填"),
        ({"name": "孙1"}, "D", "数字"),
        ({"sex": ""}, "E", "没有填"),
        ({"sex": "？"}, "E", "男或女"),
        ({"sex": "女", "id_number": CHILD_ID}, "E", "不同"),
        ({"birth_date": ""}, "F", "没有填"),
        ({"birth_date": "去年"}, "F", "1950-01-31"),
        ({"birth_date": "2026-02-30"}, "F", "1950-01-31"),
        ({"birth_date": "2999-01-01"}, "F", "还没有到"),
        ({"birth_date": "1850-01-01"}, "F", "1900"),
        ({"id_number": "123"}, "G", "18 位"),
        ({"id_number": CHILD_ID[:-1] + "?"}, "G", "18 位"),
        ({"id_number": id_number("99020220150601001")[:-1] + "1"}, "G", "校验"),
        ({"id_number": id_number("99020220150231001")}, "G", "不存在"),
        ({"id_number": id_number("99020229990101001")}, "G", "还没有到"),
        ({"id_number": id_number("99020218500101001")}, "G", "1900"),
        ({"phone": "12345"}, "H", "手机号"),
        ({"head": "也许"}, "I", "是或否"),
        ({"tags": "高血压 胖"}, "J", "“胖”"),
    ],
)
def test_each_mistake_is_told_by_sheet_row_and_column(
    village: None,
    zoufang: Command,
    sqlite_url: str,
    tmp_path: Path,
    *,
    cells: dict[str, str],
    letter: str,
    words: str,
) -> None:
    before = count(sqlite_url)
    good = changed(household="2-02", name="吴芳")
    done = zoufang(
        "register", "import", write_csv(tmp_path / "a.csv", [HEAD, good, changed(**cells)])
    )
    assert "1 处" in done.refusal
    (line,) = [line for line in done.out.splitlines() if "a.csv" in line]
    assert line.split()[:3] == ["a.csv", "3", letter]
    assert words in line
    assert count(sqlite_url) == before


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([CHILD, (*CHILD[:3], "吴芳", *CHILD[4:])], "第 3 行的身份证号相同"),
        ([GRANDMOTHER], "同名"),
        ([changed(name="吴芳", area=world.SIBLING_GRID, head="")], "不同的区划代码"),
        ([changed(name="吴芳", address="别处", head="")], "不同的地址"),
        ([changed(name="吴芳")], "两个户主"),
    ],
)
def test_rows_that_do_not_go_together_are_told(
    village: None,
    zoufang: Command,
    tmp_path: Path,
    rows: list[tuple[str, ...]],
    words: str,
) -> None:
    done = zoufang("register", "import", write_csv(tmp_path / "a.csv", [HEAD, GRANDMOTHER, *rows]))
    assert done.refusal
    assert words in done.out


def test_no_cell_is_repeated_in_what_is_told(
    village: None, zoufang: Command, tmp_path: Path
) -> None:
    row = changed(id_number="110105194912310029", phone="1380013800", name="孙0秀英")
    done = zoufang("register", "import", write_csv(tmp_path / "a.csv", [HEAD, row]))
    for secret in ("110105194912310029", "1380013800", "秀英"):
        assert secret not in done.out + done.err


def test_an_id_number_that_a_spreadsheet_rounded_is_noticed(
    village: None, zoufang: Command, tmp_path: Path
) -> None:
    row = (*GRANDMOTHER[:6], 110105194912310021, *GRANDMOTHER[7:])
    done = zoufang("register", "import", write_workbook(tmp_path / "a.xlsx", {"甲": [HEAD, row]}))
    assert done.refusal
    assert "文本" in done.out


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (("户编号", "姓名", "血型"), "不认识"),
        (("户编号", "姓名", "姓名"), "两次"),
        (("户编号", "性别", "电话"), "缺少"),
        (("a", "b", "c"), "空白表"),
    ],
)
def test_columns_are_checked_before_rows(
    village: None, zoufang: Command, tmp_path: Path, head: tuple[str, ...], words: str
) -> None:
    done = zoufang("register", "import", write_csv(tmp_path / "a.csv", [head, ("x", "y", "z")]))
    assert done.refusal
    assert words in done.out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.xls", b"\xd0\xcf\x11\xe0 old"),
        ("a.csv", b"\x00\x01\x02"),
        ("a.csv", b"\xff\xff\xff\xff"),
        ("a.pdf", b"%PDF-1.7"),
    ],
)
def test_what_is_no_table_is_refused(
    zoufang: Command, tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert name in zoufang("register", "import", file).refusal


def test_a_file_that_is_not_there_is_refused(zoufang: Command, tmp_path: Path) -> None:
    assert "a.csv" in zoufang("register", "import", tmp_path / "a.csv").refusal
    assert zoufang("register", "import", tmp_path).refusal


def test_an_empty_file_is_refused(zoufang: Command, tmp_path: Path) -> None:
    done = zoufang("register", "import", write_csv(tmp_path / "a.csv", []))
    assert done.refusal


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_filled_in_template_comes_in(
    village: None, zoufang: Command, sqlite_url: str, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"登记表{suffix}"
    assert zoufang("register", "template", file).status == 0
    assert zoufang("register", "template", file).refusal
    if suffix == ".csv":
        with file.open("a", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerow(GRANDMOTHER)
    else:
        book = openpyxl.load_workbook(file)
        for place, cell in enumerate(GRANDMOTHER, 1):
            book.worksheets[0].cell(2, place, cell)
        book.save(file)
    assert zoufang("register", "import", file).status == 0
    assert len(registered(sqlite_url, "1-01")) == 1


def test_a_template_lists_every_tag(zoufang: Command, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    zoufang("register", "template", file)
    notes = openpyxl.load_workbook(file).worksheets[1]
    listed = {row[1] for row in notes.iter_rows(values_only=True)}
    assert set(tags()) <= listed
    assert len(tags()) > 30


def test_a_template_has_one_of_two_suffixes(zoufang: Command, tmp_path: Path) -> None:
    assert ".xlsx" in zoufang("register", "template", tmp_path / "a.ods").refusal


def test_areas_come_in_with_their_levels_and_parents(
    zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    rows = [
        ("代码", "名称"),
        ("990303100201001", "第一网格"),
        ("990303", "新县"),
        ("990303100", "新镇"),
        ("990303100201", "新村"),
    ]
    rows[0] = ("区划代码", "区划名称")
    assert "4" in zoufang("register", "areas", write_csv(tmp_path / "a.csv", rows)).out
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    found = connection.execute("SELECT code, level, parent FROM area ORDER BY code").fetchall()
    connection.close()
    assert found == [
        ("990303", "county", None),
        ("990303100", "township", "990303"),
        ("990303100201", "village", "990303100"),
        ("990303100201001", "grid", "990303100201"),
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("99030", "县"), "位数字"),
        (("９９０３０３", "县"), "位数字"),
        (("990303", ""), "没有填"),
        (("990404100", "镇"), "990404"),
        (("990505", "又一个"), "第 2 行"),
    ],
)
def test_areas_with_a_mistake_stay_out(
    zoufang: Command, tmp_path: Path, row: tuple[str, str], words: str
) -> None:
    rows = [("区划代码", "区划名称"), ("990505", "好县"), row]
    done = zoufang("register", "areas", write_csv(tmp_path / "a.csv", rows))
    assert "1 处" in done.refusal
    assert words in done.out


cells = st.text(max_size=20) | st.sampled_from([*GRANDMOTHER, *CHILD])


@given(st.lists(st.lists(cells, min_size=10, max_size=10), max_size=4))
def test_any_rows_are_read_or_told_what_is_wrong(rows: list[list[str]]) -> None:
    table = [Row(number, tuple(Cell(cell.strip()) for cell in row))
             for number, row in enumerate([list(HEAD), *rows], 1)]  # fmt: skip
    found, problems = entries([Sheet("甲", tuple(table))], date(2026, 11, 21))
    assert {entry.row for entry in found} | {problem.row for problem in problems} == set(
        range(2, len(rows) + 2)
    )
