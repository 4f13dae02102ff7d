"""A resident's data are deleted, as far as the law lets them go (Personal Information Protection
Law, Art. 47).

What they consented to goes at once, and so does what is over or what nobody has to keep. Records
made by a duty stay until their time is over, and are only stored; then they are emptied like any
other. Of a held person nothing goes. A row with a code stays in the register, so that counts of
former months remain what they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import delete, func, or_, select, update

from storage.connection import Connection
from storage.conversations import Conversation
from storage.hold_tables import hold
from storage.pension_tables import (
    pension_account,
    pension_benefit,
    pension_certification,
    pension_contribution,
    pension_notice,
    proxy,
    resident_request,
)
from storage.retention import EMPTIED, empty_records
from storage.tables import (
    conversation,
    form,
    household,
    interview,
    invite,
    media,
    person,
    person_name,
    person_tag,
    submission,
    web_event,
)

ERASED: Final = "erased"
"""The state of a person whose data were deleted."""

Term = Callable[[str, str], int | None]
"""For how many months records are kept, by a form's id and the class that it names; None: for
good."""

_OF_PENSIONS: Final = (
    pension_account,
    pension_contribution,
    pension_benefit,
    pension_certification,
    pension_notice,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """Records of a form that have to stay: how many, and until which day; None is for good."""

    form_id: str
    count: int
    until: date | None


@dataclass(frozen=True, slots=True)
class Erasure:
    """What a deletion takes, and what it leaves. `going` are rows of records."""

    person_id: int
    household_id: int
    code: str
    held: bool
    going: Sequence[Any]
    drafts: int
    kept: Sequence[Kept]


async def erasure_of(connection: Connection, person_id: int, term: Term, today: date) -> Erasure:
    """What would become of somebody's data today. Changes nothing. Raises NoResultFound."""
    who = (
        select(person.c.code, household.c.id, household.c.code.label("home"))
        .join(household, household.c.id == person.c.household_id)
        .where(person.c.id == person_id)
    )
    row = (await connection.execute(who)).one()
    held = select(hold.c.subject_code).where(hold.c.subject_code.in_((row.code, row.home)))
    if (await connection.execute(held)).first():
        return Erasure(person_id, row.id, row.code, True, (), 0, ())
    going, kept = await _records(connection, person_id, term, today)
    drafts = select(func.count()).where(_about(interview, person_id), _UNFINISHED)
    count: int = (await connection.execute(drafts)).scalar_one()
    return Erasure(person_id, row.id, row.code, False, going, count, kept)


async def _records(
    connection: Connection, person_id: int, term: Term, today: date
) -> tuple[Sequence[Any], Sequence[Kept]]:
    query = select(
        *(submission.c.instance_id, submission.c.interview_id, submission.c.root_id),
        *(submission.c.form_id, submission.c.visit_date, submission.c.state),
        submission.c.legal_basis,
    ).where(_about(submission, person_id), submission.c.state != EMPTIED)
    rows = (await connection.execute(query.order_by(submission.c.visit_date))).all()
    classes = await _classes(connection)
    going, staying = [], dict[str, list[Any]]()
    last = rows[-1].visit_date if rows else today
    ends = {
        one: _months_after(last, months) if (months := term(one, classes.get(one, ""))) else None
        for one in {row.form_id for row in rows}
    }
    for row in rows:
        end = ends[row.form_id]
        if row.legal_basis == "consent" or (end is not None and end <= today):
            going.append(row)
        else:
            staying.setdefault(row.form_id, []).append(row)
    kept = [
        Kept(form_id, sum(one.state == "submitted" for one in found), ends[form_id])
        for form_id, found in sorted(staying.items())
    ]
    return going, kept


async def _classes(connection: Connection) -> Mapping[str, str]:
    query = select(form.c.form_id, form.c.privacy).order_by(form.c.published_at)
    rows = await connection.execute(query)
    return {row.form_id: (row.privacy or {}).get("retention", "") for row in rows}


async def erase(
    connection: Connection, chosen: Erasure, chats: Sequence[Conversation], now: datetime, day: date
) -> None:
    """Carry a deletion out. `chats` are the person's own; they are nobody's afterwards."""
    person_id = chosen.person_id
    if chosen.going:
        await empty_records(connection, chosen.going)
    await connection.execute(delete(interview).where(_about(interview, person_id), _UNFINISHED))
    for table in (*_OF_PENSIONS, person_name, invite):
        await connection.execute(delete(table).where(table.c.person_id == person_id))
    ended = update(person_tag).where(person_tag.c.person_id == person_id)
    still = or_(person_tag.c.until.is_(None), person_tag.c.until > day)
    await connection.execute(ended.where(still).values(until=day))
    ended = update(proxy).where(proxy.c.person_id == person_id, proxy.c.revoked_at.is_(None))
    await connection.execute(ended.values(revoked_at=now))
    words = update(resident_request).where(resident_request.c.person_id == person_id)
    await connection.execute(words.values(words=None))
    await _forget_in_register(connection, chosen, day)
    for chat in chats:
        await _forget_chat(connection, chat)


async def _forget_in_register(connection: Connection, chosen: Erasure, day: date) -> None:
    gone: dict[str, Any] = {"id_number": None, "id_hash": None, "phone": None}
    gone |= {"state": ERASED, "left_on": day}
    if not chosen.kept:  # a kept record can't be told apart without a name
        gone |= {"name": chosen.code}
    await connection.execute(update(person).where(person.c.id == chosen.person_id).values(gone))


async def _forget_chat(connection: Connection, chat: Conversation) -> None:
    files = media.c.key.like(f"mydata:{chat.id}:%")
    await connection.execute(delete(media).where(files))
    place = select(conversation.c.address_hash).where(
        conversation.c.id == chat.id, conversation.c.channel == "web"
    )
    said = web_event.c.address_hash.in_(place)
    await connection.execute(delete(web_event).where(said))
    of_nobody = update(conversation).where(conversation.c.id == chat.id)
    await connection.execute(of_nobody.values(person_id=None))


_UNFINISHED: Final = interview.c.status != "submitted"


def _about(table: Any, person_id: int) -> Any:
    return (table.c.subject_kind == "person") & (table.c.subject_id == person_id)


def _months_after(day: date, months: int) -> date:
    """The first day on which `months` are over; of a month without that day the first after it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year + (month == 11), (month + 1) % 12 + 1, 1)
