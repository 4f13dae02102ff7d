"""Makes forms for the tests of intake: tables in Markdown, workbooks, and old BIFF files."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

import openpyxl

from forms import intake_worker, outline_reader, workbook
from forms.lint import Draft, run
from forms.report import Finding

Rows = Sequence[Sequence[object]]


def markdown(survey: str, choices: str = "", settings: str = "") -> bytes:
    """A form of rows with cells between bars; the first row of each part is its header."""
    parts = {"survey": survey, "choices": choices, "settings": settings}
    lines = []
    for name, rows in parts.items():
        if rows:
            lines.append(f"| {name} |")
            lines += [f"| | {row.strip()} |" for row in rows.strip().splitlines()]
    return "\n".join(lines).encode()


def xlsx(sheets: Mapping[str, Rows]) -> bytes:
    """A workbook as Excel would write it."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: Rows, sheet: str = "survey") -> bytes:
    """A BIFF5 workbook of one sheet with texts in GBK, as programs of the nineties wrote it."""

    def record(number: int, body: bytes) -> bytes:
        return struct.pack("<HH", number, len(body)) + body

    def opening(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHH", 0x0500, kind, 0x0DBB, 0x07CC))

    name = sheet.encode("ascii")
    codepage = record(0x0042, struct.pack("<H", 936))
    start = opening(0x0005) + codepage
    end = record(0x000A, b"")
    offset = len(start) + 4 + 7 + len(name) + len(end)
    bound = record(0x0085, struct.pack("<IHB", offset, 0, len(name)) + name)
    cells = b""
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            text = str(value).encode("gbk")
            if text:
                head = struct.pack("<HHHH", number, column, 0, len(text))
                cells += record(0x0204, head + text)
    return start + bound + end + opening(0x0010) + cells + end


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A zip of `parts`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def xform(model: str, body: str, instance: str = '<data id="f"><a/><b/></data>') -> bytes:
    """A ready XForm with `model` after its primary instance."""
    return f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms">
<h:head><h:title>Form</h:title><model>
<instance>{instance}</instance>
{model}
</model></h:head><h:body>
{body}
</h:body></h:html>""".encode()


def draft(table: bytes, attachments: Mapping[str, bytes] | None = None) -> Draft:
    """A Markdown table converted in this process, ready to be checked."""
    answer = intake_worker.run(table, ".md", "made")
    assert "error" not in answer, answer["error"]
    outline = outline_reader.read(answer["xform"].encode())
    return Draft(outline, workbook.read(answer["sheets"]), attachments or {})


def check(table: bytes, attachments: Mapping[str, bytes] | None = None) -> list[Finding]:
    """What the checks find in a Markdown table."""
    return run(draft(table, attachments))


def found(findings: Sequence[Finding], code: str) -> list[Finding]:
    """The findings of one code."""
    return [finding for finding in findings if finding.code == code]


def one(findings: Sequence[Finding], code: str) -> Finding:
    """The only finding of one code."""
    (finding,) = found(findings, code)
    return finding
