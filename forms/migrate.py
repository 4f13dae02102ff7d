"""Carries a running interview over to another version of its form.

An answer goes to the same path, else to the one question of that name, else it is dropped and
listed. What the new form calculates is calculated anew; ids and start times stay as they were.
Rows that a count leaves out, and choices that a filter does, stay out and may come back as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from forms.checks import UPLOADS
from forms.definition import NONE, Element, Shape, Task
from forms.env import Env
from forms.form import Form
from forms.instance import Field, Range, Row
from forms.interview import Interview
from forms.prompts import Kind, Problem
from forms.secondary import Source
from forms.values import ValueRefusedError, cast


class Migration(NamedTuple):
    """The interview on its new form, the old refs whose answers found no place or no longer apply,
    and the answers that the new form's rules refuse. The cursor stands at the first place that
    needs the person."""

    interview: Interview
    dropped: tuple[str, ...]
    invalid: tuple[Problem, ...]


def migrate(
    stored: Mapping[str, Any],
    old_form: Form,
    new_form: Form,
    env: Env,
    instances: Mapping[str, Source] | None = None,
) -> Migration:
    """Move `stored`, a state of `old_form`, to `new_form`. Raises StateError."""
    old = Interview.load(old_form, stored, env, instances)
    new = Interview.start(new_form, env, old.language, instances=instances)
    return _Move(old, new).run()


class _Move:
    def __init__(self, old: Interview, new: Interview) -> None:
        self._old = old
        self._new = new
        self._rows: dict[Row, Row] = {old.instance.root: new.instance.root}
        self._dropped: list[str] = []
        self._waiting: list[tuple[Field, Field]] = []
        self._issued = new.instance.issued
        new.instance.issued = max(self._issued, old.instance.issued)
        self._leaves = {
            False: _unique_names(old.form, repeats=False),
            True: _unique_names(old.form, repeats=True),
        }
        self._targets = {
            False: _unique_names(new.form, repeats=False),
            True: _unique_names(new.form, repeats=True),
        }

    def run(self) -> Migration:
        new = self._new
        self._move(self._old.instance.root)
        settling = (Task.COUNT, Task.PRUNE)
        new.engine.recompute(one.rank for one in new.form.computations if one.task in settling)
        new.events.settle()
        new.engine.settle()
        self._list_left_out()
        self._mark_passed()
        invalid = tuple(one for one in new.problems() if one.reason != "required")
        new.cursor = self._first_open({one.ref for one in invalid})
        new.rev = self._old.rev + 1
        return Migration(new, tuple(self._dropped), invalid)

    def _move(self, row: Row) -> None:
        """Carry what stands in `row`, which may settle how many rows there are, then the rows."""
        for field in row.fields:
            changed = field.text and field.text != field.element.default
            if changed or field.element.local in row.aside:
                self._carry(field)
        for around in row.ranges.values():
            self._make_rows(around)
            for inner in _all_rows(around):
                self._move(inner)

    def _make_rows(self, around: Range) -> None:
        """Give each row of `around` one of the new interview. A count leaves out what it has too
        many of when all is carried."""
        to = self._range(around)
        if to is None:
            return
        counted = to.scope.count is not None
        for number, inner in enumerate(_all_rows(around) if counted else around.rows):
            if number < len(to.rows):
                self._rows[inner] = to.rows[number]
            elif to.parked:
                self._rows[inner] = self._new.engine.bring_back(to)
            else:
                # An id that the new form has given to rows of its own is not given twice.
                ident = inner.ident if int(inner.ident[1:]) > self._issued else ""
                self._rows[inner] = self._new.engine.add_row(to, ident)
        self._new.events.settle()

    def _target(self, element: Element, *, repeats: bool) -> Element | None:
        form = self._new.form
        place = form.index.get(element.path, NONE)
        if place != NONE and (form.elements[place].shape is Shape.REPEAT) is repeats:
            return form.elements[place]
        if self._leaves[repeats].get(element.name) != element.index:
            return None
        place = self._targets[repeats].get(element.name, NONE)
        return form.elements[place] if place != NONE else None

    def _field(self, field: Field) -> Field | None:
        """Where the answer at `field` belongs in the new interview."""
        target = self._target(field.element, repeats=False)
        if target is None or target.shape in (Shape.GROUP, Shape.REPEAT):
            return None
        place = self._rows.get(field.row)
        if place is None and target.scope == self._new.instance.root.element.scope:
            return None
        if place is None or place.element.scope != target.scope:
            return None
        return place.fields[target.local]

    def _carry(self, field: Field) -> None:
        asked = field.element.question != NONE
        target = self._field(field)
        if target is None:
            if asked:
                self._dropped.append(self._old.instance.ref(field))
            return
        if target.element.bind.calculate is not None and target.element.question == NONE:
            return
        given = field.row.aside.get(field.element.local, field.text)
        text = self._fit(given, target)
        if text is None and self._filtered(field, target):
            target.row.aside[target.element.local] = given
            self._waiting.append((field, target))
            return
        if text is None and given != field.text:
            text = self._fit(field.text, target)
        if text is None:
            self._dropped.append(self._old.instance.ref(field))
            return
        self._new.engine.set_text(target, text)
        media = self._old.media.get(self._old.instance.ref(field))
        if media is not None:
            self._new.media[self._new.instance.ref(target)] = media
        # What depends on it (choices, rows of a counted repeat) must stand before the next one.
        self._new.engine.run()

    def _filtered(self, field: Field, target: Field) -> bool:
        """Whether a choice filter decides what of the answer stands, now and later on."""
        if NONE in (field.element.question, target.element.question):
            return False
        question = self._new.form.questions[target.element.question]
        before = self._old.form.questions[field.element.question]
        return question.itemset is not None and question.kind is before.kind

    def _list_left_out(self) -> None:
        """Note what stood before and does not now: choices that a filter refuses, and answers in
        rows that a count leaves out."""
        ref = self._old.instance.ref
        for field, target in self._waiting:
            if not set(field.text.split()) <= set(target.text.split()):
                self._dropped.append(ref(field))
        for row, place in self._rows.items():
            if row.live and not place.live:
                said = (one for one in row.fields if one.text and one.element.question != NONE)
                self._dropped.extend(ref(one) for one in said if ref(one) not in self._dropped)

    def _fit(self, text: str, target: Field) -> str | None:
        """The text as the new question stores it; None if it can't."""
        if target.element.question == NONE:
            return cast(target.element.bind.type, text)
        question = self._new.form.questions[target.element.question]
        if question.kind in UPLOADS or question.kind is Kind.NOTE:
            return text
        many = question.kind in (Kind.SELECT_MULTIPLE, Kind.RANK)
        try:
            return self._new.checker.read(question, target, text.split() if many else text)
        except ValueRefusedError:
            return None

    def _mark_passed(self) -> None:
        for row in _rows(self._old.instance.root):
            scope = self._old.form.scopes[row.element.scope]
            for place, slot in enumerate(scope.slots):
                if not row.passed >> place & 1:
                    continue
                found: Field | None
                if slot.repeat != NONE:
                    found = self._range(row.ranges[slot.repeat])
                else:
                    field = row.fields[self._old.form.elements[slot.element].local]
                    found = self._field(field)
                if found is not None and found.element.slot != NONE:
                    found.row.passed |= 1 << found.element.slot

    def _range(self, around: Range) -> Range | None:
        """The repeat of the new interview that takes the rows of `around`."""
        target = self._target(around.element, repeats=True)
        place = self._rows.get(around.row)
        return place.ranges.get(target.scope) if target is not None and place is not None else None

    def _first_open(self, invalid: set[str]) -> Any:
        walk = self._new.walk
        place = walk.first()
        while place is not None:
            if not place.row.passed >> place.slot & 1 or self._new.ref(place) in invalid:
                return place
            place = walk.after(place)
        return None


def _unique_names(form: Form, *, repeats: bool) -> dict[str, int]:
    """Elements by name, for names that occur once. Groups are not worth following."""
    found: dict[str, list[int]] = {}
    for element in form.elements:
        asked = element.question != NONE
        if element.shape is Shape.REPEAT if repeats else asked:
            found.setdefault(element.name, []).append(element.index)
    return {name: places[0] for name, places in found.items() if len(places) == 1}


def _rows(row: Row) -> Iterator[Row]:
    yield row
    for around in row.ranges.values():
        for inner in _all_rows(around):
            yield from _rows(inner)


def _all_rows(around: Range) -> tuple[Row, ...]:
    """The rows of a repeat and, after them, those that its count leaves out."""
    return (*around.rows, *reversed(around.parked))
