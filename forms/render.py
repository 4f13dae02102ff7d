"""Puts what stands at a place into words: prompts, the summary, what an answer brought about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from forms.checks import SELECTS
from forms.definition import NONE, Question
from forms.instance import Field, Range, Row
from forms.node import Node
from forms.outcome import Outcome
from forms.prompts import (
    Accepted,
    Effects,
    Kind,
    Prompt,
    RepeatLine,
    RepeatPrompt,
    RowLine,
    Summary,
    SummaryLine,
    SummaryPart,
)
from forms.walk import Place

if TYPE_CHECKING:
    from forms.sheet import Sheet


def prompt(interview: Sheet, place: Place) -> Prompt | RepeatPrompt:
    """The question at `place`, or the question for one more row."""
    field = interview.walk.field(place)
    if isinstance(field, Range):
        return _repeat_prompt(interview, place, field)
    question = interview.form.questions[field.element.question]
    speaker = interview.speaker
    readonly = interview.checker.readonly(field)
    choosing = question.kind in SELECTS
    groups, entered = _groups(interview, place, field, question)
    return Prompt(
        ref=interview.instance.ref(field),
        kind=Kind.NOTE if readonly else question.kind,
        label=speaker.say(question.label, field),
        rev=interview.rev,
        hint=speaker.say(question.hint, field),
        guidance=speaker.say(question.hint, field, "guidance"),
        media=speaker.media(question.label, field),
        required=interview.checker.required(field),
        readonly=readonly or question.kind is Kind.NOTE,
        value=field.text,
        shown=interview.checker.shown(question, field),
        appearance=question.appearance,
        bounds=question.bounds,
        parameters=question.parameters,
        choices_total=interview.checker.count(question, field) if choosing else 0,
        groups=groups,
        entered=entered,
        progress=interview.walk.progress(place),
    )


def summary(interview: Sheet) -> Summary:
    """Every answered question and every repeat, in body order."""
    lines = tuple(_lines(interview, interview.instance.root, 0))
    return Summary(lines, interview.problems(), interview.rev)


def accepted(interview: Sheet, field: Field, shown: str, outcome: Outcome) -> Accepted:
    """The answer that stands at `field` now, with what it brought about."""
    done = effects(interview, outcome, field)
    return Accepted(
        ref=interview.instance.ref(field),
        value=field.text,
        shown=shown,
        cleared=done.cleared,
        restored=done.restored,
        recomputed=done.recomputed,
    )


def effects(interview: Sheet, outcome: Outcome, field: Field | None = None) -> Effects:
    """What a change brought about elsewhere than at `field`. Notes and blank questions are not
    worth a word."""
    flipped, changed, pruned = outcome
    told = [one for one in changed if one.relevant and one not in flipped and one is not field]
    cleared = [
        one
        for one, was in flipped.items()
        if was and one is not field and _said(interview, one, changed.get(one, one.text))
    ]
    emptied = [
        one
        for one in told
        if (not one.text or (one in pruned and _lost(changed[one], one.text)))
        and _said(interview, one, changed[one])
    ]
    restored = [one for one, was in flipped.items() if not was and _said(interview, one, one.text)]
    refilled = [one for one in told if one in pruned and _lost(one.text, changed[one])]
    recomputed = [
        one
        for one in changed
        if one is not field and one not in emptied and one.element.bind.calculate is not None
    ]
    ref = interview.instance.ref
    return Effects(
        cleared=tuple(ref(one) for one in (*cleared, *emptied)),
        restored=tuple(ref(one) for one in (*restored, *refilled)),
        recomputed=tuple(ref(one) for one in recomputed),
    )


def _lost(before: str, after: str) -> bool:
    """Whether one of the values chosen before is not chosen after."""
    return not set(before.split()) <= set(after.split())


def _said(interview: Sheet, field: Field, text: str) -> bool:
    """Whether `text` at `field` is an answer of the person's own."""
    if not text or field.element.question == NONE or isinstance(field, Range | Row):
        return False
    return interview.form.questions[field.element.question].kind is not Kind.NOTE


