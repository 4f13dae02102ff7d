"""Finished records: added once, never changed. A correction is a new version beside the former."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    false,
    func,
    insert,
    or_,
    select,
    true,
)

from storage.areas import within
from storage.connection import Connection
from storage.corrections import SUBMITTED, SUPERSEDED, Corrections
from storage.office_tables import record_review
from storage.policy import ALL, Actor
from storage.ready import Ready
from storage.scope import households_seen, people_seen
from storage.tables import account, household, person, submission

MAX_CHOICE: Final = 32
"""The longest value of `mode` and `outcome`: a choice's name, never free text."""

_AT_A_TIME: Final = 200  # records in memory while all are read


@dataclass(frozen=True, slots=True)
class Record:
    """One submission: who, for whom, which form version, when visited and when entered, and what
    was said, as XML for ever and as typed answers. A correction names the former version in
    `deprecated_id`, which is superseded from then on; `state` is all that ever changes. By what
    right it was taken down stands in `legal_basis`, what was said of consent in `consent`."""

    instance_id: str
    area_code: str
    form_id: str
    form_version: str
    form_sha256: str
    subject_kind: str
    subject_id: int | None
    subject_code: str | None
    account_id: int
    channel: str
    visit_date: date
    entered_at: datetime
    mode: str | None
    outcome: str | None
    deprecated_id: str | None
    xml: bytes
    answers: dict[str, Any]
    interview_id: str | None = None
    state: str = SUBMITTED
    legal_basis: str | None = None
    consent: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A record that came in before: whose it is, its bytes, and the id of its first version."""

    account_id: int
    xml: bytes
    root_id: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record, as its history tells of it."""

    instance_id: str
    entered_at: datetime
    state: str


Standing = Literal["waiting", "approved", "returned"]
"""What was said of the version that stands; what was said of a former one says nothing of it."""

STANDINGS: Final[tuple[Standing, ...]] = ("waiting", "approved", "returned")


@dataclass(frozen=True, slots=True)
class Line:
    """A record as a list shows it, without its answers; `author` is the code of an account, and
    `standing` what who oversees it has said of it."""

    instance_id: str
    area_code: str
    form_id: str
    subject_kind: str
    subject_code: str | None
    visit_date: date
    entered_at: datetime
    outcome: str | None
    state: str
    author: str
    standing: Standing


