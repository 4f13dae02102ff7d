"""Takes a pension file in, some rows at a time: checks them, and writes them while all is well.

What is written is seen only when the whole file is, so a mistake in the last row leaves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from bot.cli.pension_cells import Cells, Findings
from bot.cli.pension_columns import Column
from bot.cli.pension_rows import Rows
from bot.cli.pension_sheets import PensionSheet, pension_sheets
from bot.register.files import Row, sheets
from core.ids import ResidentId
from storage.database import Database
from storage.enrolment import id_hash
from storage.pension_imports import Known, NewAccount
from storage.pension_record import Contribution
from storage.policy import OPERATOR

_CLEARED: Final = 500  # rows in one transaction
_TOLD: Final = 100  # people in one transaction

Told = Callable[[int], None]


@dataclass(slots=True)
class Taken:
    """What a file came to."""

    accounts: int = 0
    contributions: int = 0
    findings: Findings = field(default_factory=Findings)

    @property
    def rows(self) -> int:
        """How many rows were taken."""
        return self.accounts + self.contributions


async def take(
    database: Database,
    file: Path,
    rows: Rows,
    *,
    dry_run: bool,
    told: Told = lambda rows: None,
) -> Taken:
    """Import a file that `rows` reads, or only check it. `told` hears how many rows have been read.
    With a finding nothing of it counts. Raises NotATableError."""
    taking = _Taking(database, rows, write=not dry_run)
    await taking.sheets(file, told)
    await taking.end()
    return taking.taken


async def clear(database: Database) -> None:
    """Clear away what imports left behind that were cut off."""
    async with database.unit(OPERATOR, "pension import", "cli") as uow:
        left = await uow.pension_imports.cut_off()
    for number in left:
        await _clear(database, number)


async def tell(database: Database, today: date) -> None:
    """Tell the rules of visits what the finished imports brought."""
    async with database.unit(OPERATOR, "pension import", "cli") as uow:
        untold = await uow.pension_imports.untold()
    for number, reached in untold:
        after: int | None = reached
        while after is not None:
            async with database.unit(OPERATOR, "pension import", "cli") as uow:
                after = await uow.pension_imports.tell(number, after, _TOLD, today)


async def _clear(database: Database, number: int) -> None:
    gone = False
    while not gone:
        async with database.unit(OPERATOR, "pension import", "cli") as uow:
            gone = await uow.pension_imports.clear(number, _CLEARED)


class _Taking:
    def __init__(self, database: Database, rows: Rows, *, write: bool) -> None:
        self._database = database
        self._rows = rows
        self._write = write
        self._number: int | None = None
        self.taken = Taken()

    async def sheets(self, file: Path, told: Told) -> None:
        read = 0
        for sheet in pension_sheets(sheets(file), self.taken.findings):
            for chunk in sheet.chunks():
                await self._chunk(sheet, chunk)
                read += len(chunk)
                told(read)

    async def end(self) -> None:
        """Let it count, or take it back."""
        if self._number is None:
            return
        if self.taken.findings.count:
            await _clear(self._database, self._number)
            return
        async with self._database.unit(OPERATOR, "pension import", "cli") as uow:
            await uow.pension_imports.finish(self._number)
            await uow.record("import", f"pensions {self.taken.rows}")

    async def _chunk(self, sheet: PensionSheet, chunk: Sequence[Row]) -> None:
        rows = [self._cells(sheet, row) for row in chunk]
        named = [(cells, cells.code(Column.PERSON), cells.resident_id()) for cells in rows]
        async with self._database.reading(OPERATOR, "pension import", "cli") as uow:
            known = await uow.pension_imports.known(
                {code for _, code, _ in named if code},
                {number.number for _, _, number in named if number},
            )
        people = _People(known)
        accounts: list[NewAccount] = []
        contributions: list[tuple[int, Contribution]] = []
        for cells, code, number in named:
            person = people.find(cells, code, number)
            if person is None:
                continue
            if sheet.contributions:
                if paid := self._rows.contribution(cells, person):
                    contributions.append((person.id, paid))
            elif account := self._rows.account(cells, person):
                accounts.append(account)
        self.taken.accounts += len(accounts)
        self.taken.contributions += len(contributions)
        if self._write and not self.taken.findings.count:
            await self._keep(accounts, contributions)

    def _cells(self, sheet: PensionSheet, row: Row) -> Cells:
        return Cells(sheet.name, row, sheet.places, self.taken.findings, self._rows.today)

    async def _keep(
        self, accounts: Sequence[NewAccount], contributions: Sequence[tuple[int, Contribution]]
    ) -> None:
        async with self._database.unit(OPERATOR, "pension import", "cli") as uow:
            number = self._number
            if number is None:
                number = await uow.pension_imports.begin()
            await uow.pension_imports.add_accounts(number, accounts)
            await uow.pension_imports.add_contributions(number, contributions)
        self._number = number


class _People:
    """Those in the register whom some rows may mean."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._by_code = {one.code: one for one in known}
        self._by_hash = {one.id_hash: one for one in known if one.id_hash}

    def find(self, cells: Cells, code: str, number: ResidentId | None) -> Known | None:
        """Whom a row means; None if that is nobody, which is noted."""
        by_code = self._by_code.get(code)
        by_number = self._by_hash.get(id_hash(number.number)) if number else None
        column = Column.PERSON if code else Column.ID_NUMBER
        if not code and number is None:
            if not cells.wrong:
                cells.fault(column, "whose")
        elif (code and by_code is None) or (number and by_number is None):
            cells.fault(column if by_code is None else Column.ID_NUMBER, "person_unknown")
        elif by_code and by_number and by_code.id != by_number.id:
            cells.fault(Column.ID_NUMBER, "person_differs")
        else:
            found = by_code or by_number
            if found and not found.active:
                cells.fault(column, "person_left")
            return found
        return None
