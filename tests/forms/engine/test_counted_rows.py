"""Rows that a count leaves out are kept, unseen, until the count rises again or the end comes."""

from __future__ import annotations

import json

import pytest

from forms import Interview, RepeatLine, Summary
from forms.prompts import Media
from tests.forms.engine.paper import ask, bind, env, prompt, repeat, say, start, xform

KIDS = xform(
    "<n/><kid><name/><age/><school/><at/></kid><all/><sum/><names/><end/>",
    bind("n", type="int")
    + bind("kid/age", type="int")
    + bind("kid/school", relevant="../age > 5")
    + bind("kid/at", calculate="position(..)", type="int")
    + bind("all", calculate="count(/data/kid)", type="int")
    + bind("sum", calculate="sum(/data/kid/age)", type="int")
    + bind("names", calculate="join(' ', //name)"),
    ask("n")
    + repeat("kid", ask("kid/name") + ask("kid/age") + ask("kid/school"), jr_count="/data/n")
    + ask("end"),
)


def family(n: str = "3") -> Interview:
    """Three children, the second of whom goes to school; then the count is `n`."""
    interview = start(KIDS)
    say(interview, "3", "An", "2", "Bo", "7", "yes", "Cy", "4", "bye")
    if n != "3":
        recount(interview, n)
    return interview


def recount(interview: Interview, n: str, ref: str = "/data/n"):
    interview.goto(ref)
    return say(interview, n)


def reload(interview: Interview) -> Interview:
    stored = json.loads(json.dumps(interview.dump()))
    again = Interview.load(interview.form, stored, env())
    assert again.dump() == stored
    return again


def test_rows_come_back_with_their_ids_and_answers():
    interview = family()
    before, shown = dict(interview.values()), interview.current()
    recount(interview, "1")
    assert list(interview.instance.rows) == ["r1"]
    recount(interview, "3")
    assert interview.values() == before
    assert interview.current().lines == shown.lines


def test_they_come_back_one_by_one_and_in_order():
    interview = family("0")
    for n, names in (("1", "An"), ("2", "An Bo"), ("3", "An Bo Cy")):
        recount(interview, n)
        assert interview.value("/data/names") == names


def test_new_rows_come_only_after_those_that_were_there():
    interview = family("1")
    recount(interview, "4")
    assert interview.value("/data/names").split() == ["An", "Bo", "Cy"]
    assert prompt(interview).ref == "/data/kid[r4]/name"
    say(interview, "Di", "1")
    assert isinstance(interview.current(), Summary)


def test_nothing_sees_a_row_that_is_left_out():
    interview = family("1")
    assert [interview.value(f"/data/{name}") for name in ("all", "sum", "names")] == [
        "1",
        "2",
        "An",
    ]
    assert interview.value("/data/kid[r2]/name") == ""
    assert interview.goto("/data/kid[r2]/name") == interview.current()
    summary = interview.summary()
    assert [line.rows for line in summary.lines if isinstance(line, RepeatLine)] == [
        ("/data/kid[r1]",)
    ]
    assert not any("r2" in line.ref for line in summary.lines)
    assert interview.typed_answers()["kid"] == [{"name": "An", "age": 2, "at": 1}]
    assert b"Bo" not in interview.finalize().xml


def test_what_is_wrong_in_a_row_that_is_left_out_is_no_problem():
    xml = xform(
        "<n/><kid><name/></kid><end/>",
        bind("n", type="int") + bind("kid/name", required="true()"),
        ask("n") + repeat("kid", ask("kid/name"), jr_count="/data/n") + ask("end"),
    )
    interview = start(xml)
    say(interview, "2", "An")
    assert [one.ref for one in interview.problems()] == ["/data/kid[r2]/name"]
    recount(interview, "1")
    assert interview.problems() == ()
    recount(interview, "2")
    assert [one.ref for one in interview.problems()] == ["/data/kid[r2]/name"]


def test_the_person_is_told_which_answers_went_and_which_came_back():
    interview = family()
    answered = {"/data/kid[r2]/name", "/data/kid[r2]/age", "/data/kid[r2]/school"}
    answered |= {"/data/kid[r3]/name", "/data/kid[r3]/age"}
    fell = recount(interview, "1")
    assert set(fell.cleared) == answered
    assert fell.restored == ()
    assert set(recount(interview, "2").restored) == {one for one in answered if "r2" in one}
    rose = recount(interview, "3")
    assert set(rose.restored) == {one for one in answered if "r3" in one}
    assert rose.cleared == ()


