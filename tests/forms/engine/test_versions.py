import json

import pytest

from forms import Form, Interview, Problem, StaleFormError, StateError, Summary
from forms.form import SCHEMA
from forms.migrate import migrate
from tests.forms.engine.paper import (
    ask,
    asked,
    bind,
    env,
    options,
    repeat,
    say,
    start,
    table,
    xform,
)  # fmt: skip

OLD = xform(
    "<name/><g><age/></g><colour/><gone/><kid><who/></kid><end/>",
    bind("g/age", type="int"),
    ask("name")
    + ask("g/age")
    + ask("colour", inside=options("red", "blue"), tag="select1")
    + ask("gone")
    + repeat("kid", ask("kid/who"))
    + ask("end"),
    version="1",
)
NEW = xform(
    "<name/><body><age/></body><colour/><kid><who/><school/></kid><double/><fresh/><end/>",
    bind("body/age", type="int", constraint=". < 100")
    + bind("double", calculate="/data/body/age * 2"),
    ask("name")
    + ask("body/age")
    + ask("colour", inside=options("blue", "green"), tag="select1")
    + repeat("kid", ask("kid/who") + ask("kid/school"))
    + ask("fresh")
    + ask("end"),
    version="2",
)


def filled(age: str = "40", colour: str = "blue") -> Interview:
    interview = start(OLD)
    say(interview, "Li", age, colour, "x")
    interview.add_repeat("/data/kid")
    say(interview, "An")
    interview.end_repeat("/data/kid")
    return interview


def test_a_state_belongs_to_one_version():
    stored = filled().dump()
    with pytest.raises(StateError) as refused:
        Interview.load(Form.from_xform(NEW), stored, env())
    assert refused.value.code == "form"
    with pytest.raises(StateError) as refused:
        Interview.load(Form.from_xform(OLD), {**stored, "schema": 99}, env())
    assert refused.value.code == "schema"


def test_answers_move_by_path_and_by_unique_name():
    moved = migrate(filled().dump(), Form.from_xform(OLD), Form.from_xform(NEW), env())
    interview = moved.interview
    assert interview.value("/data/name") == "Li"
    assert interview.value("/data/body/age") == "40"
    assert interview.value("/data/double") == "80"
    assert interview.value("/data/kid[r1]/who") == "An"
    assert moved.dropped == ("/data/gone",)
    assert moved.invalid == ()


def test_the_walk_resumes_where_the_person_is_needed():
    moved = migrate(filled().dump(), Form.from_xform(OLD), Form.from_xform(NEW), env())
    assert moved.interview.current().ref == "/data/kid[r1]/school"
    say(moved.interview, "yes")
    again = Interview.load(moved.interview.form, moved.interview.dump(), env())
    assert again.current() == moved.interview.current()


def test_what_the_new_rules_refuse_is_listed_and_comes_first():
    moved = migrate(filled("150", "red").dump(), Form.from_xform(OLD), Form.from_xform(NEW), env())
    assert moved.dropped == ("/data/colour", "/data/gone")
    assert moved.invalid == (Problem("/data/body/age", "constraint"),)
    assert asked(moved.interview) == "age"


def test_the_record_keeps_its_id():
    old = filled()
    moved = migrate(old.dump(), old.form, Form.from_xform(NEW), env())
    assert moved.interview.value("/data/meta/instanceID") == old.value("/data/meta/instanceID")


def test_a_form_comes_back_from_its_cache():
    form = Form.from_xform(OLD)
    again = Form.loads(form.dumps())
    assert again.dumps() == form.dumps()
    assert (again.form_id, again.version, again.sha256) == (form.form_id, "1", form.sha256)
    interview = Interview.start(again, env())
    say(interview, "Li")
    assert Interview.load(form, interview.dump(), env()).current() == interview.current()


def test_a_cache_of_another_program_is_told_apart(monkeypatch):
    data = Form.from_xform(OLD).dumps()
    for broken in (b"", b"nonsense", data[:50]):
        with pytest.raises(StaleFormError):
            Form.loads(broken)
    monkeypatch.setattr("forms.form.SCHEMA", SCHEMA + 1)
    with pytest.raises(StaleFormError):
        Form.loads(data)


def test_a_state_is_plain_json():
    interview = filled()
    stored = interview.dump()
    assert json.loads(json.dumps(stored)) == stored
    assert stored["values"]["/data/kid[r1]/who"] == "An"
    assert stored["repeats"] == {"/data/kid": ["r1"]}


def test_a_default_that_was_cleared_stays_cleared():
    interview = start(xform("<a>given</a><b/>", "", ask("a") + ask("b")))
    interview.skip()
    again = Interview.load(interview.form, interview.dump(), env())
    assert again.value("/data/a") == ""


def test_a_restart_tells_cleared_answers_as_before():
    xml = xform(
        "<a/><b/><c/>",
        bind("b", relevant="/data/a = 'x'") + bind("c", relevant="/data/a = 'y'"),
        ask("a") + ask("b") + ask("c"),
    )
    interview = start(xml)
    say(interview, "x", "said")
    assert isinstance(interview.current(), Summary)
    again = Interview.load(interview.form, interview.dump(), env())
    again.goto("/data/a")
    assert say(again, "y").cleared == ("/data/b",)


