from forms import (
    Accepted,
    Done,
    Interview,
    RepeatLine,
    RepeatPrompt,
    Submission,
    Summary,
    SummaryLine,
)
from forms.prompts import NO_EFFECTS
from tests.forms.engine.paper import ask, asked, bind, env, prompt, repeat, say, start, xform

HOUSE = xform(
    "<name/><member><who/><age/><child/><at/></member><people/><children/><end/>",
    bind("member/age", type="int")
    + bind("member/child", relevant="../age < 16")
    + bind("member/at", calculate="position(..)", type="int")
    + bind("people", calculate="count(/data/member)", type="int")
    + bind("children", calculate="count(/data/member[age < 16])", type="int"),
    ask("name")
    + repeat("member", ask("member/who") + ask("member/age") + ask("member/child"), label="Member")
    + ask("end"),
)


def household(*people: tuple[str, ...]) -> Interview:
    """An interview that has come to the question for one more member."""
    interview = start(HOUSE)
    say(interview, "Li")
    for person in people:
        interview.add_repeat("/data/member")
        say(interview, *person)
    return interview


def test_the_first_row_is_asked_for_as_well():
    interview = household()
    now = interview.current()
    assert isinstance(now, RepeatPrompt)
    assert (now.ref, now.label, now.count, now.can_add, now.can_remove) == (
        "/data/member", "Member", 0, True, False,
    )  # fmt: skip
    interview.end_repeat(now.ref, now.rev)
    assert asked(interview) == "end"


def test_rows_are_added_until_there_are_no_more():
    interview = household(("An", "40"), ("Bo", "9", "school"))
    now = interview.current()
    assert isinstance(now, RepeatPrompt)
    assert now.count == 2
    assert interview.value("/data/people") == "2"
    assert interview.value("/data/children") == "1"
    interview.end_repeat(now.ref)
    say(interview, "bye")
    record = interview.finalize()
    assert isinstance(record, Submission)
    assert record.answers["member"] == [
        {"who": "An", "age": 40, "at": 1},
        {"who": "Bo", "age": 9, "child": "school", "at": 2},
    ]


def test_a_row_keeps_its_ref_and_answers_when_another_goes():
    interview = household(("An", "40"), ("Bo", "50"), ("Cy", "60"))
    rows = interview.instance.rows
    first, second, third = (row.ref for row in rows.values())
    interview.remove_repeat(first)
    assert interview.value(f"{second}/who") == "Bo"
    assert interview.value(f"{third}/at") == "2"
    assert interview.value(f"{first}/who") == ""
    interview.add_repeat("/data/member")
    assert prompt(interview).ref not in (f"{first}/who", f"{second}/who", f"{third}/who")


def test_a_rule_in_a_row_reads_its_own_row():
    interview = household(("An", "40"))
    interview.add_repeat("/data/member")
    say(interview, "Bo", "9")
    assert asked(interview) == "child"
    row = prompt(interview).ref.removesuffix("/child")
    assert row == "/data/member[r2]"


def test_a_row_is_edited_from_the_summary_and_back():
    interview = household(("An", "40"), ("Bo", "50"))
    interview.end_repeat("/data/member")
    say(interview, "bye")
    summary = interview.current()
    assert isinstance(summary, Summary)
    assert [type(line) for line in summary.lines][:2] == [SummaryLine, RepeatLine]
    interview.goto("/data/member[r1]/age")
    say(interview, "12")
    assert prompt(interview).ref == "/data/member[r1]/child", "the new question comes first"
    say(interview, "school")
    assert isinstance(interview.current(), Summary)


def test_a_row_added_from_the_summary_leads_back_there():
    interview = household(("An", "40"))
    interview.end_repeat("/data/member")
    say(interview, "bye")
    interview.add_repeat("/data/member")
    say(interview, "Bo", "50")
    assert isinstance(interview.current(), Summary)
    assert interview.value("/data/people") == "2"


def test_back_walks_through_rows():
    interview = household(("An", "40"), ("Bo", "50"))
    seen = []
    for _ in range(6):
        interview.back()
        now = interview.current()
        seen.append(now.ref)
    assert seen == [
        "/data/member[r2]/age",
        "/data/member[r2]/who",
        "/data/member[r1]/age",
        "/data/member[r1]/who",
        "/data/name",
        "/data/name",
    ]


