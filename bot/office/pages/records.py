"""One record: beside what was there before, with what was said of it, and through its versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.office import words
from bot.office.office import Desk
from bot.office.pages import purpose
from bot.office.pages.comparing import Compared, compared
from bot.office.pages.records_list import may
from bot.office.pages.review import Reviewing, reviewing
from bot.office.visit import Visit
from core.texts import say
from handlers.record_reviews import MAX_REASON
from storage.reviews import Reviews, Said
from storage.submissions import Record
from storage.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Edit:
    """One version of a record: when it came in, by what channel, the questions that it answers
    otherwise than the version before (the first one has none), and what was `said` of it."""

    number: int
    id: str
    at: str
    channel: str
    changes: tuple[Compared, ...]
    said: tuple[Mapping[str, str], ...]


def routes(desk: Desk) -> list[web.RouteDef]:
    """The record, and its versions one after another."""

    async def show(visit: Visit) -> web.Response:
        return await _show(desk, visit)

    async def history(visit: Visit) -> web.Response:
        return await _history(desk, visit)

    return [
        desk.get("/office/records/{record}", may, show),
        desk.get("/office/records/{record}/history", may, history),
    ]


async def _close_by(desk: Desk, uow: UnitOfWork, root_id: str) -> str:
    """The day of a visit that lies too close to that of a record; '' for none."""
    from scheduler.spacing import close_by

    if desk.house.ground is None:
        return ""
    near = await close_by(uow, desk.house.ground(), root_id)
    return near.isoformat() if near else ""


async def _show(desk: Desk, visit: Visit) -> web.Response:
    async with visit.unit("record") as uow:
        record, author = await _found(visit, uow)
        if (question := await _purpose(desk, visit, uow, record)) is not None:
            return question
        await uow.record("open", record.instance_id)
        before = await uow.submissions.before(record)
        lines = await compared(desk, visit, uow, record, before)
        versions = await uow.submissions.versions(record.instance_id)
        review = await reviewing(desk, visit, uow, versions[0].instance_id)
        said = await _said(visit, uow, versions[0].instance_id, review)
        near = await _close_by(desk, uow, versions[0].instance_id)
        names = await words.area_names(uow, visit.actor.area or "")
        titles = await words.form_titles(visit, uow, [record.form_id])
    zone = desk.database.zone
    head = (
        ("records.visit_date", record.visit_date.isoformat()),
        ("record.close", near),
        ("record.entered", f"{record.entered_at.astimezone(zone):%Y-%m-%d %H:%M}"),
        ("records.author", author),
        ("area", words.area_path(record.area_code, names)),
        ("records.outcome", words.outcome(visit, record.outcome)),
        ("record.form_version", record.form_version),
    )
    return desk.shell.page(
        visit,
        "record.html",
        form=titles[record.form_id],
        subject=record.subject_code or "",
        kind=record.subject_kind,
        record=record.instance_id,
        review=review,
        said=said,
        longest=MAX_REASON,
        head=[(name, value) for name, value in head if value],
        lines=lines,
        changed=sum(one.changed for one in lines),
        compared={
            "how": _how(record, before),
            "day": before.visit_date if before else "",
            "id": before.instance_id if before else "",
        },
        versions=[
            {
                "id": one.instance_id,
                "at": f"{one.entered_at.astimezone(zone):%Y-%m-%d %H:%M}",
                "shown": one.instance_id == record.instance_id,
            }
            for one in versions
        ],
    )


async def _found(visit: Visit, uow: UnitOfWork) -> tuple[Record, str]:
    found = await uow.submissions.get(visit.part("record"))
    if found is None:
        raise web.HTTPNotFound
    return found


async def _purpose(
    desk: Desk, visit: Visit, uow: UnitOfWork, record: Record
) -> web.Response | None:
    """The question what for, if the record is about a child."""
    return await purpose.asked_of(desk, visit, uow, record.subject_kind, record.subject_code)


def _how(record: Record, before: Record | None) -> str:
    """What a record is compared with, as ``office.record.compared`` has it."""
    if before is None:
        return "nothing"
    return "version" if record.deprecated_id else "visit"


async def _said(
    visit: Visit, uow: UnitOfWork, root: str, review: Reviewing | None
) -> dict[str, str] | None:
    """What was last said of the record, with its reason, for who oversees it."""
    found = await Reviews(uow.connection, uow.actor, uow.clock).said(root)
    return _word(visit, found, dict(review.questions) if review else {}) if found else None


def _word(visit: Visit, said: Said, labels: Mapping[str, str]) -> dict[str, str]:
    """What somebody said of a record, for a template; `labels` are those of questions by ref."""
    return {
        "decision": said.decision,
        "what": say(visit.language, f"timeline.review.{said.decision}"),
        "reason": said.reason or "",
        "question": labels.get(said.ref or "", said.ref or ""),
        "by": said.by,
        "at": f"{said.at.astimezone(visit.database.zone):%Y-%m-%d %H:%M}",
    }


# --- through its versions ------------------------------------------------------------------------


async def _history(desk: Desk, visit: Visit) -> web.Response:
    async with visit.unit("record history") as uow:
        record, author = await _found(visit, uow)
        if (question := await _purpose(desk, visit, uow, record)) is not None:
            return question
        await uow.record("open", record.instance_id)
        edits = await _edits(desk, visit, uow, record)
        titles = await words.form_titles(visit, uow, [record.form_id])
    return desk.shell.page(
        visit,
        "record_history.html",
        form=titles[record.form_id],
        record=record.instance_id,
        author=author,
        edits=edits,
    )


async def _edits(desk: Desk, visit: Visit, uow: UnitOfWork, record: Record) -> list[Edit]:
    """Every version, the newest first, each with what it changed and what was said of it."""
    edits: list[Edit] = []
    former: Record | None = None
    versions = await uow.submissions.versions(record.instance_id)
    root = versions[0].instance_id
    review = await reviewing(desk, visit, uow, root)
    labels = dict(review.questions) if review else {}
    said = await Reviews(uow.connection, uow.actor, uow.clock).words(root)
    for number, one in enumerate(versions, 1):
        found = await uow.submissions.get(one.instance_id)
        assert found is not None  # seen a moment ago, in the same transaction
        version, _ = found
        lines = await compared(desk, visit, uow, version, former)
        at = f"{one.entered_at.astimezone(desk.database.zone):%Y-%m-%d %H:%M}"
        changes = tuple(line for line in lines if line.changed)
        words = [_word(visit, each, labels) for each in said if each.instance_id == one.instance_id]
        edits.append(Edit(number, one.instance_id, at, version.channel, changes, tuple(words)))
        former = version
    return edits[::-1]
