"""A resident's data are deleted, as far as the law lets them go (Personal Information Protection
Law, Art. 47).

What they consented to goes at once, and so does what is over or what nobody has to keep. Records
made by a duty stay until their time is over, and are only stored; then they are emptied like any
other. Of a held person nothing goes. A row with a code stays in the register, so that counts of
former months remain what they were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import delete, exists, func, or_, select, update

from core.months import months_after
from storage.bindings import Unbound, end_consents, release
from storage.connection import Connection
from storage.hold_tables import hold
from storage.import_tables import register_edit
from storage.obligation_tables import obligation, person_tier
from storage.pension_tables import (
    pension_account,
    pension_benefit,
    pension_certification,
    pension_contribution,
    pension_notice,
    proxy,
    resident_request,
)
from storage.request_tables import request
from storage.retention import EMPTIED, delete_files_of, empty_records, newest_privacy
from storage.tables import (
    conversation,
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
from storage.trust_tables import file_opening

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
    """What would become of somebody's data today. Changes nothing, but locks the person and their
    home until the transaction ends, so that nobody holds them meanwhile. Raises NoResultFound."""
    who = (
        select(person.c.code, household.c.id, household.c.code.label("home"))
        .join(household, household.c.id == person.c.household_id)
        .where(person.c.id == person_id)
        .with_for_update()
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
    privacy = await newest_privacy(connection)
    going, staying = [], dict[str, list[Any]]()
    last = rows[-1].visit_date if rows else today
    ends = dict[str, date | None]()
    for form_id in {row.form_id for row in rows}:
        months = term(form_id, privacy.get(form_id, {}).get("retention", ""))
        ends[form_id] = months_after(last, months) if months else None
    for row in rows:
        end = ends[row.form_id]
        basis = row.legal_basis or privacy.get(row.form_id, {}).get("legal_basis")
        if basis == "consent" or (end is not None and end <= today):
            going.append(row)
        else:
            staying.setdefault(row.form_id, []).append(row)
    kept = [
        Kept(form_id, sum(one.state == "submitted" for one in found), ends[form_id])
        for form_id, found in sorted(staying.items())
    ]
    return going, kept


async def erase(
    connection: Connection, chosen: Erasure, now: datetime, day: date
) -> Sequence[Unbound]:
    """Carry a deletion out. Returns the chats that were the person's own and are nobody's now."""
    person_id = chosen.person_id
    if chosen.going:
        await empty_records(connection, chosen.going)
    await _drop_drafts(connection, person_id)
    await _forget_words(connection, person_id)
    for table in (*_OF_PENSIONS, person_name, person_tier, invite):
        await connection.execute(delete(table).where(table.c.person_id == person_id))
    tags = update(person_tag).where(person_tag.c.person_id == person_id)
    still = or_(person_tag.c.until.is_(None), person_tag.c.until > day)
    await connection.execute(tags.where(still).values(until=day))
    await end_consents(connection, person_id, now)
    await _forget_in_register(connection, chosen, day)
    chats = await release(connection, person_id)
    for chat in chats:
        await _forget_chat(connection, chat.chat_id)
    return chats


async def _drop_drafts(connection: Connection, person_id: int) -> None:
    query = select(interview.c.id).where(_about(interview, person_id), _UNFINISHED)
    drafts = (await connection.execute(query)).scalars().all()
    await delete_files_of(connection, drafts)
    await connection.execute(delete(interview).where(interview.c.id.in_(drafts)))


async def _forget_words(connection: Connection, person_id: int) -> None:
    """What anybody wrote of the person beside the records, and the names of who acts for them."""
    asked = update(resident_request).where(resident_request.c.person_id == person_id)
    await connection.execute(asked.values(words=None, answer=None))
    given = update(proxy).where(proxy.c.person_id == person_id)
    await connection.execute(given.values(name=""))
    edited = update(register_edit).where(_about(register_edit, person_id))
    await connection.execute(edited.values(reason=""))
    opened = update(file_opening).where(_about(file_opening, person_id))
    await connection.execute(opened.values(reason=None))
    owed = select(obligation.c.id).where(_about(obligation, person_id))
    wished = update(request).where(request.c.obligation_id.in_(owed))
    await connection.execute(wished.values(note=None))


async def _forget_in_register(connection: Connection, chosen: Erasure, day: date) -> None:
    gone: dict[str, Any] = {"id_number": None, "id_hash": None, "phone": None}
    gone |= {"state": ERASED, "left_on": day}
    if not chosen.kept:  # a kept record can't be told apart without a name
        gone |= {"name": chosen.code}
    await connection.execute(update(person).where(person.c.id == chosen.person_id).values(gone))

    # Where somebody else still lives, the address is theirs too.
    others = exists().where(
        person.c.household_id == household.c.id,
        person.c.id != chosen.person_id,
        person.c.state != ERASED,
    )
    alone = update(household).where(household.c.id == chosen.household_id, ~others)
    await connection.execute(alone.values(address=None))


async def _forget_chat(connection: Connection, chat_id: int) -> None:
    """Delete what was said in a chat, and the files that were made for it."""
    files = media.c.key.like(f"mydata:{chat_id}:%")
    await connection.execute(delete(media).where(files))
    place = select(conversation.c.address_hash).where(
        conversation.c.id == chat_id, conversation.c.channel == "web"
    )
    said = web_event.c.address_hash.in_(place)
    await connection.execute(delete(web_event).where(said))


_UNFINISHED: Final = interview.c.status != "submitted"


def _about(table: Any, person_id: int) -> Any:
    return (table.c.subject_kind == "person") & (table.c.subject_id == person_id)
