"""Nodes that are not relevant keep their text and read as nothing."""

import pytest

from forms.xpath import compile_expression
from tests.forms.xpath.seeing import at, document, environment


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("/data/age", ""),
        ("/data/age + 1", ""),
        ("/data/age = 41", "false"),
        ("/data/age = ''", "true"),
        ("/data/age != ''", "false"),
        ("/data/age > 40", "false"),
        ("string-length(/data/age)", "0"),
        ("coalesce(/data/age, 'none')", "none"),
        ("selected(/data/age, '41')", "false"),
        ("concat('[', /data/age, ']')", "[]"),
        ("count(/data/age)", "0"),
        ("count-non-empty(/data/age)", "0"),
        ("/data/age/text()", ""),
        ("starts-with(string(/data), 'Li Huawater')", "true"),
        ("once('new')", "new"),
    ],
)
def test_it_reads_as_empty_in_every_expression(source: str, expected: str) -> None:
    root = document()
    age = at(root, "data/age")
    age.relevant = False
    assert compile_expression(source).string(age, environment(root)) == expected


def test_it_comes_back_as_it_was() -> None:
    root = document()
    env = environment(root)
    age = at(root, "data/age")
    expression = compile_expression("/data/age + 1")
    age.relevant = False
    assert expression.string(root, env) == ""
    age.relevant = True
    assert expression.string(root, env) == "42"


def test_a_group_that_is_not_relevant_reads_as_empty_with_all_that_is_in_it() -> None:
    root = document()
    for node in at(root, "data/child").walk():
        node.relevant = False
    env = environment(root)
    assert compile_expression("string(/data/child[1])").string(root, env) == ""
    assert compile_expression("count(/data/child)").number(root, env) == 2
    assert compile_expression("sum(/data/child/age)").number(root, env) == 9
    assert compile_expression("join(',', /data/child/name)").string(root, env) == "Bo,Cai"
