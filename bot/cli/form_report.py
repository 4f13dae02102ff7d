"""Shows what intake found: as a table for a person, or as JSON for a script."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from core.texts import DEFAULT, LANGUAGES, catalogue, known, say
from forms.intake import Intake
from forms.report import Finding, Place, Severity, Verdict

_COLOURS: Final[Mapping[Severity | None, str]] = {
    None: "dim",
    Severity.OK: "green",
    Severity.WARNING: "cyan",
    Severity.DEGRADED: "yellow",
    Severity.REFUSED: "bold red",
}
_PIPE_WIDTH: Final = 200
_FOLDED: Final = 12
"""More findings of one code and language than this are shown as one line."""


def sentence(finding: Finding, language: str) -> str:
    """What `finding` says, in `language`."""
    place = finding.place
    values: dict[str, object] = defaultdict(str)
    values |= {"sheet": place.sheet, "row": place.row or "", "column": place.column}
    values |= {"question": finding.question, **finding.values}
    for name in ("what", "why"):
        key = f"forms.{name}.{values[name]}"
        values[name] = say(language, key) if known(key) else values[name]
    text = catalogue(language if language in LANGUAGES else DEFAULT)
    return text[f"forms.finding.{finding.code}"].format_map(values)


def where(place: Place, language: str) -> str:
    """A place in words, '' for none."""
    if not place.sheet:
        if place.row is None:
            return ""
        return say(language, "forms.report.place_line", row=place.row, column=place.column)
    if place.row is None:
        return say(language, "forms.report.place_sheet_only", sheet=place.sheet)
    key = "place_sheet" if place.column else "place_sheet_row"
    values = {"sheet": place.sheet, "row": place.row, "column": place.column}
    return say(language, f"forms.report.{key}", **values)


def as_data(intake: Intake, file: str, language: str) -> dict[str, Any]:
    """The report as JSON-able data; `message` is in `language`."""
    return {
        "file": file,
        "usable": intake.usable,
        "form_id": intake.form_id,
        "version": intake.version,
        "title": intake.title,
        "questions": [
            {
                "question": verdict.question,
                "type": verdict.type,
                "label": verdict.label,
                "verdict": _name(verdict.severity),
                "codes": list(verdict.codes),
                **_place_data(verdict.place),
            }
            for verdict in intake.verdicts
        ],
        "findings": [
            {
                "severity": finding.severity.name.lower(),
                "code": finding.code,
                "question": finding.question,
                **_place_data(finding.place),
                "message": sentence(finding, language),
                "detail": finding.detail,
                "values": dict(finding.values),
            }
            for finding in intake.findings
        ],
        "attachments_needed": list(intake.attachments_needed),
    }


def _name(severity: Severity | None) -> str:
    return "not_checked" if severity is None else severity.name.lower()


def _place_data(place: Place) -> dict[str, Any]:
    return {"sheet": place.sheet, "row": place.row, "column": place.column}


def show(intake: Intake, file: str, language: str, *, stderr: bool = False) -> None:
    """Print the report: every question, then what concerns the form as a whole.

    Into a pipe it goes in wide lines, so that it can be searched.
    """
    stream = sys.stderr if stderr else sys.stdout
    console = Console(file=stream, width=None if stream.isatty() else _PIPE_WIDTH)
    _heading(intake, file, language, console)
    if intake.verdicts:
        console.print(_table(intake, language))
    for finding in intake.findings:
        if not finding.question:
            console.print(_line(finding, language))
    _fold(intake, language, console)
    if intake.attachments_needed:
        files = ", ".join(intake.attachments_needed)
        console.print(escape(say(language, "forms.report.files_needed", files=files)))
    _ending(intake, language, console)


def _heading(intake: Intake, file: str, language: str, console: Console) -> None:
    title = say(language, "forms.report.untitled", file=file)
    if intake.form_id:
        title = say(
            language,
            "forms.report.title",
            title=intake.title,
            form_id=intake.form_id,
            version=intake.version or "-",
        )
    console.print(f"[bold]{escape(title)}[/bold]")


def _table(intake: Intake, language: str) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(say(language, "forms.report.row"), justify="right")
    table.add_column(say(language, "forms.report.question"), overflow="fold")
    table.add_column(say(language, "forms.report.type"), overflow="fold")
    table.add_column(say(language, "forms.report.verdict"), no_wrap=True)
    table.add_column(say(language, "forms.report.remarks"), ratio=1, overflow="fold")
    folded = _folded_codes(intake.findings)
    for verdict in intake.verdicts:
        findings = [
            f
            for f in intake.findings
            if f.question == verdict.question
            and (f.place.sheet != verdict.place.sheet or f.place.row == verdict.place.row)
            and f.code not in folded
        ]
        table.add_row(
            str(verdict.place.row or ""),
            escape(verdict.question),
            escape(verdict.type),
            _word(verdict.severity, language),
            "\n".join(_remark(finding, verdict, language) for finding in findings),
        )
    return table


def _remark(finding: Finding, verdict: Verdict, language: str) -> str:
    place = finding.place
    elsewhere = place.sheet != verdict.place.sheet
    column = where(place, language) if elsewhere else place.column
    head = f"{column}: " if column else ""
    colour = _COLOURS[finding.severity]
    text = escape(head + sentence(finding, language))
    if finding.severity is not verdict.severity:
        text = f"{_word(finding.severity, language)} {text}"
    return text if finding.severity is Severity.WARNING else f"[{colour}]{text}[/{colour}]"


def _line(finding: Finding, language: str) -> str:
    place = where(finding.place, language)
    text = sentence(finding, language)
    line = f"{_word(finding.severity, language)}  {escape(f'{place}: {text}' if place else text)}"
    if finding.code.startswith("pyxform") or finding.severity is Severity.REFUSED:
        line += _original(finding, language)
    return line


def _original(finding: Finding, language: str) -> str:
    if not finding.detail:
        return ""
    detail = say(language, "forms.report.original", detail=finding.detail)
    return f"\n    [dim]{escape(detail)}[/dim]"


def _folded_codes(findings: tuple[Finding, ...]) -> frozenset[str]:
    """Remarks that would fill the table with one sentence over and over."""
    counts = Counter(f.code for f in findings if f.severity is Severity.WARNING)
    return frozenset(code for code, count in counts.items() if count > _FOLDED)


def _fold(intake: Intake, language: str, console: Console) -> None:
    folded = _folded_codes(intake.findings)
    groups: dict[tuple[str, object], list[Finding]] = {}
    for finding in intake.findings:
        if finding.code in folded and finding.question:
            groups.setdefault((finding.code, finding.values.get("languages")), []).append(finding)
    for findings in groups.values():
        text = say(
            language,
            "forms.report.folded",
            text=sentence(findings[0], language),
            place=where(findings[0].place, language),
            count=len(findings),
        )
        console.print(f"{_word(findings[0].severity, language)}  {escape(text)}")


def _ending(intake: Intake, language: str, console: Console) -> None:
    counts = Counter(verdict.severity for verdict in intake.verdicts)
    remarks = sum(f.severity is Severity.WARNING for f in intake.findings)
    console.print(
        say(
            language,
            "forms.report.counts",
            questions=len(intake.verdicts),
            ok=counts[Severity.OK],
            degraded=counts[Severity.DEGRADED],
            refused=counts[Severity.REFUSED],
            warning=remarks,
        )
    )
    if counts[None]:
        console.print(say(language, "forms.report.not_checked", n=counts[None]))
    degraded = any(f.severity is Severity.DEGRADED for f in intake.findings)
    key = ("usable_degraded" if degraded else "usable") if intake.usable else "refused"
    colour = _COLOURS[Severity.OK if intake.usable else Severity.REFUSED]
    console.print(f"[{colour}]{escape(say(language, f'forms.report.{key}'))}[/{colour}]")


def _word(severity: Severity | None, language: str) -> str:
    colour = _COLOURS[severity]
    word = say(language, f"forms.severity.{_name(severity)}")
    return f"[{colour}]{word}[/{colour}]"
