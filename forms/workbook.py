"""Where a question stands in the author's workbook: from an XForm path back to sheet and row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from forms.report import Place

_BEGIN: Final = re.compile(r"begin[ _](group|repeat|loop|lgroup|looped group)$")
_END: Final = re.compile(r"end[ _](group|repeat|loop|lgroup|looped group)$")
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "tag", "value"),
    "type": ("type", "command"),
    "label": ("label", "caption"),
    "relevant": ("relevant", "relevance"),
    "calculate": ("calculation", "calculate"),
    "readonly": ("read_only", "readonly"),
    "constraintMsg": ("constraint_message", "constraining_message", "jr:constraintmsg"),
    "requiredMsg": ("required_message", "requiredmsg", "jr:requiredmsg"),
    "count": ("repeat_count", "count", "jr:count"),
    "form_id": ("form_id", "id_string"),
    "list_name": ("list_name", "list name"),
    "guidance": ("guidance_hint",),
}
"""The headers that XLSForm accepts for one XForm attribute, without ``bind::`` and language."""


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One row of the survey sheet that became a node. `path` is below the form's root."""

    row: int
    type: str
    name: str
    path: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its headers in order, and its rows as ``(row number, {header: cell})``."""

    name: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[int, Mapping[str, str]], ...] = ()

    def column(self, wanted: str, language: str = "") -> str:
        """The author's own header for `wanted` (an XForm attribute or an XLSForm column); the
        column of `language` if there is one; `wanted` itself where the sheet has no such column."""
        names = _ALIASES.get(wanted, (wanted.lower(),))
        found = [header for header in self.header if _plain(header) in names]
        for header in found:
            if language and header.split(":")[-1].strip().lower() == language.lower():
                return header
        if language:
            return f"{names[0]}::{language}"
        return found[0] if found else names[0]

    def place(self, row: int | None, column: str = "", language: str = "") -> Place:
        """A place on this sheet."""
        return Place(self.name, row, self.column(column, language) if column else "")


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of an XLSForm, and the survey's rows by path."""

    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    questions: Mapping[str, SurveyRow] = field(default_factory=dict)

    def sheet(self, name: str) -> Sheet:
        """The sheet called `name`; an empty one if there is none."""
        return self.sheets.get(name, Sheet(name))

    def question(self, path: str) -> SurveyRow | None:
        """The row behind the node at `path` (absolute, with the form's root), or None.

        pyxform adds nodes of its own: ``x_other`` for or_other, ``x_count`` for a repeat's count.
        They belong to the row that they come from.
        """
        below = path.partition("/")[2].partition("/")[2]
        found = self.questions.get(below)
        if found is None:
            for suffix in ("_other", "_count"):
                found = found or self.questions.get(below.removesuffix(suffix))
        return found

    def list_rows(self, list_name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
        """The rows of one choice list."""
        sheet = self.sheet("choices")
        column = sheet.column("list_name")
        for row, cells in sheet.rows:
            if cells.get(column) == list_name:
                yield row, cells


def read(sheets: Mapping[str, Any]) -> Workbook:
    """The workbook as intake's subprocess hands it over."""
    read_sheets = {name: _sheet(name, raw) for name, raw in sheets.items()}
    rows = _survey(read_sheets.get("survey", Sheet("survey")))
    return Workbook(read_sheets, {row.path: row for row in rows})


def _sheet(name: str, raw: Mapping[str, Any]) -> Sheet:
    rows = tuple(
        (number, {str(k): str(v) for k, v in cells.items() if v is not None})
        for number, cells in enumerate(raw["rows"], start=2)
        if cells
    )
    return Sheet(name, tuple(str(header) for header in raw["header"]), rows)


def _survey(sheet: Sheet) -> Iterator[SurveyRow]:
    type_column, name_column = sheet.column("type"), sheet.column("name")
    around: list[str] = []
    for number, cells in sheet.rows:
        kind = cells.get(type_column, "").strip()
        if _END.match(kind.lower()):
            around = around[:-1]
            continue
        name = cells.get(name_column, "").strip() or ("audit" if kind == "audit" else "")
        if not kind or not name:
            continue
        path = "meta/audit" if kind == "audit" else "/".join((*around, name))
        yield SurveyRow(number, kind, name, path, cells)
        if _BEGIN.match(kind.lower()):
            around.append(name)


def _plain(header: str) -> str:
    """A header without its ``bind::`` and its language: ``label::中文 (zh)`` is ``label``."""
    parts: Sequence[str] = [part.strip().lower() for part in re.split(r"::?", header)]
    if parts[0] in ("bind", "media", "control", "body", "jr") and len(parts) > 1:
        parts = parts[1:]
    return parts[0]
