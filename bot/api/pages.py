"""The resources of the read API: each reads one page within what the token's actor may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from bot.api import models, paging
from storage.register import PersonFile
from storage.submissions import Filter, Record
from storage.tokens import Bearer
from storage.unit import UnitOfWork


async def forms(uow: UnitOfWork, _bearer: Bearer, _wanted: BaseModel) -> models.Listed[Any]:
    """The forms on offer."""
    return models.Listed(
        items=[
            models.Form(
                form_id=one.form_id,
                version=one.version,
                titles=dict(one.titles),
                published_at=one.published_at,
            )
            for one in await uow.forms.offered()
        ]
    )


async def areas(uow: UnitOfWork, bearer: Bearer, _wanted: BaseModel) -> models.Listed[Any]:
    """The token's area and everything below it."""
    found = await uow.areas.all(bearer.actor.area or "")
    return models.Listed(items=[models.Area(**asdict(one)) for one in found])


async def submissions(
    uow: UnitOfWork, _bearer: Bearer, wanted: models.SubmissionsWanted
) -> models.Listed[Any]:
    """Records, the oldest first."""
    which = Filter(wanted.form, wanted.area, wanted.since, wanted.until, wanted.superseded)
    last = paging.moment_and_id(wanted.cursor)
    found = await uow.submissions.after(which, last, wanted.limit)
    end = found[-1][0] if len(found) == wanted.limit else None
    return models.Listed(
        items=[submission(record, worker) for record, worker in found],
        next=paging.cursor("submissions", end.entered_at.isoformat(), end.instance_id)
        if end
        else None,
    )


def submission(record: Record, worker: str) -> models.Submission:
    """A record as the API shows it."""
    shown = set(models.Submission.model_fields) - {"worker"}
    return models.Submission(worker=worker, **{name: getattr(record, name) for name in shown})


async def obligations(
    uow: UnitOfWork, _bearer: Bearer, wanted: models.ObligationsWanted
) -> models.Listed[Any]:
    """Duties, in the order in which they were opened."""
    last = paging.number(wanted.cursor)
    found = await uow.duty_feed.after(last, wanted.limit, wanted.area or "", wanted.state)
    full = len(found) == wanted.limit
    return models.Listed(
        items=[models.Obligation(**asdict(one)) for one in found],
        next=paging.cursor("obligations", found[-1].id) if full else None,
    )


async def subjects(
    uow: UnitOfWork, bearer: Bearer, wanted: models.SubjectsWanted
) -> models.Listed[Any]:
    """Households or people: code and surname, and the file for a token that reads files."""
    after, area = paging.code(wanted.cursor), wanted.area or ""
    items: Sequence[models.Subject]
    if wanted.kind == "household":
        homes = await uow.register.homes_after(after, wanted.limit, area)
        items = [
            models.Subject(
                kind=one.kind, code=one.code, surname=one.surname, area_code=one.area_code
            )
            for one in homes
        ]
    else:
        people = await uow.register.people_after(after, wanted.limit, area)
        items = [_person(one, with_file=bearer.files) for one in people]
    full = len(items) == wanted.limit
    return models.Listed(
        items=list(items), next=paging.cursor("subjects", items[-1].code) if full else None
    )


def _person(one: PersonFile, *, with_file: bool) -> models.Subject:
    file = models.File(name=one.name, sex=one.sex, birth_date=one.birth_date, tags=list(one.tags))
    return models.Subject(
        kind="person",
        code=one.code,
        surname=one.subject.surname,
        area_code=one.area_code,
        file=file if with_file else None,
    )
