"""Two versions of a record, or two visits, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.office.office import Desk
from bot.office.visit import Visit
from bot.record_view import Line as Said
from bot.record_view import RecordView
from storage.submissions import Record
from storage.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Compared:
    """One question: its answer now and before, and whether they differ."""

    name: str
    label: str
    now: str
    before: str

    @property
    def changed(self) -> bool:
        """Whether the two answers differ."""
        return self.now != self.before


async def compared(
    desk: Desk, visit: Visit, uow: UnitOfWork, record: Record, before: Record | None
) -> list[Compared]:
    """Every question that was answered in either, in the order of the record; without one to
    compare with nothing counts as changed."""
    now = await _said(desk, visit, uow, record, record.answers)
    if before is None:
        return [Compared(one.name, one.label, one.value, one.value) for one in now]
    then = await _said(desk, visit, uow, before, before.answers)
    old = {one.name: one for one in then}
    found = [
        Compared(one.name, one.label, one.value, old[one.name].value if one.name in old else "")
        for one in now
    ]
    new = {one.name for one in now}
    return found + [
        Compared(one.name, one.label, "", one.value) for one in then if one.name not in new
    ]


async def _said(
    desk: Desk, visit: Visit, uow: UnitOfWork, record: Record, answers: Mapping[str, Any]
) -> list[Said]:
    shelved = await desk.house.shelf.get(uow, record.form_sha256)
    view = RecordView(shelved.form, visit.language)
    return [one for one in view.lines(answers) if one.label]
