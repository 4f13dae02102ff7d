"""Appearances that a chat shows in another way: a note on each, and the form stays good."""

from __future__ import annotations

import pytest

from forms.intake import intake
from forms.report import Place, Severity
from tests.forms.intake.making import check, markdown, one, xform
from tests.forms.intake.outlines import check_xform

LIST = "list_name | name | label\nl | x | X"
RANGE = "range | a | A | {look} | start=1 end=5 step=1"


@pytest.mark.parametrize(
    ("row", "code", "what"),
    [
        ("select_one l | a | A | horizontal", "as_buttons", "horizontal"),
        ("select_multiple l | a | A | columns-3", "as_buttons", "columns-3"),
        ("select_one l | a | A | columns-pack no-buttons", "as_buttons", "no-buttons"),
        ("select_one l | a | A | likert", "as_buttons", "likert"),
        ("select_one l | a | A | list-nolabel", "grid", "list-nolabel"),
        ("image | a | A | new-front", "camera", "new-front"),
        (RANGE.format(look="picker"), "as_scale", "picker"),
    ],
)
def test_another_look_is_noted_where_it_stands(row: str, code: str, what: str) -> None:
    rows = f"type | name | label | appearance | parameters\ntext | z | Z |\n{row}"
    notes = [finding for finding in check(markdown(rows, LIST)) if finding.code == code]
    assert what in [finding.values["what"] for finding in notes]
    for finding in notes:
        assert finding.severity is Severity.WARNING
        assert finding.place == Place("survey", 3, "appearance")
        assert finding.question == "a"


@pytest.mark.parametrize("look", ["field-list", "table-list"])
def test_a_group_on_one_screen_is_noted_in_the_author_s_words(look: str) -> None:
    rows = (
        "type | name | label | appearance\n"
        f"begin_group | g | G | {look}\nselect_one l | a | A |\nend_group | | |"
    )
    finding = one(check(markdown(rows, LIST)), "one_by_one")
    assert (finding.values["what"], finding.question) == (look, "g")
    assert finding.place == Place("survey", 2, "appearance")


def test_the_quality_of_recordings_is_noted() -> None:
    rows = "type | name | label | parameters\naudio | a | A | quality=low"
    finding = one(check(markdown(rows)), "audio_quality")
    assert (finding.values["quality"], finding.place.column) == ("low", "parameters")


def test_a_ready_xform_is_noted_by_its_line() -> None:
    body = '<select1 ref="/data/a" appearance="likert"><label>A</label></select1>'
    found = check_xform(xform('<bind nodeset="/data/a" type="string"/>', body))
    finding = one(found, "as_buttons")
    assert (finding.place.sheet, finding.place.column) == ("", "appearance")


@pytest.mark.parametrize(
    "row",
    [
        "select_one l | a | A | minimal",
        "select_one l | a | A | autocomplete",
        "select_one l | a | A | quick",
        "image | a | A | new",
        "text | a | A | multiline",
        "date | a | A | month-year",
        RANGE.format(look="rating"),
    ],
)
def test_what_a_chat_does_too_is_not_noted(row: str) -> None:
    rows = f"type | name | label | appearance | parameters\n{row}"
    codes = {"one_by_one", "grid", "as_buttons", "as_scale", "camera"}
    assert not codes & {finding.code for finding in check(markdown(rows, LIST))}


def test_a_note_makes_no_question_worse() -> None:
    rows = "type | name | label | appearance\nselect_one l | a | A | likert"
    taken = intake(markdown(rows, LIST), "f.md")
    (verdict,) = taken.verdicts
    assert verdict.severity is Severity.OK
    assert verdict.codes == ("as_buttons",)