_LINE: Final = tuple(Line.__dataclass_fields__)[:-2]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records; None is any. Dates are visit dates, both ends included; `workers` is the area
    of those who handed them in. Versions that were corrected since are left out unless
    `superseded`."""

    form_id: str | None = None
    area: str | None = None
    since: date | None = None
    until: date | None = None
    superseded: bool = False
    standing: Standing | None = None
    workers: str | None = None


class Submissions:
    """Reads and adds records within what the actor may see: their own, or their area's."""

    def __init__(
        self, connection: Connection, actor: Actor, today: date, corrections: Corrections
    ) -> None:
        self._connection = connection
        self._actor = actor
        self._today = today
        self._corrections = corrections

    async def add(self, record: Record) -> str:
        """Keep a finished record; the id of its first version, under which its files are kept.

        Raises CorrectionRefusedError if it replaces a record that the actor may not correct.
        """
        root = None
        if record.deprecated_id is not None:
            root = await self._corrections.supersede(record.deprecated_id)
        values = {name: getattr(record, name) for name in Record.__dataclass_fields__}
        await _ADD.run(self._connection, values | {"root_id": root})
        return root or record.instance_id

    async def get(self, instance_id: str) -> tuple[Record, str] | None:
        """A record and its author's code, by its id or a beginning of it that fits one only.

        The beginning may leave out ``uuid:`` and be in capitals, as people read it from a receipt.
        """
        plain = instance_id.lower().removeprefix("uuid:")
        wanted = or_(
            submission.c.instance_id == instance_id,
            submission.c.instance_id.startswith(f"uuid:{plain}", autoescape=True),
        )
        query = _records().where(self.visible(), wanted)
        rows = (await self._connection.execute(query.limit(2))).all()
        return _record(rows[0]._mapping) if len(rows) == 1 else None

    async def versions(self, instance_id: str) -> Sequence[Version]:
        """Every version of the record of which `instance_id` is one, oldest first."""
        root = func.coalesce(submission.c.root_id, submission.c.instance_id)
        one = select(root).where(submission.c.instance_id == instance_id).scalar_subquery()
        query = (
            select(submission.c.instance_id, submission.c.entered_at, submission.c.state)
            .where(
                self.visible(), or_(submission.c.instance_id == one, submission.c.root_id == one)
            )
            .order_by(submission.c.entered_at)
        )
        return [Version(*row) for row in await self._connection.execute(query)]

    async def list(self, which: Filter, limit: int = 50) -> Sequence[tuple[Record, str]]:
        """The newest records of `which` with their authors' codes."""
        query = self._filtered(which).order_by(submission.c.entered_at.desc()).limit(limit)
        return [_record(row._mapping) for row in await self._connection.execute(query)]

    async def lines(
        self, which: Filter, page: int = 0, size: int = 50
    ) -> tuple[Sequence[Line], bool]:
        """One page (from 0) of `which`, the newest first, and whether more follow."""
        one = submission.c
        query = (
            self._filtered(which)
            .with_only_columns(
                *(one[name] for name in _LINE), account.c.code, record_review.c.decision
            )
            .outerjoin(record_review, _said_of_it(record_review))
            .order_by(one.entered_at.desc(), one.instance_id.desc())
        )
        rows = await self._connection.execute(query.limit(size + 1).offset(page * size))
        found = [_line(row._mapping) for row in rows]
        return found[:size], len(found) > size

    async def before(self, record: Record) -> Record | None:
        """What `record` is read beside: the version that it replaced, or else the last record of
        the same form for the same subject before it."""
        if record.deprecated_id is not None:
            found = await self.get(record.deprecated_id)
            return found[0] if found else None
        one = submission.c
        earlier = or_(
            one.visit_date < record.visit_date,
            and_(one.visit_date == record.visit_date, one.entered_at < record.entered_at),
        )
        query = (
            _records()
            .where(self.visible(), one.form_id == record.form_id, one.state != SUPERSEDED)
            .where(one.subject_kind == record.subject_kind, one.subject_id == record.subject_id)
            .where(earlier)
            .order_by(one.visit_date.desc(), one.entered_at.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).first()
        return _record(row._mapping)[0] if row else None

    async def each(self, which: Filter) -> AsyncIterator[tuple[Record, str]]:
        """Every record of `which`, oldest first, without holding them all."""
        found = await self.after(which, None, _AT_A_TIME)
        while found:
            for one in found:
                yield one
            last = found[-1][0]
            found = await self.after(which, (last.entered_at, last.instance_id), _AT_A_TIME)

    async def after(
        self, which: Filter, last: tuple[datetime, str] | None, size: int
    ) -> Sequence[tuple[Record, str]]:
        """The next records of `which`, oldest first, `size` at most, after the one that came in at
        the moment and under the id of `last`."""
        entered, key = submission.c.entered_at, submission.c.instance_id
        query = self._filtered(which).order_by(entered, key).limit(size)
        if last is not None:
            same = and_(entered == last[0], key > last[1])
            query = query.where(or_(entered > last[0], same))
        return [_record(row._mapping) for row in await self._connection.execute(query)]

    async def previous(
        self, form_id: str, subject_kind: str, subject_id: int
    ) -> dict[str, Any] | None:
        """The answers of the last record of this form for this subject, whom the actor sees."""
        query = (
            select(submission.c.answers)
            .where(
                self._about_whom_is_seen(),
                submission.c.form_id == form_id,
                submission.c.subject_kind == subject_kind,
                submission.c.subject_id == subject_id,
                submission.c.state != SUPERSEDED,
            )
            .order_by(submission.c.visit_date.desc(), submission.c.entered_at.desc())
            .limit(1)
        )
        return (await self._connection.execute(query)).scalar()

    async def all_previous(
        self, form_id: str, subject_kind: str, subject_ids: Sequence[int]
    ) -> dict[int, dict[str, Any]]:
        """The same for several subjects, by their ids."""
        one = submission.c
        latest = func.row_number().over(
            partition_by=one.subject_id, order_by=(one.visit_date.desc(), one.entered_at.desc())
        )
        ranked = (
            select(one.instance_id, latest.label("place"))
            .where(
                self._about_whom_is_seen(),
                one.form_id == form_id,
                one.subject_kind == subject_kind,
                one.subject_id.in_(subject_ids),
                one.state != SUPERSEDED,
            )
            .subquery()
        )
        query = (
            select(one.subject_id, one.answers)
            .join(ranked, ranked.c.instance_id == one.instance_id)
            .where(ranked.c.place == 1)
        )
        return {row.subject_id: row.answers for row in await self._connection.execute(query)}

    async def known(self, instance_id: str) -> Known | None:
        """What stands under an id, whoever handed it in: a phone that sends a record again."""
        one = submission.c
        columns = (one.account_id, one.xml, func.coalesce(one.root_id, one.instance_id))
        found = (
            await self._connection.execute(select(*columns).where(one.instance_id == instance_id))
        ).first()
        return Known(*found) if found else None

    def _filtered(self, which: Filter) -> Select[Any]:
        query = _records().where(self.visible())
        if not which.superseded:
            query = query.where(submission.c.state != SUPERSEDED)
        if which.form_id:
            query = query.where(submission.c.form_id == which.form_id)
        if which.area:
            query = query.where(within(submission.c.area_code, which.area))
        if which.since:
            query = query.where(submission.c.visit_date >= which.since)
        if which.until:
            query = query.where(submission.c.visit_date <= which.until)
        if which.workers:
            query = query.where(within(account.c.area_code, which.workers))
        if which.standing:
            query = query.where(_stands(which.standing))
        return query

    def visible(self) -> ColumnElement[bool]:
        """Which rows of `submission` the actor may read."""
        actor = self._actor
        if actor.everything:
            return true()
        own = submission.c.account_id == actor.account_id if actor.account_id else false()
        if not actor.may_export or not actor.area:
            return own
        of_area = within(submission.c.area_code, actor.area)
        if actor.powers.ages == ALL:
            return or_(own, of_area)
        return or_(own, and_(of_area, self._about_whom_is_seen()))

    def counted(self, form_id: str) -> ColumnElement[bool]:
        """Which rows of `submission` the actor may count, of a form of which they may read none:
        all those of their area."""
        actor = self._actor
        if actor.may_export or not (actor.area and actor.may_report(form_id)):
            return self.visible()
        return and_(submission.c.form_id == form_id, within(submission.c.area_code, actor.area))

    def _about_whom_is_seen(self) -> ColumnElement[bool]:
        homes = select(household.c.id).where(households_seen(self._actor, self._today))
        people = select(person.c.id).where(people_seen(self._actor, self._today))
        kind, subject_id = submission.c.subject_kind, submission.c.subject_id
        return or_(
            and_(kind == "household", subject_id.in_(homes)),
            and_(kind == "person", subject_id.in_(people)),
        )


_ADD: Final = Ready(insert(submission), *Record.__dataclass_fields__, "root_id")


def _records() -> Select[Any]:
    joined = submission.join(account, submission.c.account_id == account.c.id)
    return select(submission, account.c.code.label("account_code")).select_from(joined)


def _said_of_it(said: FromClause) -> ColumnElement[bool]:
    """What was said of this very version; `said` is the table of reviews, or an alias of it."""
    one = submission.c
    root = func.coalesce(one.root_id, one.instance_id)
    return and_(said.c.root_id == root, said.c.instance_id == one.instance_id)


def _stands(standing: Standing) -> ColumnElement[bool]:
    said = record_review.alias("said")
    of_it = select(said.c.root_id).where(_said_of_it(said))
    if standing == "waiting":
        return ~of_it.exists()
    return of_it.where(said.c.decision == standing).exists()


def _line(row: Any) -> Line:
    standing: Standing = row["decision"] or "waiting"
    return Line(**{name: row[name] for name in _LINE}, author=row["code"], standing=standing)


def _record(row: Any) -> tuple[Record, str]:
    fields = {name: row[name] for name in Record.__dataclass_fields__}
    return Record(**fields), row["account_code"]
