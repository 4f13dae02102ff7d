"""A pension file comes in whole or not at all, and every mistake is told by its cell."""

from __future__ import annotations

import asyncio
import csv
import io
import sqlite3
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.cli.pension_columns import ACCOUNTS, CONTRIBUTIONS
from core.clock import SystemClock
from core.ids import check_digit
from storage.database import Database
from storage.pension_record import PensionRecord
from storage.policy import OPERATOR
from storage.register import NewHousehold, NewPerson
from tests import world
from tests.bot.cli.conftest import Command

NUMBER = "99020219500305001" + check_digit("99020219500305001")
HOME = NewHousehold(
    "HP00001",
    world.GRID,
    "清溪镇9号",
    (
        NewPerson("PP00001", "孙秀英", "f", date(1950, 3, 5), True, id_number=NUMBER),
        NewPerson("PP00002", "孙大山", "m", date(1980, 7, 1)),
    ),
)
HEAD = ("人员编码", "险种", "截至日期", "累计缴费年限", "个人账户余额", "待遇起始日期", "月待遇")
PAYING = ("PP00002", "城乡居保", "2025-12-31", "9", "1,230.50元", "", "")
DRAWING = ("PP00001", "居保", "2025/12/31", "3", "￥４２０", "2010年4月", "188.00")
PAID = ("人员编码", "年度", "月份", "缴费档次", "政府补贴")


@pytest.fixture
def settled(village: None, sqlite_url: str) -> None:
    async def enter() -> None:
        database = await Database.open(sqlite_url, SystemClock())
        async with database.unit(OPERATOR, "test") as uow:
            await uow.register.enter([HOME], "test")
        await database.close()

    asyncio.run(enter())


def record(sqlite_url: str, code: str) -> PensionRecord | None:
    async def read() -> PensionRecord | None:
        database = await Database.open(sqlite_url, SystemClock())
        async with database.unit(OPERATOR, "test") as uow:
            person = await uow.register.person(code)
            found = await uow.pension.insured(person.id) if person else None
        await database.close()
        return found

    return asyncio.run(read())


def rows(sqlite_url: str) -> int:
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    tables = ("account", "contribution", "benefit", "certification", "import")
    counts = (f"SELECT count(*) FROM pension_{table}" for table in tables)
    found = sum(connection.execute(count).fetchone()[0] for count in counts)
    connection.close()
    return int(found)


