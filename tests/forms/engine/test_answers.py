"""What people type, and how it is stored."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Accepted, Media
from forms.prompts import Kind
from forms.values import ValueRefusedError, canonical
from tests.forms.engine.paper import (
    SHANGHAI,
    ask,
    asked,
    bind,
    options,
    prompt,
    refuse,
    say,
    start,
    xform,
)


def stored(kind: Kind, raw: str, *appearance: str, type_: str = "") -> str:
    return canonical(kind, type_ or kind.value, raw, appearance, SHANGHAI)


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        (Kind.INTEGER, "42", "42"),
        (Kind.INTEGER, " ４２ ", "42"),
        (Kind.INTEGER, "٤٢", "42"),
        (Kind.INTEGER, "-７", "-7"),
        (Kind.INTEGER, "007", "7"),
        (Kind.DECIMAL, "3,5", "3.5"),
        (Kind.DECIMAL, "３．５０", "3.5"),
        (Kind.DECIMAL, ".5", "0.5"),
        (Kind.DECIMAL, "100", "100"),
        (Kind.DATE, "2026-03-05", "2026-03-05"),
        (Kind.DATE, "2026/3/5", "2026-03-05"),
        (Kind.DATE, "2026年3月5日", "2026-03-05"),
        (Kind.DATE, "20260305", "2026-03-05"),
        (Kind.TIME, "8:30", "08:30:00.000+08:00"),
        (Kind.TIME, "08：30：15", "08:30:15.000+08:00"),
        (Kind.TIME, "08:30Z", "08:30:00.000+00:00"),
        (Kind.DATETIME, "2026-03-05 08:30", "2026-03-05T08:30:00.000+08:00"),
        (Kind.DATETIME, "2026-03-05T08:30:00.5+01:00", "2026-03-05T08:30:00.500+01:00"),
        (Kind.GEOPOINT, "31.2, 121.5", "31.2 121.5 0.0 0.0"),
        (Kind.GEOPOINT, "31.2，121.5", "31.2 121.5 0.0 0.0"),
        (Kind.GEOTRACE, "1,2; 3,4", "1.0 2.0 0.0 0.0;3.0 4.0 0.0 0.0"),
        (
            Kind.GEOSHAPE,
            "0 0;0 1;1 1",
            "0.0 0.0 0.0 0.0;0.0 1.0 0.0 0.0;1.0 1.0 0.0 0.0;0.0 0.0 0.0 0.0",
        ),
        (Kind.TEXT, "  many words ", "many words"),
        (Kind.TEXT, "a\x00b\x1fc", "abc"),
        (Kind.ACKNOWLEDGE, "好", "OK"),
        (Kind.BARCODE, "690123", "690123"),
    ],
)
def test_typed_answers_are_stored_in_one_spelling(kind, raw, expected):
    assert stored(kind, raw) == expected


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Kind.INTEGER, "many"),
        (Kind.INTEGER, "3.5"),
        (Kind.INTEGER, "1e5"),
        (Kind.DECIMAL, "1,2,3"),
        (Kind.DECIMAL, "nan"),
        (Kind.DATE, "2026-02-30"),
        (Kind.DATE, "5 March"),
        (Kind.DATE, "2026-03"),
        (Kind.TIME, "25:00"),
        (Kind.DATETIME, "2026-03-05"),
        (Kind.GEOPOINT, "91, 0"),
        (Kind.GEOPOINT, "here"),
        (Kind.GEOTRACE, "1,2"),
        (Kind.GEOSHAPE, "1,2;3,4"),
    ],
)
def test_what_does_not_fit_is_refused_as_such(kind, raw):
    with pytest.raises(ValueRefusedError) as refused:
        stored(kind, raw)
    assert refused.value.reason == "type"


def test_month_and_year_take_the_first_day():
    assert stored(Kind.DATE, "2026-03", "month-year") == "2026-03-01"
    assert stored(Kind.DATE, "2026年3月", "month-year") == "2026-03-01"
    assert stored(Kind.DATE, "2026-03-17", "month-year") == "2026-03-01"
    assert stored(Kind.DATE, "2026", "year") == "2026-01-01"
    assert stored(Kind.DATE, "2026-03-17", "year") == "2026-01-01"


def test_digits_of_a_text_with_number_keys_become_plain():
    assert stored(Kind.TEXT, "１３８００", "numbers") == "13800"
    assert stored(Kind.TEXT, "１３８００") == "１３８００"


def test_an_endless_text_is_refused_by_its_length():
    with pytest.raises(ValueRefusedError) as refused:
        stored(Kind.TEXT, "x" * 20_001)
    assert refused.value.reason == "length"


@settings(deadline=None)
@given(kind=st.sampled_from(list(Kind)), raw=st.text(max_size=30))
def test_no_text_brings_the_reader_down_and_its_spelling_is_stable(kind, raw):
    try:
        once = stored(kind, raw)
    except ValueRefusedError:
        return
    assert stored(kind, once) == once


def test_a_refused_answer_leaves_the_question_and_its_value():
    xml = xform("<age/><name/>", bind("age", type="int"), ask("age") + ask("name"))
    interview = start(xml)
    assert refuse(interview, "old").reason == "type"
    assert asked(interview) == "age"
    say(interview, "12")
    interview.back()
    refuse(interview, "x")
    assert prompt(interview).value == "12"


def test_a_range_is_kept_with_its_steps():
    xml = xform(
        "<pain/>", bind("pain", type="int"), ask("pain", tag="range", start="0", end="10", step="2")
    )
    interview = start(xml)
    assert prompt(interview).bounds.maximum == "10"
    assert refuse(interview, "11").reason == "constraint"
    assert refuse(interview, "3").reason == "constraint"
    assert say(interview, "４").value == "4"


def test_a_photo_is_answered_by_a_file_only():
    xml = xform(
        "<photo/>", bind("photo", type="binary"), ask("photo", tag="upload", mediatype="image/*")
    )
    interview = start(xml)
    assert prompt(interview).kind is Kind.IMAGE
    assert refuse(interview, "a picture").reason == "media"
    photo = Media("door.jpg", "image/jpeg", "ab" * 32, 1000, "file-7")
    assert say(interview, photo).value == "door.jpg"
    record = interview.finalize()
    assert record.media == (photo,)
    assert b"<photo>door.jpg</photo>" in record.xml


def test_an_acknowledgement_says_ok():
    xml = xform("<seen/>", bind("seen", required="true()"), ask("seen", tag="trigger"))
    interview = start(xml)
    assert refuse(interview, "").reason == "required"
    assert say(interview, "好的").value == "OK"


def test_a_note_is_passed_by_anything():
    xml = xform("<hello/><name/>", bind("hello", readonly="true()"), ask("hello") + ask("name"))
    interview = start(xml)
    assert prompt(interview).kind is Kind.NOTE
    say(interview, "")
    assert asked(interview) == "name"
    interview.back()
    assert isinstance(interview.skip(), Accepted)
    assert asked(interview) == "name"


def test_a_readonly_question_is_shown_as_a_note_with_its_value():
    xml = xform(
        "<score>7</score>",
        bind("score", type="int", readonly="true()"),
        ask("score"),
    )
    interview = start(xml)
    shown = prompt(interview)
    assert (shown.kind, shown.readonly, shown.value) == (Kind.NOTE, True, "7")
    say(interview, "9")
    assert interview.value("/data/score") == "7"


def test_a_select_takes_values_and_whole_labels():
    xml = xform("<c/>", "", ask("c", inside=options("left", "right"), tag="select1"))
    for raw in ("left", "LEFT", ["left"], "Ｌeft"):
        assert say(start(xml), raw).value == "left"
    assert refuse(start(xml), "up").reason == "choice"
    assert refuse(start(xml), ["left", "right"]).reason == "choice"


def test_several_choices_are_stored_in_the_order_of_the_form():
    xml = xform("<c/>", "", ask("c", inside=options("a", "b", "c"), tag="select"))
    assert say(start(xml), ["c", "a", "c"]).value == "a c"
    assert say(start(xml), "c a").value == "a c"
    assert say(start(xml), "B").value == "b"
    assert say(start(xml), ["c", "a"]).shown == "A, C"


def test_a_rank_holds_every_choice_once():
    xml = xform("<c/>", "", ask("c", inside=options("a", "b", "c"), tag="odk:rank"))
    assert say(start(xml), ["c", "a", "b"]).value == "c a b"
    assert refuse(start(xml), ["c", "a"]).reason == "choice"
