"""Takes answers of an earlier record over into an interview, as far as they still fit.

An answer is taken over if its question, or a group or repeat around it, is named, and nothing
stands there yet. What the question no longer takes, or what its rule refuses, is left out. Files
are not taken over: they belong to the record that they came with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from forms.checks import UPLOADS
from forms.definition import NONE, Element, Shape, Task
from forms.instance import Field, Range, Row
from forms.prompts import Kind
from forms.values import ValueRefusedError

if TYPE_CHECKING:
    from forms.form import Form
    from forms.interview import Interview

SETTING: Final = "last_values"
"""The form setting that names whose last values may be kept (``attribute::last_values``)."""

Answers = Mapping[str, Any]
"""Typed answers as `Submission.answers` has them: nested by group, a list for each repeat."""


def kept_names(form: Form) -> frozenset[str]:
    """The questions, groups and repeats whose last values the author lets people keep."""
    return frozenset(form.settings.get(SETTING, "").split())


def take_over(
    interview: Interview,
    answers: Answers,
    names: Collection[str],
    *,
    answered: bool,
    whole: bool = False,
) -> int:
    """Fill in what `answers` holds of `names`; how many answers that were. With `answered` they
    count as given, so that the walk passes them by; without, each is asked with what it holds. As a
    `whole` they go before what stands there, and the walk passes all the rest by."""
    taking = _Taking(interview, names, answered=answered, whole=whole)
    taking.row(interview.instance.root, answers)
    settling = (Task.COUNT, Task.PRUNE)
    interview.engine.recompute(
        one.rank for one in interview.form.computations if one.task in settling
    )
    return taking.taken


class _Taking:
    def __init__(
        self, interview: Interview, names: Collection[str], *, answered: bool, whole: bool
    ) -> None:
        self._interview = interview
        self._names = names
        self._answered = answered
        self._whole = whole
        self.taken = 0

    def row(self, row: Row, answers: Answers) -> None:
        """What stands in a row, which may settle how many rows there are in it, then those."""
        if self._whole:
            self._pass_by(row)
        for field in row.fields:
            if self._wanted(field.element):
                self._take(field, _found(answers, self._way(field.element, row)))
        for around in row.ranges.values():
            rows = _found(answers, self._way(around.element, row))
            if self._named(around.element) and isinstance(rows, list):  # of a form's own number
                for inner, said in zip(self._rows(around, len(rows)), rows, strict=False):
                    self.row(inner, said)

    def _pass_by(self, row: Row) -> None:
        for one in (*row.fields, *row.ranges.values()):
            if one.element.slot != NONE:
                row.passed |= 1 << one.element.slot

    def _wanted(self, element: Element) -> bool:
        if element.question == NONE or element.shape is Shape.REPEAT:
            return False
        kind = self._interview.form.questions[element.question].kind
        return kind is not Kind.NOTE and kind not in UPLOADS and self._named(element)

    def _named(self, element: Element) -> bool:
        """Whether the element or one around it is named."""
        while element.name not in self._names:
            if element.parent == NONE:
                return False
            element = self._interview.form.elements[element.parent]
        return True

    def _way(self, element: Element, row: Row) -> Iterator[str]:
        """The names that lead from a row to an element in it."""
        return iter(element.path[len(row.element.path) + 1 :].split("/"))

    def _rows(self, around: Range, wanted: int) -> Sequence[Row]:
        """Rows for what was said; a count leaves out what it has too many of when all is there."""
        engine = self._interview.engine
        if around.scope.fixed:
            return around.rows
        while len(around.rows) < wanted:
            if around.parked:
                engine.bring_back(around)
            else:
                engine.add_row(around)
        self._interview.events.settle()
        return list(around.rows[:wanted])

    def _take(self, field: Field, value: Any) -> None:
        text = self._text(field, value)
        if not text or (field.text and not self._whole):
            return
        self._interview.engine.set_text(field, text)
        # What depends on it (choices, rows of a counted repeat) must stand before the next one.
        self._interview.engine.run()
        if field.text != text:
            return
        self.taken += 1
        if self._answered and field.element.slot != NONE:
            field.row.passed |= 1 << field.element.slot

    def _text(self, field: Field, value: Any) -> str:
        """The value as the question stores it; '' if it does not take it."""
        raw = _raw(value)
        if not raw:
            return ""
        question = self._interview.form.questions[field.element.question]
        checker = self._interview.checker
        try:
            text = checker.read(question, field, raw)
        except ValueRefusedError:
            return ""
        # A rule reads what does not apply now as blank: it is asked when the record is finished.
        return "" if field.relevant and checker.complaint(field, text) else text


def _found(answers: Any, way: Iterator[str]) -> Any:
    for name in way:
        answers = answers.get(name) if isinstance(answers, Mapping) else None
    return answers


def _raw(value: Any) -> str | list[str]:
    """A typed value as somebody would have given it."""
    if isinstance(value, Mapping):
        return " ".join(str(part) for part in value.values())
    if isinstance(value, list):
        return [str(one) for one in value] if all(isinstance(one, str) for one in value) else ""
    return "" if value is None else str(value)
