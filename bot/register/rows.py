"""Reads the people of a register file, and says of every cell what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from bot.register.columns import PEOPLE, PEOPLE_REQUIRED, Column, plain, tags_by_name
from bot.register.files import Cell, Row, Sheet
from bot.register.tables import Problem, find_tables
from core.ids import NotAnId, ResidentId, phone, resident_id

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{1,15}")
_DATE: Final = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?")
_SERIAL: Final = re.compile(r"[1-6]\d{4}")
_BEFORE_SERIALS: Final = date(1899, 12, 30)  # a date that a spreadsheet shows as a number
_AS_TYPED: Final = (Column.NAME, Column.ADDRESS)  # all others are read without full-width forms
_SEXES: Final = {"男": "m", "m": "m", "male": "m", "1": "m"} | dict.fromkeys(
    ("女", "f", "female", "2"), "f"
)
_YES_NO: Final = dict.fromkeys(
    ("是", "户主", "本人", "户主本人", "yes", "y", "true", "1", "√"), True
) | dict.fromkeys(("否", "no", "n", "false", "0", ""), False)
_RELATED: Final = re.compile(
    "(配偶|夫|妻|丈夫|妻子|之?[独长次三四五六]?生?[子女]|儿子|女儿|养子|养女|继子|继女|儿媳|女婿"
    "|[外曾重]?孙子?|[外曾重]?孙女|父|母|父亲|母亲|公公|婆婆|岳父|岳母|祖父|祖母|外祖父|外祖母"
    "|兄|弟|姐|妹|哥哥|弟弟|姐姐|妹妹|嫂子?|弟媳|姐夫|妹夫|[侄甥]子?|侄女|外?甥女|其他亲属|其他|非亲属)"
)
"""What others of a household are to its head, as lists write it in place of a yes or no."""

_LONGEST_NAME: Final = 50


@dataclass(slots=True)
class Entry:
    """One person as the file has them, with where they stand. `given` are the columns in which
    something is written: what is not in them is not known, or follows from the ID number."""

    sheet: str
    row: int
    places: Mapping[Column, int]
    household: str
    area: str
    address: str
    name: str
    sex: str
    birth_date: date
    resident_id: ResidentId | None
    phone: str | None
    head: bool
    tags: tuple[str, ...]
    given: frozenset[Column]

    def problem(self, column: Column | None, code: str, **values: object) -> Problem:
        """A problem with one of this person's cells, or with the row."""
        place = self.places.get(column, 0) if column else 0
        return Problem(self.sheet, self.row, place, column, code, values)


def entries(sheets: Iterable[Sheet], today: date) -> tuple[list[Entry], list[Problem]]:
    """The people of all sheets, and the problems of single cells."""
    found: list[Entry] = []
    tables, problems = find_tables(sheets, PEOPLE, PEOPLE_REQUIRED)
    for table in tables:
        for row in table.rows:
            reader = _RowReader(table.name, row, table.places, today)
            entry = reader.entry()
            problems += reader.problems
            if entry and not reader.problems:
                found.append(entry)
    return found, problems


