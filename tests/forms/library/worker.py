"""A worker who fills in a built-in form: the answers that a test names, the plainest elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from forms import Env, Form, Interview
from forms.prompts import Kind, Prompt, Rejected, Summary

BEIJING: Final = ZoneInfo("Asia/Shanghai")
AUTUMN: Final = datetime(2026, 10, 20, 2, 0, tzinfo=UTC)  # 10 in the morning in Beijing

SUBJECTS: Final = (
    {"name": "A0102", "label": "A0102 王"},
    {"name": "A0103", "label": "A0103 李"},
)

# Answers that lead straight through each form.
PLAIN: Final[Mapping[str, str]] = {
    "subject": "A0102",
    "house_code": "A0102",
    "visit_date": "2026-10-20",
    "mode": "home",
    "outcome": "met",
    "notice": "yes",
    "outcome_reason": "下地干活",
    "outcome_next": "2026-10-30",
    "class": "left_behind_child",
    "class_change": "none",
    "age_told": "16",
    "guard_type": "good",
    "guard_rating": "good",
    "school": "primary",
    "absent_reason": "感冒",
    "drop_reason": "dislike",
    "mr": "none",
    "mr_110": "yes",
    "mr_time": "2026-10-20T09:30:00.000+08:00",
    "mr_to": "police",
    "needs": "none",
    "action": "已联系学校",
    "due": "2026-11-20",
    "living": "children",
    "special": "none",
    "adl_eat": "0",
    "adl_wash": "0",
    "adl_dress": "0",
    "adl_toilet": "0",
    "adl_move": "0",
    "next_visit": "2026-11-10",
    "house_use": "own",
    "n_live": "0",
    "n_reg": "0",
    "m_rel": "head",
    "m_type": "local",
    "m_tags": "none",
    "diff": "none",
    "disp": "no",
    "d_type": "neighbour",
    "d_level": "ordinary",
    "haz": "none",
    "h_level": "at_once",
    "h_due": "2026-11-20",
    "task_chosen": "other_office",
    "unit": "镇东便民超市",
    "unit_type": "shop",
    "licence": "shown",
    "expired_count": "0",
    "finding": "pass",
    "finding_text": "过期酱油",
    "finding_due": "2026-10-30",
    "report_kind": "first",
    "first_ref": "AA180558",
    "inc_time": "2026-10-20T09:30:00.000+08:00",
    "place": "河东村",
    "ill": "0",
    "suspect": "unknown",
    "progress": "无新增",
    "clinic": "河东村卫生室",
    "round": "quarter",
    "score": "95",
    "weak": "none",
    "weak_text": "档案不全",
    "rect_due": "2026-11-20",
    "what": "open",
    "closed": "moved",
    "archive_no": "22018210010100001",
    "living_type": "1",
    "allergy": "none",
    "past": "none",
    "disability": "none",
    "ask": "none",
    "ask_text": "想办居住证",
}


@dataclass(slots=True)
class Visit:
    """One interview under way, and what it asked on the way, notes included, by question name."""

    interview: Interview
    answers: Mapping[str, str | Sequence[str]]
    asked: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    def to(self, question: str) -> Prompt:
        """Answer on until `question` is asked. Fails if the form ends before."""
        while isinstance(prompt := self.interview.current(), Prompt):
            if leaf(prompt.ref) == question:
                return prompt
            self.step(prompt)
        raise AssertionError(f"{question} was not asked; asked were {self.asked}")

    def to_the_end(self) -> Visit:
        while isinstance(prompt := self.interview.current(), Prompt):
            self.step(prompt)
        assert isinstance(prompt, Summary), prompt
        assert prompt.problems == ()
        return self

    def step(self, prompt: Prompt) -> None:
        name = leaf(prompt.ref)
        self.asked.append(name)
        self.labels[name] = prompt.label
        result = (
            self.interview.skip()
            if self.passes(prompt)
            else self.reply(prompt, self.said(name, prompt))
        )
        assert not isinstance(result, Rejected), (name, result)

    def passes(self, prompt: Prompt) -> bool:
        name = leaf(prompt.ref)
        return prompt.kind is Kind.NOTE or not (
            name in self.answers or prompt.required or prompt.value
        )

    def said(self, name: str, prompt: Prompt) -> str | list[str]:
        """The next answer to `name`: a list of them is used up row by row of a repeat."""
        given = self.answers.get(name, prompt.value or PLAIN.get(name, ""))
        if isinstance(given, str):
            return given
        return given[self.asked.count(name) - 1]

    def reply(self, prompt: Prompt, said: str | list[str]) -> object:
        if prompt.kind is Kind.SELECT_MULTIPLE and isinstance(said, str):
            said = said.split()
        return self.interview.answer(said)

    def refuses(self, question: str, said: str) -> str:
        """The message with which the form turns `said` down at `question`; '' if it takes it."""
        result = self.reply(self.to(question), said)
        if isinstance(result, Rejected):
            assert result.reason == "constraint", result
            return result.message
        return ""

    def value(self, name: str) -> str:
        """What `name` holds now, outside repeats; '' where it does not apply."""
        values = self.interview.values()
        return next((value for ref, value in values.items() if leaf(ref) == name), "")

    def rows(self, name: str) -> list[str]:
        """What `name` holds in each row of its repeat."""
        return [value for ref, value in self.interview.values().items() if leaf(ref) == name]


def leaf(ref: str) -> str:
    return re.sub(r"\[[^]]*\]$", "", ref.rsplit("/", 1)[-1])


def visit(
    form: Form,
    answers: Mapping[str, str | Sequence[str]] | None = None,
    *,
    subject: Mapping[str, str] | None = None,
    previous: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    duty: Mapping[str, str] | None = None,
    evidence: Sequence[Mapping[str, str]] = (),
    now: datetime = AUTUMN,
    language: str | None = None,
) -> Visit:
    """Begin a visit on `now` with the facts of the register, the last record and the county, and
    the duty from whose list it was begun."""
    env = Env(
        now=lambda: now,
        tz=BEIJING,
        uuid=lambda: "6f2c8d7e-3b1a-4c55-9d80-2f6f6f0a1b2c",
        random_seed=1,
        properties={},
    )
    instances = {
        "subjects": SUBJECTS,
        "subject": [{"key": "subject", **subject}] if subject else [],
        "previous": [{"key": "previous", **previous}] if previous else [],
        "duty": [{"key": "duty", **duty}] if duty else [],
        "evidence": [dict(row) for row in evidence],
        "parameters": [{"key": key, "value": value} for key, value in (parameters or {}).items()],
    }
    interview = Interview.start(form, env, language=language, instances=instances)
    return Visit(interview, answers or {})
