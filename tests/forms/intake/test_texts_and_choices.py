"""Translations, lengths and choice lists."""

from __future__ import annotations

import pytest

from forms.lint.choices import MANY
from forms.report import Place, Severity
from tests.forms.intake.making import check, found, markdown, one, xform
from tests.forms.intake.outlines import check_xform

LANGUAGES = (
    "type | name | label::中文 (zh) | label::English (en) | hint::中文 (zh) | hint::English (en)"
)


def test_a_missing_translation_is_named_with_its_column() -> None:
    findings = check(
        markdown(f"{LANGUAGES}\ntext | a | 姓名 | | 写全名 | Full name\ntext | b | 甲 | B")
    )
    finding = one(findings, "translation_missing")
    assert finding.place == Place("survey", 2, "label::English (en)")
    assert (finding.question, finding.values["languages"]) == ("a", "English (en)")
    assert finding.severity is Severity.WARNING


def test_missing_translations_of_messages_are_found() -> None:
    head = "type | name | label::A (a) | label::B (b) | constraint | constraint_message::A (a)"
    findings = check(markdown(f"{head}\ninteger | n | N | N | . > 1 | more"))
    place = one(findings, "translation_missing").place
    assert (place.row, place.column) == (2, "constraint_message::B (b)")


def test_missing_translations_of_choices_are_counted_by_list() -> None:
    survey = "type | name | label::A (a) | label::B (b)\nselect_one l | q | Q | Q"
    choices = (
        "list_name | name | label::A (a) | label::B (b)\nl | x | X |\nl | y | Y |\nl | z | Z | Z"
    )
    finding = one(check(markdown(survey, choices)), "choice_translation_missing")
    assert finding.values == {"list": "l", "language": "B (b)", "count": 2, "choices": "x, y"}
    assert finding.place == Place("choices", 2, "label::B (b)")


@pytest.mark.parametrize(("length", "codes"), [(4096, []), (4097, ["text_long"])])
def test_a_label_longer_than_a_message_is_degraded(length: int, codes: list[str]) -> None:
    findings = check(markdown(f"type | name | label\ntext | a | {'字' * length}"))
    assert [f.code for f in findings] == codes
    for finding in findings:
        assert finding.severity is Severity.DEGRADED
        assert finding.place == Place("survey", 2, "label")
        assert finding.values["length"] == length


def test_characters_beyond_the_first_plane_count_twice() -> None:
    assert found(check(markdown(f"type | name | label\ntext | a | {'𠮷' * 2049}")), "text_long")


@pytest.mark.parametrize(("count", "codes"), [(MANY, []), (MANY + 1, ["choices_many"])])
def test_a_very_long_list_is_remarked(count: int, codes: list[str]) -> None:
    rows = "\n".join(f"l | v{n} | Village {n}" for n in range(count))
    findings = check(
        markdown("type | name | label\nselect_one l | q | Q", f"list_name | name | label\n{rows}")
    )
    assert [f.code for f in findings] == codes


def test_a_value_that_stands_twice_is_degraded_unless_a_filter_tells_them_apart() -> None:
    choices = "list_name | name | label | d\nl | x | One | 1\nl | x | Two | 2\nl | y | Y | 2"
    settings = "allow_choice_duplicates\nyes"
    plain = check(markdown("type | name | label\nselect_one l | q | Q", choices, settings))
    assert one(plain, "choice_twice").severity is Severity.DEGRADED
    assert one(plain, "choice_twice").values["choice"] == "x"
    head = "type | name | label | choice_filter"
    rows = f"{head}\ntext | t | T |\nselect_one l | q | Q | d = ${{t}}"
    filtered = check(markdown(rows, choices, settings))
    assert one(filtered, "choice_twice").severity is Severity.WARNING


def test_a_filter_over_a_column_that_is_not_there_is_refused() -> None:
    choices = "list_name | name | label | district\nl | x | X | 1"
    rows = (
        "type | name | label | choice_filter\ntext | t | T |\nselect_one l | q | Q | distrct = ${t}"
    )
    finding = one(check(markdown(rows, choices)), "column_unknown")
    assert (finding.values["missing"], finding.place.column) == ("distrct", "choice_filter")


def test_a_ready_xform_is_reported_by_line() -> None:
    body = '<select1 ref="/data/a"><label>A</label></select1>\n<input ref="/data/b"/>'
    model = '<bind nodeset="/data/a"/>\n<bind nodeset="/data/b" relevant="nosuch()"/>'
    findings = check_xform(xform(model, body))
    assert one(findings, "no_choices").place == Place("", 8, "type")
    assert one(findings, "expression_unknown_function").place == Place("", 6, "relevant")


def test_nodes_of_one_name_are_refused_unless_they_are_rows() -> None:
    body = '<input ref="/data/a"/><group ref="/data/r"><repeat nodeset="/data/r"/></group>'
    instance = '<data id="f"><a/><a/><r jr:template=""><b/></r><r><b/></r><r><b/></r></data>'
    finding = one(check_xform(xform("", body, instance)), "duplicate_name")
    assert (finding.question, finding.severity) == ("a", Severity.REFUSED)


def test_a_question_without_a_node_is_refused() -> None:
    assert one(check_xform(xform("", '<input ref="/data/c"/>')), "no_node").question == "c"
