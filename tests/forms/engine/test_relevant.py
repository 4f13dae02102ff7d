from forms import Summary
from tests.forms.engine.paper import ask, asked, bind, options, say, start, xform

SCHOOL = xform(
    "<kind/><child><school/><grade/></child><adult/><end/>",
    bind("kind", type="string")
    + bind("child", relevant="/data/kind = 'child'")
    + bind("child/grade", type="int", relevant="/data/child/school = 'yes'")
    + bind("adult", relevant="/data/kind = 'adult'"),
    ask("kind", inside=options("child", "adult"), tag="select1")
    + '<group ref="/data/child"><label>The child</label>'
    + ask("child/school", inside=options("yes", "no"), tag="select1")
    + ask("child/grade")
    + "</group>"
    + ask("adult")
    + ask("end"),
)


def test_only_relevant_questions_are_asked():
    interview = start(SCHOOL)
    say(interview, "adult")
    assert asked(interview) == "adult"


def test_a_group_takes_its_questions_with_it():
    interview = start(SCHOOL)
    say(interview, "child", "yes", "3")
    assert asked(interview) == "end"
    assert interview.value("/data/child/grade") == "3"
    interview.goto("/data/kind")
    result = say(interview, "adult")
    assert set(result.cleared) == {"/data/child/school", "/data/child/grade"}
    assert interview.value("/data/child/grade") == ""


def test_toggling_back_restores_the_answers():
    interview = start(SCHOOL)
    say(interview, "child", "yes", "3")
    interview.goto("/data/kind")
    say(interview, "adult")
    interview.goto("/data/kind")
    result = say(interview, "child")
    assert set(result.restored) == {"/data/child/school", "/data/child/grade"}
    assert interview.value("/data/child/grade") == "3"


def test_an_irrelevant_answer_reads_as_blank_in_every_rule():
    xml = xform(
        "<show/><number/><double/>",
        bind("number", type="int", relevant="/data/show = 'yes'")
        + bind("double", calculate="if(/data/number = '', 'none', /data/number * 2)"),
        ask("show") + ask("number"),
    )
    interview = start(xml)
    say(interview, "yes", "4")
    assert interview.value("/data/double") == "8"
    interview.goto("/data/show")
    say(interview, "no")
    assert interview.value("/data/double") == "none"


def test_irrelevant_answers_stay_out_of_the_record():
    interview = start(SCHOOL)
    say(interview, "child", "yes", "3", "bye")
    interview.goto("/data/kind")
    say(interview, "adult", "fine")
    assert isinstance(interview.current(), Summary)
    xml = interview.finalize().xml.decode()
    assert "grade" not in xml
    assert "<child" not in xml
    assert "<adult>fine</adult>" in xml


def test_questions_relevant_by_turns_settle():
    """Each of two questions shows while the other is blank: not a cycle that harms."""
    xml = xform(
        "<a/><b/>",
        bind("a", relevant="/data/b = ''") + bind("b", relevant="/data/a = ''"),
        ask("a") + ask("b"),
    )
    interview = start(xml)
    say(interview, "first")
    assert isinstance(interview.current(), Summary)
    assert [line.ref for line in interview.summary().lines] == ["/data/a"]


def test_questions_that_never_settle_are_cut_off():
    """Each hides the next while it shows: with three of them there is no way out."""
    names = ("a", "b", "c")
    xml = xform(
        "<a>x</a><b>x</b><c>x</c><d/>",
        bind("a", relevant="/data/b = ''")
        + bind("b", relevant="/data/c = ''")
        + bind("c", relevant="/data/a = ''"),
        "".join(ask(name) for name in names) + ask("d"),
    )
    interview = start(xml)
    assert {fault.code for fault in interview.faults} == {"steps"}
    interview.goto("/data/d")
    say(interview, "on we go")
    assert not isinstance(interview.finalize(), tuple)


def test_the_progress_expects_half_of_what_may_yet_become_relevant():
    interview = start(SCHOOL)
    assert interview.current().progress.about == 2 + 3 // 2
    say(interview, "child")
    progress = interview.current().progress
    assert (progress.at, progress.about) == (2, 3 + 2 // 2)
    say(interview, "no")
    progress = interview.current().progress
    assert (progress.at, progress.about) == (3, 3)


def test_the_progress_does_not_count_notes():
    interview = start(
        xform(
            "<hello/><name/><end/>",
            bind("hello", readonly="true()"),
            ask("hello") + ask("name") + ask("end"),
        )
    )
    interview.skip()
    assert (interview.current().progress.at, interview.current().progress.about) == (1, 2)
