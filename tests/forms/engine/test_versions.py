import json

import pytest

from forms import Form, Interview, Problem, StaleFormError, StateError, Summary, migrate
from forms.form import SCHEMA
from tests.forms.engine.paper import ask, asked, bind, env, options, repeat, say, start, xform

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
