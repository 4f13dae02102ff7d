"""A form that goes along on a phone asks the same, and finds its subject by itself."""

from __future__ import annotations

import re

import pytest

from bot.openrosa.offline import OfflineForm, offline
from forms import Form, library
from forms.intake import intake
from handlers.shelf import SUBJECT_QUESTIONS

_KEYED = re.compile(rb"'key', '(subject|previous)'")


def taken(name: str) -> tuple[Form, Form, OfflineForm]:
    """A built-in form, and the same for a phone."""
    found = intake(library.source(name), f"{name}.md")
    assert found.form
    path = next((one.path for one in found.form.questions if one.name in SUBJECT_QUESTIONS), None)
    made = offline(found.xform, path)
    return found.form, Form.from_xform(made.xml, found.attachments), made


@pytest.mark.parametrize("name", library.names())
def test_every_built_in_form_asks_the_same_on_a_phone(name: str) -> None:
    here, there, made = taken(name)
    assert (there.form_id, there.version) == (here.form_id, here.version)
    assert [one.path for one in there.elements] == [one.path for one in here.elements]
    for before, after in zip(here.questions, there.questions, strict=True):
        assert (before.path, before.kind, before.required) == (
            after.path,
            after.kind,
            after.required,
        )
    assert made.files >= {f"{table}.csv" for table in made.columns}
    if name != "task_done":
        assert not _KEYED.search(made.xml)


def test_a_look_up_that_comes_before_the_subject_stays_as_it_is() -> None:
    _, _, made = taken("task_done")
    assert b"pulldata('subject', 'code', 'key', 'subject') = ''" in made.xml


def test_the_columns_that_a_form_reads_are_known() -> None:
    _, _, made = taken("elderly_followup")
    assert made.columns == {
        "subject": {"birth_date", "tags"},
        "previous": {"htn_class", "dm_class", "height"},
    }


def test_a_table_that_is_read_by_a_path_is_found_too() -> None:
    xform = (
        b'<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">'
        b"<h:head><model><instance src='jr://file-csv/subject.csv' id='subject'/>"
        b"<bind nodeset='/d/a' calculate=\"instance('subject')/root/item[key = 'subject']/sex\"/>"
        b"</model></h:head></h:html>"
    )
    made = offline(xform, "/d/subject")
    assert b"instance('subject')/root/item[code = /d/subject ]/sex" in made.xml
    assert made.columns == {"subject": {"sex"}}
    assert made.files == {"subject.csv"}