def test_a_count_makes_the_rows_by_itself():
    xml = xform(
        "<n/><row><x/></row><end/>",
        bind("n", type="int"),
        ask("n") + repeat("row", ask("row/x"), jr_count="/data/n") + ask("end"),
    )
    interview = start(xml)
    say(interview, "2", "a", "b")
    assert asked(interview) == "end"
    interview.goto("/data/n")
    say(interview, "1")
    interview.goto("/data/n")
    say(interview, "0")
    assert asked(interview) == "end"
    assert interview.add_repeat("/data/row") == NO_EFFECTS
    assert interview.instance.root.ranges[1].rows == []


def test_a_count_may_ask_the_rows_themselves():
    """Go on until the last row says that it was the last."""
    xml = xform(
        "<total/><row><more/></row>",
        bind(
            "total",
            calculate="if(count(/data/row[more = 'yes']) = count(/data/row),"
            " count(/data/row) + 1, count(/data/row))",
        ),
        repeat("row", ask("row/more"), jr_count="/data/total"),
    )
    interview = start(xml)
    say(interview, "yes", "yes", "no")
    assert isinstance(interview.current(), Summary)
    assert len(interview.instance.rows) == 3


def test_a_count_beyond_all_measure_is_cut():
    xml = xform(
        "<n/><row><x/></row>",
        bind("n", type="int"),
        ask("n") + repeat("row", ask("row/x"), jr_count="/data/n"),
    )
    interview = start(xml)
    say(interview, "1000000")
    assert len(interview.instance.rows) == 1000
    assert [fault.code for fault in interview.faults] == ["rows"]


def test_the_forms_own_rows_stay():
    xml = xform(
        '<row jr:template=""><x/></row><row><x>1</x></row><row><x>2</x></row>',
        "",
        repeat("row", ask("row/x")),
    )
    interview = start(xml)
    assert [prompt(interview).value, interview.skip() and prompt(interview).value] == ["1", "2"]


def test_rows_nest():
    xml = xform(
        "<home><who><name/><home_size/></who><size/></home><all/>",
        bind("home/size", calculate="count(../who)", type="int")
        + bind("home/who/home_size", calculate="../../size", type="int")
        + bind("all", calculate="sum(/data/home/size)", type="int"),
        repeat("home", repeat("home/who", ask("home/who/name"))),
    )
    interview = start(xml)
    for homes in (("a", "b"), ("c",)):
        interview.add_repeat("/data/home")
        for name in homes:
            inner = interview.current()
            assert isinstance(inner, RepeatPrompt)
            interview.add_repeat(inner.ref)
            say(interview, name)
        inner = interview.current()
        interview.end_repeat(inner.ref)
    assert interview.current().ref == "/data/home"
    assert interview.value("/data/all") == "3"
    assert interview.value("/data/home[r1]/who[r2]/home_size") == "2"
    interview.remove_repeat("/data/home[r1]/who[r2]")
    assert interview.value("/data/home[r1]/who[r3]/home_size") == "1"
    assert interview.value("/data/all") == "2"


def test_a_stale_end_of_rows_does_nothing():
    interview = household(("An", "40"))
    now = interview.current()
    interview.end_repeat(now.ref, now.rev - 1)
    assert interview.current() == now
    interview.end_repeat("/data/other", now.rev)
    assert interview.current() == now


def test_no_more_rows_is_not_an_answer_to_a_question():
    interview = household()
    assert interview.answer("yes").reason == "type"
    assert interview.skip().reason == "type"


def test_rows_of_a_repeat_that_is_irrelevant_are_not_asked():
    xml = xform(
        "<kids/><kid><name/></kid><end/>",
        bind("kid", relevant="/data/kids = 'yes'"),
        ask("kids") + repeat("kid", ask("kid/name")) + ask("end"),
    )
    interview = start(xml)
    say(interview, "no")
    assert asked(interview) == "end"
    interview.back()
    say(interview, "yes")
    interview.add_repeat("/data/kid")
    say(interview, "An")
    interview.goto("/data/kids")
    result = say(interview, "no")
    assert result.cleared == ("/data/kid[r1]/name",)
    assert b"An" not in interview.instance.form.title.encode() + interview.finalize().xml


