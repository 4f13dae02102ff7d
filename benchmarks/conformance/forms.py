"""Every form of the conformance folder: filled in to the end, or refused with a reason.

A generic driver knows nothing of a form. It tries plain answers until one is taken, adds one row to
each repeat, and finalises. Attachments that a form asks for are made up, with the columns that
intake says it reads.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.conformance.xpath import conformance_folder
from forms import (
    Choice,
    Done,
    Env,
    Form,
    Interview,
    Kind,
    Media,
    Prompt,
    Rejected,
    RepeatPrompt,
    Submission,
    Summary,
)
from forms.intake import Intake, intake
from forms.report import Severity

_NOW: Final = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
_STEPS: Final = 5000
_NUMBERS: Final = (1, 0, 2, 3, 5, 7, 10, 12, 18, 25, 30, 37, 50, 60, 90, 100, 150, 500, 2000, -1)
_WORDS: Final = ("a", "abc", "Li Wei", "1", "12", "0123456789", "a@b.example", "12:30", "x" * 20)
_DAYS: Final = (0, 1, -1, 7, -7, 31, -31, 365, -365, -3650, -7300, -14600)
_PLACE: Final = "22.5431 114.0579 0 0"
_MEDIA: Final = {
    Kind.IMAGE: Media("photo.jpg", "image/jpeg", "0" * 64, 4),
    Kind.AUDIO: Media("sound.m4a", "audio/mp4", "0" * 64, 4),
    Kind.VIDEO: Media("film.mp4", "video/mp4", "0" * 64, 4),
    Kind.FILE: Media("paper.pdf", "application/pdf", "0" * 64, 4),
}
_FIXED: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.NOTE: ("",),
    Kind.ACKNOWLEDGE: ("OK",),
    Kind.TIME: ("09:30", "23:00"),
    Kind.GEOPOINT: (_PLACE,),
    Kind.GEOTRACE: (f"{_PLACE};22.6 114.1 0 0",),
    Kind.GEOSHAPE: (f"{_PLACE};22.6 114.1 0 0;22.5 114.2 0 0;{_PLACE}",),
    Kind.BARCODE: ("6901234567892",),
}


@dataclass(slots=True)
class Outcome:
    """What became of one form: `end` is ``filled``, ``refused`` or ``stuck``."""

    file: str
    end: str
    why: str = ""
    asked: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class FormsReport:
    """All outcomes; `passed` are those filled or refused with a reason."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def passed(self) -> int:
        """How many forms came to a good end."""
        return sum(outcome.end != "stuck" for outcome in self.outcomes)


def run(folder: Path | None = None) -> FormsReport:
    """Try every form, print a line for each and the sum."""
    report = FormsReport()
    root = (folder or conformance_folder()) / "forms"
    for file in sorted(path for path in root.rglob("*") if path.is_file()):
        started = time.perf_counter()
        outcome = one(file, str(file.relative_to(root)))
        outcome.seconds = time.perf_counter() - started
        report.outcomes.append(outcome)
        asked = f"{outcome.asked} questions" if outcome.asked else ""
        print(f"{outcome.end:8}{outcome.seconds:7.2f} s  {outcome.file}  {asked} {outcome.why}")
    print(f"forms: {report.passed} of {len(report.outcomes)} filled to the end or refused")
    return report


def one(file: Path, name: str) -> Outcome:
    """Take one form in and fill it."""
    taken = with_attachments(file.read_bytes(), file.name)
    if taken.form is None:
        codes = {f.code: f for f in taken.findings if f.severity is Severity.REFUSED}
        return Outcome(name, "refused", ", ".join(codes))
    return fill(taken.form, name)


def with_attachments(data: bytes, name: str) -> Intake:
    """Take a form in, with made-up attachments of the columns that it reads."""
    taken = intake(data, name)
    if not taken.attachments_needed:
        return taken
    columns = {file: {"name", "label"} for file in taken.attachments_needed}
    taken = intake(data, name, {file: _table(file, names) for file, names in columns.items()})
    for finding in taken.findings:
        if finding.code == "file_columns":
            missing = str(finding.values["missing"]).split(", ")
            columns[str(finding.values["file"])].update(missing)
    return intake(data, name, {file: _table(file, names) for file, names in columns.items()})


