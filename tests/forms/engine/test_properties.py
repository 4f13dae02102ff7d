"""What must hold for every form and every person."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from forms import (
    Done,
    Form,
    Interview,
    Prompt,
    Rejected,
    RepeatLine,
    RepeatPrompt,
    Submission,
    Summary,
    SummaryLine,
)
from forms.instance import Row
from forms.prompts import Accepted, Kind
from forms.submission import serialize
from tests.forms.engine.generated import CHOICES, forms
from tests.forms.engine.paper import Clock, env

MOVES = (
    "answer",
    "answer",
    "answer",
    "skip",
    "back",
    "goto",
    "recount",
    "add",
    "remove",
    "end",
    "odd",
    "load",
)


def world() -> Any:
    """The same ids for every interview, so that records can be compared."""
    return env(Clock())


def fitting(prompt: Prompt, number: int) -> str | list[str]:
    """An answer that the question takes."""
    if prompt.kind is Kind.INTEGER:
        return str(number % 50)
    if prompt.kind is Kind.SELECT_ONE:
        return CHOICES[number % 3]
    if prompt.kind is Kind.SELECT_MULTIPLE:
        return list(CHOICES[: min(1 + number % 3, prompt.choices_total)])
    return "" if prompt.kind is Kind.NOTE else "x" * (1 + number % 4)


def move(interview: Interview, kind: str, number: int) -> Interview:
    """One thing that a person may do, sensible or not."""
    now = interview.current()
    if kind == "load":
        stored = json.loads(json.dumps(interview.dump()))
        return Interview.load(interview.form, stored, world())
    if kind == "back":
        interview.back()
    elif kind == "goto":
        refs = [line.ref for line in interview.summary().lines] + [
            "",
            "/data/nowhere",
            "/data/g1[r9]",
        ]
        interview.goto(refs[number % len(refs)])
    elif kind == "recount":
        recount(interview, number)
    elif kind == "remove":
        rows = list(interview.instance.rows)
        if rows:
            interview.remove_repeat(interview.instance.rows[rows[number % len(rows)]].ref)
    elif isinstance(now, RepeatPrompt):
        if kind in ("add", "answer") and now.count < 4:
            interview.add_repeat(now.ref)
        else:
            interview.end_repeat(now.ref, now.rev)
    elif isinstance(now, Prompt):
        if kind == "odd":
            interview.answer(
                ["", "٣", "１２", "b", "a c", "-1", "1e5", "昨天", "\x00", "9" * 30][number % 10]
            )
        elif kind == "skip":
            interview.skip(now.rev)
        else:
            interview.answer(fitting(now, number), now.rev)
    elif kind == "add":
        lines = [line for line in interview.summary().lines if isinstance(line, RepeatLine)]
        if lines and len(lines[number % len(lines)].rows) < 4:
            interview.add_repeat(lines[number % len(lines)].ref)
    return interview


def recount(interview: Interview, number: int) -> None:
    """Give another small number where one was given, as rows may be counted by it."""
    lines = [line for line in interview.summary().lines if isinstance(line, SummaryLine)]
    refs = [line.ref for line in lines if line.kind is Kind.INTEGER]
    if refs:
        interview.goto(refs[number % len(refs)])
        interview.answer(str(number // 3 % 4))


moves = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 40)), max_size=40)


@settings(deadline=None)
@given(xml=forms(), steps=moves)
def test_no_form_and_no_person_brings_it_down(xml: bytes, steps: list[tuple[str, int]]) -> None:
    interview = Interview.start(Form.from_xform(xml), world())
    for kind, number in steps:
        interview = move(interview, kind, number)
        assert isinstance(interview.current(), Prompt | RepeatPrompt | Summary | Done)
    assert interview.faults == ()
    interview.summary()
    interview.finalize()


@settings(deadline=None)
@given(xml=forms(), steps=moves)
def test_a_stored_interview_comes_back_as_it_was(xml: bytes, steps: list[tuple[str, int]]) -> None:
    interview = Interview.start(Form.from_xform(xml), world())
    for kind, number in steps:
        interview = move(interview, kind, number)
    stored = interview.dump()
    again = Interview.load(
        Form.loads(interview.form.dumps()), json.loads(json.dumps(stored)), world()
    )
    assert again.current() == interview.current()
    assert again.summary() == interview.summary()
    assert again.dump() == stored


@settings(deadline=None)
@given(xml=forms(), steps=moves)
def test_computing_everything_again_changes_nothing(
    xml: bytes, steps: list[tuple[str, int]]
) -> None:
    interview = Interview.start(Form.from_xform(xml), world())
    for kind, number in steps:
        interview = move(interview, kind, number)
        before = (interview.dump(), dict(interview.values()))
        interview.engine.start()
        assert interview.engine.settle() == ({}, {}, set())
        assert (interview.dump(), dict(interview.values())) == before


@settings(deadline=None)
@given(xml=forms(), steps=moves, number=st.integers(0, 40))
def test_a_stale_answer_changes_nothing(
    xml: bytes, steps: list[tuple[str, int]], number: int
) -> None:
    interview = Interview.start(Form.from_xform(xml), world())
    for kind, turn in steps:
        interview = move(interview, kind, turn)
    if interview.rev == 0:
        return
    stored, now = interview.dump(), interview.current()
    raw = fitting(now, number) if isinstance(now, Prompt) else "a"
    for result in (interview.answer(raw, interview.rev - 1), interview.skip(interview.rev - 1)):
        assert isinstance(result, Rejected)
        assert result.reason == "stale"
    if isinstance(now, RepeatPrompt):
        interview.end_repeat(now.ref, now.rev - 1)
    assert interview.dump() == stored
    assert interview.current() == now


def place(interview: Interview, ref: str) -> tuple[str, tuple[int, ...]]:
    """A question by path and row numbers, which two interviews share."""
    field = interview.instance.find(ref)
    assert field is not None
    row: Row = field.row
    numbers: list[int] = []
    while row.range is not None:
        numbers.append(row.range.rows.index(row))
        row = row.range.row
    return field.element.path, tuple(numbers)


class Person:
    """Always gives the same answer to the same question, and wants two rows of everything."""

    def __init__(self, answers: dict[str, int]) -> None:
        self.answers = answers

    def finish(self, interview: Interview) -> bytes | None:
        """Fill it in and hand it in."""
        self.fill(interview)
        result = interview.finalize()
        return result.xml if isinstance(result, Submission) else None

    def fill(self, interview: Interview) -> None:
        """Walk from the first question to the end."""
        first = interview.walk.first()
        if first is not None:
            interview.goto(interview.ref(first))
            interview.returning = False
        for _ in range(500):
            now = interview.current()
            if isinstance(now, Prompt):
                where = repr(place(interview, now.ref))
                number = self.answers.get(where, len(where))
                interview.answer(fitting(now, number), now.rev)
            elif isinstance(now, RepeatPrompt):
                self.settle_rows(interview, now)
            else:
                break
        assert isinstance(interview.current(), Summary)

    def settle_rows(self, interview: Interview, now: RepeatPrompt) -> None:
        if now.count < 2:
            interview.add_repeat(now.ref)
        elif now.count > 2:
            around = interview.instance.find(now.ref)
            interview.remove_repeat(around.rows[-1].ref)  # type: ignore[union-attr]
        else:
            interview.end_repeat(now.ref, now.rev)


@settings(deadline=None)
@given(xml=forms(), steps=moves, answers=st.dictionaries(st.text(max_size=3), st.integers(0, 40)))
def test_detours_leave_no_trace(
    xml: bytes, steps: list[tuple[str, int]], answers: dict[str, int]
) -> None:
    form = Form.from_xform(xml)
    person = Person(answers)
    straight = person.finish(Interview.start(form, world()))
    winding = Interview.start(form, world())
    for kind, number in steps:
        winding = move(winding, kind, number)
    assert person.finish(winding) == straight


@settings(deadline=None)
@given(
    xml=forms(counted=True),
    answers=st.dictionaries(st.text(max_size=3), st.integers(0, 40)),
    counts=st.lists(st.integers(0, 3), min_size=2, max_size=5),
    stored=st.booleans(),
)
def test_toggling_back_brings_answers_back(
    xml: bytes, answers: dict[str, int], counts: list[int], stored: bool
) -> None:
    """A count goes up and down and in the end is what it was, and so is all that hangs on it."""
    interview = Interview.start(Form.from_xform(xml), world())
    Person({**answers, repr(("/data/n", ())): counts[0]}).fill(interview)
    before = serialize(interview.form, interview.instance)
    for number in (*counts[1:], counts[0]):
        if stored:
            interview = move(interview, "load", 0)
        count(interview, number)
    assert serialize(interview.form, interview.instance) == before
    assert isinstance(interview.current(), Summary)


def count(interview: Interview, number: int) -> Accepted:
    interview.goto("/data/n")
    result = interview.answer(str(number))
    assert isinstance(result, Accepted)
    return result


@settings(deadline=None)
@given(
    xml=forms(counted=True),
    answers=st.dictionaries(st.text(max_size=3), st.integers(0, 40)),
    numbers=st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
def test_what_is_told_to_fall_away_is_told_to_come_back(
    xml: bytes, answers: dict[str, int], numbers: tuple[int, int]
) -> None:
    interview = Interview.start(Form.from_xform(xml), world())
    Person({**answers, repr(("/data/n", ())): numbers[0]}).fill(interview)
    there, back = count(interview, numbers[1]), count(interview, numbers[0])
    assert set(there.cleared) == set(back.restored)
    assert set(there.restored) == set(back.cleared)
