"""Pictures and sounds of labels that a chat leaves out are reported where they stand."""

from __future__ import annotations

import pytest

from forms.report import Place, Severity
from tests.forms.intake.making import check, found, markdown, one, xform
from tests.forms.intake.outlines import check_xform


def choices(count: int, column: str = "media::image", file: str = "a.png") -> str:
    """A list of `count` choices; the second has a file."""
    rows = [f"l | c{n} | C{n} | {file if n == 1 else ''}" for n in range(count)]
    return "\n".join([f"list_name | name | label | {column}", *rows])


@pytest.mark.parametrize("kind", ["select_one l", "select_multiple l", "rank l"])
def test_pictures_of_many_choices_are_degraded(kind: str) -> None:
    rows = f"type | name | label\ntext | t | T\n{kind} | q | Q"
    finding = one(check(markdown(rows, choices(11))), "choice_pictures")
    assert finding.severity is Severity.DEGRADED
    assert (finding.question, finding.place) == ("q", Place("survey", 3, "type"))
    assert (finding.values["count"], finding.values["limit"]) == (11, 10)


def test_pictures_of_a_few_choices_are_shown() -> None:
    rows = "type | name | label\nselect_one l | q | Q"
    assert found(check(markdown(rows, choices(10))), "choice_pictures") == []


def test_choices_without_pictures_can_be_many() -> None:
    rows = "type | name | label\nselect_one l | q | Q"
    assert check(markdown(rows, choices(11, file=""))) == []


def test_a_filter_may_leave_few_enough_for_their_pictures() -> None:
    rows = "type | name | label | choice_filter\nselect_one l | q | Q | name != 'x'"
    findings = check(markdown(rows, choices(11)))
    assert one(findings, "choice_pictures").severity is Severity.WARNING


@pytest.mark.parametrize("form", ["audio", "video"])
def test_sounds_of_choices_are_degraded_at_their_row(form: str) -> None:
    rows = "type | name | label\nselect_one l | q | Q"
    table = markdown(rows, choices(3, f"media::{form}", "a.mp3"))
    finding = one(check(table), "choice_sound")
    assert finding.severity is Severity.DEGRADED
    assert finding.place == Place("choices", 3, f"media::{form}")
    assert (finding.question, finding.values["files"]) == ("q", "a.mp3")


def test_each_question_of_a_list_is_told() -> None:
    rows = "type | name | label\nselect_one l | q | Q\nselect_multiple l | r | R"
    findings = check(markdown(rows, choices(3, "media::audio", "a.mp3")))
    assert [f.question for f in found(findings, "choice_sound")] == ["q", "r"]


@pytest.mark.parametrize("name", ["a.svg", "a.TIFF", "a.tif", "a.bmp"])
def test_a_picture_of_a_label_that_is_never_sent_is_degraded(name: str) -> None:
    rows = f"type | name | label | media::image\ntext | z | Z |\nnote | q | Q | {name}"
    finding = one(check(markdown(rows)), "media_left_out")
    assert finding.severity is Severity.DEGRADED
    assert (finding.question, finding.place) == ("q", Place("survey", 3, "media::image"))
    assert finding.values["files"] == name


def test_a_picture_of_a_choice_that_is_never_sent_is_degraded() -> None:
    rows = "type | name | label\nselect_one l | q | Q"
    finding = one(check(markdown(rows, choices(3, file="a.svg"))), "media_left_out")
    assert (finding.question, finding.place) == ("q", Place("choices", 3, "media::image"))


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.gif", "svg.png"])
def test_ordinary_pictures_are_no_limit(name: str) -> None:
    rows = f"type | name | label | media::image\nnote | q | Q | {name}"
    assert [f.code for f in check(markdown(rows))] == ["media_missing"]


def test_many_files_are_named_in_part() -> None:
    rows = [f"l | c{n} | C{n} | s{n}.mp3" for n in range(8)]
    sheet = "\n".join(["list_name | name | label | media::audio", *rows])
    finding = one(
        check(markdown("type | name | label\nselect_one l | q | Q", sheet)), "choice_sound"
    )
    assert finding.values == {"files": "s0.mp3, s1.mp3, s2.mp3, s3.mp3, s4.mp3", "count": 8}


def test_inline_choices_of_an_xform_are_looked_at() -> None:
    media = '<value form="audio">jr://audio/b.mp3</value>'
    model = (
        f'<itext><translation lang="en"><text id="x"><value>X</value>{media}</text>'
        '</translation></itext><bind nodeset="/data/a"/>'
    )
    item = "<item><label ref=\"jr:itext('x')\"/><value>x</value></item>"
    body = f'<select1 ref="/data/a"><label>A</label>{item}</select1>'
    finding = one(check_xform(xform(model, body)), "choice_sound")
    assert (finding.question, finding.place.sheet) == ("a", "")
