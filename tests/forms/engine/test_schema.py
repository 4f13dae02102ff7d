from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from forms import Form, Interview
from forms.schema import answer_model, json_schema
from tests.forms.engine.generated import forms
from tests.forms.engine.paper import ask, bind, env, options, repeat, say, start, xform
from tests.forms.engine.test_properties import move, moves

FORM = xform(
    "<age/><day/><copy/><class/><kid><n-1/></kid><at/><g><pick/></g>",
    bind("age", type="int") + bind("day", type="date") + bind("at", type="geopoint")
    + bind("kid/n-1", type="decimal"),
    ask("age", "How old?") + ask("day") + ask("copy") + ask("class")
    + repeat("kid", ask("kid/n-1")) + ask("at")
    + ask("g/pick", inside=options("a", "b"), tag="select"),
)  # fmt: skip


def test_the_schema_says_what_may_be_answered():
    schema = json_schema(Form.from_xform(FORM))
    age = schema["properties"]["age"]
    assert age["title"] == "How old?"
    assert {"type": "integer"} in age["anyOf"]
    assert set(schema["properties"]) == {
        "age", "day", "copy", "class", "kid", "at", "g", "meta",
    }  # fmt: skip
    pick = schema["$defs"]["DataG"]["properties"]["pick"]["anyOf"][0]
    assert pick == {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}


def test_answers_become_typed_values():
    interview = start(FORM)
    say(interview, "7", "2026-03-05", "c", "d")
    interview.add_repeat("/data/kid")
    say(interview, "1.5")
    model = answer_model(interview.form)
    answers = model.model_validate(interview.typed_answers())
    assert answers.age == 7
    assert answers.day == date(2026, 3, 5)
    assert answers.copy_ == "c"
    assert answers.class_ == "d"
    assert answers.kid[0].n_1 == 1.5
    with pytest.raises(ValidationError):
        model.model_validate({"age": "many"})
    with pytest.raises(ValidationError):
        model.model_validate({"unknown": 1})


@settings(deadline=None, max_examples=40)
@given(xml=forms(), steps=moves)
def test_every_interview_fits_its_own_schema(xml, steps):
    interview = Interview.start(Form.from_xform(xml), env())
    for kind, number in steps:
        interview = move(interview, kind, number)
    model = answer_model(interview.form)
    dumped = model.model_validate(interview.typed_answers()).model_dump(
        by_alias=True, exclude_none=True, mode="json"
    )
    assert dumped == interview.typed_answers()


@settings(deadline=None)
@given(
    name=st.sampled_from(["model_config", "json", "_x", "1a", "a-b", "schema", "for", "validate"])
)
def test_any_name_of_a_question_is_a_name_of_a_field(name):
    xml = (
        xform("<q/>", "", ask("q"))
        .replace(b"<q/>", f"<n{name}/>".encode())
        .replace(b"/data/q", f"/data/n{name}".encode())
    )
    assert f"n{name}" in json_schema(Form.from_xform(xml))["properties"]
