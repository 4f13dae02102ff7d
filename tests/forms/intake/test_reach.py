"""Questions that can never be asked are found; those that can be asked never are called so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.lint import run
from forms.lint.sources import sources
from forms.report import Severity
from forms.xpath import compile_expression
from tests.forms.intake.evaluating import truth
from tests.forms.intake.making import check, draft, found, markdown, one

LISTS = "list_name | name | label\nyn | yes | Yes\nyn | no | No\nnums | 1 | One\nnums | 2 | Two"


def form(*rows: str) -> bytes:
    head = [
        "type | name | label | relevant",
        "select_one yn | s | S",
        "select_multiple yn | m | M",
        "select_one nums | n | N",
        "integer | i | I",
        "text | t | T",
    ]
    return markdown("\n".join((*head, *rows)), LISTS)


@pytest.mark.parametrize(
    "relevant",
    [
        "false()",
        "not(true())",
        "1 = 2",
        "'a' = 'b'",
        "${s} = 'maybe'",
        "'maybe' = ${s}",
        "selected(${m}, 'maybe')",
        "${n} = 3",
        "${s} = 'yes' and ${s} = 'no'",
        "${i} > 5 and ${i} < 3",
        "${i} >= 5 and ${t} = 'x' and ${i} < 5",
        "(${s} = 'maybe' or false()) and ${t} = 'x'",
        "${s} = 'maybe' or selected(${m}, 'perhaps')",
    ],
)
def test_relevance_that_cannot_come_true_is_found(relevant: str) -> None:
    finding = one(check(form(f"text | a | A | {relevant}")), "unreachable")
    assert (finding.question, finding.place.row, finding.severity) == ("a", 7, Severity.WARNING)


@pytest.mark.parametrize(
    "relevant",
    [
        "true()",
        "${s} = 'yes'",
        "${s} != 'maybe'",
        "${s} = ''",
        "${s} = 'yes' or false()",
        "selected(${m}, 'yes') and selected(${m}, 'no')",
        "${n} = 1",
        "${n} = '2'",
        "${i} > 3 and ${i} < 5",
        "${i} >= 5 and ${i} <= 5",
        "not(${s} = 'yes')",
        "${t} = 'anything'",
        "count(${m}) = 0",
    ],
)
def test_relevance_that_can_come_true_is_left_alone(relevant: str) -> None:
    assert found(check(form(f"text | a | A | {relevant}")), "unreachable") == []


def test_what_hangs_on_an_unreachable_question_is_unreachable_too() -> None:
    findings = check(
        form(
            "begin_group | g | G | ${s} = 'maybe'",
            "text | inside | I",
            "end_group | |",
            "text | after | A | ${inside} = 'x'",
            "text | last | L | ${after} = 'y'",
        )
    )
    assert [f.question for f in found(findings, "unreachable")] == ["g", "after", "last"]
    assert found(findings, "unreachable")[0].values["inside"] == 1


def test_questions_that_wait_for_each_other_are_unreachable() -> None:
    rows = (
        "integer | a | A | ${b} = 1",
        "integer | b | B | ${c} = 1",
        "integer | c | C | ${a} = 1",
    )
    assert [f.question for f in found(check(form(*rows)), "unreachable")] == ["a", "b", "c"]
    assert (
        found(check(form(*rows[:2], "integer | c | C | ${a} = 1 or ${i} = 1")), "unreachable") == []
    )


def test_a_comparison_with_a_choice_that_is_not_there_is_remarked() -> None:
    findings = check(form("text | a | A | ${s} = 'yse' or ${i} = 1"))
    finding = one(findings, "choice_unknown")
    assert (finding.values["choice"], finding.values["other"]) == ("yse", "s")


def test_a_list_with_other_has_the_choice_other() -> None:
    rows = "select_one yn or_other | o | O\ntext | a | A | ${o} = 'other'"
    table = markdown(f"type | name | label | relevant\n{rows}", LISTS)
    assert found(check(table), "choice_unknown") == []


_TERMS = st.sampled_from(
    [
        "${s} = 'yes'",
        "${s} = 'maybe'",
        "selected(${m}, 'no')",
        "${i} > 3",
        "${i} < 2",
        "${i} >= 2",
        "${n} = 3",
        "${t} = 'x'",
        "not(${s} = 'no')",
        "true()",
        "false()",
    ]
)
_RELEVANCES = st.recursive(
    _TERMS,
    lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
        lambda t: f"({t[0]} {t[1]} {t[2]})"
    ),
    max_leaves=6,
)


@given(_RELEVANCES)
def test_no_answer_reaches_what_is_called_unreachable(relevant: str) -> None:
    """Held against all answers that matter: the claim may be missed, but never wrong."""
    made = draft(form(f"text | a | A | {relevant}"))
    (source,) = [s for s in sources(made.outline) if s.path.endswith("/a")]
    if found(run(made), "unreachable"):
        assert not any(_truths(source.text))


def _truths(expression: str) -> list[bool]:
    compiled = compile_expression(expression, "/data/a")
    answers = [
        {"s": s, "m": m, "n": n, "i": i, "t": t}
        for s in ("", "yes", "no")
        for m in ("", "yes", "yes no")
        for n in ("", "1", "2")
        for i in ("", "0", "2", "3", "4")
        for t in ("", "x")
    ]
    return [truth(compiled, one) for one in answers]
