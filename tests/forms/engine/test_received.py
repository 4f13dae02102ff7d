"""A record from another program is read as the form understands it, or refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Env, Form, Interview, Submission
from forms.received import Received, ReceivedError

FORM = Form.from_xform(b"""<h:html xmlns="http://www.w3.org/2002/xforms"
  xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa">
<h:head><h:title>House</h:title><model>
<instance><house id="house" version="3"><day/><moment/><weight/><place/><way/>
<head><size/><tags/></head><photo/><alert_fire/>
<row jr:template=""><name/></row><meta><instanceID/></meta></house></instance>
<bind nodeset="/house/day" type="date"/><bind nodeset="/house/moment" type="dateTime"/>
<bind nodeset="/house/weight" type="decimal"/><bind nodeset="/house/place" type="geopoint"/>
<bind nodeset="/house/way" type="geotrace"/><bind nodeset="/house/head/size" type="int"/>
<bind nodeset="/house/photo" type="binary"/></model></h:head>
<h:body><input ref="/house/day"><label>Day</label></input>
<input ref="/house/head/size"><label>Size</label></input>
<select ref="/house/head/tags"><label>Tags</label>
<item><label>A</label><value>a</value></item><item><label>B</label><value>b</value></item></select>
<upload ref="/house/photo" mediatype="image/*"><label>Photo</label></upload>
<group ref="/house/row"><label>Row</label><repeat nodeset="/house/row">
<input ref="/house/row/name"><label>Name</label></input></repeat></group></h:body></h:html>""")

_HEIGHT = {"altitude": 0, "accuracy": 0}
META = "<meta><instanceID>uuid:1</instanceID></meta>"


def xml(body: str, meta: str = META) -> bytes:
    return f'<house id="house" version="3">{body}{meta}</house>'.encode()


def code(content: bytes) -> str:
    with pytest.raises(ReceivedError) as caught:
        Received(content).answers(FORM)
    return caught.value.code


def test_answers_are_typed_as_in_a_chat() -> None:
    received = Received(
        xml(
            "<day>2026-11-21</day><head><size>4</size><tags>a b</tags></head><photo>1.jpg</photo>"
            "<row><name>x</name></row><row><name>y</name></row><alert_fire>1</alert_fire>"
        )
    )
    answers = received.answers(FORM)
    assert answers.typed == {
        "day": "2026-11-21",
        "head": {"size": 4, "tags": ["a", "b"]},
        "photo": "1.jpg",
        "row": [{"name": "x"}, {"name": "y"}],
        "alert_fire": "1",
        "meta": {"instanceID": "uuid:1"},
    }
    assert answers.files == {"1.jpg"}
    assert answers.texts["/house/alert_fire"] == "1"


@given(st.dates(), st.integers(-99, 99), st.text("ab<&é中", min_size=1, max_size=9))
def test_what_our_own_engine_writes_reads_the_same(day: date, size: int, photo: str) -> None:
    first = {"/house/day": str(day), "/house/head/size": str(size), "/house/alert_fire": photo}
    iv = Interview.start(FORM, Env(), None, first)
    record = iv.finalize()
    assert isinstance(record, Submission)
    received = Received(record.xml)
    assert received.answers(FORM).typed == record.answers
    assert received.heading.instance_id == record.instance_id


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "xml"),
        (b"<!DOCTYPE house><house/>", "xml"),
        (b'<!DOCTYPE h [<!ENTITY a SYSTEM "file:///etc/passwd">]><house>&a;</house>', "xml"),
        (b"<house>" + b"<a>" * 2000 + b"</a>" * 2000 + b"</house>", "xml"),
        (b"<house>" + b" " * 3_000_000 + b"</house>", "too_large"),
        (xml("", meta=""), "no_instance_id"),
        (xml("", META.replace("uuid:1", "u" * 65)), "no_instance_id"),
        (xml("").replace(b"house", b"other"), "root"),
        (xml("<day>21.11.2026</day>"), "value"),
        (xml("<head><size>many</size></head>"), "value"),
        (xml("<day>2026-11-21</day><day>2026-11-22</day>"), "twice"),
    ],
)
def test_what_is_no_record_of_the_form_is_refused(content: bytes, expected: str) -> None:
    assert code(content) == expected


def test_what_the_form_does_not_know_is_no_answer() -> None:
    assert Received(xml("<stranger>1</stranger>")).answers(FORM).typed == {
        "meta": {"instanceID": "uuid:1"}
    }


@pytest.mark.parametrize(
    ("node", "text", "kept"),
    [
        ("weight", "1.5E-5", 1.5e-5),
        ("weight", "-.5", -0.5),
        ("place", "43.8 126.5 0 0", {"latitude": 43.8, "longitude": 126.5} | _HEIGHT),
        ("way", "1 2;3 4; ", [{"latitude": 1, "longitude": 2}, {"latitude": 3, "longitude": 4}]),
        ("moment", "2026-11-21T10:00:00.000+08:00", "2026-11-21T10:00:00.000+08:00"),
    ],
)
def test_values_are_read_as_openrosa_clients_spell_them(node: str, text: str, kept: object) -> None:
    assert Received(xml(f"<{node}>{text}</{node}>")).answers(FORM).typed[node] == kept


@pytest.mark.parametrize(
    ("node", "text"),
    [
        *[("weight", text) for text in ("nan", "inf", "-Infinity", "1e400", "1_0", "１")],
        *[("place", text) for text in ("nan nan", "5", "91 0", "1 181", "1 2 3 4 5", "here")],
        *[("way", text) for text in ("1 2;nan nan", "1", ";")],
        *[("day", text) for text in ("2026-W10-4", "20261121", "2026-02-30")],
        ("moment", "soon"),
    ],
)
def test_values_that_no_table_could_hold_are_refused(node: str, text: str) -> None:
    assert code(xml(f"<{node}>{text}</{node}>")) == "value"


@pytest.mark.parametrize("size", ["1" * 19, "1" * 400, "1" * 5000, "1_0", " 4"])
def test_whole_numbers_are_no_longer_than_those_of_a_chat(size: str) -> None:
    assert code(xml(f"<head><size>{size}</size></head>")) == "value"


def test_a_calculation_that_leaves_all_bounds_is_kept_as_text() -> None:
    iv = Interview.start(FORM, Env(), None, {"/house/weight": "1e400"})
    record = iv.finalize()
    assert isinstance(record, Submission)
    assert record.answers["weight"] == "1e400"
