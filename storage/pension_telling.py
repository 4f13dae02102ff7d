"""What a finished import of an agency means to the rules of visits: days of certification, and who
draws a pension. The newest file that says something is right, also where it takes something back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import and_, delete, exists, select, update

from storage.connection import Connection
from storage.dialects import insert_if_new, upsert
from storage.obligation_tables import review, subject_day
from storage.pension_accounts import CERTIFIED
from storage.pension_tables import pension_benefit, pension_certification
from storage.tables import person_tag

BENEFICIARY: Final = "pension_beneficiary"
"""The tag of who draws a pension."""

_SOURCE: Final = "pension-"  # with the import's number: by which tags of files are known


async def tell(connection: Connection, number: int, ids: Sequence[int], today: date) -> None:
    """Tell the rules what import `number` says of some people. Doing it twice changes nothing."""
    await _days(connection, number, ids)
    await _benefits(connection, number, ids, today)
    key = ["subject_kind", "subject_id"]
    later = review.c.on_day > today
    put = upsert(connection.dialect.name, review, key, ["on_day"], where=later)
    rows = [{"subject_kind": "person", "subject_id": one, "on_day": today} for one in ids]
    await connection.execute(put, rows)


async def _days(connection: Connection, number: int, ids: Sequence[int]) -> None:
    own = pension_certification.c
    query = select(own.person_id, own.day).where(own.import_id == number, own.person_id.in_(ids))
    rows = [
        {"subject_kind": "person", "subject_id": whose, "name": CERTIFIED, "day": day}
        for whose, day in await connection.execute(query)
    ]
    if not rows:
        return
    await _take_back(connection, number, [row["subject_id"] for row in rows])
    key = ["subject_kind", "subject_id", "name", "day"]
    await connection.execute(insert_if_new(connection.dialect.name, subject_day, key), rows)


async def _take_back(connection: Connection, number: int, ids: Sequence[int]) -> None:
    """Forget the days that older files said and that lie after the day of this one. What a visit
    found stays."""
    former, newest = pension_certification.alias("former"), pension_certification.alias("newest")
    corrected = exists().where(
        former.c.person_id == subject_day.c.subject_id,
        former.c.day == subject_day.c.day,
        former.c.import_id < number,
        newest.c.person_id == former.c.person_id,
        newest.c.import_id == number,
        newest.c.day < former.c.day,
    )
    own = subject_day.c
    await connection.execute(
        delete(subject_day).where(
            own.subject_kind == "person", own.subject_id.in_(ids), own.name == CERTIFIED, corrected
        )
    )


async def _benefits(connection: Connection, number: int, ids: Sequence[int], today: date) -> None:
    own, tag = pension_benefit.c, person_tag.c
    of_files = and_(
        tag.tag == BENEFICIARY,
        tag.person_id.in_(ids),
        tag.until.is_(None),
        tag.source.startswith(_SOURCE),
    )
    drawing = exists().where(
        own.person_id == tag.person_id, own.import_id == number, own.first_day == tag.since
    )
    await connection.execute(update(person_tag).where(of_files, ~drawing).values(until=today))
    tagged = select(tag.person_id).where(
        tag.tag == BENEFICIARY, tag.until.is_(None), tag.person_id.in_(ids)
    )
    query = select(own.person_id, own.first_day).where(
        own.import_id == number, own.person_id.in_(ids), own.person_id.not_in(tagged)
    )
    source = f"{_SOURCE}{number}"
    rows = [
        {"person_id": whose, "tag": BENEFICIARY, "since": since, "source": source, "until": None}
        for whose, since in await connection.execute(query)
    ]
    if rows:  # somebody who drew it before from that day on draws it again
        key = ["person_id", "tag", "since"]
        put = upsert(connection.dialect.name, person_tag, key, ["until", "source"])
        await connection.execute(put, rows)
