"""Counts the records of a report: within what its reader may see, a chunk at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from bot.exports.cells import Value
from bot.exports.definition import Column, Definition
from bot.exports.reading import Reading, load
from bot.record_view import RecordView
from bot.reports.definition import Listed, Report, Section
from bot.reports.narrowing import in_numbers
from bot.reports.paper import Cell, Paper, Passage, Table
from bot.reports.paper import Column as Head
from core.texts import say
from forms import Form
from storage.exporting import Wanted
from storage.unit import UnitOfWork

MOST_LISTED: Final = 200
"""Rows of a list: what is longer belongs into a table for other offices (docs/exports.md)."""

_ALL: Final = "*"
_NONE: Final = ""


@dataclass(slots=True)
class _Count:
    """What a section has counted: numbers by row and column, and all together."""

    section: Section
    rows: dict[str, Counter[int]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, row: str, numbers: Mapping[int, int]) -> None:
        self.rows.setdefault(row, Counter()).update(numbers)


async def paper(
    uow: UnitOfWork, report: Report, area: str, days: tuple[date, date], language: str
) -> Paper:
    """The report of `area` and of these days, both included; to who may read none of its records
    it tells of nobody."""
    report = await in_numbers(uow, report)
    counting = _Counting(uow, report, language)
    await counting.read(area, days)
    return await counting.paper(area, days)


async def count(uow: UnitOfWork, report: Report, area: str, days: tuple[date, date]) -> int:
    """How many records the report is made from."""
    return await Reading(uow, _definition(report), _wanted(report, area, days), "zh").count()


class _Counting:
    def __init__(self, uow: UnitOfWork, report: Report, language: str) -> None:
        self._uow = uow
        self._report = report
        self._language = language
        self._counts = [_Count(one) for one in report.sections]
        self._lists: list[list[Sequence[Cell]]] = [[] for _ in report.lists]
        self._left = [0 for _ in report.lists]
        self._total = 0
        self._form: Form | None = None

    # --- reading ---------------------------------------------------------------------------------

    async def read(self, area: str, days: tuple[date, date]) -> None:
        definition = _definition(self._report)
        which = _wanted(self._report, area, days)
        places = {one.name: place for place, one in enumerate(definition.columns)}
        reading = Reading(self._uow, definition, which, self._language)
        async for lines in reading.lines():
            for line in lines:
                self._take({name: line.cells[place] for name, place in places.items()})

    def _take(self, cells: Mapping[str, Value]) -> None:
        self._total += 1
        for count in self._counts:
            if _fits(count.section.where, cells):
                numbers = dict(_numbers(count.section, cells))
                for row, name in _rows(count.section, cells):
                    count.names.setdefault(row, name)
                    count.add(row, numbers)
                count.add(_ALL, numbers)
        for place, one in enumerate(self._report.lists):
            if _fits(one.where, cells):
                self._list(place, one, cells)

    def _list(self, place: int, one: Listed, cells: Mapping[str, Value]) -> None:
        if len(self._lists[place]) < MOST_LISTED:
            shown = [_text(cells[_key(column)]) for column in one.columns]
            self._lists[place].append(shown)
        else:
            self._left[place] += 1

    # --- the paper -------------------------------------------------------------------------------

    async def paper(self, area: str, days: tuple[date, date]) -> Paper:
        await self._open_form()
        found = await self._uow.areas.get(area) if area else None
        local = self._uow.now.astimezone(self._uow.zone)
        say_it = self._say
        return Paper(
            title=self._report.titles.of(self._language),
            facts=[
                (say_it("area"), found.name if found else area or say_it("everywhere")),
                (say_it("days"), f"{days[0]} – {days[1]}"),
                (say_it("records"), str(self._total)),
                (say_it("made"), f"{local:%Y-%m-%d %H:%M}"),
            ],
            tables=[
                *(self._counted(one) for one in self._counts),
                *(self._listed(place, one) for place, one in enumerate(self._report.lists)),
            ],
            passages=[Passage(one.of(self._language), "") for one in self._report.write],
            signatures=[one.of(self._language) for one in self._report.sign],
        )

    async def _open_form(self) -> None:
        version = await self._uow.forms.latest(self._report.form)
        self._form = await load(self._uow, version.sha256) if version else None

    def _counted(self, count: _Count) -> Table:
        section = count.section
        names = self._row_names(count)
        width = len(section.columns)
        rows: list[Sequence[Cell]] = [
            (name, *(count.rows.get(row, Counter())[column] for column in range(width)))
            for row, name in names.items()
        ]
        whole = count.rows.get(_ALL, Counter())
        rows.append((self._say("all"), *(whole[column] for column in range(width))))
        heads = [Head(section.titles.of(self._language), 3)]
        heads += [Head(one.titles.of(self._language)) for one in section.columns]
        return Table("", heads, rows)

    def _row_names(self, count: _Count) -> dict[str, str]:
        """The rows by their value, in order: bands by size, choices as the form has them, others
        by value. What was not answered comes last."""
        section = count.section
        found = {row for row in count.rows if row != _ALL}
        names: dict[str, str] = {}
        if section.bands:
            names = {str(one): self._band(section, one) for one in section.bands}
        elif section.by.startswith("answer.") and self._form is not None:
            names = dict(self._choices(self._form, section.by.partition(".")[2]))
        for row in sorted(found - set(names) - {_NONE}):
            names[row] = count.names[row] or row
        if _NONE in found:
            names[_NONE] = self._say("unanswered")
        return names

    def _band(self, section: Section, first: int) -> str:
        after = next((one for one in section.bands if one > first), None)
        if after is None:
            return self._say("band.from", first=first)
        return self._say("band.between", first=first, last=after - 1)

    def _choices(self, form: Form, name: str) -> Mapping[str, str]:
        view = RecordView(form, self._language)
        asked = next((one for one in form.questions if one.name == name), None)
        return view.choices(asked) if asked else {}

    def _listed(self, place: int, one: Listed) -> Table:
        heads = [Head(column.titles.of(self._language), 2) for column in one.columns]
        title = one.titles.of(self._language)
        rows = list(self._lists[place])
        if not rows:
            rows.append((self._say("nothing"),))
        if left := self._left[place]:
            rows.append((self._say("more", n=left),))
        return Table(title, heads, rows)

    def _say(self, key: str, **values: object) -> str:
        return say(self._language, f"reports.{key}", **values)


# --- what is read ---------------------------------------------------------------------------------


def _definition(report: Report) -> Definition:
    """A table with every field that the report reads: as codes, and as words where they are
    shown."""
    fields: dict[str, Column] = {}

    def read(source: str, show: str) -> None:
        key = f"{source}:{show}"
        column = {"from": source, **_ANY, "show": show, "key": key}
        fields.setdefault(key, Column.model_validate(column))

    for section in report.sections:
        read(section.by, "code")
        if not section.by.startswith("answer."):
            read(section.by, "label")
        for counted in section.columns:
            for source in (*counted.where, *([counted.sum] if counted.sum else [])):
                read(source, "code")
        for source in section.where:
            read(source, "code")
    for one in report.lists:
        for source in one.where:
            read(source, "code")
        for column in one.columns:
            read(column.source, column.show)
    return Definition.model_validate(
        {"id": report.id, **_ANY, "source": "records", "form": report.form}
        | {"columns": [one.model_dump(by_alias=True) for one in fields.values()]}
    )


def _wanted(report: Report, area: str, days: tuple[date, date]) -> Wanted:
    return Wanted(area=area, since=days[0], until=days[1], form_id=report.form, counting=True)


_ANY: Final[dict[str, Any]] = {"titles": {"zh": "-"}}


def _key(column: Column) -> str:
    return f"{column.source}:{column.show}"


def _fits(where: Mapping[str, Sequence[str]], cells: Mapping[str, Value]) -> bool:
    """Whether each of the fields holds one of its values; of several answers, one is enough."""
    return all(set(values) & _values(cells[f"{one}:code"]) for one, values in where.items())


def _values(cell: Value) -> set[str]:
    return set(_text(cell).split()) or {_NONE}


def _numbers(section: Section, cells: Mapping[str, Value]) -> Iterator[tuple[int, int]]:
    for place, one in enumerate(section.columns):
        if not _fits(one.where, cells):
            continue
        if one.sum:
            value = cells[f"{one.sum}:code"]
            yield place, int(value) if isinstance(value, int | float) else 0
        else:
            yield place, 1


def _rows(section: Section, cells: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """The rows in which a record counts, with their names: in several, where several may be
    answered."""
    value = cells[f"{section.by}:code"]
    if section.bands:
        yield _banded(section.bands, value), ""
    elif section.by.startswith("answer."):
        for one in sorted(_values(value)):
            yield one, ""
    else:
        yield _text(value), _text(cells[f"{section.by}:label"])


def _banded(bands: Sequence[int], value: Value) -> str:
    if not isinstance(value, int | float):
        return _NONE
    return str(max((one for one in bands if one <= value), default=bands[0]))


def _text(value: Value) -> str:
    return "" if value is None else str(value)
