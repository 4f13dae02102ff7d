from forms import Done, Interview, Problem, Summary
from tests.forms.engine.paper import (
    ask,
    asked,
    bind,
    env,
    options,
    prompt,
    refuse,
    say,
    start,
    xform,
)

WALK = xform(
    "<a/><b/><c/><d/>",
    bind("b", relevant="/data/a = 'more'") + bind("d", required="true()"),
    ask("a") + ask("b") + ask("c") + ask("d"),
)


def test_back_is_the_relevant_question_before():
    interview = start(WALK)
    say(interview, "less", "x")
    assert asked(interview) == "d"
    interview.back()
    assert asked(interview) == "c"
    interview.back()
    assert asked(interview) == "a"
    interview.back()
    assert asked(interview) == "a"
    assert prompt(interview).value == "less"


def test_back_from_the_summary_is_the_last_question():
    interview = start(WALK)
    say(interview, "less", "x", "y")
    assert isinstance(interview.current(), Summary)
    interview.back()
    assert asked(interview) == "d"


def test_the_walk_goes_on_in_order_after_going_back():
    interview = start(WALK)
    say(interview, "less", "x")
    interview.back()
    interview.back()
    say(interview, "more")
    assert asked(interview) == "b"


def test_an_edit_from_the_summary_returns_there():
    interview = start(WALK)
    say(interview, "less", "x", "y")
    interview.goto("/data/c")
    assert asked(interview) == "c"
    say(interview, "z")
    assert isinstance(interview.current(), Summary)
    assert [line.value for line in interview.summary().lines] == ["less", "z", "y"]


def test_what_an_edit_makes_relevant_is_asked_first():
    interview = start(WALK)
    say(interview, "less", "x", "y")
    interview.goto("/data/a")
    say(interview, "more")
    assert asked(interview) == "b"
    say(interview, "new")
    assert isinstance(interview.current(), Summary)


def test_an_edit_survives_a_restart_on_its_way_back():
    interview = start(WALK)
    say(interview, "less", "x", "y")
    interview.goto("/data/a")
    interview = Interview.load(interview.form, interview.dump(), env())
    say(interview, "less")
    assert isinstance(interview.current(), Summary)


def test_goto_ignores_what_is_not_asked():
    interview = start(WALK)
    say(interview, "less")
    for ref in ("/data/b", "/data/nowhere", "/data", "/data/meta/instanceID", "/data/a[r1]", "x"):
        interview.goto(ref)
        assert asked(interview) == "c"
    interview.goto("")
    assert isinstance(interview.current(), Summary)


def test_skip_clears_an_answer_and_goes_on():
    interview = start(WALK)
    say(interview, "more", "text")
    interview.back()
    result = interview.skip()
    assert (result.ref, result.value) == ("/data/b", "")
    assert interview.value("/data/b") == ""
    assert asked(interview) == "c"


def test_a_summary_tells_what_is_missing():
    interview = start(WALK)
    interview.goto("")
    assert interview.summary().problems == (Problem("/data/d", "required"),)
    assert interview.finalize() == (Problem("/data/d", "required"),)


def test_a_stale_or_foreign_answer_changes_nothing():
    interview = start(WALK)
    say(interview, "less")
    before = interview.dump()
    assert interview.answer("x", rev=interview.rev - 1).reason == "stale"
    assert interview.answer("x", ref="/data/a").reason == "stale"
    assert interview.skip(rev=99).reason == "stale"
    assert interview.dump() == before
    assert interview.answer("x", rev=interview.rev, ref="/data/c").ref == "/data/c"


def test_a_finished_interview_takes_nothing_more():
    interview = start(WALK)
    say(interview, "less", "x", "y")
    interview.finalize()
    assert isinstance(interview.current(), Done)
    assert interview.answer("x").reason == "stale"
    assert interview.skip().reason == "stale"
    assert isinstance(interview.back(), Done)
    assert isinstance(interview.goto("/data/a"), Done)
    assert interview.value("/data/a") == "less"


def test_an_answer_at_the_summary_is_no_answer():
    interview = start(xform("<a/>", "", ask("a", inside=options("x"), tag="select1")))
    interview.skip()
    assert isinstance(interview.current(), Summary)
    assert refuse(interview, "x").ref == ""


def test_a_form_without_questions_starts_at_its_summary():
    interview = start(xform("<a>1</a>"))
    assert interview.current() == Summary((), (), 0)
    assert not isinstance(interview.finalize(), tuple)


def test_a_prefilled_question_is_asked_with_its_value():
    interview = start(WALK, prefill={"/data/a": "more", "/data/c": "given", "/data/nowhere": "x"})
    assert prompt(interview).value == "more"
    assert interview.value("/data/c") == "given"
    say(interview, "more")
    assert asked(interview) == "b"


def test_the_progress_never_runs_backwards_on_a_straight_walk():
    interview = start(WALK)
    seen = []
    for answer in ("more", "x", "y", "z"):
        seen.append((prompt(interview).progress.at, prompt(interview).progress.about))
        say(interview, answer)
    assert seen == [(1, 3), (2, 4), (3, 4), (4, 4)]
