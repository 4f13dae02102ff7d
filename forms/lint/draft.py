"""A form under check: its outline, the workbook that it came from, and its attachments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from forms.outline import Control, Outline, name_of
from forms.report import Finding, Place, Severity
from forms.workbook import SurveyRow, Workbook


@dataclass(frozen=True)
class Draft:
    """`workbook` is empty for a ready XForm: places are lines of the XML then."""

    outline: Outline
    workbook: Workbook = field(default_factory=Workbook)
    attachments: Mapping[str, bytes] = field(default_factory=dict)

    def find(
        self,
        severity: Severity,
        code: str,
        path: str = "",
        column: str = "",
        *,
        language: str = "",
        line: int | None = None,
        more: Mapping[str, str | int] | None = None,
        **values: str | int,
    ) -> Finding:
        """A finding about the question at `path`, or about the whole form.

        `column` is an XForm attribute or an XLSForm column; `line` is used for a ready XForm.
        `more` are values whose names are not known beforehand.
        """
        place = self.place(path, column, language=language, line=line)
        cell = self.cell(path, column)
        name = name_of(path) if path else ""
        return Finding(severity, code, place, name, {"cell": cell, **values, **(more or {})})

    def place(
        self, path: str, column: str = "", *, language: str = "", line: int | None = None
    ) -> Place:
        """Where `column` of the question at `path` stands in the author's file."""
        if not self.workbook.sheets:
            return Place("", line or self._line(path), column)
        row = self.row(path)
        if row is not None:
            return self.workbook.sheet("survey").place(row.row, column, language)
        if path.startswith(f"/{self.outline.root}/meta/entity"):
            return Place("entities", 2, "")
        if path == f"/{self.outline.root}/meta/instanceName":
            return Place("settings", 2, "instance_name")
        return Place()

    def row(self, path: str) -> SurveyRow | None:
        """The survey row of the question at `path`."""
        return self.workbook.question(path)

    def cell(self, path: str, column: str) -> str:
        """What the author wrote there, cut to a length that can be shown."""
        row = self.row(path) if column else None
        if row is None:
            bind = self.outline.binds.get(path)
            return bind.attributes.get(column, "")[:200] if bind else ""
        return row.cells.get(self.workbook.sheet("survey").column(column), "")[:200]

    def setting(self, severity: Severity, code: str, column: str, **values: str | int) -> Finding:
        """A finding about the form's settings."""
        place = Place("", None, column)
        if self.workbook.sheets:
            sheet = self.workbook.sheet("settings")
            place = sheet.place(sheet.rows[0][0] if sheet.rows else 2, column)
        return Finding(severity, code, place, "", values)

    @cached_property
    def users(self) -> Mapping[str, tuple[Control, ...]]:
        """Which selects take their choices from which secondary instance."""
        found: dict[str, tuple[Control, ...]] = {}
        for control in self.outline.questions:
            if control.itemset.startswith("instance("):
                name = control.itemset.partition("(")[2].partition(")")[0].strip("'\" ")
                found[name] = (*found.get(name, ()), control)
            elif "instance(" in control.itemset:  # randomize(instance('x')/root/item)
                name = control.itemset.partition("instance(")[2].partition(")")[0].strip("'\" ")
                found[name] = (*found.get(name, ()), control)
        return found

    def _line(self, path: str) -> int | None:
        if path in self.outline.binds:
            return self.outline.binds[path].line
        return next((c.line for c in self.outline.controls if c.path == path), None)
