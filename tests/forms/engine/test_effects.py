"""What rows that come and go, and another language, tell of the answers elsewhere."""

from __future__ import annotations

from typing import Final

from forms import Effects, Interview, RepeatLine
from forms.prompts import NO_EFFECTS
from tests.forms.engine.paper import ask, bind, repeat, say, start, xform

COUNTED: Final = xform(
    "<kid><who/></kid><bed><colour/></bed><twins/><end/>",
    bind("beds", calculate="count(/data/kid)", type="int")
    + bind("twins", relevant="count(/data/kid) = 2"),
    repeat("kid", ask("kid/who"))
    + repeat("bed", ask("bed/colour"), jr_count="count(/data/kid)")
    + ask("twins")
    + ask("end"),
)
"""A bed for each child, and a question for two children only."""


def two_children() -> Interview:
    """An interview at its end, with two children and their beds."""
    interview = start(COUNTED)
    for name in ("An", "Bao"):
        interview.add_repeat("/data/kid")
        say(interview, name)
    interview.end_repeat("/data/kid")
    say(interview, "red", "blue", "yes", "done")
    return interview


def rows(interview: Interview, ref: str) -> tuple[str, ...]:
    """The refs of the rows of a repeat."""
    lines = interview.summary().lines
    return next(one.rows for one in lines if isinstance(one, RepeatLine) and one.ref == ref)


def test_a_row_that_goes_tells_which_answers_elsewhere_go_with_it():
    interview = two_children()
    last_bed = rows(interview, "/data/bed")[-1]
    gone = interview.remove_repeat(rows(interview, "/data/kid")[-1])
    assert set(gone.cleared) == {f"{last_bed}/colour", "/data/twins"}
    assert gone.restored == ()


def test_a_row_that_comes_tells_which_answers_apply_again():
    interview = two_children()
    gone = interview.remove_repeat(rows(interview, "/data/kid")[-1])
    back = interview.add_repeat("/data/kid")
    assert set(back.restored) == set(gone.cleared)
    assert back.cleared == ()


def test_the_answers_within_a_row_that_is_taken_away_are_not_told_of():
    xml = xform("<kid><who/></kid><end/>", "", repeat("kid", ask("kid/who")) + ask("end"))
    interview = start(xml)
    interview.add_repeat("/data/kid")
    say(interview, "An")
    assert interview.remove_repeat("/data/kid[r1]") == NO_EFFECTS


def test_what_a_new_row_brings_along_and_does_not_ask_is_no_lost_answer():
    xml = xform(
        "<kid><sick/><why>cold</why></kid><end/>",
        bind("kid/why", relevant="../sick = 'yes'"),
        repeat("kid", ask("kid/sick") + ask("kid/why")) + ask("end"),
    )
    interview = start(xml)
    assert interview.add_repeat("/data/kid") == NO_EFFECTS


def test_what_is_refused_has_no_effects():
    interview = two_children()
    assert interview.add_repeat("/data/bed") == NO_EFFECTS
    assert interview.remove_repeat("/data/bed[r9]") == NO_EFFECTS
    assert interview.add_repeat("/data/nothing") == NO_EFFECTS


def test_another_language_tells_what_it_computes_anew_and_what_falls_away():
    texts = """<itext>
      <translation lang="en" default="true()"><text id="w"><value>well</value></text></translation>
      <translation lang="zh"><text id="w"><value>井</value></text></translation></itext>"""
    xml = xform(
        "<first/><word/><deep/>",
        texts
        + bind("word", calculate="jr:itext('w')")
        + bind("deep", relevant="/data/word = 'well'", type="int"),
        ask("first") + ask("deep"),
    )
    interview = start(xml)
    say(interview, "x", "7")
    assert interview.set_language("zh") == Effects(
        cleared=("/data/deep",), recomputed=("/data/word",)
    )
    assert interview.set_language("en") == Effects(
        restored=("/data/deep",), recomputed=("/data/word",)
    )
    assert interview.set_language("Klingon") == NO_EFFECTS
