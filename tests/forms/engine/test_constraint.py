from forms import Problem
from tests.forms.engine.paper import ask, asked, bind, prompt, refuse, say, start, xform

AGE = xform(
    "<age/><name/>",
    bind(
        "age",
        type="int",
        constraint=". >= 0 and . <= 120",
        required="true()",
        jr_constraintMsg="From 0 to 120",
        jr_requiredMsg="We need the age",
    ),
    ask("age") + ask("name"),
)


def test_a_broken_constraint_is_refused_in_the_authors_words():
    refused = refuse(start(AGE), "121")
    assert (refused.reason, refused.message) == ("constraint", "From 0 to 120")


def test_a_required_question_is_not_left_blank():
    interview = start(AGE)
    refused = refuse(interview, "")
    assert (refused.reason, refused.message) == ("required", "We need the age")
    assert interview.skip().reason == "required"
    assert asked(interview) == "age"


def test_a_constraint_says_nothing_about_a_blank():
    xml = xform("<age/>", bind("age", type="int", constraint=". > 5"), ask("age"))
    interview = start(xml)
    assert say(interview, "").value == ""


def test_limits_that_a_constraint_states_are_offered():
    assert prompt(start(AGE)).bounds.minimum == "0"
    assert prompt(start(AGE)).bounds.maximum == "120"
    born = xform("<born/>", bind("born", type="date", constraint=". <= today()"), ask("born"))
    assert prompt(start(born)).bounds.maximum == "today()"
    either = xform("<n/>", bind("n", type="int", constraint=". < 5 or . = 99"), ask("n"))
    assert prompt(start(either)).bounds.maximum is None


def test_a_constraint_sees_other_answers():
    xml = xform(
        "<all/><sick/>",
        bind("all", type="int") + bind("sick", type="int", constraint=". <= /data/all"),
        ask("all") + ask("sick"),
    )
    interview = start(xml)
    say(interview, "3")
    assert refuse(interview, "4").reason == "constraint"
    say(interview, "3")


def test_an_answer_that_a_later_edit_breaks_is_a_problem():
    xml = xform(
        "<all/><sick/>",
        bind("all", type="int") + bind("sick", type="int", constraint=". <= /data/all"),
        ask("all") + ask("sick"),
    )
    interview = start(xml)
    say(interview, "3", "3")
    interview.goto("/data/all")
    say(interview, "1")
    assert interview.finalize() == (Problem("/data/sick", "constraint"),)
    assert interview.summary().problems == interview.problems()
    interview.goto("/data/sick")
    say(interview, "1")
    assert not isinstance(interview.finalize(), tuple)


def test_a_requirement_may_depend_on_an_answer():
    xml = xform(
        "<moved/><where/>",
        bind("where", required="/data/moved = 'yes'"),
        ask("moved") + ask("where"),
    )
    interview = start(xml)
    say(interview, "no")
    assert not prompt(interview).required
    interview.back()
    say(interview, "yes")
    assert prompt(interview).required
    refuse(interview, "")


def test_a_pattern_that_never_ends_refuses_in_time():
    xml = xform("<code/>", bind("code", constraint="regex(., '(a|aa)+b')"), ask("code"))
    interview = start(xml)
    assert refuse(interview, "a" * 60 + "c").reason == "constraint"
    assert {fault.code for fault in interview.faults} <= {"pattern_timeout"}
