"""The test bench of form authors: an interview over JSON lines. docs/forms-try.md is its protocol.

One object a line goes out, one a line comes in. After each line that came in, the bench says what
it asks now, so that a script can be a plain loop of reading and writing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from bot.cli.try_walk import Heard, Slip, Trail
from core.texts import say
from forms import Interview
from forms.prompts import Prompt, RepeatPrompt, Submission, Summary, SummaryLine


def run_bench(
    interview: Interview, language: str, lines: Iterable[str], write: Callable[[str], None]
) -> bool:
    """Ask, and take `lines` until the form is done (True) or they end (False).

    `language` is that of sentences for which the form has no words of its own.
    """
    bench = _Bench(Trail(interview), language, write)
    bench.ask()
    return any(bench.take(line) for line in lines if line.strip())


class _MalformedError(ValueError):
    """A line that is not of the protocol."""


@dataclass(frozen=True, slots=True)
class _Bench:
    trail: Trail
    language: str
    write: Callable[[str], None]

    def ask(self) -> None:
        """Say what is asked now."""
        current = self.trail.interview.current()
        if isinstance(current, Prompt):
            self._say("question", **self._question(current))
        elif isinstance(current, RepeatPrompt):
            self._say(
                "repeat",
                ref=current.ref,
                label=current.label,
                count=current.count,
                can_add=current.can_add,
                can_remove=current.can_remove,
            )
        elif isinstance(current, Summary):
            self._sum_up(current)

    def take(self, line: str) -> bool:
        """Take one line; whether the form is done."""
        summed_up = isinstance(self.trail.interview.current(), Summary)
        try:
            outcome = self._step(_parse(line))
        except _MalformedError:
            outcome = Slip(self.trail.ref, "input")
        if isinstance(outcome, Submission):
            if not summed_up:  # finished from a question, before the end or back from it
                self._sum_up(self.trail.interview.summary())
            xml = outcome.xml.decode()
            self._say("done", answers=_plain(outcome.answers), xml=xml)
            return True
        if isinstance(outcome, Slip):
            message = outcome.message or say(self.language, f"forms.reason.{outcome.reason}")
            self._say("rejected", ref=outcome.ref, reason=outcome.reason, message=message)
        self.ask()
        return False

    def _step(self, said: Mapping[str, Any]) -> Heard | Submission:
        trail, rev = self.trail, said.get("rev")
        if "answer" in said:
            raw = _raw(said["answer"])
            return trail.skip(rev) if raw is None else trail.answer(raw, rev)
        ref = said.get("ref", "")
        steps: dict[str, Callable[[], Heard | Submission]] = {
            "back": trail.back,
            "skip": lambda: trail.skip(rev),
            "add": lambda: trail.add(ref),
            "remove": lambda: trail.remove(ref),
            "goto": lambda: trail.goto(ref),
            "finish": trail.finish,
        }
        return steps[said["action"]]()

    def _question(self, prompt: Prompt) -> dict[str, Any]:
        return {
            "ref": prompt.ref,
            "kind": prompt.kind.value,
            "label": prompt.label.strip(),
            "hint": prompt.hint.strip(),
            "required": prompt.required,
            "choices": [
                {"value": choice.value, "label": choice.label}
                for choice in self.trail.choices(prompt)
            ],
            "rev": prompt.rev,
        }

    def _sum_up(self, summary: Summary) -> None:
        self._say("summary", answers=_answers(summary))

    def _say(self, kind: str, /, **fields: Any) -> None:
        self.write(json.dumps({"type": kind, **fields}, ensure_ascii=False))


_ACTIONS = frozenset({"back", "skip", "add", "remove", "goto", "finish"})


def _parse(line: str) -> Mapping[str, Any]:
    """One line of the protocol. Raises _MalformedError."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _MalformedError from error
    if not isinstance(said, dict) or ("answer" in said) == ("action" in said):
        raise _MalformedError
    if "action" in said and said["action"] not in _ACTIONS:
        raise _MalformedError
    if not isinstance(said.get("ref", ""), str) or not isinstance(said.get("rev", 0), int):
        raise _MalformedError
    return said


def _raw(answer: object) -> str | list[str] | None:
    """An answer as a person would give it; None to pass on. Raises _MalformedError."""
    if answer is None or isinstance(answer, str):
        return answer
    if isinstance(answer, bool):
        return "true" if answer else "false"
    if isinstance(answer, int | float):
        return repr(answer)
    if isinstance(answer, list) and all(isinstance(item, str | int | float) for item in answer):
        return [str(item) for item in answer]
    raise _MalformedError


def _answers(summary: Summary) -> list[dict[str, str]]:
    return [
        {"ref": line.ref, "label": line.label.strip(), "value": line.value}
        for line in summary.lines
        if isinstance(line, SummaryLine) and line.value
    ]


def _plain(value: Any) -> Any:
    """Typed answers as JSON holds them: dates and times in ISO."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)