class _RowReader:
    """Reads one row, cell by cell, and collects its problems."""

    def __init__(self, sheet: str, row: Row, places: Mapping[Column, int], today: date) -> None:
        self._sheet = sheet
        self._row = row
        self._places = places
        self._today = today
        self.problems: list[Problem] = []

    def entry(self) -> Entry | None:
        resident = self._resident_id()
        household = self._household()
        name = self._name()
        sex = self._sex(resident)
        born = self._birth_date(resident)
        entry_phone = self._phone()
        head = self._head()
        tags = self._tags()
        if not (household and name and sex and born):
            return None
        return Entry(
            sheet=self._sheet,
            row=self._row.number,
            places=self._places,
            household=household,
            area=self._cell(Column.AREA).text,
            address=self._cell(Column.ADDRESS).text,
            name=name,
            sex=sex,
            birth_date=born,
            resident_id=resident,
            phone=entry_phone,
            head=head,
            tags=tags,
            given=frozenset(one for one in self._places if self._cell(one).text),
        )

    def _cell(self, column: Column) -> Cell:
        place = self._places.get(column)
        if place is None or place >= len(self._row.cells):
            return Cell("")
        cell = self._row.cells[place]
        if column in _AS_TYPED:
            return cell
        return replace(cell, text=unicodedata.normalize("NFKC", cell.text))

    def _wrong(self, column: Column, code: str, **values: object) -> None:
        place = self._places.get(column, 0)
        self.problems.append(Problem(self._sheet, self._row.number, place, column, code, values))

    def _household(self) -> str | None:
        code = self._cell(Column.HOUSEHOLD).text.upper()
        if _CODE.fullmatch(code):
            return code
        self._wrong(Column.HOUSEHOLD, "bad_household" if code else "empty")
        return None

    def _name(self) -> str | None:
        name = " ".join(self._cell(Column.NAME).text.split())
        if name and len(name) <= _LONGEST_NAME and not any(sign.isdigit() for sign in name):
            return name
        self._wrong(Column.NAME, "bad_name" if name else "empty")
        return None

    def _resident_id(self) -> ResidentId | None:
        cell = self._cell(Column.ID_NUMBER)
        if not cell.text:
            return None
        if cell.damaged:
            self._wrong(Column.ID_NUMBER, "id_damaged")
            return None
        try:
            return resident_id(cell.text, self._today)
        except NotAnId as error:
            self._wrong(Column.ID_NUMBER, f"id_{error.code}")
            return None

    def _sex(self, resident: ResidentId | None) -> str | None:
        if not self._cell(Column.SEX).text:
            if resident:
                return resident.sex
            self._wrong(Column.SEX, "empty")
            return None
        sex = _SEXES.get(self._cell(Column.SEX).text.casefold())
        if sex is None:
            self._wrong(Column.SEX, "bad_sex")
        elif resident and sex != resident.sex:
            self._wrong(Column.SEX, "sex_differs")
        return sex

    def _head(self) -> bool:
        text = self._cell(Column.HEAD).text
        head = False if _RELATED.fullmatch(text) else _YES_NO.get(text.casefold())
        if head is None:
            self._wrong(Column.HEAD, "bad_head")
        return bool(head)

    def _birth_date(self, resident: ResidentId | None) -> date | None:
        """The cell goes before the ID number: the number of an old person is often wrong."""
        text = self._cell(Column.BIRTH_DATE).text
        if not text:
            if resident:
                return resident.birth_date
            self._wrong(Column.BIRTH_DATE, "empty")
            return None
        born = _day(text)
        if born is None:
            self._wrong(Column.BIRTH_DATE, "bad_date")
        elif born > self._today:
            self._wrong(Column.BIRTH_DATE, "date_future")
        elif born.year < 1900:
            self._wrong(Column.BIRTH_DATE, "date_too_old")
        return born

    def _phone(self) -> str | None:
        text = self._cell(Column.PHONE).text
        if not text:
            return None
        number = phone(text)
        if number is None:
            self._wrong(Column.PHONE, "bad_phone")
        return number

    def _tags(self) -> tuple[str, ...]:
        tags = set()
        for name in re.split(r"[,，、;；|/\s]+", self._cell(Column.TAGS).text):
            tag = tags_by_name().get(plain(name))
            if tag:
                tags.add(tag)
            elif name:
                self._wrong(Column.TAGS, "bad_tag", tag=name[:40])
        return tuple(sorted(tags))


def _day(text: str) -> date | None:
    """A date as it is typed, or as the number that a spreadsheet makes of it."""
    if _SERIAL.fullmatch(text):
        return _BEFORE_SERIALS + timedelta(days=int(text))
    parts = _DATE.fullmatch(text)
    try:
        return date(*(int(part) for part in parts.groups())) if parts else None
    except ValueError:
        return None
