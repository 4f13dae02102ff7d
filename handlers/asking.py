"""What is needed to show a question, and what all its parts share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.messages import Button
from core.texts import say
from forms import ChoicePage
from handlers.states import Filling
from handlers.tokens import QUESTION, token


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose interview, in which language, on which day, with which choices (of a select) and the
    state of the widget. `answered` questions were answered by the menu and don't count."""

    interview: str
    language: str
    today: date
    state: Filling
    choices: ChoicePage | None = None
    answered: int = 0

    def say(self, key: str, /, **values: object) -> str:
        """A text in the person's language."""
        return say(self.language, key, **values)

    def token(self, rev: int, *words: object) -> str:
        """A token of a button of this question."""
        return token(QUESTION, self.interview, rev, *words)

    def button(self, rev: int, key: str, action: str, *, primary: bool = False) -> Button:
        """A button that does `action`, named by a text."""
        style = "primary" if primary else "plain"
        return Button.model_validate(
            {"text": self.say(key), "token": self.token(rev, action), "style": style}
        )


def slot(interview: str) -> str:
    """The name under which the open question of an interview can be changed."""
    return f"q{interview}"
