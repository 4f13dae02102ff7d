"""select_one_external asks like any other select."""

from __future__ import annotations

from forms import Env, Interview
from forms.intake import intake
from tests.forms.intake.making import markdown, one, xform

FORM = (
    markdown(
        "type | name | label | choice_filter\n"
        "select_one s | state | State |\n"
        "select_one_external c | county | County | state=${state}",
        "list_name | name | label\ns | tx | Texas\ns | wa | Washington",
    )
    + b"""
| external_choices |
| | list_name | name | label::English (en) | state |
| | c | king | King | wa |
| | c | bexar | Bexar | tx |
| | t | austin | Austin | tx |
"""
)


def test_the_choices_come_from_the_sheet_and_are_filtered() -> None:
    taken = intake(FORM, "f.md")
    assert taken.form is not None, taken.findings
    assert taken.findings == ()
    assert b"query=" not in taken.xform
    interview = Interview.start(taken.form, Env())
    interview.answer("tx")
    choices = interview.choices("/data/county").choices
    assert [(choice.value, choice.label) for choice in choices] == [("bexar", "Bexar")]


def test_a_ready_xform_takes_its_attached_file() -> None:
    body = """<input ref="/data/a"><label>A</label></input>
<input ref="/data/b" query="instance('c')/root/item[state=/data/a]"><label>B</label></input>"""
    without = intake(xform("", body), "f.xml")
    assert one(without.findings, "file_missing").values["file"] == "itemsets.csv"
    rows = b"list name,name,label,state\nc,king,King,wa\nt,seattle,Seattle,wa\n"
    taken = intake(xform("", body), "f.xml", {"itemsets.csv": rows})
    assert taken.form is not None, taken.findings
    interview = Interview.start(taken.form, Env())
    interview.answer("wa")
    assert [choice.value for choice in interview.choices("/data/b").choices] == ["king"]
