"""The steps of a trial, the same for bench and terminal: what is in vain becomes a `Slip`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.cli.try_form import MEDIA, media_of
from forms import Interview
from forms.prompts import (
    Accepted,
    Choice,
    Effects,
    Media,
    Prompt,
    Rejected,
    RepeatLine,
    RepeatPrompt,
    Submission,
)

_YES: Final = frozenset({"yes", "y", "true", "1", "是"})
_NO: Final = frozenset({"no", "n", "false", "0", "否", ""})
_ALL: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Slip:
    """Why a step was in vain: `reason` is that of a `Rejected`, or ``input`` where the step makes
    no sense."""

    ref: str
    reason: str
    message: str = ""


Heard = Accepted | Effects | Slip | None
"""What came of a step, None if there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Trail:
    """One interview that is being tried out. Its steps return what came of them, None if there is
    nothing to say."""

    interview: Interview

    @property
    def ref(self) -> str:
        """The ref of what is asked, '' at the end."""
        current = self.interview.current()
        return current.ref if isinstance(current, Prompt | RepeatPrompt) else ""

    def choices(self, prompt: Prompt) -> tuple[Choice, ...]:
        """All choices of a question."""
        if not prompt.choices_total:
            return ()
        return self.interview.choices(prompt.ref, size=_ALL).choices

    def answer(self, raw: str | list[str], rev: int | None = None) -> Heard:
        """Answer what is asked: a question, or whether one more row is wanted."""
        current = self.interview.current()
        if isinstance(current, RepeatPrompt):
            return self._one_more(str(raw).strip().lower())
        given: str | list[str] | Media = raw
        if isinstance(current, Prompt) and current.kind in MEDIA and raw:
            try:
                given = media_of(Path(str(raw)))
            except OSError:
                return Slip(current.ref, "media")
        elif not isinstance(current, Prompt):
            return Slip("", "input")
        return _heard(self.interview.answer(given, rev))

    def skip(self, rev: int | None = None) -> Heard:
        """Pass on without an answer, or without another row."""
        current = self.interview.current()
        if isinstance(current, RepeatPrompt):
            return self._moved(lambda: self.interview.end_repeat(current.ref, rev))
        if not isinstance(current, Prompt):
            return Slip("", "input")
        return _heard(self.interview.skip(rev))

    def back(self) -> Slip | None:
        """To what came before; stays at the first."""
        self.interview.back()
        return None

    def goto(self, ref: str) -> Effects | Slip | None:
        """To the question, row or repeat at `ref`."""
        return self._moved(lambda: self.interview.goto(ref)) if ref else Slip(self.ref, "input")

    def add(self, ref: str) -> Effects | Slip | None:
        """One more row of the repeat at `ref`, or of the one that is asked about."""
        return self._moved(lambda: self.interview.add_repeat(ref or self.ref))

    def remove(self, ref: str) -> Effects | Slip | None:
        """Take away the row at `ref`, or the last row of a repeat."""
        rows = {line.ref: line.rows for line in self._repeats()}
        place = ref or self.ref
        if rows.get(place):
            place = rows[place][-1]
        return self._moved(lambda: self.interview.remove_repeat(place))

    def finish(self) -> Submission | Slip:
        """Finalise; or go to the first question that stands against it."""
        outcome = self.interview.finalize()
        if isinstance(outcome, Submission):
            return outcome
        problem = outcome[0]
        self.interview.goto(problem.ref)
        return Slip(problem.ref, problem.reason, problem.message)

    def _one_more(self, word: str) -> Effects | Slip | None:
        if word in _YES:
            return self.add("")
        if word in _NO:
            ref = self.ref
            return self._moved(lambda: self.interview.end_repeat(ref))
        return Slip(self.ref, "input")

    def _repeats(self) -> list[RepeatLine]:
        return [line for line in self.interview.summary().lines if isinstance(line, RepeatLine)]

    def _moved(self, step: Callable[[], object]) -> Effects | Slip | None:
        """The engine ignores a step that makes no sense: its revision then stands still."""
        before, ref = self.interview.rev, self.ref
        done = step()
        if self.interview.rev == before:
            return Slip(ref, "input")
        return done if isinstance(done, Effects) else None


def _heard(outcome: Accepted | Rejected) -> Accepted | Slip:
    if isinstance(outcome, Rejected):
        return Slip(outcome.ref, outcome.reason, outcome.message)
    return outcome