def test_an_answer_that_removes_its_own_row_goes_on_after_the_repeat():
    xml = xform(
        "<row><more/></row><n>2</n><end/>",
        bind("n", calculate="if(/data/row[1]/more = 'stop', 0, 2)"),
        repeat("row", ask("row/more"), jr_count="/data/n") + ask("end"),
    )
    interview = start(xml)
    assert isinstance(interview.answer("stop"), Accepted)
    assert not isinstance(interview.current(), Done)


def test_relevance_by_position_reaches_the_row_that_would_come_next():
    xml = xform(
        "<row><x/></row>",
        bind("row", relevant="position(.) < 3"),
        repeat("row", ask("row/x")),
    )
    interview = start(xml)
    for _ in range(2):
        assert isinstance(interview.current(), RepeatPrompt)
        interview.add_repeat("/data/row")
        say(interview, "x")
    assert isinstance(interview.current(), Summary)


def test_an_absolute_path_into_the_own_row_means_that_row():
    """As older converters wrote it, and as ODK Collect and Enketo read it."""
    xml = xform(
        "<row><x/><in><y/></in><said/></row>",
        bind("row/in/y", relevant="/data/row/x = '/data/row/x'")
        + bind("row/said", calculate="if(/data/row/in/y = '', 'none', /data/row/in/y)"),
        repeat("row", ask("row/x") + ask("row/in/y", "You said <output value='/data/row/x'/>")),
    )
    interview = start(xml)
    interview.add_repeat("/data/row")
    say(interview, "no")
    interview.add_repeat("/data/row")
    say(interview, "/data/row/x")
    assert prompt(interview).label == "You said /data/row/x"
    say(interview, "this")
    assert interview.value("/data/row[r1]/said") == "none"
    assert interview.value("/data/row[r2]/said") == "this"


def test_indexed_repeat_and_sums_see_all_rows():
    xml = xform(
        "<row><x/><before/><share/></row>",
        bind("row/x", type="int")
        + bind("row/before", calculate="indexed-repeat(/data/row/x, /data/row, position(..) - 1)")
        + bind("row/share", calculate="../x div sum(/data/row/x)", type="decimal"),
        repeat("row", ask("row/x")),
    )
    interview = start(xml, env=env())
    for number in ("1", "3"):
        interview.add_repeat("/data/row")
        say(interview, number)
    assert interview.value("/data/row[r2]/before") == "1"
    assert interview.value("/data/row[r1]/share") == "0.25"
    interview.remove_repeat("/data/row[r1]")
    assert interview.value("/data/row[r2]/share") == "1"
    assert interview.value("/data/row[r2]/before") == ""


def test_a_repeat_that_is_irrelevant_takes_the_repeats_within_it_along():
    xml = xform(
        "<any/><home><name/><who><age/></who></home><end/>",
        bind("home", relevant="/data/any = 'yes'"),
        ask("any")
        + repeat("home", ask("home/name") + repeat("home/who", ask("home/who/age")))
        + ask("end"),
    )
    interview = start(xml)
    say(interview, "yes")
    interview.add_repeat("/data/home")
    say(interview, "east")
    interview.add_repeat("/data/home[r1]/who")
    say(interview, "4")
    interview.goto("/data/any")
    result = say(interview, "no")
    assert set(result.cleared) == {"/data/home[r1]/name", "/data/home[r1]/who[r2]/age"}
    assert asked(interview) == "end"
    interview.goto("/data/any")
    assert set(say(interview, "yes").restored) == set(result.cleared)


def test_a_repeat_that_is_irrelevant_does_not_change_how_many_questions_there_are():
    xml = xform(
        "<kid><name/></kid><any/><end/>",
        bind("kid", relevant="/data/any != 'no'"),
        repeat("kid", ask("kid/name")) + ask("any") + ask("end"),
    )
    interview = start(xml)
    interview.end_repeat("/data/kid")
    say(interview, "no")
    assert (prompt(interview).progress.at, prompt(interview).progress.about) == (2, 2)
