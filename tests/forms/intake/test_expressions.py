"""Expressions that pyxform lets through are found, with sheet, row and column."""

from __future__ import annotations

import pytest

from forms.report import Finding, Place, Severity
from tests.forms.intake.making import check, found, markdown, one

HEADER = "type | name | label | relevant | constraint | calculation | required | default | image"


def survey(*rows: str) -> list[Finding]:
    return check(markdown("\n".join((HEADER, *rows))))


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("text | a | A | ${a} = ", "expression_syntax", "relevant"),
        ("text | a | A | | . > (3", "expression_syntax", "constraint"),
        ("text | a | A | shout(1)", "expression_unknown_function", "relevant"),
        ("calculate | a | | | | nosuch(${b}) ", "expression_unknown_function", "calculation"),
        ("calculate | a | | | | substr() ", "expression_arity", "calculation"),
        ("text | a | A | | | | selected(${b})", "expression_arity", "required"),
        ("text | a | A | | | | | concat(1, ", "expression_syntax", "default"),
        ("calculate | a | | | | $b + 1", "expression_variable", "calculation"),
        (
            "calculate | a | | | | " + "(" * 300 + "1" + ")" * 300,
            "expression_too_deep",
            "calculation",
        ),
        ("calculate | a | | | | '" + "x" * 33_000 + "'", "expression_too_long", "calculation"),
    ],
)
def test_a_broken_expression_is_refused_where_it_stands(row: str, code: str, column: str) -> None:
    findings = survey("text | b | B", row)
    finding = one(findings, code)
    assert finding.severity is Severity.REFUSED
    assert finding.place == Place("survey", 3, column)
    assert finding.question == "a"


def test_every_broken_expression_is_found_and_not_only_the_first() -> None:
    findings = survey("text | a | A | 1 +", "text | b | B | | (", "calculate | c | | | | nosuch()")
    assert [f.place.row for f in findings if f.severity is Severity.REFUSED] == [2, 3, 4]


def test_the_report_quotes_what_the_author_wrote() -> None:
    finding = one(
        survey("text | b | B", "text | a | A | ${b} = nosuch(${b})"), "expression_unknown_function"
    )
    assert finding.values["cell"] == "${b} = nosuch(${b})"
    assert finding.values["name"] == "nosuch"


def test_groups_and_repeats_keep_their_rows() -> None:
    findings = survey(
        "begin_group | g | G",
        "begin_repeat | r | R",
        "text | a | A | | nosuch()",
        "end_repeat | |",
        "end_group | |",
        "begin_group | h | H | 1 +",
        "text | a | A | | nosuch()",
        "end_group | |",
    )
    places = sorted((f.place.row, f.place.column) for f in findings if f.question in "ah")
    assert places == [(4, "constraint"), (7, "relevant"), (8, "constraint")]


def test_a_long_or_is_no_fault() -> None:
    terms = " or ".join(f"${{b}} = '{n}'" for n in range(1500))
    assert survey("text | b | B", f"text | a | A | {terms}") == []


def test_a_choice_filter_is_checked_too() -> None:
    findings = check(
        markdown(
            "type | name | label | choice_filter\nselect_one v | a | A | d = nosuch(1)",
            "list_name | name | label | d\nv | x | X | 1",
        )
    )
    assert one(findings, "expression_unknown_function").place.column == "choice_filter"


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        ("^[0-9]{4}$", []),
        ("[0-9]{4}", ["pattern_whole"]),
        ("^[0-9{4}$", ["pattern_broken"]),
        (r"^(a\|a)*$", ["pattern_slow"]),
        (r"^(\w+\s?)*$", []),
    ],
)
def test_patterns_are_tried(pattern: str, codes: list[str]) -> None:
    findings = survey(f"text | a | A | | regex(., '{pattern}')")
    found_codes = [f.code for f in findings if f.code.startswith("pattern")]
    assert found_codes == codes


def test_a_path_to_nowhere_reads_as_empty() -> None:
    finding = one(survey("text | a | A | /data/nowhere = 1"), "path_unknown")
    assert (finding.severity, finding.values["other"]) == (Severity.DEGRADED, "/data/nowhere")


def test_a_list_that_does_not_exist_is_refused() -> None:
    finding = one(survey("text | a | A | count(instance('x')/root/item) > 1"), "instance_unknown")
    assert finding.values["list"] == "x"


def test_relevance_that_only_looks_ahead_is_remarked() -> None:
    findings = survey("text | a | A | ${b} = 'x'", "text | b | B", "text | c | C | ${b} = 'x'")
    finding = one(findings, "relevance_looks_ahead")
    assert (finding.question, finding.values["other"]) == ("a", "b")
    assert (
        found(survey("calculate | k | | | | 1", "text | a | A | ${k} = 1"), "relevance_looks_ahead")
        == []
    )


@pytest.mark.parametrize(
    ("expression", "nested"),
    [
        ("count(//a[count(//a) > 1])", True),
        ("count(${r}[count(/data/r/x) > 1])", True),
        ("count(instance('l')/root/item[count(instance('l')/root/item) > 1])", True),
        ("count(instance('l')/root/item[name = ${a}])", False),
        ("count(instance('l')/root/item[name = instance('l')/root/item[name = ${a}]/up])", False),
        ("sum(${x})", False),
        ("count(${r}[position() > 1])", False),
    ],
)
def test_searches_within_searches_are_remarked(expression: str, nested: bool) -> None:
    rows = "text | a | A |\nselect_one l | s | S |\nbegin_repeat | r | R |\ntext | x | X |"
    rows += f"\nend_repeat | | |\ncalculate | c | | {expression}"
    choices = "list_name | name | label | up\nl | x | X | y"
    form = markdown(f"type | name | label | calculation\n{rows}", choices)
    findings = found(check(form), "nested_scan")
    assert [f.place for f in findings] == ([Place("survey", 7, "calculation")] if nested else [])
