"""Reads the rows of a table: each record, person or duty becomes a line of cells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Any, Final

from bot.exports.answers import AnswerReader, by_name, point, rows_of
from bot.exports.cells import Line, Value
from bot.exports.definition import Column, Definition
from bot.exports.period_words import period_words
from core.texts import known, say
from forms import Form, StaleFormError
from storage.exporting import Answered, Duty, Exporting, Someone, Wanted
from storage.names import surname
from storage.unit import UnitOfWork

if TYPE_CHECKING:
    from scheduler.ground import Ground

_LEVELS: Final = {"county": 6, "township": 9, "village": 12, "grid": 15}


@dataclass(frozen=True, slots=True)
class _Row:
    """What the cells of a row are taken from; `day` is the one on which ages are told."""

    area_code: str
    day: date
    someone: Someone | None = None
    record: Answered | None = None
    duty: Duty | None = None
    found: Mapping[str, Any] = field(default_factory=dict)
    reader: AnswerReader | None = None
    files: tuple[str, ...] = ()


_Getter = Callable[[_Row], Value]


class Reading:
    """The rows of one table within what the actor of `uow` may see, in one language. `ground` tells
    what rules are called."""

    def __init__(
        self,
        uow: UnitOfWork,
        definition: Definition,
        wanted: Wanted,
        language: str,
        ground: Ground | None = None,
    ) -> None:
        self._uow = uow
        self._definition = definition
        self._wanted = wanted
        self._language = language
        self._ground = ground
        self._files = any(one.source == "record.files" for one in definition.columns)
        self._source = Exporting(uow.connection, uow.actor, uow.submissions, uow.now, uow.today)
        self._readers: dict[str, AnswerReader] = {}
        self._areas: dict[str, str] = {}

    async def count(self) -> int:
        """How many records, people or duties there are; rows of a repeat are more."""
        if self._definition.source == "records":
            return await self._source.count_records(self._wanted)
        if self._definition.source == "register":
            return await self._source.count_people(self._wanted)
        return await self._source.count_duties(self._wanted)

    async def lines(self) -> AsyncIterator[Sequence[Line]]:
        """The rows, a list for each chunk of what they are read from."""
        self._areas = {one.code: one.name for one in await self._uow.areas.all()}
        getters = [self._getter(one) for one in self._definition.columns]
        async for rows in self._rows():
            yield [self._line(row, getters) for row in rows]
            await asyncio.sleep(0)  # the chat goes first

    def _line(self, row: _Row, getters: Sequence[_Getter]) -> Line:
        geo = self._definition.geo
        return Line(
            [get(row) for get in getters],
            point(row.found.get(geo)) if geo else None,
            row.record.root_id if row.record else "",
        )

    # --- what rows are taken from ----------------------------------------------------------------

    async def _rows(self) -> AsyncIterator[Sequence[_Row]]:
        if self._definition.source == "records":
            async for records in self._source.records(self._wanted, self._definition.order):
                yield await self._of_records(records)
        elif self._definition.source == "register":
            fields = self._definition.of_subject
            async for people in self._source.people(self._wanted, fields):
                yield [_Row(one.area_code, self._uow.today, one) for one in people]
        else:
            async for duties in self._source.duties(self._wanted):
                whom = [(one.subject_kind, one.subject_id) for one in duties]
                subjects = await self._subjects(whom)
                yield [
                    _Row(
                        one.area_code,
                        self._uow.today,
                        subjects.get((one.subject_kind, one.subject_id)),
                        duty=one,
                    )
                    for one in duties
                ]

    async def _of_records(self, records: Sequence[Answered]) -> list[_Row]:
        whom = [(one.subject_kind, one.subject_id or 0) for one in records]
        subjects = await self._subjects(whom)
        made: list[_Row] = []
        for one in records:
            repeat = self._definition.repeat
            rows = rows_of(one.answers, repeat) if repeat else [by_name(one.answers)]
            reader = await self._reader(one.form_sha256)
            files = await self._names(one) if self._files else ()
            made += (
                _Row(
                    one.area_code,
                    one.visit_date,
                    subjects.get((one.subject_kind, one.subject_id or 0)),
                    record=one,
                    found=found,
                    reader=reader,
                    files=files,
                )
                for found in rows
            )
        return made

    async def _subjects(self, whom: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Someone]:
        """Those people and households whom columns tell of, by kind and id."""
        fields = self._definition.of_subject
        if not fields:
            return {}
        found: dict[tuple[str, int], Someone] = {}
        some = set(whom)
        for kind in ("person", "household"):
            ids = [number for of, number in some if of == kind]
            counting = self._wanted.counting
            subjects = await self._source.subjects(kind, ids, fields, counting=counting)
            found |= {(kind, number): one for number, one in subjects.items()}
        return found

    async def _reader(self, sha256: str) -> AnswerReader:
        if sha256 not in self._readers:
            form = await load(self._uow, sha256)
            self._readers[sha256] = AnswerReader(form, self._language, self._uow.zone)
        return self._readers[sha256]

    async def _names(self, record: Answered) -> tuple[str, ...]:
        files = await self._uow.media.of_record(record.root_id)
        return tuple(stored.record_name for stored, _ in files)

    # --- cells -----------------------------------------------------------------------------------

    def _getter(self, column: Column) -> _Getter:
        label, room, name = column.show == "label", column.room, column.field
        if room == "answer":
            return lambda row: _answer(row, name, label=label)
        if room == "area":
            return lambda row: self._area(row.area_code, name, label=label)
        made = {"subject": self._of_subject, "record": self._of_record, "duty": self._of_duty}
        return made[room](name, label=label)

    def _area(self, code: str, name: str, *, label: bool) -> Value:
        if name in _LEVELS:
            length = _LEVELS[name]
            code = code[:length] if len(code) >= length else ""
        return self._areas.get(code, code) if label and name != "code" else code

    def _of_subject(self, name: str, *, label: bool) -> _Getter:
        def get(row: _Row) -> Value:
            one = row.someone
            if one is None:
                return row.record.subject_code if row.record and name == "code" else None
            if name == "surname":
                return surname(one.name) if one.name else None
            if name == "age":
                return _age(one.birth_date, row.day)
            if name == "tags":
                return self._between([self._say("tags", tag, label) for tag in one.tags], label)
            if name == "sex" and one.sex:
                return self._say("exports.sex", one.sex, label)
            value: Value = getattr(one, name)
            return value

        return get

    def _of_record(self, name: str, *, label: bool) -> _Getter:
        def get(row: _Row) -> Value:
            one = row.record
            assert one is not None
            if name in ("mode", "outcome"):
                shown = _answer(row, name, label=label)
                return shown or (one.mode if name == "mode" else one.outcome)
            if name == "entered_at":
                return _local(one.entered_at, self._uow.zone)
            if name == "files":
                return " ".join(row.files)
            value: Value = getattr(one, _RECORD_NAMES.get(name, name))
            return value

        return get

    def _of_duty(self, name: str, *, label: bool) -> _Getter:
        def get(row: _Row) -> Value:
            one = row.duty
            assert one is not None
            if name == "title":
                return self._title(one)
            if name == "state":
                return self._say("supervise.state", one.state, label)
            if name == "role":
                return self._role(one.role) if label else one.role
            if name == "period" and label:
                return period_words(one.period_key, one.first, one.last, self._language)
            if name == "days_late":
                late = one.state in ("overdue", "missed")
                return (row.day - one.due_on).days if late else None
            value: Value = getattr(one, _DUTY_NAMES.get(name, name))
            return value

        return get

    def _title(self, duty: Duty) -> str:
        ground = self._ground
        rule = ground and ground.rule(duty.rule_id, duty.rule_version, duty.rule_region)
        return rule.titles.of(self._language) if rule else duty.rule_id

    def _role(self, role: str) -> str:
        found = self._ground.book.roles.get(role) if self._ground else None
        return found.titles.of(self._language) if found else role

    def _say(self, chapter: str, code: str, label: bool) -> str:
        key = f"{chapter}.{code}"
        return say(self._language, key) if label and known(key) else code

    def _between(self, words: Sequence[str], label: bool) -> str:
        return ("、" if self._language == "zh" and label else " ").join(words)


_RECORD_NAMES: Final = {"id": "instance_id", "form": "form_id", "version": "form_version"}
_DUTY_NAMES: Final = {"rule": "rule_id", "period": "period_key", "due": "due_on"}


async def load(uow: UnitOfWork, sha256: str) -> Form:
    """A published form, without keeping what was compiled: tables are read, and only read."""
    source = await uow.forms.source(sha256)
    if source.compiled is not None:
        try:
            return Form.loads(source.compiled)
        except StaleFormError:
            pass  # written by an earlier version of the engine
    return Form.from_xform(source.xform, source.attachments)


def _answer(row: _Row, name: str, *, label: bool) -> Value:
    return row.reader.cell(row.found, name, label=label) if row.reader else None


def _age(born: date | None, on: date) -> int | None:
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _local(moment: Any, zone: tzinfo) -> Value:
    local: Value = moment.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return local
