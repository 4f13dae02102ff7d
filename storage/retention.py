"""Records whose time is over are emptied: what was written goes, the row stays for counts.

A case is open as long as its subject is visited, so the time of a class runs from the last record
about the subject; where there is no subject, from the record's own day. An emptied record keeps its
code, area, form, day and outcome, and no answer, file or name. A held subject's records are left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from storage.connection import Connection
from storage.corrections import SUBMITTED
from storage.database import Database
from storage.held import held_record
from storage.hold_tables import hold
from storage.obligation_tables import visit
from storage.office_tables import record_review, review_word
from storage.policy import OPERATOR
from storage.push_tables import push
from storage.tables import form, household, interview, media, person, submission

EMPTIED: Final = "emptied"
_AT_ONCE: Final = 50

# In words, not as a comparison: the index that holds only these rows is found by it.
_WRITTEN: Final[ColumnElement[bool]] = literal_column(f"submission.state != '{EMPTIED}'")


@dataclass(frozen=True, slots=True)
class Held:
    """A subject whose records are held, why, and since when."""

    code: str
    reason: str
    since: datetime


class Holds:
    """Legal holds. For the operator, who alone has this connection in hand."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, code: str, reason: str, now: datetime) -> bool:
        """Hold the records of a household or person; False if there is none of this code. A second
        time gives it another reason."""
        for table in (person, household):
            # Locked, so that a deletion of the same person comes before this or sees it.
            one = select(table.c.id).where(table.c.code == code).with_for_update()
            if (await self._connection.execute(one)).first():
                break
        else:
            return False
        await self.remove(code)
        row = {"subject_code": code, "reason": reason, "since": now}
        await self._connection.execute(insert(hold).values(row))
        return True

    async def remove(self, code: str) -> bool:
        """End a hold; False if there was none."""
        done = await self._connection.execute(delete(hold).where(hold.c.subject_code == code))
        return bool(done.rowcount)

    async def all(self) -> Sequence[Held]:
        """Every hold, the oldest first."""
        rows = await self._connection.execute(select(hold).order_by(hold.c.since))
        return [Held(row.subject_code, row.reason, row.since) for row in rows]


async def declared(database: Database) -> Mapping[str, str]:
    """The retention class that each form names in its newest version, '' for none; by form id."""
    async with database.reading(OPERATOR, "purge") as uow:
        found = await newest_privacy(uow.connection)
    return {form_id: said.get("retention", "") for form_id, said in found.items()}


async def newest_privacy(connection: Connection) -> Mapping[str, Mapping[str, Any]]:
    """What the newest version of each form declares of the law, by form id."""
    query = select(form.c.form_id, form.c.privacy).order_by(form.c.published_at)
    rows = await connection.execute(query)
    return {row.form_id: row.privacy or {} for row in rows}


async def due(database: Database, last_days: Mapping[str, date]) -> Mapping[str, int]:
    """How many records of each form are to be emptied. `last_days` gives, by form id, the last day
    that is no longer kept; forms that are not named are kept for good."""
    counts = {}
    async with database.reading(OPERATOR, "purge") as uow:
        for form_id, day in last_days.items():
            query = select(func.count()).select_from(_over(form_id, day).subquery())
            if count := (await uow.connection.execute(query)).scalar_one():
                counts[form_id] = count
    return counts


async def empty(database: Database, last_days: Mapping[str, date]) -> int:
    """Empty what is due, some records at a time; how many. To be cut off does no harm."""
    done = 0
    for form_id, day in last_days.items():
        while True:
            async with database.unit(OPERATOR, "purge") as uow:
                query = _over(form_id, day).limit(_AT_ONCE)
                records = (await uow.connection.execute(query)).all()
                if records:
                    await empty_records(uow.connection, records)
                    await uow.record("purge", f"{form_id} {len(records)}")
            done += len(records)
            if len(records) < _AT_ONCE:
                break
            await asyncio.sleep(0)
    return done


def _over(form_id: str, day: date) -> Select[Any]:
    """The records of a form whose case was last heard of on `day` or before."""
    later = submission.alias("later")
    columns = (submission.c.instance_id, submission.c.interview_id, submission.c.root_id)
    return select(*columns).where(
        submission.c.form_id == form_id,
        submission.c.visit_date <= day,
        _WRITTEN,
        ~exists().where(
            later.c.subject_kind == submission.c.subject_kind,
            later.c.subject_id == submission.c.subject_id,
            later.c.visit_date > day,
        ),
        ~held_record(),
    )


async def empty_records(connection: Connection, records: Sequence[Any]) -> None:
    """Empty records, given as rows of `instance_id`, `interview_id` and `root_id`: their words,
    files, what rules read of them, and what a supervisor said of them."""
    ids = [one.instance_id for one in records]
    interviews = [one.interview_id for one in records if one.interview_id]
    of_them = submission.c.instance_id.in_(ids)
    gone: dict[str, Any] = {"xml": b"", "answers": {}, "state": EMPTIED, "interview_id": None}
    await connection.execute(update(submission).where(of_them).values(gone))
    await connection.execute(delete(media).where(media.c.submission_id.in_(ids)))
    await delete_files_of(connection, interviews)
    await connection.execute(update(push).where(push.c.instance_id.in_(ids)).values(xml=None))
    await connection.execute(delete(interview).where(interview.c.id.in_(interviews)))
    roots = [one.root_id or one.instance_id for one in records]
    read = update(visit).where(visit.c.root_id.in_(roots), ~_is_written(visit.c.root_id))
    await connection.execute(read.values(answers={}))
    for said in (record_review, review_word):
        words = update(said).where(said.c.instance_id.in_(ids))
        await connection.execute(words.values(reason=None))


def _is_written(root: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the version of a record that stands is still there: rules read that one. A correction
    may have moved a visit without a subject to another day, and then its versions have terms of
    their own."""
    one = submission.alias("version").c
    stands = one.state == SUBMITTED
    return or_(
        exists().where(one.root_id == root, stands), exists().where(one.instance_id == root, stands)
    )


async def delete_files_of(connection: Connection, interviews: Sequence[str]) -> None:
    """Delete the files that were sent in interviews and are part of no record."""
    sent = (media.c.interview_id.in_(interviews)) & (media.c.submission_id.is_(None))
    await connection.execute(delete(media).where(sent))