def write(file: Path, lines: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> Path:
    stream = io.StringIO()
    csv.writer(stream).writerows(lines)
    file.write_bytes(stream.getvalue().encode(encoding))
    return file


def workbook(file: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    book.save(file)
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_accounts_come_in_as_agencies_write_them(
    settled: None, zoufang: Command, sqlite_url: str, tmp_path: Path, encoding: str
) -> None:
    file = write(tmp_path / "a.csv", [HEAD, PAYING, DRAWING], encoding)
    done = zoufang("pension", "import", file)
    assert (done.status, done.err) == (0, "")
    assert "2 个账户" in done.out
    paying, drawing = record(sqlite_url, "PP00002"), record(sqlite_url, "PP00001")
    assert paying and drawing
    assert (paying.years_paid, paying.balance) == (9, Decimal("1230.50"))
    assert (paying.balance_on, paying.region) == (date(2025, 12, 31), world.COUNTY)
    assert (paying.joined, paying.benefits_from) == (True, None)
    assert (drawing.balance, drawing.benefit) == (Decimal("420.00"), Decimal("188.00"))
    assert drawing.benefits_from == date(2010, 4, 1)


def test_a_workbook_brings_accounts_and_what_was_paid(
    settled: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    english = ("Person code", "As of", "Balance", "Scheme")
    paid = ("person", "year", "months", "tier", "subsidy")
    file = workbook(
        tmp_path / "a.xlsx",
        {
            "Accounts": [english, ("pp00002", date(2025, 12, 31), 1230.5, "resident")],
            "Contributions": [
                paid,
                ("PP00002", 2024, None, 200, 35.1 + 0.2),
                ("PP00002", 2025, "1-6", 200, 30),
                ("PP00002", 2025, "7-12", 500, None),
            ],
            "Notes": [("anything",)],
        },
    )
    assert zoufang("pension", "import", file).status == 0
    found = record(sqlite_url, "PP00002")
    assert found
    assert [(one.year, one.first_month, one.last_month) for one in found.contributions] == [
        (2025, 7, 12),
        (2025, 1, 6),
        (2024, 1, 12),
    ]
    assert found.contributions[2].subsidy == Decimal("35.30")
    assert (found.years_paid, found.tier, found.paid_in(2025)) == (2, 500, True)


def test_a_person_is_found_by_id_number_and_the_number_is_not_kept(
    settled: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    spaced = f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}".replace("X", "х")
    head = ("身份证号", "险种", "最近认证日期")
    assert (
        zoufang(
            "pension", "import", write(tmp_path / "a.csv", [head, (spaced, "", "2025-05-06")])
        ).status
        == 0
    )
    found = record(sqlite_url, "PP00001")
    assert found
    assert found.certified == (date(2025, 5, 6),)
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    kept = b"".join(one.read_bytes() for one in file.parent.glob(file.name + "*"))
    assert NUMBER.encode() not in kept


def test_history_is_kept_and_the_newest_import_stands(
    settled: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    head = ("人员编码", "截至日期", "累计缴费年限", "最近认证日期")
    for line in (
        ("PP00001", "2024-12-31", "8", "2024-05-01"),
        ("PP00001", "2025-12-31", "9", "2025-05-02"),
    ):
        assert zoufang("pension", "import", write(tmp_path / "a.csv", [head, line])).status == 0
    found = record(sqlite_url, "PP00001")
    assert found
    assert found.years_paid == 9
    assert found.certified == (date(2025, 5, 2), date(2024, 5, 1))


def test_years_paid_after_the_agency_counted_are_added(
    settled: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    file = workbook(
        tmp_path / "a.xlsx",
        {
            "账户": [HEAD[:5], ("PP00002", "", "2023-12-31", 9, "")],
            "缴费": [PAID, *(("PP00002", year, "", 200, "") for year in (2022, 2023, 2024, 2025))],
        },
    )
    assert zoufang("pension", "import", file).status == 0
    found = record(sqlite_url, "PP00002")
    assert found
    assert found.years_paid == 11


def test_a_dry_run_changes_nothing(
    settled: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    done = zoufang("pension", "import", write(tmp_path / "a.csv", [HEAD, PAYING]), "--dry-run")
    assert done.status == 0
    assert "没有导入" in done.out
    assert rows(sqlite_url) == 0


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("人员编码", "PZZZZZZ", "没有这个人"),
        ("人员编码", "", "至少填一样"),
        ("身份证号", NUMBER[:17] + "0", "最后一位对不上"),
        ("身份证号", "123", "18 位"),
        ("身份证号", "99020220990305001" + check_digit("99020220990305001"), "在今天之后"),
        ("险种", "商业保险", "险种要填"),
        ("累计缴费年限", "-3", "不能小于 0"),
        ("累计缴费年限", "三年", "整数"),
        ("累计缴费年限", "60", "最多只能缴"),
        ("个人账户余额", "一千", "金额看不懂"),
        ("个人账户余额", "-5", "不能小于 0"),
        ("个人账户余额", "1.234", "金额看不懂"),
        ("截至日期", "2999-01-01", "在今天之后"),
        ("截至日期", "2024-02-30", "日期看不懂"),
        ("截至日期", "", "就要填截至日期"),
        ("待遇起始日期", "2015-01", "才能领取"),
        ("月待遇", "188", "待遇起始日期"),
        ("参保地区划代码", "示范县", "区划代码"),
        ("领取其他养老金", "也许", "是或否"),
    ],
)
def test_a_mistake_is_told_by_its_cell_and_nothing_is_changed(
    settled: None,
    zoufang: Command,
    sqlite_url: str,
    tmp_path: Path,
    column: str,
    value: str,
    sentence: str,
) -> None:
    good = dict(zip(HEAD, PAYING, strict=True))
    bad = good | {column: value}
    if column == "身份证号":
        bad["人员编码"] = ""
    lines = [tuple(bad), tuple(bad.values()), tuple(good.get(name, "") for name in bad)]
    if column in {"人员编码", "身份证号"}:
        lines = lines[:2]
    done = zoufang("pension", "import", write(tmp_path / "a.csv", lines))
    assert done.status == 2
    assert sentence in done.out
    assert "没有导入" in done.err
    assert rows(sqlite_url) == 0


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (("PP00002", "2008", "", "100", ""), "2009 年"),
        (("PP00002", "2024", "0-3", "100", ""), "月份看不懂"),
        (("PP00002", "2024", "9-3", "100", ""), "月份看不懂"),
        (("PP00002", "2024", "", "150", ""), "可选：100, 200, 300"),
        (("PP00002", "2024", "", "", ""), "至少填一样"),
    ],
)
def test_what_was_paid_has_to_be_possible(
    settled: None,
    zoufang: Command,
    sqlite_url: str,
    tmp_path: Path,
    value: tuple[str, ...],
    sentence: str,
) -> None:
    done = zoufang("pension", "import", write(tmp_path / "a.csv", [PAID, value]))
    assert done.status == 2
    assert sentence in done.out
    assert rows(sqlite_url) == 0


def test_a_month_is_paid_once(
    settled: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    lines = [PAID, ("PP00002", "2024", "1-6", "100", ""), ("PP00002", "2024", "6-12", "100", "")]
    done = zoufang("pension", "import", write(tmp_path / "a.csv", lines))
    assert "同一个月" in done.out
    assert rows(sqlite_url) == 0


def test_one_person_has_one_scheme(
    settled: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    lines = [HEAD[:2], ("PP00002", "居保"), ("PP00002", "职保")]
    done = zoufang("pension", "import", write(tmp_path / "a.csv", lines))
    assert "两种险种" in done.out
    assert "第 2 行" in done.out
    again = zoufang("pension", "import", write(tmp_path / "b.csv", [*lines[:2], lines[1]]))
    assert "出现了两次" in again.out
    assert rows(sqlite_url) == 0


def test_a_mistake_in_the_last_of_many_rows_leaves_nothing(
    settled: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    many = [("PP00002", str(2010 + n % 15), f"{n % 12 + 1}", "100", "") for n in range(180)]
    unique = sorted(set(many))
    lines = [PAID, *unique, ("PP00001", "2024", "", "150", "")]
    done = zoufang("pension", "import", write(tmp_path / "a.csv", lines))
    assert done.status == 2
    assert rows(sqlite_url) == 0


@pytest.mark.parametrize(
    "head", [("人员编码", "险种", "星座"), ("险种", "余额"), ("人员编码", "险种", "险种")]
)
def test_columns_that_nobody_knows_are_told(
    settled: None, zoufang: Command, sqlite_url: str, tmp_path: Path, head: tuple[str, ...]
) -> None:
    done = zoufang("pension", "import", write(tmp_path / "a.csv", [head, ("PP00002", "", "")]))
    assert done.status == 2
    assert "列" in done.out


def test_a_file_that_is_no_table_is_refused(
    settled: None, zoufang: Command, tmp_path: Path
) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"\xd0\xcf\x11\xe0old")
    assert zoufang("pension", "import", file).status == 2


def test_the_rules_hear_of_certifications_and_pensions(
    settled: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    head = ("人员编码", "待遇起始日期", "最近认证日期")
    file = write(tmp_path / "a.csv", [head, ("PP00001", "2010-04-01", "2025-05-06")])
    assert zoufang("pension", "import", file).status == 0
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    days = connection.execute("SELECT name, day FROM subject_day").fetchall()
    tags = connection.execute("SELECT tag FROM person_tag WHERE source LIKE 'pension-%'").fetchall()
    reviews = connection.execute("SELECT count(*) FROM review").fetchone()[0]
    connection.close()
    assert days == [("certified_on", "2025-05-06")]
    assert tags == [("pension_beneficiary",)]
    assert reviews == 1


def test_a_template_can_be_filled_in_and_imported(
    settled: None, zoufang: Command, sqlite_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "t.xlsx"
    assert zoufang("pension", "template", file).status == 0
    book = openpyxl.load_workbook(file)
    accounts, contributions, _ = book.worksheets
    assert [cell.value for cell in accounts[1]] == [one.heading("zh") for one in ACCOUNTS]
    assert [cell.value for cell in contributions[1]] == [one.heading("zh") for one in CONTRIBUTIONS]
    accounts.cell(2, 1).value = "PP00002"
    contributions.cell(2, 1).value = "PP00002"
    contributions.cell(2, 3).value = "2024"
    contributions.cell(2, 5).value = 100
    book.save(file)
    done = zoufang("pension", "import", file)
    assert done.status == 0, done.out
    assert record(sqlite_url, "PP00002")


def test_a_template_does_not_overwrite(zoufang: Command, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("mine")
    assert zoufang("pension", "template", tmp_path / "t.csv").status == 2
    assert (tmp_path / "t.csv").read_text() == "mine"
