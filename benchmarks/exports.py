"""What a table of many records costs, held against writing the same cells and doing nothing else.

Records are sealed in the database; to export them means to open each, to find its answers, their
labels and whom they concern. Beside that stand XlsxWriter and `csv` themselves with the same cells.
The memory of an export must not grow with the records. CPU time counts.

    python -m benchmarks.exports [--records 1000000]
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import openpyxl
import psutil
import xlsxwriter  # type: ignore[import-untyped]
from sqlalchemy import text

from bot.exports.definition import Definition
from bot.exports.making import Asked, Caller, make
from storage import vault
from storage.database import Database
from storage.policy import OPERATOR
from storage.tables import submission
from storage.vault import Vault
from tests import world
from tests.bot.cli import paper_visit
from tests.clock import TurnedClock

RECORDS: Final = 100_000
CHUNK: Final = 50_000
DAY: Final = date(2026, 1, 1)
_NUMBERS: Final = """
WITH RECURSIVE numbers(n) AS (
  SELECT :start UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :end
)"""
_VARIED: Final = {
    "instance_id": "printf('uuid:%08x-bench', n)",
    "visit_date": "date('2026-01-01', '+' || (n * 300 / :records) || ' days')",
    "entered_at": "datetime(entered_at, '+' || n || ' seconds') || '.000000'",
    "interview_id": "NULL",
}
CALLER: Final = Caller(OPERATOR, "bench")

# What is promised: ratios of CPU time, and MiB by which an export of any size may grow.
XLSX: Final = 4.0
CSV: Final = 40.0
GROWTH: Final = 24.0

TABLE: Final = Definition.model_validate(
    {"id": "bench", "titles": {"zh": "走访"}, "source": "records", "form": "paper_visit"}
    | {
        "columns": [
            {"from": source, "titles": {"zh": source}}
            for source in (
                *("area.village", "area.grid", "subject.code", "subject.surname"),
                *("record.visit_date", "record.entered_at", "record.outcome", "record.worker"),
                *("answer.who", "answer.needs", "answer.note", "answer.score", "answer.kin"),
            )
        ]
    }
)


async def fill(database: Database, records: int) -> None:
    """Enter one record into the small register, and copy it, sealed as it is, over so many days."""
    await world.settle(database)
    await paper_visit.publish(database)
    first = await paper_visit.visit(database, 0)
    columns = [one.name for one in submission.columns]
    values = [_VARIED.get(name, name) for name in columns]
    copied = text(
        f"INSERT INTO submission ({', '.join(columns)}) {_NUMBERS} "
        f"SELECT {', '.join(values)} FROM numbers, submission WHERE instance_id = :first"
    )
    for start in range(1, records, CHUNK):
        end = min(start + CHUNK, records)
        which = {"first": first, "start": start, "end": end, "records": records}
        async with database.unit(OPERATOR, "bench") as uow:
            await uow.connection.execute(copied, which)


def cells(file: Path) -> list[list[Any]]:
    """The cells of the first rows of an export, as a bare writer is given them."""
    book = openpyxl.load_workbook(file, read_only=True)
    found = [list(row) for row in book.worksheets[0].iter_rows(2, 1001, values_only=True)]
    book.close()
    return found


def many(sample: list[list[Any]], records: int) -> Iterator[list[Any]]:
    """So many rows, of the cells of `sample` over and over."""
    for number in range(records):
        yield sample[number % len(sample)]


def bare_xlsx(file: Path, rows: Iterator[list[Any]]) -> None:
    """What XlsxWriter needs for the same cells."""
    book = xlsxwriter.Workbook(str(file), {"constant_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif isinstance(value, datetime):
                sheet.write_datetime(number, column, value, day)
            elif value is not None:
                sheet.write_number(number, column, value)
    book.close()


def bare_csv(file: Path, rows: Iterator[list[Any]]) -> None:
    """What `csv` needs for the same cells."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)


def seconds(work: Callable[[], object]) -> float:
    """The CPU seconds that `work` takes."""
    before = time.process_time()
    work()
    return time.process_time() - before


async def exported(database: Database, file: Path) -> tuple[float, float]:
    """CPU seconds and MiB of memory more at the most than before, of one export."""
    process = psutil.Process()
    before = process.memory_info().rss
    peak = before

    def told(done: int, total: int) -> None:
        nonlocal peak
        if done % 5_000 < 100:
            peak = max(peak, process.memory_info().rss)

    started = time.process_time()
    await make(database, CALLER, TABLE, Asked(file), told=told)
    return time.process_time() - started, (max(peak, process.memory_info().rss) - before) / 2**20


async def run(records: int, folder: Path) -> bool:
    """Print what each costs; whether every limit is kept."""
    vault.use(Vault(bytes(32)))
    clock = TurnedClock(datetime(2026, 11, 21, 2, tzinfo=UTC))
    url = f"sqlite:///{folder}/bench.sqlite3"
    database = await Database.open(url, clock, ZoneInfo("Asia/Shanghai"))
    try:
        print(f"{records} records of {len(TABLE.columns)} columns")
        entering = time.process_time()
        await fill(database, records)
        print(f"  (entered in {time.process_time() - entering:.1f} s of CPU)")
        for name in ("first.csv", "first.xlsx"):  # libraries and caches
            await make(database, CALLER, TABLE, Asked(folder / name, since=DAY, until=DAY))
        xlsx, grown_xlsx = await exported(database, folder / "ours.xlsx")
        text_file, grown_csv = await exported(database, folder / "ours.csv")
    finally:
        await database.close()
    sample = await asyncio.to_thread(cells, folder / "ours.xlsx")
    plain_xlsx = seconds(lambda: bare_xlsx(folder / "bare.xlsx", many(sample, records)))
    plain_csv = seconds(lambda: bare_csv(folder / "bare.csv", many(sample, records)))
    kept = [
        _told("XLSX", xlsx, plain_xlsx, XLSX, grown_xlsx),
        _told("CSV", text_file, plain_csv, CSV, grown_csv),
    ]
    return all(kept)


def _told(name: str, ours: float, bare: float, limit: float, grown: float) -> bool:
    ratio = ours / bare
    print(f"{name}: {ours:.1f} s of CPU, bare {bare:.1f} s, {ratio:.2f} times (limit {limit})")
    print(f"  memory grew by {grown:.1f} MiB (limit {GROWTH})")
    return ratio <= limit and grown <= GROWTH


def main() -> int:
    """Measure; the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=RECORDS)
    with tempfile.TemporaryDirectory() as folder:
        return 0 if asyncio.run(run(parser.parse_args().records, Path(folder))) else 1


if __name__ == "__main__":
    sys.exit(main())
