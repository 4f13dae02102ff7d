"""What pyxform says, in our own codes.

pyxform stops at the first mistake and words it in English. Its message is recognised by its code or
its text and becomes a finding of ours, with the row found again where pyxform leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from forms.report import Finding, Place, Severity
from forms.workbook import Workbook

_BY_CODE: Final[Mapping[str, str]] = {
    "CRASH": "unreadable",
    "HEADER_001": "no_header",
    "HEADER_002": "duplicate_column",
    "HEADER_003": "missing_column",
    "HEADER_004": "choices_header",
    "LABEL_001": "choice_without_label",
    "NAMES_001": "duplicate_name",
    "NAMES_002": "name_differs_by_case",
    "NAMES_003": "reserved_name",
    "NAMES_004": "duplicate_name",
    "NAMES_005": "reserved_name",
    "NAMES_006": "choice_without_name",
    "NAMES_007": "duplicate_choice",
    "NAMES_008": "bad_name",
    "NAMES_009": "bad_name",
    "NAMES_010": "bad_name",
    "NAMES_011": "bad_name",
    "NAMES_012": "reserved_name",
    "NAMES_013": "similar_sheet",
    "PYREF_001": "broken_reference",
    "PYREF_002": "broken_reference",
    "PYREF_003": "unknown_reference",
    "PYREF_004": "ambiguous_reference",
    "SURVEY_001": "end_without_begin",
    "SURVEY_002": "begin_without_end",
}
_BY_FAMILY: Final[Mapping[str, str]] = {
    "ENTITY": "bad_entity",
    "NAMES": "bad_name",
    "RANGE": "bad_parameters",
    "SURVEY": "bad_parameters",
}
_BY_TEXT: Final[tuple[tuple[str, str, str], ...]] = (  # pattern, code, column
    (r"Unknown question type '(?P<type>.*)'", "unknown_type", "type"),
    (r"element named '(?P<name>.*)' has no label or hint", "no_label", "label"),
    (r"Question or group with no name", "no_name", "name"),
    (r"Question with no type", "no_type", "type"),
    (r"Missing calculation", "no_calculation", "calculate"),
    (r"List name not in choices sheet: (?P<list>.*)", "unknown_list", "type"),
    (r"There should be a choices sheet", "no_choices_sheet", ""),
    (r"You must have a sheet named 'survey'", "no_survey_sheet", ""),
    (
        r"names with spaces .*See \[(?P<choice>.*)\] in \[(?P<list>.*)\]",
        "choice_with_space",
        "name",
    ),
    (r"Duplicate column header: (?P<header>.*)", "duplicate_column", ""),
    (r"Choice filter not supported with or_other", "filter_with_other", "choice_filter"),
    (r"must be an alphanumeric string|form_id", "bad_form_id", ""),
)
_UNIMPORTANT: Final = re.compile(
    r"is missing the (survey|choices)|max-pixels|has no label|or_other and translations"
    r"|Choices should have a label.*_none|untranslated"
)
"""Remarks that our own checks make better, or that mean nothing in a chat."""


def refusal(message: Mapping[str, Any], workbook: Workbook) -> Finding:
    """The finding for the message that stopped pyxform."""
    return _finding(message, workbook, Severity.REFUSED, "pyxform")


def remarks(messages: list[Mapping[str, Any]], workbook: Workbook) -> list[Finding]:
    """Findings for pyxform's warnings, without those that mean nothing here."""
    return [
        _finding(message, workbook, Severity.WARNING, "pyxform_remark")
        for message in messages
        if not _UNIMPORTANT.search(message["message"])
    ]


def _finding(
    message: Mapping[str, Any], workbook: Workbook, severity: Severity, otherwise: str
) -> Finding:
    text, context = message["message"], dict(message["context"])
    code = _BY_CODE.get(message["code"]) or _BY_FAMILY.get(message["code"].partition("_")[0], "")
    column = context.get("column", "")
    if not code:
        code = otherwise
        for pattern, known, known_column in _BY_TEXT:
            if found := re.search(pattern, text, re.DOTALL):
                code, column = known, known_column
                context |= found.groupdict()
                break
    place = _place(text, context, column, workbook)
    values = _values(context, place, workbook)
    return Finding(severity, code, place, _question(place, context, workbook), values, text)


def _place(text: str, context: Mapping[str, str], column: str, workbook: Workbook) -> Place:
    row = re.search(r"\[row : (\d+)\]", text)
    named = re.search(r"On the '(\w+)' sheet", text)
    what = re.search(r"the '(\w+)' value", text)
    sheet_name = (named[1] if named else "") or context.get("sheet_name", "")
    if "choice" in context:
        sheet_name = "choices"
    elif not sheet_name and (row or {"type", "name"} & set(context)):
        sheet_name = "survey"
    if not sheet_name:
        return Place()
    sheet = workbook.sheet(sheet_name)
    number = int(row[1]) if row else _search(context, workbook)
    column = column or (what[1] if what else "") or context.get("header", "")
    return sheet.place(number, column)


def _search(context: Mapping[str, str], workbook: Workbook) -> int | None:
    """The row that a message is about, by the type, name or choice that it quotes."""
    if "choice" in context:
        column = workbook.sheet("choices").column("name")
        rows = workbook.list_rows(context["list"])
        return next((row for row, cells in rows if cells.get(column) == context["choice"]), None)
    sheet = workbook.sheet("survey")
    for key in ("type", "name"):
        if key in context:
            column = sheet.column(key)
            for row, cells in sheet.rows:
                if cells.get(column, "").strip() == context[key]:
                    return row
    return None


def _question(place: Place, context: Mapping[str, str], workbook: Workbook) -> str:
    if place.sheet != "survey":
        return ""
    sheet = workbook.sheet("survey")
    cells = dict(sheet.rows).get(place.row or 0, {})
    return cells.get(sheet.column("name"), context.get("name", ""))


def _values(context: Mapping[str, str], place: Place, workbook: Workbook) -> dict[str, str | int]:
    """The values of pyxform's message, and the cell that it is about."""
    cells = dict(workbook.sheet(place.sheet).rows).get(place.row or 0, {}) if place.sheet else {}
    return {**context, "cell": cells.get(place.column, "")[:200]}
