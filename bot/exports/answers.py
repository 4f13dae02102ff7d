"""Finds the answers of a record by question, and shows each as the table wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import partial
from math import isfinite
from typing import Any, Final

from bot.exports.cells import Point, Value
from bot.record_view import RecordView, plain
from forms import Form, Kind

FLAG: Final = "flag_"
"""How calculations begin that hold names of questions with spaces between (docs/forms.md)."""

_Way = Callable[[Any], Value]

_SELECTS: Final = frozenset({Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK})


class AnswerReader:
    """Reads the records of one version of a form, in one language."""

    def __init__(self, form: Form, language: str, zone: tzinfo) -> None:
        self._view = RecordView(form, language)
        self._questions = {one.name: one for one in form.questions}
        self._zone = zone
        self._between = "；" if language == "zh" else "; "
        self._ways: dict[tuple[str, bool], _Way] = {}

    def cell(self, found: Mapping[str, Any], name: str, *, label: bool) -> Value:
        """What was answered to the question `name`, None if nothing was. Several rows of a repeat
        stand one after another in a cell."""
        value = found.get(name)
        if value is None or value == "":
            return None
        way = self._ways.get((name, label))
        if way is None:
            way = self._ways[name, label] = self._way(name, label=label)
        if isinstance(value, Many):
            return self._between.join(_text(way(one)) for one in value.values)
        return way(value)

    def _way(self, name: str, *, label: bool) -> _Way:
        """How answers to a question are shown: found once, for there are many answers."""
        question = self._questions.get(name)
        kind = question.kind if question else None
        if question is not None and kind in _SELECTS:
            return partial(self._view.shown, question) if label else plain
        way: _Way = _as_it_is
        if kind is Kind.DATE:
            way = _day
        elif kind is Kind.DATETIME:
            way = self._moment
        elif label and question is None and name.startswith(FLAG):
            way = self._names
        return lambda value: _place(value) if isinstance(value, dict) else way(value)

    def _names(self, flags: Any) -> str:
        """The questions that a flag names, by their labels."""
        return self._between.join(self._asked(name) for name in str(flags).split())

    def _asked(self, name: str) -> str:
        question = self._questions.get(name)
        return self._view.label(question) if question else name

    def _moment(self, value: Any) -> Value:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            return str(value)
        local = moment.astimezone(self._zone) if moment.tzinfo else moment
        return local.replace(tzinfo=None, microsecond=0)


class Many:
    """The answers to one question in the rows of a repeat."""

    __slots__ = ("values",)

    def __init__(self) -> None:
        self.values: list[Any] = []


def by_name(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Every answer by the name of its question, groups opened up; those in repeats as `Many`."""
    found: dict[str, Any] = {}
    _gather(answers, found, within=False)
    return found


def rows_of(answers: Mapping[str, Any], repeat: str) -> Sequence[dict[str, Any]]:
    """For each row of the repeat `repeat` what `by_name` gives, with the row's own answers; none if
    there are no rows."""
    whole = by_name(answers)
    return [whole | by_name(row) for row in _rows(answers, repeat)]


def point(value: Any) -> Point | None:
    """The place of an answered geopoint."""
    if not isinstance(value, Mapping) or "latitude" not in value or "longitude" not in value:
        return None
    return Point(float(value["longitude"]), float(value["latitude"]))


def _gather(answers: Mapping[str, Any], found: dict[str, Any], *, within: bool) -> None:
    for name, value in answers.items():
        if isinstance(value, dict) and "latitude" not in value:
            _gather(value, found, within=within)
        elif _repeats(value):
            for row in value:
                _gather(row, found, within=True)
        elif within:
            many = found.setdefault(name, Many())
            if isinstance(many, Many):
                many.values.append(value)
        else:
            found[name] = value


def _rows(answers: Mapping[str, Any], repeat: str) -> Iterator[Mapping[str, Any]]:
    for name, value in answers.items():
        if name == repeat and _repeats(value):
            yield from value
        elif isinstance(value, dict):
            yield from _rows(value, repeat)
        elif _repeats(value):
            for row in value:
                yield from _rows(row, repeat)


def _repeats(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _as_it_is(value: Any) -> Value:
    if isinstance(value, float) and not isfinite(value):  # no JSON and no cell holds that
        return str(value)
    return value if isinstance(value, (str, bool, int, float)) else plain(value)


def _text(shown: Value) -> str:
    return shown if isinstance(shown, str) else plain(shown)


def _day(value: Any) -> Value:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return str(value)


def _place(value: Mapping[str, Any]) -> str:
    found = point(value)
    return f"{found.latitude} {found.longitude}" if found else ""
