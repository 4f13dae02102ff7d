"""What pyxform refuses comes out in our codes, with the place found again."""

from __future__ import annotations

import pytest

from forms import intake_worker, refusals, workbook
from forms.report import Place, Severity
from tests.forms.intake.making import draft, markdown


@pytest.mark.parametrize(
    ("rows", "choices", "code", "place"),
    [
        ("text | a | A\ntext | a | B", "", "duplicate_name", Place("survey", 3, "name")),
        ("foo | a | A", "", "unknown_type", Place("survey", 2, "type")),
        ("text | a | ", "", "no_label", Place("survey", 2, "label")),
        ("text | a | A ${b}", "", "unknown_reference", Place("survey", 2, "label")),
        ("text | 1a | A", "", "bad_name", Place("survey", 2, "name")),
        ("text | | A", "", "no_name", Place("survey", 2, "name")),
        ("begin group | g | G\ntext | a | A", "", "begin_without_end", Place("survey", 2, "")),
        ("text | a | A\nselect_one x | b | B", "", "no_choices_sheet", Place()),
        ("text | z | Z\n | a | A", "", "no_type", Place("survey", 3, "type")),
        (
            "select_one y | a | A",
            "list_name | name | label\nx | a | A",
            "unknown_list",
            Place("survey", 2, "type"),
        ),
        ("text | a | A\nend group | |", "", "end_without_begin", Place("survey", 3, "")),
        ("calculate | a | ", "", "no_calculation", Place("survey", 2, "calculation")),
        ("audit | b | A", "", "pyxform", Place("survey", 2, "")),
        (
            "select_multiple x | a | A",
            "list_name | name | label\nx | a b | A",
            "choice_with_space",
            Place("choices", 2, "name"),
        ),
    ],
)
def test_each_mistake_has_its_code_and_place(
    rows: str, choices: str, code: str, place: Place
) -> None:
    table = markdown(f"type | name | label\n{rows}", choices)
    answer = intake_worker.run(table, ".md", "made")
    finding = refusals.refusal(answer["error"], workbook.read(answer["sheets"]))
    assert (finding.code, finding.place) == (code, place)
    assert finding.severity is Severity.REFUSED
    assert finding.detail


def test_sheets_that_are_missing_are_named() -> None:
    for table, code in (
        (
            b"| surveys | | |\n| | type | name |\n| choices | | |\n| | list_name | name |",
            "no_survey_sheet",
        ),
        (b"| survey | | |\n| | kind | name |\n| | text | a |", "missing_column"),
    ):
        answer = intake_worker.run(table, ".md", "made")
        assert refusals.refusal(answer["error"], workbook.read(answer["sheets"])).code == code


def test_remarks_keep_only_what_matters() -> None:
    table = markdown("type | name | label\nimage | p | P\ntext | A | A\ntext | a | A")
    answer = intake_worker.run(table, ".md", "made")
    remarks = refusals.remarks(answer["warnings"], workbook.read(answer["sheets"]))
    assert [(r.code, r.severity.name) for r in remarks] == [("name_differs_by_case", "WARNING")]


def test_rows_are_found_below_groups_of_the_same_names() -> None:
    rows = "\n".join(f"begin_group | {g} | G\ntext | a | A\nend_group | |" for g in "gh")
    made = draft(markdown(f"type | name | label\n{rows}"))
    assert [made.place(path).row for path in ("/data/g/a", "/data/h/a", "/data/h")] == [3, 6, 5]
