"""Plausible answers to any form, by chance: how the people of the demo fill in theirs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Final

from forms import Accepted, Interview, Kind, Prompt, RepeatPrompt

_USUAL: Final = {
    "outcome": ("met", "met", "met", "met", "met", "family_met", "nobody"),
    "notice": ("yes",),
    "mode": ("home",),
    "mr": ("none",),
    "n_live": ("2", "3", "4"),
    "n_reg": ("4", "5"),
    "meals": ("3",),
    "sbp": ("128", "132", "136", "144", "150"),
    "dbp": ("76", "80", "84", "88"),
    "weight": ("52", "58", "64", "70"),
    "height": ("155", "160", "166", "172"),
    "hr": ("66", "72", "78"),
    "fbg": ("5.8", "6.4", "6.9", "7.6"),
    "absent": ("0", "0", "1"),
    "falls": ("0", "0", "0", "1"),
}
"""What is usually said to a question of the built-in forms, by its name."""

_QUIET: Final = ("none", "no", "never", "good", "normal", "0")
"""Choices that mean that all is well: most of the time it is."""

_STEPS: Final = 2000


class Answering:
    """Answers on `today`, by the chances of `chance`."""

    def __init__(self, chance: random.Random, today: date) -> None:
        self._chance = chance
        self._today = today

    def fill(self, iv: Interview) -> bool:
        """Answer whatever is asked, until nothing more is; False if a question took no answer."""
        for _ in range(_STEPS):
            current = iv.current()
            if isinstance(current, RepeatPrompt):
                iv.end_repeat(current.ref)
            elif not isinstance(current, Prompt):
                return True
            elif not self._answer(iv, current):
                return False
        return False

    def _answer(self, iv: Interview, prompt: Prompt) -> bool:
        for answer in self._candidates(iv, prompt):
            said = iv.skip() if answer is None else iv.answer(answer)
            if isinstance(said, Accepted):
                return True
        return False

    def _candidates(self, iv: Interview, prompt: Prompt) -> Iterator[str | list[str] | None]:
        """Answers to try, the likeliest first; None is to pass on."""
        if prompt.kind is Kind.NOTE or prompt.readonly:
            yield None
        if prompt.value:
            yield prompt.value.split() if prompt.kind is Kind.SELECT_MULTIPLE else prompt.value
        name = prompt.ref.rsplit("/", 1)[-1]
        if usual := _USUAL.get(name):
            said = self._chance.choice(usual)
            yield [said] if prompt.kind is Kind.SELECT_MULTIPLE else said
        if not prompt.required and self._chance.random() < 0.3:
            yield None
        yield from self._by_kind(iv, prompt)
        yield None

    def _by_kind(self, iv: Interview, prompt: Prompt) -> Iterator[str | list[str]]:
        match prompt.kind:
            case Kind.SELECT_ONE | Kind.SELECT_MULTIPLE | Kind.RANK:
                values = [one.value for one in iv.choices(prompt.ref, size=100).choices]
                quiet = [one for one in values if one in _QUIET]
                if quiet and self._chance.random() < 0.85:
                    values = [*quiet, *values]
                else:
                    self._chance.shuffle(values)
                several = prompt.kind is not Kind.SELECT_ONE
                yield from ([one] if several else one for one in values)
            case Kind.INTEGER | Kind.DECIMAL | Kind.RANGE:
                yield from (str(number) for number in self._numbers(prompt))
            case Kind.DATE | Kind.DATETIME:
                yield prompt.bounds.maximum or self._today.isoformat()
                yield self._today.isoformat()
            case Kind.ACKNOWLEDGE:
                yield "OK"
            case _:
                yield "一切正常"

    def _numbers(self, prompt: Prompt) -> Iterator[int]:
        least = _whole(prompt.bounds.minimum, 0)
        most = max(_whole(prompt.bounds.maximum, least + 5), least)
        yield least if self._chance.random() < 0.5 else self._chance.randint(least, most)
        yield from (least, most, 0, 1, 2, 10, 100)


def _whole(text: str | None, otherwise: int) -> int:
    try:
        return int(float(text)) if text else otherwise
    except ValueError:
        return otherwise
