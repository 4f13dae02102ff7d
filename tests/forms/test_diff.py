"""What changed between two versions of a form."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Form, intake_worker
from forms.diff import Difference, diff
from forms.spelling import spelt
from tests.forms.engine.paper import ask, bind, repeat, xform

HEAD = (
    "| survey | type | name | label::中文 (zh) | label::English (en) | hint::English (en) "
    "| relevant | constraint | required | calculation |"
)
CHOICES = "| choices | list_name | name | label::中文 (zh) | label::English (en) |"
WHO = "| | text | who | 姓名 | Name | In full | | | | |"
AGE = "| | integer | age | 年龄 | Age | | ${who} != '' | . < 120 | yes | |"
WATER = "| | select_one source | water | 水源 | Water | | | | | |"
SCORE = "| | calculate | score | | | | | | | ${age} * 2 |"
ROWS = (WHO, AGE, WATER, SCORE)
WELL = "| | source | well | 井 | Well |"
RIVER = "| | source | river | 河 | River |"


@cache
def form(*rows: str, choices: tuple[str, ...] = (WELL, RIVER)) -> Form:
    """A form of these rows."""
    table = "\n".join((HEAD, *rows, CHOICES, *choices))
    answer = intake_worker.run(table.encode(), ".md", "form")
    assert "error" not in answer, answer["error"]
    return Form.from_xform(str(answer["xform"]).encode())


def paper(*names: str) -> Form:
    """A form of plain questions, written without pyxform."""
    return Form.from_xform(
        xform("".join(f"<{name}/>" for name in names), body="".join(ask(name) for name in names))
    )


def changed(old: str, new: str) -> tuple[Difference, ...]:
    """The differences once the row `old` has become `new`."""
    return diff(form(*ROWS), form(*(new if row == old else row for row in ROWS)))


def told(found: tuple[Difference, ...]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.what, one.path, one.aspects) for one in found]


def rules(found: tuple[Difference, ...]) -> list[tuple[str, str, str, str]]:
    return [(one.path, rule.aspect, rule.was, rule.now) for one in found for rule in one.rules]


def test_a_form_does_not_differ_from_itself() -> None:
    assert diff(form(*ROWS), Form.loads(form(*ROWS).dumps())) == ()


def test_questions_are_added_and_removed() -> None:
    phone = "| | text | phone | 电话 | Phone | | | | | |"
    found = diff(form(WHO, AGE, SCORE), form(WHO, phone, AGE, WATER))
    assert found == (
        Difference("added", "/data/phone"),
        Difference("added", "/data/water"),
        Difference("removed", "/data/score"),
    )


def test_a_question_that_changed_its_group_is_moved() -> None:
    group = ("| | begin_group | home | 家 | Home | | | | | |", "| | end_group | | | | | | | | |")
    found = diff(form(WHO, WATER), form(WHO, group[0], WATER, group[1]))
    assert found == (
        Difference("added", "/data/home"),
        Difference("moved", "/data/home/water", (), "/data/water"),
    )


def test_a_question_can_be_moved_and_changed_at_once() -> None:
    group = (
        "| | begin_repeat | kids | 孩 | Kid | | | | | |",
        "| | end_repeat | | | | | | | | |",
    )
    asked = "| | integer | who | 姓名 | Name | In full | | | | |"
    found = diff(form(WATER, WHO), form(WATER, group[0], asked, group[1]))
    assert found == (
        Difference("added", "/data/kids"),
        Difference("moved", "/data/kids/who", ("type",), "/data/who"),
    )


def test_a_name_that_went_twice_is_not_guessed() -> None:
    groups = [
        (f"| | begin_group | {g} | 组 | Group | | | | | |", WHO, "| | end_group | | | | | | | | |")
        for g in ("one", "two")
    ]
    found = diff(form(WATER, *groups[0], *groups[1]), form(WATER, WHO))
    assert [(one.what, one.path) for one in found] == [
        ("added", "/data/who"),
        ("removed", "/data/one"),
        ("removed", "/data/one/who"),
        ("removed", "/data/two"),
        ("removed", "/data/two/who"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "path", "aspect"),
    [
        (WHO, WHO.replace("text", "barcode"), "/data/who", "type"),
        (AGE, AGE.replace("integer", "decimal"), "/data/age", "type"),
        (WATER, WATER.replace("select_one", "select_multiple"), "/data/water", "type"),
        (SCORE, "| | hidden | score | | | | | | | |", "/data/score", "calculation"),
        (WHO, WHO.replace("姓名", "名字"), "/data/who", "label"),
        (WHO, WHO.replace("Name", "Full name"), "/data/who", "label"),
        (WHO, WHO.replace("In full", "As in the book"), "/data/who", "hint"),
        (AGE, AGE.replace("${who} != ''", "${who} = 'x'"), "/data/age", "relevant"),
        (AGE, AGE.replace(". < 120", ". < 130"), "/data/age", "constraint"),
        (AGE, AGE.replace(". < 120", ""), "/data/age", "constraint"),
        (AGE, AGE.replace("yes", "${who} = 'x'"), "/data/age", "required"),
        (AGE, AGE.replace("yes", ""), "/data/age", "required"),
        (SCORE, SCORE.replace("* 2", "* 3"), "/data/score", "calculation"),
    ],
)
def test_a_change_is_named(old: str, new: str, path: str, aspect: str) -> None:
    assert told(changed(old, new)) == [("changed", path, (aspect,))]


def test_all_that_changed_in_a_question_is_named() -> None:
    (found,) = changed(AGE, "| | text | age | 几岁 | Age | New | | . != '' | | |")
    assert found.what == "changed"
    assert set(found.aspects) == {"type", "label", "hint", "relevant", "constraint", "required"}


@pytest.mark.parametrize(
    "choices",
    [
        (WELL,),
        (WELL, RIVER, "| | source | rain | 雨 | Rain |"),
        (RIVER, WELL),
        (WELL, RIVER.replace("| river |", "| stream |")),
        (WELL, RIVER.replace("River", "Stream")),
        (WELL, RIVER.replace("河", "溪")),
    ],
)
def test_choices_that_changed_are_named_at_their_question(choices: tuple[str, ...]) -> None:
    found = diff(form(*ROWS), form(*ROWS, choices=choices))
    assert found == (Difference("changed", "/data/water", ("choices",)),)


def test_choices_that_stand_in_the_question_are_compared_too() -> None:
    def made(label: str) -> Form:
        item = f"<item><label>{label}</label><value>y</value></item>"
        return Form.from_xform(xform("<a/>", body=ask("a", inside=item, tag="select1")))

    assert diff(made("Yes"), made("Yes")) == ()
    assert diff(made("Yes"), made("Of course")) == (Difference("changed", "/data/a", ("choices",)),)


NAMES = st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True)


@given(old=NAMES, new=NAMES)
def test_what_is_added_one_way_is_removed_the_other_way(old: list[str], new: list[str]) -> None:
    there, back = diff(paper(*old), paper(*new)), diff(paper(*new), paper(*old))
    added = [f"/data/{name}" for name in new if name not in old]
    removed = [f"/data/{name}" for name in old if name not in new]
    assert [(one.what, one.path) for one in there] == [
        *(("added", path) for path in added),
        *(("removed", path) for path in removed),
    ]
    assert {one.path for one in back if one.what == "removed"} == set(added)


def test_a_changed_default_and_a_changed_look_are_told() -> None:
    plain = Form.from_xform(xform("<crop>rice</crop>", body=ask("crop")))
    other = Form.from_xform(xform("<crop>maize</crop>", body=ask("crop", appearance="multiline")))
    (found,) = diff(plain, other)
    assert set(found.aspects) == {"default", "appearance"}


# --- groups, repeats and rules -------------------------------------------------------------------

HOME = "| | begin_group | home | 家 | Home | | ${who} != '' | | | |"
END = "| | end_group | | | | | | | | |"


def grouped(head: str = HOME, *rows: str) -> Form:
    return form(WHO, head, *(rows or (AGE,)), END, SCORE)


@pytest.mark.parametrize(
    ("head", "aspect"),
    [
        (HOME.replace("Home", "House"), "label"),
        (HOME.replace("${who} != ''", ""), "relevant"),
        (HOME.replace("| ${who} != '' |", "| ${who} = 'x' |"), "relevant"),
    ],
)
def test_a_group_that_changed_is_named(head: str, aspect: str) -> None:
    assert told(diff(grouped(), grouped(head))) == [("changed", "/data/home", (aspect,))]


def test_rules_are_told_in_the_words_of_the_sheet() -> None:
    assert rules(changed(AGE, AGE.replace("${who} != ''", "${who} = 'x'"))) == [
        ("/data/age", "relevant", "${who} != ''", "${who} = 'x'")
    ]
    assert rules(changed(AGE, AGE.replace("yes", ""))) == [("/data/age", "required", "yes", "")]
    assert rules(changed(SCORE, SCORE.replace("* 2", "* 3"))) == [
        ("/data/score", "calculation", "${age} * 2", "${age} * 3")
    ]


def test_what_went_into_a_group_changes_no_rule_that_reads_it() -> None:
    """Its path is another, and so is that of what it reads."""
    flat, inside = form(WHO, AGE, SCORE), grouped(HOME.replace("${who} != ''", ""))
    assert told(diff(flat, inside)) == [
        ("added", "/data/home", ()),
        ("moved", "/data/home/age", ()),
    ]


def test_a_repeat_that_is_counted_otherwise_is_named() -> None:
    def made(count: str, label: str = "Kid") -> Form:
        return Form.from_xform(
            xform(
                "<n/><m/><kid><name/></kid>",
                body=ask("n") + ask("m") + repeat("kid", ask("kid/name"), label, jr_count=count),
            )
        )

    assert rules(diff(made("/data/n"), made(" /data/m "))) == [
        ("/data/kid", "repeat_count", "${n}", "${m}")
    ]
    assert told(diff(made("/data/n"), made("/data/n", "Child"))) == [
        ("changed", "/data/kid", ("label",))
    ]


def test_a_question_that_another_one_sets_now_is_named() -> None:
    set_value = '<setvalue event="xforms-value-changed" ref="/data/b" value="/data/a + 1"/>'
    body = ask("a") + ask("b")
    plain = Form.from_xform(xform("<a/><b/>", body=body))
    triggered = Form.from_xform(xform("<a/><b/>", body=ask("a", inside=set_value) + ask("b")))
    assert rules(diff(plain, triggered)) == [("/data/b", "trigger", "", "${a}: ${a} + 1")]


def test_another_language_changes_labels_and_nothing_else() -> None:
    def made(*languages: str) -> Form:
        texts = "".join(
            f'<translation lang="{code}"><text id="a"><value>{code}</value></text></translation>'
            for code in languages
        )
        labelled = """<input ref="/data/a"><label ref="jr:itext('a')"/></input>"""
        return Form.from_xform(
            xform("<a/><b/>", f"<itext>{texts}</itext>" + bind("b"), labelled + ask("b"))
        )

    assert told(diff(made("zh"), made("zh", "en"))) == [("changed", "/data/a", ("label",))]
    assert told(diff(made("zh", "en"), made("en", "zh"))) == [("changed", "/data/a", ("label",))]


@pytest.mark.parametrize(
    ("source", "sheet"),
    [
        ("/data/a > 17", "${a} > 17"),
        ("selected( /data/g/b , 'x')", "selected(${b}, 'x')"),
        ("../b != '../b'", "${b} != '../b'"),
        (
            "if( ../../a  = '', 'in /data/a', \"/data/a\")",
            "if(${a} = '', 'in /data/a', \"/data/a\")",
        ),
        ("instance('v')/root/item[d= /data/a ]", "instance('v')/root/item[d= ${a}]"),
        ("current()/../b", "${b}"),
        ("/data/nothing", "/data/nothing"),
        (". < 120 div 2", ". < 120 div 2"),
        ("count(/data/r)", "count(${r})"),
    ],
)
def test_an_expression_is_spelt_as_on_the_sheet(source: str, sheet: str) -> None:
    made = Form.from_xform(
        xform(
            "<a/><g><b/><c/></g><r><x/></r>",
            body=ask("a") + ask("g/b") + ask("g/c") + repeat("r", ask("r/x")),
        )
    )
    assert spelt(made, source, "/data/g/c") == sheet
