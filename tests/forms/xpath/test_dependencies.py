"""What an expression is found to read."""

import pickle

import pytest

from forms.xpath import compile_expression
from tests.forms.xpath.seeing import document, environment

AT = "/data/child/age"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2", ""),
        (".", "/data/child/age"),
        ("../name", "/data/child/name"),
        ("current()/../name", "/data/child/name"),
        ("../../name", "/data/name"),
        ("/data/name", "/data/name"),
        ("name", "/data/child/age/name"),
        ("/", "/"),
        ("count(/data/child)", "/data/child"),
        ("sum(/data/child/age)", "/data/child/age"),
        ("position(..)", "/data/child"),
        ("/data/child[2]/name", "/data/child/name"),
        ("/data/child[position() = 2]/name", "/data/child/name"),
        ("/data/child[name = 'x']/age", "/data/child/name /data/child/age"),
        ("/data/child[name = current()/../name]/age", "/data/child/name /data/child/age"),
        ("indexed-repeat(/data/child/name, /data/child, 1)", "/data/child /data/child/name"),
        ("if(/data/a, /data/b, /data/c)", "/data/a /data/b /data/c"),
        ("if(/data/a, /data/b, /data/c)/d", "/data/a /data/b/d /data/c/d"),
        ("/data/a | /data/b", "/data/a /data/b"),
        ("(/data/a | /data/b)[c]/d", "/data/a/c /data/b/c /data/a/d /data/b/d"),
        ("-/data/a", "/data/a"),
        ("instance('v')/root/item[town = /data/town]/name", "/data/town"),
        ("instance('v')/root/item[town = ../../x]", ""),
        ("instance('v')/root/item[town = current()/../name]", "/data/child/name"),
        ("pulldata('v', 'a', 'b', /data/town)", "/data/town"),
        ("string()", "/data/child/age"),
        ("string-length() > 3", "/data/child/age"),
        ("once(/data/a)", "/data/a"),
        ("jr:choice-name(/data/a, '/data/a')", "/data/a"),
        ("randomize(/data/a, /data/seed)/x", "/data/a/x /data/seed"),
        ("../@id", "/data/child/@id"),
        ("/data/@*", "/data/@*"),
        ("/data/name/text()", "/data/name"),
        ("/data/orx:meta/orx:instanceID", "/data/meta/instanceID"),
        ("/data/*", "/data/*"),
        ("/data/*/age", "/data/*/age"),
        ("//age", "//age"),
        ("/data//age", "/data//age"),
        ("/data/descendant::age", "/data//age"),
        ("//.", "//*"),
        ("../following-sibling::child/age", "/data/child/age"),
        ("../preceding-sibling::*[1]/age", "/data/*/age"),
        ("ancestor::data/name", "/data/name"),
        ("ancestor::*/name", "/data/child/name /data/name"),
        ("ancestor::node()/name", "/data/child/name /data/name /name"),
        ("ancestor-or-self::age", "/data/child/age"),
        ("self::name", ""),
        ("following::age", "//age"),
        ("id('x')/name", "//*"),
        ("../../../../..", ""),
    ],
)
def test_dependencies_are_schema_paths_in_the_form(source: str, expected: str) -> None:
    assert compile_expression(source, AT).dependencies == set(expected.split())


def test_behind_a_wildcard_a_parent_may_be_anything() -> None:
    assert "/data//*/name" not in compile_expression("/data/a/../name").dependencies
    found = compile_expression("//age/../name", AT).dependencies
    assert any(path.startswith("//") for path in found)


def test_functions_and_lists_are_named() -> None:
    found = compile_expression("if(count(instance('v')/r) > pulldata('w', 'a', 'b', .), now(), 1)")
    assert found.functions == {"if", "count", "instance", "pulldata", "now"}
    assert found.instances == {"v", "w"}
    assert compile_expression("instance(concat('a', 'b'))/r").instances == {"*"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("today()", True),
        ("/data/a + random()", True),
        ("once(uuid())", False),
        ("once(concat(uuid(), now()))", False),
        ("concat(once(uuid()), now())", True),
        ("randomize(/data/a)", True),
        ("randomize(/data/a, 7)", False),
        ("/data/a", False),
    ],
)
def test_clock_and_chance_make_an_expression_volatile(source: str, expected: bool) -> None:
    assert compile_expression(source).volatile is expected


def test_a_pickled_expression_knows_what_it_reads_and_still_runs() -> None:
    expression = compile_expression("/data/age + count(current()) + last()", "/data/total")
    again = pickle.loads(pickle.dumps(expression))
    assert again == expression
    assert again.dependencies == {"/data/age", "/data/total"}
    root = document()
    assert again.number(root, environment(root), 1, 7) == 49


def test_equal_sources_are_equal_whatever_their_context_shares() -> None:
    one, other = compile_expression("../a", "/x/b"), compile_expression("../a", "/y/b")
    assert one != other
    assert one.dependencies == {"/x/a"}
    assert other.dependencies == {"/y/a"}