def counted(version: str, count: str = "/data/n", more: str = "") -> bytes:
    """As many rows as `count` says, each with a name and its own counted rows."""
    pets = repeat("kid/pet", ask("kid/pet/kind"), jr_count="../m")
    return xform(
        f"<n/><kid><name/><m/><pet><kind/></pet></kid>{more}<end/>",
        bind("n", type="int") + bind("kid/m", type="int"),
        ask("n")
        + repeat(
            "kid",
            ask("kid/name") + ask("kid/m") + pets,
            **({"jr_count": count} if count else {}),
        )
        + (repeat("extra", ask("extra/x")) if more else "")
        + ask("end"),
        version=version,
    )


def two_kids() -> Interview:
    """Two children, one of them with two pets; then one child and one pet are left out."""
    interview = start(counted("1"))
    say(interview, "2", "An", "2", "cat", "dog", "Bo", "1", "hen", "bye")
    interview.goto("/data/kid[r1]/m")
    say(interview, "1")
    interview.goto("/data/n")
    say(interview, "1")
    return interview


def moved_to(new: bytes) -> tuple[Interview, tuple[str, ...]]:
    old = two_kids()
    moved = migrate(old.dump(), old.form, Form.from_xform(new), env())
    again = Interview.load(moved.interview.form, moved.interview.dump(), env())
    assert again.dump() == moved.interview.dump()
    return again, moved.dropped


@pytest.mark.parametrize("more", ["", "<extra><x>1</x></extra><extra><x>2</x></extra>"])
def test_counted_rows_move_with_those_that_are_left_out(more: str):
    interview, dropped = moved_to(counted("2", more=more))
    assert dropped == ()
    assert isinstance(interview.current(), Summary) or asked(interview) == "x"
    names = sorted(
        value
        for ref, value in interview.values().items()
        if ref.endswith(("name", "kind")) and "extra" not in ref
    )
    assert names == ["An", "cat"]
    interview.goto("/data/n")
    assert len(say(interview, "2").restored) == 3
    first = interview.instance.root.ranges[1].rows[0].ref
    interview.goto(f"{first}/m")
    assert len(say(interview, "2").restored) == 1
    assert sorted(interview.values().values()).count("dog") == 1


def test_rows_that_are_left_out_find_no_place_where_the_person_says_how_many():
    interview, dropped = moved_to(counted("2", count=""))
    assert dropped == (
        "/data/kid[r2]/name",
        "/data/kid[r2]/m",
        "/data/kid[r2]/pet[r5]/kind",
    )
    assert [row.ident for row in interview.instance.root.ranges[1].rows] == ["r1"]


def test_rows_that_the_new_form_counts_out_are_listed():
    old = start(counted("1", count=""))
    say(old, "1")
    for name in ("An", "Bo"):
        old.add_repeat("/data/kid")
        say(old, name, "0")
    new = Form.from_xform(counted("2"))
    moved = migrate(old.dump(), old.form, new, env())
    assert moved.dropped == ("/data/kid[r2]/name", "/data/kid[r2]/m")
    moved.interview.goto("/data/n")
    assert len(say(moved.interview, "2").restored) == 2


def filtered(version: str, least: int) -> bytes:
    """Some of five numbers, of which a filter offers those from /data/least + `least` on."""
    rows = table("n", *({"name": str(n), "label": str(n)} for n in range(5)))
    items = f"instance('n')/root/item[name &gt;= /data/least + {least}]"
    inside = f'<itemset nodeset="{items}"><value ref="name"/><label ref="label"/></itemset>'
    return xform(
        "<least/><pick/>",
        rows,
        ask("least") + ask("pick", inside=inside, tag="select"),
        version=version,
    )


def test_choices_that_a_filter_leaves_out_move_as_well():
    old = start(filtered("1", 0))
    say(old, "1", ["1", "2", "4"])
    old.goto("/data/least")
    say(old, "2")
    moved = migrate(old.dump(), old.form, Form.from_xform(filtered("2", -1)), env())
    assert (moved.dropped, moved.interview.value("/data/pick")) == ((), "1 2 4")
    moved = migrate(old.dump(), old.form, Form.from_xform(filtered("3", 1)), env())
    assert (moved.dropped, moved.interview.value("/data/pick")) == (("/data/pick",), "4")
    moved.interview.goto("/data/least")
    assert say(moved.interview, "0").restored == ("/data/pick",)
    assert moved.interview.value("/data/pick") == "1 2 4"


def test_a_choice_among_rows_moves_after_them():
    def choosing(version: str) -> bytes:
        words = '<value ref="who"/><label ref="who"/>'
        inside = f'<itemset nodeset="/data/kid">{words}</itemset>'
        return xform(
            "<head/><kid><who/></kid>",
            "",
            repeat("kid", ask("kid/who")) + ask("head", inside=inside, tag="select1"),
            version=version,
        )

    old = start(choosing("1"))
    for name in ("An", "Bo"):
        old.add_repeat("/data/kid")
        say(old, name)
    old.end_repeat("/data/kid")
    say(old, "Bo")
    moved = migrate(old.dump(), old.form, Form.from_xform(choosing("2")), env())
    assert moved.dropped == ()
    assert moved.interview.value("/data/head") == "Bo"