def _table(file: str, columns: set[str]) -> bytes:
    names = sorted(columns)
    kind = file.rpartition(".")[2].lower()
    if kind == "csv":
        return f"{','.join(names)}\n{','.join('x' for _ in names)}\n".encode()
    if kind == "xml":
        cells = "".join(f"<{name}>x</{name}>" for name in names)
        return f"<root><item>{cells}</item></root>".encode()
    if kind == "geojson":
        point = '{"type": "Point", "coordinates": [114.0, 22.5]}'
        properties = ", ".join(f'"{name}": "x"' for name in names)
        feature = (
            f'{{"type": "Feature", "id": "x", "geometry": {point}, "properties": {{{properties}}}}}'
        )
        return f'{{"type": "FeatureCollection", "features": [{feature}]}}'.encode()
    return b"media"


def fill(form: Form, name: str) -> Outcome:
    """Answer until the form is finished or nothing is taken any more."""
    env = Env(now=lambda: _NOW, random_seed=1)
    interview = Interview.start(form, env)
    literals = {q.path: re.findall(r"'([^']*)'|\"([^\"]*)\"", q.constraint) for q in form.questions}
    asked = 0
    for _ in range(_STEPS):
        current = interview.current()
        if isinstance(current, Summary | Done):
            break
        if isinstance(current, RepeatPrompt):
            _repeat(interview, current)
            continue
        asked += 1
        path = re.sub(r"\[[^\]]*\]", "", current.ref)
        own = [one or other for one, other in literals.get(path, [])]
        why = _answer(interview, current, own)
        if why:
            return Outcome(name, "stuck", f"{current.ref}: {why}", asked)
    else:
        return Outcome(name, "stuck", f"still asking after {_STEPS} steps", asked)
    record = interview.finalize()
    if not isinstance(record, Submission):
        return Outcome(name, "stuck", f"{record[0].ref}: {record[0].reason}", asked)
    return Outcome(name, "filled", "", asked)


def _repeat(interview: Interview, repeat: RepeatPrompt) -> None:
    if repeat.count < 1 and repeat.can_add:
        interview.add_repeat(repeat.ref)
    else:
        interview.end_repeat(repeat.ref)


def _answer(interview: Interview, prompt: Prompt, own: list[str]) -> str:
    """Give the first answer that is taken; '' or why none was."""
    why = "no answer to try"
    for answer in _answers(interview, prompt, own):
        heard = interview.answer(answer)
        if not isinstance(heard, Rejected):
            return ""
        why = heard.reason
    return "" if not isinstance(interview.skip(), Rejected) else why


def _answers(
    interview: Interview, prompt: Prompt, own: list[str]
) -> Iterator[str | list[str] | Media]:
    """Answers to try, the likely ones first."""
    kind = prompt.kind
    if kind in _MEDIA:
        yield _MEDIA[kind]
    elif kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK):
        yield from _chosen(kind, interview.choices(prompt.ref, size=50).choices)
    elif kind in _FIXED:
        yield from _FIXED[kind]
    elif kind in (Kind.DATE, Kind.DATETIME):
        for days in _DAYS:
            moment = _NOW + timedelta(days=days)
            yield moment.date().isoformat() if kind is Kind.DATE else moment.isoformat()
    elif kind in (Kind.INTEGER, Kind.DECIMAL, Kind.RANGE):
        bounds = prompt.bounds
        yield from (bound for bound in (bounds.minimum, bounds.maximum) if bound)
        yield from own
        yield from map(str, _NUMBERS)
    else:
        yield from own
        yield from _WORDS


def _chosen(kind: Kind, choices: tuple[Choice, ...]) -> Iterator[str | list[str]]:
    values = [choice.value for choice in choices]
    if kind is Kind.RANK:
        yield values
    elif kind is Kind.SELECT_MULTIPLE:
        yield from ([value] for value in values)
    else:
        yield from values


if __name__ == "__main__":
    run()
