"""What is reported when an expression is compiled, and where."""

import pickle

import pytest

from forms.xpath import XPathError, compile_expression


@pytest.mark.parametrize(
    ("source", "code", "position"),
    [
        ("", "syntax", 0),
        ("   ", "syntax", 3),
        ("1 +", "syntax", 3),
        ("1 2", "syntax", 2),
        ("(1", "syntax", 2),
        ("'open", "syntax", 0),
        ("/data/", "syntax", 6),
        ("/data//", "syntax", 7),
        ("/data[1", "syntax", 7),
        ("/data/age and", "syntax", 13),
        ("1 And 1", "syntax", 2),
        ("a b", "syntax", 2),
        ("1 # 2", "syntax", 2),
        ("@", "syntax", 1),
        ("'a'/b", "syntax", 3),
        ("text(1)", "syntax", 5),
        ("${age} > 3", "variable", 0),
        ("1 + $x", "variable", 4),
        ("sideways::a", "unknown_axis", 0),
        ("1 + explode()", "unknown_function", 4),
        ("false() and explode()", "unknown_function", 12),
        ("itext('a')", "unknown_function", 0),
        ("true(1)", "arity", 0),
        ("1 + if(1, 2)", "arity", 4),
        ("weighted-checklist(1, 2, 3, 4, 5)", "arity", 0),
        ("1 + count(2)", "nodes_expected", 4),
    ],
)
def test_a_fault_has_a_code_and_a_place(source: str, code: str, position: int) -> None:
    with pytest.raises(XPathError) as caught:
        compile_expression(source)
    assert (caught.value.code, caught.value.position) == (code, position)


def test_a_wrong_number_of_arguments_says_how_many_there_may_be() -> None:
    with pytest.raises(XPathError) as caught:
        compile_expression("substr('a')")
    assert caught.value.values == {"name": "substr", "given": 1, "least": 2, "most": 3}


def test_a_fault_says_what_was_found_and_what_was_wanted() -> None:
    with pytest.raises(XPathError) as caught:
        compile_expression("concat('a' 'b')")
    assert caught.value.values == {"found": "'b'", "expected": ")"}


def test_faults_can_be_pickled_and_printed() -> None:
    fault = XPathError("arity", 4, name="if", given=2)
    again = pickle.loads(pickle.dumps(fault))
    assert (again.code, again.position, again.values) == ("arity", 4, {"name": "if", "given": 2})
    assert str(fault) == "arity at 4 (name='if', given=2)"
    assert str(XPathError("budget")) == "budget"
