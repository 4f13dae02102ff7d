"""The result of an inspection of child welfare, item by item, as the form of 26 items has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.exports.answers import by_name
from bot.record_view import RecordView, plain
from bot.reports.paper import Cell, Column, Paper, Passage, Table
from core.texts import say
from forms import Form
from forms.definition import Question

FORM: Final = "child_inspection"

_NUMBERED: Final = ("item_", "faults_")
_RATE: Final = ("error_rate", 20)
_WRITTEN: Final = ("put_right", "difficulties")


def paper(form: Form, answers: Mapping[str, Any], language: str) -> Paper:
    """The inspection as it is handed in. `answers` are those of a record of `form`."""
    return _Inspection(form, answers, language).paper()


class _Inspection:
    def __init__(self, form: Form, answers: Mapping[str, Any], language: str) -> None:
        self._form = form
        self._found = by_name(answers)
        self._language = language
        self._view = RecordView(form, language)
        self._questions = {one.name: one for one in form.questions}

    def paper(self) -> Paper:
        """The whole."""
        return Paper(
            title=self._say("title"),
            facts=[
                (self._asked(name), self._shown(name))
                for name in ("inspector", "inspected", "visit_date", "means")
            ],
            tables=[self._items(), self._totals()],
            passages=[Passage(self._asked(name), self._shown(name)) for name in _WRITTEN],
            signatures=[self._say("inspector"), self._say("inspected")],
        )

    def _items(self) -> Table:
        heads = (("no", 1), ("item", 8), ("grade", 2), ("remark", 6))
        rows: list[Sequence[Cell]] = []
        group = -1
        for number, question in self._numbered():
            if question.container != group:
                group = question.container
                label = self._form.containers[group].label
                rows.append((self._form.words(label, self._language),))
            rows.append((number, self._topic(question), self._grade(number), self._remark(number)))
        return Table("", [Column(self._say(f"head.{name}"), width) for name, width in heads], rows)

    def _numbered(self) -> Iterator[tuple[int, Question]]:
        """The question of each item, in the order of the form."""
        for one in self._form.questions:
            prefix = next((some for some in _NUMBERED if one.name.startswith(some)), "")
            if one.name == _RATE[0]:
                yield _RATE[1], one
            elif prefix:
                yield int(one.name.removeprefix(prefix)), one

    def _topic(self, question: Question) -> str:
        """What the item is about: its question without its number and without what is counted."""
        words = self._form.words(question.label, self._language).partition(".")[2].strip()
        if not question.name.startswith("faults_"):
            return words
        return (words.rpartition("：")[0] or words.rpartition(":")[0]) or words

    def _grade(self, number: int) -> str:
        code = str(self._found.get(f"item_{number}") or "")
        return self._say(f"grade.{code}") if code in ("A", "B", "C") else "—"

    def _remark(self, number: int) -> str:
        """How it was counted, and what the system had on record."""
        said = []
        faults = self._found.get(f"faults_{number}")
        if faults not in (None, ""):
            said.append(self._say("faults", n=int(faults)))
        if number == _RATE[1] and self._found.get(_RATE[0]) not in (None, ""):
            said.append(self._say("rate", rate=plain(self._found[_RATE[0]])))
        if seen := self._found.get(f"seen_{number}"):
            said.append(self._say("seen", words=seen))
        return self._say("between").join(said)

    def _totals(self) -> Table:
        columns = [Column(self._say(f"head.{name}"), w) for name, w in _TOTALS]
        rows = [
            (
                self._say(f"grade.{letter}"),
                int(self._found.get(f"count_{letter.lower()}") or 0),
                str(self._found.get(f"list_{letter.lower()}") or "—").replace(" ", "、"),
            )
            for letter in "ABC"
        ]
        return Table("", columns, rows)

    def _asked(self, name: str) -> str:
        question = self._questions.get(name)
        words = self._form.words(question.label, self._language) if question else name
        return words.partition("（")[0]

    def _shown(self, name: str) -> str:
        value, question = self._found.get(name), self._questions.get(name)
        if value in (None, "") or question is None:
            return ""
        return self._view.shown(question, value)

    def _say(self, key: str, **values: object) -> str:
        return say(self._language, f"reports.inspection.{key}", **values)


_TOTALS: Final = (("result", 2), ("count", 1), ("numbers", 8))