def test_a_row_without_an_answer_is_not_worth_a_word():
    interview = start(KIDS)
    say(interview, "2")
    assert recount(interview, "0").cleared == ()
    assert recount(interview, "2").restored == ()


def test_a_stored_interview_keeps_the_rows_that_are_left_out():
    interview = reload(family("1"))
    assert interview.dump()["parked"] == {"/data/kid": ["r2", "r3"]}
    result = recount(interview, "3")
    assert len(result.restored) == 5
    assert interview.values() == family().values()
    assert isinstance(interview.current(), Summary), "they had been asked already"


def test_a_state_of_before_there_were_such_rows_still_loads():
    stored = family("1").dump()
    for key in ("parked", "aside"):
        del stored[key]
    interview = Interview.load(family().form, stored, env())
    assert interview.value("/data/names") == "An"
    recount(interview, "2")
    assert prompt(interview).ref == "/data/kid[r2]/name"
    assert prompt(interview).value == ""


@pytest.mark.parametrize("stored", [False, True])
def test_a_row_catches_up_with_what_changed_meanwhile(stored):
    xml = xform(
        "<n/><wage/><kid><age/><due/><work/><left/></kid><end/>",
        bind("n", type="int")
        + bind("kid/due", calculate="/data/wage * 2 + ../age", type="int")
        + bind("kid/work", relevant="/data/wage > 5")
        + bind("kid/left", calculate="count(/data/kid) - position(..)", type="int"),
        ask("wage")
        + ask("n")
        + repeat("kid", ask("kid/age") + ask("kid/work"), jr_count="/data/n")
        + ask("end"),
    )
    interview = start(xml)
    say(interview, "10", "2", "1", "x", "2", "y", "bye")
    assert interview.value("/data/kid[r2]/due") == "22"
    recount(interview, "1")
    if stored:
        interview = reload(interview)
    recount(interview, "3", "/data/wage")
    assert interview.value("/data/kid[r1]/left") == "0"
    assert set(recount(interview, "2").restored) == {"/data/kid[r2]/age"}
    assert interview.value("/data/kid[r2]/due") == "8"
    assert interview.value("/data/kid[r1]/left") == "1"
    assert interview.value("/data/kid[r2]/work") == ""
    assert "/data/kid[r2]/work" in recount(interview, "10", "/data/wage").restored
    assert interview.value("/data/kid[r2]/work") == "y"


HOMES = xform(
    "<n/><home><name/><m/><bed><size/></bed><guest><who/></guest></home><beds/><end/>",
    bind("n", type="int")
    + bind("home/m", type="int")
    + bind("home/bed/size", type="int")
    + bind("beds", calculate="sum(/data/home/bed/size)", type="int"),
    ask("n")
    + repeat(
        "home",
        ask("home/name")
        + ask("home/m")
        + repeat("home/bed", ask("home/bed/size"), jr_count="../m")
        + repeat("home/guest", ask("home/guest/who")),
        jr_count="/data/n",
    )
    + ask("end"),
)


def homes() -> Interview:
    """One home with a bed and a guest; another with two beds, one of which is left out."""
    interview = start(HOMES)
    say(interview, "2", "east", "1", "10")
    interview.add_repeat("/data/home[r1]/guest")
    say(interview, "Li")
    interview.end_repeat("/data/home[r1]/guest")
    say(interview, "west", "2", "20", "30")
    interview.end_repeat("/data/home[r2]/guest")
    say(interview, "bye")
    recount(interview, "1", "/data/home[r2]/m")
    return interview


@pytest.mark.parametrize("stored", [False, True])
def test_rows_within_a_row_go_and_come_with_it(stored):
    interview = homes()
    before = dict(interview.values())
    assert interview.value("/data/beds") == "30"
    fell = recount(interview, "0")
    assert len(fell.cleared) == 7
    assert interview.value("/data/beds") == "0"
    if stored:
        interview = reload(interview)
    rose = recount(interview, "2")
    assert set(rose.restored) == set(fell.cleared)
    assert interview.values() == before
    again = recount(interview, "2", "/data/home[r2]/m")
    assert len(again.restored) == 1, "the bed that was left out on its own"
    assert interview.value("/data/beds") == "60"


