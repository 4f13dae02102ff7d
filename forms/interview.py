"""One filling-in of one form: what to ask now, what an answer means, what it changes.

An interview is a plain object without any I/O. Its caller owns it alone, stores `dump()` after each
step and makes it again by `Interview.load`. Every change raises `rev`; an answer that carries an
older one is refused as stale and changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from forms import render, state, submission
from forms.definition import Task
from forms.env import Env
from forms.form import Form
from forms.instance import Field, Range, Row
from forms.prompts import (
    NO_EFFECTS,
    Accepted,
    Current,
    Effects,
    Kind,
    Media,
    Problem,
    Reason,
    Rejected,
    Submission,
)
from forms.recall import take_over
from forms.secondary import Source
from forms.sheet import Sheet
from forms.values import ValueRefusedError
from forms.walk import Place

Answer = str | Sequence[str] | Media
_WORDED: Final = frozenset({"jr:choice-name", "jr:itext"})
_CLOCK: Final = frozenset({"now", "today"})


class Interview(Sheet):
    """Use `start` or `load`. `rev` goes up with every change."""

    @classmethod
    def start(
        cls,
        form: Form,
        env: Env,
        language: str | None = None,
        prefill: Mapping[str, str] | None = None,
        instances: Mapping[str, Source] | None = None,
        *,
        default_rows: bool = False,
    ) -> Interview:
        """A new interview at its first question.

        `prefill` gives values by path outside repeats, in their stored spelling; they win over
        the form's defaults. `instances` are tables by instance id or file name: rows, or the
        bytes of a CSV, XML or GeoJSON file. `default_rows` keeps the blank first row of repeats,
        as ODK Collect shows it; without it the person is asked before the first row as well.
        """
        interview = cls(form, env, language, instances)
        interview.instance.fill(default_rows=default_rows)
        interview.checker.cast_defaults()
        interview.events.preload()
        interview.engine.start()
        interview.events.first_load()
        for path, text in (prefill or {}).items():
            field = interview.instance.find(path)
            if field is not None:
                interview.engine.set_text(field, text)
        interview.events.settle()
        interview.engine.settle()
        interview.cursor = interview.walk.first()
        return interview

    @classmethod
    def load(
        cls,
        form: Form,
        stored: Mapping[str, Any],
        env: Env,
        instances: Mapping[str, Source] | None = None,
    ) -> Interview:
        """The interview that `dump` wrote. Raises StateError if it belongs to another form."""
        interview = cls(form, env, stored.get("language"), instances)
        state.restore(interview, stored)
        return interview

    def dump(self) -> dict[str, Any]:
        """All there is to store, ready for JSON."""
        return state.dump(self)

    # What the person does

    def answer(
        self, raw: Answer, rev: int | None = None, ref: str | None = None
    ) -> Accepted | Rejected:
        """Take what the person typed or chose for the question at the cursor."""
        refused = self._refuse(rev, ref)
        if refused is not None:
            return refused
        place = self.cursor
        if place is None or place.prompt:
            return self._reject("type")
        field = self.walk.field(place)
        question = self.form.questions[field.element.question]
        if question.kind is Kind.NOTE or self.checker.readonly(field):
            return self._pass(place, field)
        self.xpath.budget.reset()
        try:
            text = self.checker.read(question, field, raw)
        except ValueRefusedError as error:
            return self._reject(error.reason)
        reason = self.checker.complaint(field, text)
        if reason is not None:
            return self._reject(reason, self.checker.message(field, reason))
        if isinstance(raw, Media) and text:
            self.media[self.instance.ref(field)] = raw
        return self._accept(place, field, text)

    def skip(self, rev: int | None = None) -> Accepted | Rejected:
        """Pass on without an answer; clears one that stood there. Refused if one is required."""
        refused = self._refuse(rev, None)
        if refused is not None:
            return refused
        place = self.cursor
        if place is None or place.prompt:
            return self._reject("type")
        field = self.walk.field(place)
        question = self.form.questions[field.element.question]
        if question.kind is Kind.NOTE or self.checker.readonly(field):
            return self._pass(place, field)
        self.xpath.budget.reset()
        if self.checker.required(field):
            return self._reject("required", self.checker.message(field, "required"))
        self.media.pop(self.instance.ref(field), None)
        return self._accept(place, field, "")

    def clear(self) -> Current:
        """Take back the answer at the cursor, required or not: it is asked again."""
        place = self.cursor
        if self.done or place is None or place.prompt:
            return self.current()
        field = self.walk.field(place)
        if self.checker.readonly(field):
            return self.current()
        self.xpath.budget.reset()
        self.media.pop(self.instance.ref(field), None)
        if self.engine.set_text(field, ""):
            self.events.settle(field)
        self.engine.settle()
        place.row.passed &= ~(1 << place.slot)
        self._move(self.walk.living(place))
        return self.current()

    def back(self) -> Current:
        """To the relevant place before this one in body order; stays at the first."""
        if not self.done:
            place = self.walk.before(self.cursor) if self.cursor is not None else self.walk.last()
            if place is not None:
                self.returning = False
                self._move(place)
        return self.current()

    def goto(self, ref: str) -> Current:
        """To the question, row or repeat at `ref`, if it is asked now; '' goes to the summary."""
        if self.done:
            return self.current()
        if not ref:
            self._move(None)
            return self.current()
        field = self.instance.find(ref)
        place = self.walk.at(field) if field is not None else None
        if place is not None:
            self.returning = self.returning or self.cursor is None
            self._move(place)
        return self.current()

    def add_repeat(self, ref: str) -> Effects:
        """One more row of the repeat at `ref`; the cursor goes to its first question."""
        around = self.instance.find(ref)
        if self.done or not isinstance(around, Range) or not self.walk.asks_for_more(around):
            return NO_EFFECTS
        self.xpath.budget.reset()
        self.returning = self.returning or self.cursor is None
        row = self.engine.add_row(around)
        effects = self._settle()
        self._move(self.walk.at(row) or Place(around.row, around.element.slot, prompt=True))
        return effects

    def remove_repeat(self, ref: str) -> Effects:
        """Take away the row at `ref`, with its answers; these are not among the effects."""
        row = self.instance.find(ref)
        if self.done or not isinstance(row, Row) or row.range is None:
            return NO_EFFECTS
        around = row.range
        if not self.walk.asks_for_more(around):
            return NO_EFFECTS
        self.xpath.budget.reset()
        cursor = self.cursor
        self.engine.remove_row(row)
        self.media = {
            place: media for place, media in self.media.items() if not place.startswith(ref)
        }
        effects = self._settle()
        if cursor is not None and self.walk.living(cursor) is not cursor:
            cursor = Place(around.row, around.element.slot, prompt=True)
        self._move(self.walk.standing(cursor))
        return effects

    def end_repeat(self, ref: str, rev: int | None = None) -> Current:
        """No more rows of the repeat at `ref`: go on after it. A stale call does nothing."""
        around = self.instance.find(ref)
        if self._refuse(rev, ref) is None and isinstance(around, Range):
            place = Place(around.row, around.element.slot, prompt=True)
            around.row.passed |= 1 << place.slot
            self._move(self._next(place))
        return self.current()

    def recall(
        self,
        answers: Mapping[str, Any],
        names: Collection[str],
        *,
        answered: bool,
        whole: bool = False,
    ) -> int:
        """Take over what an earlier record (`Submission.answers`) holds of the questions, groups
        and repeats `names`, where nothing stands yet; how many answers that were. As a `whole` it
        goes before defaults, and what it has no answer to was passed by.

        With `answered` they count as given: only the rest is asked, then the summary is shown.
        Without, every question is asked, beginning with what it holds.
        """
        if self.done:
            return 0
        self.xpath.budget.reset()
        taken = take_over(self, answers, names, answered=answered, whole=whole)
        self._settle()
        self.returning = answered
        self._move(self.walk.unpassed() if answered else self.walk.standing(self.cursor))
        return taken

    def set_language(self, language: str) -> Effects:
        """Go on in `language`, a code of `Form.languages`; another is ignored."""
        if language not in self.form.itext or language == self.language:
            return NO_EFFECTS
        self.speaker.speak(language)
        if self.done:
            return NO_EFFECTS
        self.xpath.budget.reset()
        self.engine.recompute(self.form.ranks_using(_WORDED, Task.CALCULATE))
        effects = self._settle()
        self._move(self.walk.standing(self.cursor))
        return effects

    # The end

    def finalize(self, deprecated_id: str | None = None) -> Submission | tuple[Problem, ...]:
        """The finished record, or what stands against it. Calling it again gives the same bytes.

        Rules that read the clock are evaluated once more, as ODK Collect does when a form is
        finalised. `deprecated_id` is the instanceID of the record that this one replaces.
        """
        if not self.done:
            self.xpath.budget.reset()
            self.engine.recompute(self.form.ranks_using(_CLOCK))
            self.events.settle()
            self.engine.settle()
            problems = self.problems()
            if problems:
                self._move(self.walk.standing(self.cursor))
                return problems
            self.events.finish()
            self._forget()
            self.done = True
            self._move(None)
        return submission.build(self, deprecated_id)

    def reopen(self) -> str:
        """Make a finished interview editable again under a new instanceID; the old one is returned
        and goes to `finalize` as `deprecated_id`."""
        field = self.instance.find(f"{self.form.elements[0].path}/meta/instanceID")
        assert field is not None
        old = field.text
        self.engine.set_text(field, f"uuid:{self.env.uuid()}")
        self.events.settle()
        self.engine.settle()
        self.done = False
        self._move(None)
        return old

    # Within

    def _settle(self) -> Effects:
        """Bring everything to rest after a change that was no answer."""
        self.events.settle()
        return render.effects(self, self.engine.settle())

    def _refuse(self, rev: int | None, ref: str | None) -> Rejected | None:
        if self.done or (rev is not None and rev != self.rev):
            return self._reject("stale")
        if ref is not None and (self.cursor is None or ref != self.ref(self.cursor)):
            return self._reject("stale")
        return None

    def _reject(self, reason: Reason, message: str = "") -> Rejected:
        return Rejected(self.ref(self.cursor) if self.cursor is not None else "", reason, message)

    def _pass(self, place: Place, field: Field) -> Accepted:
        place.row.passed |= 1 << place.slot
        self._move(self._next(place))
        return Accepted(self.instance.ref(field), field.text, field.text)

    def _accept(self, place: Place, field: Field, text: str) -> Accepted:
        if self.engine.set_text(field, text):
            self.events.settle(field)
        outcome = self.engine.settle()
        place.row.passed |= 1 << place.slot
        shown = self.checker.shown(self.form.questions[field.element.question], field)
        accepted = render.accepted(self, field, shown, outcome)
        self._move(self._next(place))
        return accepted

    def _next(self, place: Place) -> Place | None:
        """Where the walk goes from `place`. Coming from the summary it goes back there, by way of
        what has become relevant and was never asked."""
        if self.returning:
            place_left = self.walk.unpassed()
            self.returning = place_left is not None
            return place_left
        return self.walk.after(self.walk.living(place))

    def _move(self, place: Place | None) -> None:
        if place is None:
            self.returning = False
        self.cursor = place
        self.rev += 1
        self._current = None

    def _forget(self) -> None:
        """What no longer applies can't come back once the record is handed in."""
        self.instance.forget()
        find = self.instance.find
        self.media = {ref: media for ref, media in self.media.items() if find(ref) is not None}
