"""What a person does in one interview, act by act, and what the bot has to say to each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from benchmarks.peers.form import QUESTIONS, SAVED, TITLE, Question
from core.texts import say


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a person does: type words, or press the button of a label. The step is over
    when a message comes that holds the words `until`, with the button `needs` if one is named."""

    does: str
    presses: bool
    until: str
    needs: str = ""


def peers() -> tuple[Act, ...]:
    """An interview with a bot of a peer: eleven steps."""
    return (_asked("/form", False, QUESTIONS[0]), *_answers(SAVED, ""))


def ours() -> tuple[Act, ...]:
    """An interview with ours, through the review and back to the menu: thirteen steps."""
    submit, menu = say("zh", "chat.button.submit"), say("zh", "chat.button.menu")
    receipt = say("zh", "chat.submit.done", form=TITLE, receipt="").partition("\n")[0]
    return (
        _asked(TITLE, True, QUESTIONS[0]),
        *_answers("", submit),
        Act(submit, True, receipt.replace("*", ""), menu),
        Act(menu, True, "", TITLE),
    )


def _answers(until: str, needs: str) -> tuple[Act, ...]:
    """The ten answers, of which the last leads to `until`."""
    asked = [
        _asked(now.answer, bool(now.options), following) for now, following in pairwise(QUESTIONS)
    ]
    last = QUESTIONS[-1]
    return (*asked, Act(last.answer, bool(last.options), until, needs))


def _asked(does: str, presses: bool, following: Question) -> Act:
    first = following.options[0][1] if following.options else ""
    return Act(does, presses, following.label, first)