def test_what_was_drawn_for_a_row_stays_with_it():
    xml = xform(
        "<n/><kid><id/><draw/><seen/><day>none</day><name/></kid><end/>",
        bind("n", type="int")
        + bind("kid/id", calculate="uuid()")
        + bind("kid/draw", calculate="once(random())")
        + bind("kid/seen", calculate="random()"),
        ask("n")
        + repeat(
            "kid",
            '<setvalue event="odk-new-repeat" ref="/data/kid/day" value="uuid()"/>'
            + ask("kid/name"),
            jr_count="/data/n",
        )
        + ask("end"),
    )
    interview = start(xml)
    say(interview, "2", "An", "Bo", "bye")
    before = dict(interview.values())
    assert before["/data/kid[r2]/day"] != "none"
    recount(interview, "0")
    interview = reload(interview)
    recount(interview, "2")
    assert interview.values() == before


def test_a_picture_comes_back_with_its_row():
    xml = xform(
        "<n/><kid><photo/></kid><end/>",
        bind("n", type="int") + bind("kid/photo", type="binary"),
        ask("n")
        + repeat("kid", ask("kid/photo", tag="upload", mediatype="image/*"), jr_count="/data/n")
        + ask("end"),
    )
    interview = start(xml)
    photo = Media("a.jpg", "image/jpeg", "0" * 64, 3)
    say(interview, "1", photo, "bye")
    recount(interview, "0")
    interview = reload(interview)
    recount(interview, "1")
    assert interview.finalize().media == (photo,)


def test_what_is_left_out_is_gone_with_the_record():
    interview = family("1")
    interview.finalize()
    stored = interview.dump()
    assert stored["parked"] == {}
    assert "Bo" not in json.dumps(stored)
    interview.reopen()
    assert recount(interview, "2").restored == ()
    assert prompt(interview).value == ""


def test_a_record_that_is_not_finished_yet_forgets_nothing():
    xml = xform(
        "<n/><kid><name/></kid><end/>",
        bind("n", type="int") + bind("end", required="true()"),
        ask("n") + repeat("kid", ask("kid/name"), jr_count="/data/n") + ask("end"),
    )
    interview = start(xml)
    say(interview, "1", "An")
    recount(interview, "0")
    assert isinstance(interview.finalize(), tuple)
    assert recount(interview, "1").restored == ("/data/kid[r1]/name",)


def test_rows_come_back_when_the_question_that_counts_them_does():
    xml = xform(
        "<any/><n/><kid><name/></kid><end/>",
        bind("n", type="int", relevant="/data/any = 'yes'"),
        ask("any") + ask("n") + repeat("kid", ask("kid/name"), jr_count="/data/n") + ask("end"),
    )
    interview = start(xml)
    say(interview, "yes", "1", "An", "bye")
    result = recount(interview, "no", "/data/any")
    assert set(result.cleared) == {"/data/n", "/data/kid[r1]/name"}
    assert set(recount(interview, "yes", "/data/any").restored) == set(result.cleared)


def test_a_repeat_that_is_irrelevant_when_its_rows_come_back_stays_so():
    xml = xform(
        "<any/><n/><kid><name/></kid><end/>",
        bind("n", type="int") + bind("kid", relevant="/data/any = 'yes'"),
        ask("any") + ask("n") + repeat("kid", ask("kid/name"), jr_count="/data/n") + ask("end"),
    )
    interview = start(xml)
    say(interview, "yes", "1", "An", "bye")
    recount(interview, "0")
    recount(interview, "no", "/data/any")
    assert recount(interview, "1").restored == ()
    assert recount(interview, "yes", "/data/any").restored == ("/data/kid[r1]/name",)


def test_a_count_that_contradicts_its_own_rows_comes_to_rest():
    """Without the row nobody has said stop, so there must be one, in which somebody has."""
    xml = xform(
        "<row><more/></row><n>2</n><end/>",
        bind("n", calculate="if(/data/row[1]/more = 'stop', 0, 2)"),
        repeat("row", ask("row/more"), jr_count="/data/n") + ask("end"),
    )
    interview = start(xml)
    say(interview, "go", "on")
    interview.goto("/data/row[r1]/more")
    assert say(interview, "stop").cleared == ("/data/row[r2]/more",)
    assert interview.faults == ()
    assert len(interview.instance.rows) == 2
    assert interview.dump()["parked"] == {}
