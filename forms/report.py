"""What intake has to say about a form: findings, and a verdict for every question.

All of it is data. A finding is a code with values; the sentences stand in the text catalogues under
``forms.finding.<code>``, so that they can be read in every language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Severity(IntEnum):
    """How much a finding weighs, from good to bad.

    WARNING: it works, but the author may not have meant it so. DEGRADED: it works in a chat in
    another way than on a device. REFUSED: the form can't be used until this is mended.
    """

    OK = 0
    WARNING = 1
    DEGRADED = 2
    REFUSED = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the author's file something stands.

    `sheet` and `column` are named as the author named them. `row` counts as a spreadsheet does: the
    header is row 1. For an XForm, `sheet` is empty, `row` is the line of the file and `column` the
    XML attribute or element.
    """

    sheet: str = ""
    row: int | None = None
    column: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `question` is the question's name, '' where the form as a whole is meant.

    `values` fill the sentence; `detail` is the original wording of a library, in English, or ''.
    """

    severity: Severity
    code: str
    place: Place = Place()
    question: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one question fares. `type` is the XLSForm type as the author wrote it.

    `severity` is that of its worst finding, but a mere warning leaves a question OK. It is None for
    a question that nothing was found about because the form was refused before it was checked.
    """

    question: str
    type: str
    label: str
    place: Place
    severity: Severity | None
    codes: tuple[str, ...] = ()


def judge(
    questions: Iterable[tuple[str, str, str, Place]],
    findings: Iterable[Finding],
    *,
    checked: bool = True,
) -> tuple[Verdict, ...]:
    """One verdict for each of `questions`, given as (name, type, label, place), in their order.

    `checked` is false where the findings are only those that kept the form from being checked. A
    finding belongs to a question by its name; where two questions of different groups share a
    name, the row decides.
    """
    by_name: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.question:
            by_name.setdefault(finding.question, []).append(finding)
    good = Severity.OK if checked else None
    return tuple(
        _verdict(
            question, [f for f in by_name.get(question[0], ()) if _meant(f, question[3])], good
        )
        for question in questions
    )


def _meant(finding: Finding, place: Place) -> bool:
    other = finding.place
    return other.sheet != place.sheet or None in (other.row, place.row) or other.row == place.row


def _verdict(
    question: tuple[str, str, str, Place], findings: list[Finding], good: Severity | None
) -> Verdict:
    name, kind, label, place = question
    worst = max((finding.severity for finding in findings), default=Severity.OK)
    return Verdict(
        question=name,
        type=kind,
        label=label,
        place=place,
        severity=worst if worst > Severity.WARNING else good,
        codes=tuple(dict.fromkeys(finding.code for finding in findings)),
    )
