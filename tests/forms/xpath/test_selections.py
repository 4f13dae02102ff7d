"""Answers of select questions and the labels of choices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.xpath import compile_expression
from tests.forms.xpath.seeing import FAMILY, STEADY, at, document, environment, text, value

NAMES = st.text("ab-_1", min_size=1, max_size=3)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("selected(/data/needs, 'light')", True),
        ("selected(/data/needs, ' light ')", True),
        ("selected(/data/needs, 'ligh')", False),
        ("selected(/data/needs, concat('ro', 'ad'))", True),
        ("selected(/data/none, 'x')", False),
        ("selected(/data/blank, '')", True),
        ("selected('one', 'one')", True),
        ("selected(/data/child/school, 'no')", True),
        ("count-selected(/data/needs)", 3),
        ("count-selected(/data/blank)", 0),
    ],
)
def test_selected_looks_for_a_whole_name(source: str, expected: object) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [("0", "water"), ("2", "road"), ("3", ""), ("-1", ""), ("'x'", ""), ("1 div 0", "")],
)
def test_selected_at_counts_from_zero(place: str, expected: str) -> None:
    assert text(f"selected-at(/data/needs, {place})") == expected


@STEADY
@given(st.lists(NAMES, max_size=5), NAMES)
def test_selected_is_membership(chosen: list[str], name: str) -> None:
    root = document()
    at(root, "data/needs").text = " ".join(chosen)
    env = environment(root)
    for asked in (f"'{name}'", f"concat('{name}', '')"):
        expression = compile_expression(f"selected(/data/needs, {asked})")
        assert expression.boolean(root, env) is (name in chosen)


def test_a_label_is_asked_for_by_value_and_by_the_path_as_it_was_written() -> None:
    asked: list[tuple[str, str, str]] = []

    def label(name: str, path: str, node: object) -> str:
        asked.append((name, path, getattr(node, "name", "")))
        return "Road"

    given_label = text("jr:choice-name('road', ' /data/needs ')", FAMILY, choice_label=label)
    assert given_label == "Road"
    assert asked == [("road", "/data/needs", "data")]


def test_itext_may_be_a_text_or_the_nodes_that_hold_it() -> None:
    assert text("jr:itext('hello')", itext=lambda name: f"<{name}>") == "<hello>"
    node = at(document(), "data/name")
    assert text("jr:itext('hello')", itext=lambda _name: [node]) == "Li Hua"
