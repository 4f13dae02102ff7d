"""An answer that is taken back: required or not, it is asked again."""

from __future__ import annotations

from forms import Accepted, Rejected
from tests.forms.engine.paper import ask, bind, prompt, say, start, xform

FORM = xform(
    "<name/><age/><note/>",
    bind("name", required="true()")
    + bind("age", type="int")
    + bind("note", relevant="/data/name = 'Li'"),
    ask("name") + ask("age") + ask("note"),
)


def test_a_required_answer_is_taken_back_and_asked_again() -> None:
    interview = start(FORM)
    say(interview, "Li", "3")
    assert prompt(interview).ref == "/data/note"
    interview.goto("/data/name")
    interview.clear()
    assert (prompt(interview).ref, prompt(interview).value) == ("/data/name", "")
    assert isinstance(interview.skip(), Rejected)
    assert isinstance(interview.answer("Wu"), Accepted)


def test_what_depended_on_it_is_asked_no_more() -> None:
    interview = start(FORM)
    say(interview, "Li", "3")
    interview.goto("/data/name")
    interview.clear()
    say(interview, "Wu", "3")
    assert not hasattr(interview.current(), "ref")
