"""What is longer than the database takes is refused where it is written."""

from __future__ import annotations

import pytest

from forms.intake import intake
from forms.lint import Draft, lengths, run
from forms.outline_reader import read
from forms.report import Place, Severity
from storage.tables import audit, form, media, submission
from tests.forms.intake.making import check, draft, found, markdown, one, xform

SURVEY = "type | name | label\ntext | a | A"
CODES = ("form_id_long", "version_long", "file_name_long", "alert_long")


def settings(form_id: str = "f", version: str = "1", id_column: str = "form_id") -> bytes:
    return markdown(SURVEY, "", f"title | {id_column} | version\nT | {form_id} | {version}")


def alert(name: str) -> bytes:
    return markdown(f"type | name | label | calculation\ntext | a | A |\ncalculate | {name} | | 1")


def shown(name: str) -> bytes:
    return markdown(f"type | name | label | media::image\ntext | a | A |\ntext | b | B | {name}")


@pytest.mark.parametrize(
    ("table", "code", "place"),
    [
        (settings("f" * 129), "form_id_long", Place("settings", 2, "form_id")),
        (settings("f" * 129, "1", "id_string"), "form_id_long", Place("settings", 2, "id_string")),
        (settings("f", "1" * 65), "version_long", Place("settings", 2, "version")),
        (alert("alert_" + "x" * 55), "alert_long", Place("survey", 3, "name")),
        (shown("p" * 87 + ".png"), "file_name_long", Place("survey", 3, "type")),
    ],
)
def test_a_name_that_is_too_long_is_refused(table: bytes, code: str, place: Place) -> None:
    finding = one(check(table), code)
    assert (finding.severity, finding.place) == (Severity.REFUSED, place)
    assert finding.values["length"] == int(finding.values["limit"]) + 1


@pytest.mark.parametrize(
    "table",
    [
        settings("f" * 128, "1" * 64),
        alert("alert_" + "x" * 54),
        alert("quiet_" + "x" * 55),
        shown("p" * 86 + ".png"),
    ],
)
def test_the_longest_names_that_fit_are_taken(table: bytes) -> None:
    findings = check(table)
    assert [code for code in CODES if found(findings, code)] == []


def test_a_file_that_was_given_is_measured_though_nothing_shows_it() -> None:
    name = "走" * 91
    finding = one(check(markdown(SURVEY), {name: b""}), "file_name_long")
    assert (finding.place, finding.values["file"]) == (Place(), name)


def test_settings_are_found_in_their_row() -> None:
    table = "| survey | type | name | label |\n| | text | a | A |\n"
    made = draft(f"{table}| settings | version |\n| | {'1' * 65} |\n".encode())
    row = made.workbook.sheet("settings").rows[0][0]
    assert one(run(made), "version_long").place == Place("settings", row, "version")


def test_a_ready_xform_is_measured_too() -> None:
    made = Draft(read(xform("", "", f'<data id="{"f" * 129}"><a/></data>')))
    assert one(run(made), "form_id_long").place == Place("", None, "form_id")


def test_such_a_form_is_not_compiled() -> None:
    taken = intake(xform("", "", f'<data id="f" version="{"1" * 65}"><a/></data>'), "f.xml")
    assert taken.form is None
    assert [finding.code for finding in taken.findings] == ["version_long"]


def test_the_limits_are_those_of_the_tables() -> None:
    def width(column: object) -> int:
        return int(column.type.length)  # type: ignore[attr-defined]

    assert width(form.c.form_id) == width(submission.c.form_id) == lengths.FORM_ID
    assert width(form.c.version) == width(submission.c.form_version) == lengths.VERSION
    assert width(media.c.key) - len("form::") - 64 == lengths.FILE
    assert width(audit.c.object) - len(":") - 16 >= lengths.ALERT
