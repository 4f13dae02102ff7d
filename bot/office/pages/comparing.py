"""Two versions of a record, or two visits, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.office.office import Desk
from bot.office.pages.attached import SHOWN
from bot.office.visit import Visit
from bot.record_view import Line as Said
from bot.record_view import RecordView
from storage.submissions import Record
from storage.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that somebody answered with: where it is to be seen, and whether as a picture."""

    link: str
    picture: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One question: its answer now and before, each with its file if it is one, and whether they
    differ."""

    name: str
    label: str
    now: str
    before: str
    file: Attached | None = None
    former: Attached | None = None

    @property
    def changed(self) -> bool:
        """Whether the two answers differ."""
        return self.now != self.before


async def compared(
    desk: Desk, visit: Visit, uow: UnitOfWork, record: Record, before: Record | None
) -> list[Compared]:
    """Every question that was answered in either, in the order of the record; without one to
    compare with nothing counts as changed."""
    now = await _said(desk, visit, uow, record)
    files = await _files(uow, record)
    if before is None:
        return [
            Compared(one.name, one.label, one.value, one.value, files.get(one.value)) for one in now
        ]
    then = {one.name: one for one in await _said(desk, visit, uow, before)}
    kept = await _files(uow, before)
    found = [_compared(one, then.pop(one.name, None), files, kept) for one in now]
    return found + [
        Compared(one.name, one.label, "", one.value, former=kept.get(one.value))
        for one in then.values()
    ]


def _compared(
    now: Said, then: Said | None, files: Mapping[str, Attached], kept: Mapping[str, Attached]
) -> Compared:
    former = then.value if then else ""
    return Compared(now.name, now.label, now.value, former, files.get(now.value), kept.get(former))


async def _said(desk: Desk, visit: Visit, uow: UnitOfWork, record: Record) -> list[Said]:
    shelved = await desk.house.shelf.get(uow, record.form_sha256)
    view = RecordView(shelved.form, visit.language)
    return [one for one in view.lines(record.answers) if one.label]


async def _files(uow: UnitOfWork, record: Record) -> dict[str, Attached]:
    """The files of a record by the names that its answers may have for them: the chat's own, and
    that of the phone."""
    found: dict[str, Attached] = {}
    for one in await uow.media.named(record.instance_id):
        link = f"/office/records/{record.instance_id}/media/{one.id}"
        attached = Attached(link, one.mime in SHOWN)
        found |= {one.name: attached, one.record_name: attached}
    return found
