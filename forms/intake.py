"""Takes a form in: any XLSForm file or XForm, from bytes to a compiled form and a report.

    file -> sniff -> guard -> pyxform in a limited subprocess -> checks -> compiled Form

Nothing here trusts the file. What it costs is bounded before it is opened (sizes), while it is
converted (memory, processor time and wall time of the subprocess) and when it is compiled (limits
of the expression compiler). pyxform runs unvalidated: the compiler and the checks are the
validator, and report by sheet, row and column.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Final

from forms import Form, external_select, or_other, outline_reader, refusals, tables, trial, workbook
from forms.archive import check_workbook
from forms.lint import Draft, files, run
from forms.outline import name_of, type_of
from forms.report import Finding, Place, Severity, Verdict, judge
from forms.sniff import Sniffed, Source, Unfit, sniff

MAX_BYTES: Final = 20 * 1024 * 1024
_WORKER: Final = Path(__file__).with_name("intake_worker.py")
_MEMORY: Final = 1536 * 1024 * 1024
_PROCESSOR_SECONDS: Final = 30
_WALL_SECONDS: Final = 60
_ENVIRONMENT: Final = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
"""What the subprocess may see of ours: no token and no key."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What came of a file.

    `xform` is the XForm that a device could use as well, b'' where there is none. `form` is None
    exactly when a finding refuses the form. `attachments` are those given, data files in UTF-8,
    with pyxform's ``itemsets.csv`` where it made one. `attachments_needed` are the files that the
    form asks for and the register does not provide, whether they were given or not.
    """

    xform: bytes
    form: Form | None
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...] = ()
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    attachments_needed: tuple[str, ...] = ()
    form_id: str = ""
    version: str = ""
    title: str = ""
    source: Source | None = None

    @property
    def usable(self) -> bool:
        """Whether the form can be asked, perhaps with remarks."""
        return self.form is not None


def intake(data: bytes, name: str, attachments: Mapping[str, bytes] | None = None) -> Intake:
    """Take in the form in `data`, a file called `name`, with its `attachments` by name.

    Never raises for what is in the file: every fault becomes a finding. Blocks for up to a minute
    at the very worst, a second as a rule; call it in a thread.
    """
    given = dict(attachments or {})
    try:
        if len(data) > MAX_BYTES:
            raise Unfit("too_large", megabytes=len(data) // 2**20, limit=MAX_BYTES // 2**20)
        sniffed = sniff(data, name)
        if sniffed.source is Source.XFORM:
            return _checked(sniffed, sniffed.data, workbook.Workbook(), given, [])
        if sniffed.source is Source.XLSX:
            check_workbook(data)
        return _converted(sniffed, PurePath(name).stem, given)
    except Unfit as unfit:
        return Intake(b"", None, (unfit.finding,))


def _converted(sniffed: Sniffed, stem: str, given: dict[str, bytes]) -> Intake:
    answer = convert(sniffed.data, sniffed.source, stem)
    book = workbook.read(answer["sheets"])
    if "error" in answer:
        finding = refusals.refusal(answer["error"], book)
        findings = (*sniffed.findings, finding)
        return Intake(b"", None, findings, _verdicts(book, None, findings), source=sniffed.source)
    xform, others = or_other.translate(answer["xform"].encode(), book)
    remarks = [*refusals.remarks(answer["warnings"], book), *others]
    if answer["itemsets"]:
        given.setdefault(external_select.FILE, answer["itemsets"].encode())
    return _checked(sniffed, xform, book, given, remarks)


def convert(data: bytes, source: Source, stem: str) -> dict[str, Any]:
    """pyxform's answer, as `forms.intake_worker` describes it. Raises Unfit when it does not end
    within its limits."""
    command = [sys.executable, "-I", "-X", "utf8", str(_WORKER)]
    command += [f".{source.value}", stem or "form", str(_MEMORY), str(_PROCESSOR_SECONDS)]
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=_WALL_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unfit("conversion_too_costly", seconds=_WALL_SECONDS) from error
    if done.returncode != 0:
        raise Unfit("conversion_too_costly", seconds=_PROCESSOR_SECONDS)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _checked(
    sniffed: Sniffed,
    xform: bytes,
    book: workbook.Workbook,
    given: dict[str, bytes],
    remarks: list[Finding],
) -> Intake:
    xform, given = external_select.rewrite(xform, given)
    outline = outline_reader.read(xform)
    draft = Draft(outline, book, given)
    findings = [*sniffed.findings, *remarks, *run(draft)]
    usable_files = _readable(given)
    form, more = trial.compile_form(draft, xform, usable_files)
    known = {(finding.code, finding.question) for finding in findings}
    findings += [finding for finding in more if (finding.code, finding.question) not in known]
    if any(finding.severity is Severity.REFUSED for finding in findings):
        form = None
    findings.sort(key=_order)
    return Intake(
        xform=xform,
        form=form,
        findings=tuple(findings),
        verdicts=_verdicts(book, draft, tuple(findings)),
        attachments=usable_files,
        attachments_needed=tuple(sorted(set(files.needed(draft)) - files.FROM_REGISTER)),
        form_id=outline.form_id,
        version=outline.version,
        title=outline.title or outline.form_id,
        source=sniffed.source,
    )


def _readable(given: Mapping[str, bytes]) -> dict[str, bytes]:
    """The attachments, CSV in UTF-8; a broken one stays as it is, its finding refuses the form."""
    readable = dict(given)
    for name, data in given.items():
        if name.lower().endswith(".csv"):
            try:
                readable[name] = tables.read(data, name).data
            except Unfit:
                continue
    return readable


def _order(finding: Finding) -> tuple[int, int, int]:
    """Refusals first, then as the sheets run."""
    sheets = ("survey", "choices", "settings", "entities", "external_choices", "")
    sheet = finding.place.sheet
    rank = sheets.index(sheet) if sheet in sheets else len(sheets)
    return -finding.severity, rank, finding.place.row or 0


def _verdicts(
    book: workbook.Workbook, draft: Draft | None, findings: tuple[Finding, ...]
) -> tuple[Verdict, ...]:
    if book.sheets:
        return judge(_rows(book), findings, checked=draft is not None)
    questions = draft.outline.controls if draft else ()
    return judge(
        [
            (
                name_of(control.path),
                type_of(control, draft.outline) if draft else "",
                draft.outline.words(control.label) if draft else "",
                Place("", control.line),
            )
            for control in questions
            if control.tag != "repeat"
        ],
        findings,
    )


def _rows(book: workbook.Workbook) -> list[tuple[str, str, str, Place]]:
    sheet = book.sheet("survey")
    labels = [header for header in sheet.header if re.match(r"(label|caption)\b", header.lower())]
    return [
        (
            row.name,
            row.type,
            next((row.cells[label] for label in labels if row.cells.get(label)), ""),
            Place("survey", row.row),
        )
        for row in book.questions.values()
    ]
