"""Tables that a county hands on, opened by LibreOffice: what its pages show, and what it reads."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from openpyxl import load_workbook

from bot import demo
from bot.exports.making import Asked, Caller, make
from bot.exports.shelf import read_all
from bot.ground import Grounds
from bot.settings import Settings
from handlers.forms import publish_builtin
from scheduler.closing import keep_up
from storage.database import Database
from storage.policy import OPERATOR
from tests.browser.office.test_office import SHOTS
from tests.clock import TurnedClock

pytestmark = pytest.mark.browser

SOFFICE: Final = os.environ.get("ZOUFANG_TEST_SOFFICE", "soffice")
PATIENCE: Final = 300
"""Seconds: a first start makes a profile, and the machine may be busy."""

VILLAGE: Final = "990101100201"
MONTH: Final = (date(2026, 11, 1), date(2026, 11, 30))
TABLES: Final = {
    "duties_month": ["村", "网格", "事项", "规则", "对象编号", "期次", "应完成日期", "责任岗位"],
    "key_people": ["村", "网格", "编号", "户编号", "姓氏", "性别", "出生日期", "年龄", "类别"],
}
CHINESE: Final = re.compile("CJK|Hei|Song|Kai|Ming", re.IGNORECASE)
"""What fonts with Chinese characters are called; any other shows boxes for them."""

_A4_ACROSS: Final = (842, 595)  # points
_DOTS: Final = 40  # an inch, of the pictures


def run(*command: str | Path) -> bytes:
    """What a command writes. A program that is not there fails the test."""
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)
    return done.stdout


@pytest.fixture
async def folder(sqlite_database: Database, clock: TurnedClock, tmp_path: Path) -> Path:
    """The workbooks of a village of the demo."""
    settings = Settings()
    assert await demo.load(sqlite_database, settings, clock)
    await publish_builtin(sqlite_database)
    ground = Grounds(settings).current()
    await keep_up(sqlite_database, ground)
    found, _ = read_all(None)
    for name in TABLES:
        asked = Asked(tmp_path / f"{name}.xlsx", VILLAGE, *MONTH)
        caller = Caller(OPERATOR, "test")
        assert await make(sqlite_database, caller, found[name], asked, ground=ground) > 50
    return tmp_path


def opened(folder: Path, kind: str) -> None:
    """Have LibreOffice open the workbooks and keep them as another kind of file."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    files = [folder / f"{name}.xlsx" for name in TABLES]
    run(SOFFICE, profile, "--headless", "--convert-to", kind, "--outdir", folder, *files)


def pages(pdf: Path) -> list[str]:
    """The words of each page."""
    return run("pdftotext", "-layout", pdf, "-").decode().split("\f")[:-1]


def commas(book: Path) -> int:
    """How many there are in a workbook's table: where a cell's lines are cut off, some lack."""
    cells = [str(cell.value) for row in load_workbook(book).worksheets[0] for cell in row]
    return "".join(cells).count("、")


def ink(file: Path) -> tuple[int, int, int]:
    """The first and the last column of a grey picture that is not white, and how many there are."""
    head, size, _, dots = file.read_bytes().split(b"\n", 3)
    assert head == b"P5"
    wide = int(size.split()[0])
    marked = [at for at in range(wide) if min(dots[at::wide]) < 128]
    return marked[0], marked[-1], wide


def test_its_pages_show_a_table_as_wide_as_the_paper(folder: Path) -> None:
    opened(folder, "pdf")
    for name, heads in TABLES.items():
        pdf = folder / f"{name}.pdf"
        *table, about = pages(pdf)
        for number, page in enumerate(table):
            words = page.split()
            assert [one for one in heads if one not in words] == [], (name, number)
        assert "柳湾村" in table[0] and "第一网格" in table[0]
        whole = "".join(table)
        assert "\ufffd" not in whole
        assert whole.count("、") == commas(folder / f"{name}.xlsx")
        assert "导出时间" in about, "one page tells what it is"

        fonts = run("pdffonts", pdf).decode().splitlines()[2:]
        assert any(CHINESE.search(one) for one in fonts), fonts
        assert all(re.search(r" yes (yes|no) +(yes|no) ", one) for one in fonts), "embedded"

        size = re.search(r"Page size: +([\d.]+) x ([\d.]+)", run("pdfinfo", pdf).decode())
        assert size and (round(float(size[1])), round(float(size[2]))) == _A4_ACROSS
        run("pdftoppm", "-r", str(_DOTS), "-gray", pdf, folder / name)
        if SHOTS:
            run("pdftoppm", "-r", "80", "-png", pdf, Path(SHOTS) / f"workbook-{name}")
        for file in sorted(folder.glob(f"{name}-*.pgm"))[:-1]:
            first, last, wide = ink(file)
            assert first > 5 and last < wide - 5, "nothing is cut off at the edges"
            assert last - first > wide * 0.8, "the paper is used"


def test_it_reads_days_as_days_and_numbers_as_numbers(folder: Path) -> None:
    opened(folder, "fods")
    duties = (folder / "duties_month.fods").read_text("utf-8")
    kinds = re.findall(r'office:value-type="(\w+)"', duties)
    assert set(kinds) == {"string", "date"}
    rows = duties.count(">柳湾村<")
    assert kinds.count("date") == rows > 50
    people = (folder / "key_people.fods").read_text("utf-8")
    rows = people.count(">柳湾村<")
    kinds = re.findall(r'office:value-type="(\w+)"', people)
    assert kinds.count("date") == kinds.count("float") == rows > 50
    assert re.search(r'office:date-value="19\d\d-\d\d-\d\d"', people)