def _repeat_prompt(interview: Sheet, place: Place, around: Range) -> RepeatPrompt:
    return RepeatPrompt(
        ref=around.ref,
        label=_repeat_label(interview, around),
        count=len(around.rows),
        can_add=True,
        can_remove=bool(around.rows),
        rev=interview.rev,
        progress=interview.walk.progress(place),
    )


def _repeat_label(interview: Sheet, around: Range) -> str:
    return _label(interview, around.scope.container, around) or around.element.name


def _label(interview: Sheet, container: int, node: Node) -> str:
    label = interview.form.containers[container].label if container != NONE else None
    return interview.speaker.say(label, node)


def _row_label(interview: Sheet, row: Row) -> str:
    """The repeat's label with the number of the row, and of how many where that is fixed. A label
    in which the author says the number is left alone."""
    around = row.range
    assert around is not None
    label = _label(interview, around.scope.container, row) or around.element.name
    number = around.rows.index(row) + 1
    if re.search(rf"(?<!\d){number}(?!\d)", label):
        return label
    fixed = "" if interview.walk.asks_for_more(around) else f" / {len(around.rows)}"
    return f"{label.rstrip()} {number}{fixed}"


def _groups(
    interview: Sheet, place: Place, field: Field, question: Question
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels of the containers around a question, and of those just entered."""
    chain = _containers(interview, field, question)
    if not chain:
        return (), ()
    before = interview.walk.before(place)
    known: set[tuple[int, Row]] = set()
    if before is not None and not before.prompt:
        earlier = interview.walk.field(before)
        other = interview.form.questions[earlier.element.question]
        known = {(index, row) for index, row, _ in _containers(interview, earlier, other)}
    elif before is not None:
        known = {
            (index, row) for index, row, _ in chain if row is not field.row and row is before.row
        }
    groups = tuple(label for _, _, label in chain if label)
    return groups, tuple(
        label for index, row, label in chain if label and (index, row) not in known
    )


def _containers(interview: Sheet, field: Field, question: Question) -> list[tuple[int, Row, str]]:
    """(container, the row it stands in, label) from the outermost to the innermost."""
    found: list[tuple[int, Row, str]] = []
    row, index = field.row, question.container
    while index != NONE:
        container = interview.form.containers[index]
        rowwise = container.scope != NONE and row.range is not None
        label = _row_label(interview, row) if rowwise else _label(interview, index, row)
        found.append((index, row, label))
        if container.scope != NONE and row.range is not None:
            row = row.range.row
        index = container.parent
    return found[::-1]


def _lines(interview: Sheet, row: Row, depth: int) -> Iterator[SummaryPart]:
    form = interview.form
    for place, slot in enumerate(form.scopes[row.element.scope].slots):
        if not row.mask >> place & 1:
            continue
        if slot.repeat != NONE:
            yield from _repeat_lines(interview, row.ranges[slot.repeat], depth)
            continue
        field = row.fields[form.elements[slot.element].local]
        question = form.questions[slot.question]
        if question.kind is Kind.NOTE:
            continue
        yield SummaryLine(
            ref=interview.instance.ref(field),
            label=interview.speaker.say(question.label, field),
            value=field.text,
            shown=interview.checker.shown(question, field),
            kind=question.kind,
            readonly=interview.checker.readonly(field),
            depth=depth,
        )


def _repeat_lines(interview: Sheet, around: Range, depth: int) -> Iterator[SummaryPart]:
    changeable = interview.walk.asks_for_more(around)
    yield RepeatLine(
        ref=around.ref,
        label=_repeat_label(interview, around),
        rows=tuple(row.ref for row in around.rows),
        can_add=changeable,
        can_remove=changeable and bool(around.rows),
        depth=depth,
    )
    for row in around.rows:
        yield RowLine(row.ref, _row_label(interview, row), changeable, depth + 1)
        yield from _lines(interview, row, depth + 2)
