"""The ten questions that every bot asks, what people answer, and the form as ours reads it.

Nothing but the standard library is imported here: the peers' bots read it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["text", "integer", "choice", "date"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `answer` is what people type, or the label of the button that they press;
    `options` are the labels by their stored values."""

    name: str
    kind: Kind
    label: str
    answer: str
    options: tuple[tuple[str, str], ...] = ()

    @property
    def stored(self) -> str:
        """The answer as it has to be kept."""
        values = {label: value for value, label in self.options}
        return values.get(self.answer, self.answer)


TITLE: Final = "十问"
QUESTIONS: Final = (
    Question("village", "text", "哪个村？", "柳河村"),
    Question("people", "integer", "家里几口人？", "4"),
    Question(
        "house",
        "choice",
        "房子是谁的？",
        "租的",
        (("own", "自己的"), ("rent", "租的"), ("kin", "亲戚的")),
    ),
    Question("head", "text", "户主怎么称呼？", "老王"),
    Question("rooms", "integer", "几间房？", "3"),
    Question(
        "water",
        "choice",
        "喝什么水？",
        "自来水",
        (("tap", "自来水"), ("well", "井水"), ("spring", "泉水")),
    ),
    Question("day", "date", "哪天去的？", "2026-03-05"),
    Question(
        "how", "choice", "怎么去的？", "走路", (("foot", "走路"), ("bike", "骑车"), ("car", "坐车"))
    ),
    Question("remark", "text", "还有什么要记？", "一切都好"),
    Question("sure", "choice", "以上属实吗？", "属实", (("yes", "属实"), ("no", "不属实"))),
)
SAVED: Final = "已保存"
"""What a peer's bot says after the tenth answer."""


def label_of(question: Question, value: str) -> str | None:
    """The label of an option by its value, None if there is none."""
    return dict(question.options).get(value)


def accepts(question: Question, text: str) -> bool:
    """Whether typed words answer a question that is not a choice."""
    if question.kind == "integer":
        return text.isdigit()
    if question.kind == "date":
        year, _, rest = text.partition("-")
        return len(year) == 4 and len(rest) == 5 and text.replace("-", "").isdigit()
    return question.kind == "text" and bool(text)


def xlsform() -> str:
    """The ten questions as the tables that `zoufang forms publish` takes."""
    survey, choices = [], []
    for question in QUESTIONS:
        kind = f"select_one {question.name}" if question.options else question.kind
        survey.append(f"|  | {kind} | {question.name} | {question.label} | yes |")
        choices += [
            f"|  | {question.name} | {name} | {label} |" for name, label in question.options
        ]
    return "\n".join(
        [
            "| settings | form_title | form_id | version |",
            "|---|---|---|---|",
            f"|  | {TITLE} | ten_questions | 1 |",
            "",
            "| survey | type | name | label | required |",
            "|---|---|---|---|---|",
            *survey,
            "",
            "| choices | list_name | name | label |",
            "|---|---|---|---|",
            *choices,
            "",
        ]
    )
