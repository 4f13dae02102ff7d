"""Fills in a form by what it reads, as a person does: an answer for each label, a plain one else.

It knows no messenger: a `Chat` shows it the open question and takes what it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

Answer = str | list[str] | tuple[str, ...]
"""A press or words; several presses of a select_multiple; one after the other, each time asked."""

REVIEW: Final = "请检查"
_LIMIT: Final = 300  # steps after which something goes in circles


@dataclass(frozen=True, slots=True)
class Shown:
    """What is open in a chat: the words, and the labels of the buttons."""

    text: str
    buttons: tuple[str, ...]

    def begins(self, label: str) -> bool:
        """Whether a line of it begins with these words."""
        return any(line.strip(" *").startswith(label) for line in self.text.splitlines())

    def button(self, wanted: str) -> str:
        """The button of this text, or that begins with it; '' if there is none."""
        unmarked = {text.removeprefix("✓ "): text for text in self.buttons}
        if wanted in unmarked:
            return unmarked[wanted]
        return next((text for text in self.buttons if text.startswith(wanted)), "")


class Chat(Protocol):
    """One person's end of a messenger."""

    async def say(self, text: str) -> Shown:
        """Type something; what is open after that."""
        ...

    async def press(self, button: str) -> Shown:
        """Press a button of what is open, by its whole text; what is open after that."""
        ...

    @property
    def open(self) -> Shown:
        """What is open now."""
        ...


@dataclass(slots=True)
class Filler:
    """Fills in one form. `asked` holds the labels of `answers` that were met, in order."""

    chat: Chat
    answers: Mapping[str, Answer]
    asked: list[str] = field(default_factory=list)

    async def to_the_review(self) -> Shown:
        """Answer until the review stands there."""
        return await self.until(REVIEW)

    async def until(self, label: str) -> Shown:
        """Answer until a question (or the review) begins with `label`; it stays open."""
        for _ in range(_LIMIT):
            shown = self.chat.open
            if shown.begins(label):
                return shown
            await self._step(shown)
        raise AssertionError(f"{label} was not reached; the last was: {self.chat.open.text}")

    async def _step(self, shown: Shown) -> None:
        label = next((label for label in self.answers if shown.begins(label)), None)
        if label is None:
            await self._pass(shown)
            return
        self.asked.append(label)
        answer = self.answers[label]
        if isinstance(answer, tuple):
            answer = answer[self.asked.count(label) - 1]
        if isinstance(answer, list):
            await self._choose(answer)
        else:
            await self._answer(shown, answer)

    async def _answer(self, shown: Shown, answer: str) -> None:
        button = shown.button(answer)
        await (self.chat.press(button) if button else self.chat.say(answer))

    async def _choose(self, several: list[str]) -> None:
        for one in several:
            await self._answer(self.chat.open, one)
        await self.chat.press(self.chat.open.button("完成"))

    async def _pass(self, shown: Shown) -> None:
        """Go on without an answer; the plainest one where one is needed."""
        for way in ("跳过", "不变", "知道了", "完成"):
            if button := shown.button(way):
                after = await self.chat.press(button)
                if after.begins("这一题必须回答"):
                    raise AssertionError(f"an answer is needed: {shown.text}")
                return
        raise AssertionError(f"no way on from: {shown.text} {shown.buttons}")
