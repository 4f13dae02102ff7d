"""Attachments: missing, unused, unreadable, or without the columns that the form reads."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from forms import tables
from forms.report import Finding, Place, Severity
from forms.sniff import Unfit
from tests.forms.intake.making import check, found, markdown, one

FORM = markdown(
    "type | name | label | calculation | choice_filter\n"
    "text | d | D | |\n"
    "select_one_from_file villages.csv | v | V | | district = ${d}\n"
    "calculate | head | | pulldata('houses', 'head', 'code', ${d}) |"
)
VILLAGES = b"name,label,district\nv1,East,d1\n"
HOUSES = b"code,head\nh1,Wang\n"


def checked(files: Mapping[str, bytes]) -> list[Finding]:
    return check(FORM, files)


def test_missing_files_are_named_at_the_question() -> None:
    findings = found(checked({}), "file_missing")
    assert {(f.values["file"], f.question) for f in findings} == {
        ("villages.csv", "v"),
        ("houses.csv", ""),
    }
    assert all(f.severity is Severity.DEGRADED for f in findings)


def test_complete_files_leave_nothing_to_say() -> None:
    assert checked({"villages.csv": VILLAGES, "houses.csv": HOUSES}) == []


def test_a_wrong_header_is_refused_with_the_columns_that_are_there() -> None:
    findings = checked({"villages.csv": b"id,title\nv1,East\n", "houses.csv": HOUSES})
    by_column = {f.place.column: f for f in found(findings, "file_columns")}
    assert by_column["type"].values["missing"] == "name, label"
    assert by_column["choice_filter"].values["missing"] == "district"
    assert by_column["type"].values["columns"] == "id, title"
    assert by_column["type"].place == Place("survey", 3, "type")
    assert all(f.severity is Severity.REFUSED for f in by_column.values())


def test_a_column_that_pulldata_reads_must_be_there() -> None:
    findings = checked({"villages.csv": VILLAGES, "houses.csv": b"code,chief\n"})
    finding = one(findings, "file_columns")
    assert (finding.values["missing"], finding.place) == (
        "head",
        Place("survey", 4, "calculation"),
    )


def test_columns_of_one_list_are_not_asked_of_another() -> None:
    """A lookup within the filter of a lookup, names in functions, and paths of the form itself."""
    rows = (
        "select_one p | p | P | | \n"
        "select_one d | d | D | | up = instance('p')/root/item[name = ${p} and size > 1]/code\n"
        "calculate | c | | count(instance('d')/root/item[string-length(up) > count(../item)]) |"
    )
    choices = "list_name | name | label | code | size | up\np | a | A | x | 2 |\nd | b | B | | | x"
    head = "type | name | label | calculation | choice_filter"
    assert check(markdown(f"{head}\n{rows}", choices)) == []


def test_unused_files_are_remarked() -> None:
    files = {"villages.csv": VILLAGES, "houses.csv": HOUSES, "other.csv": b"a\n"}
    assert one(checked(files), "file_unused").values["file"] == "other.csv"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "broken_table"),
        (bytes(range(256)), "not_a_form"),
        (b"a" * (tables.MAX_ATTACHMENT + 1), "too_large"),
    ],
    ids=["empty", "binary", "large"],
)
def test_a_file_that_is_no_table_is_refused(data: bytes, why: str) -> None:
    finding = one(checked({"villages.csv": data, "houses.csv": HOUSES}), "file_unreadable")
    assert (finding.values["file"], finding.values["why"]) == ("villages.csv", why)
    assert finding.severity is Severity.REFUSED


def test_files_of_the_register_are_not_asked_for() -> None:
    rows = "calculate | b | | pulldata('subject', 'birth_date', 'key', 'subject')\nnote | n | N |"
    assert check(markdown(f"type | name | label | calculation\n{rows}")) == []


def test_a_picture_that_is_missing_is_only_degraded() -> None:
    table = markdown("type | name | label | image\ntext | a | A | map.png")
    finding = one(check(table), "media_missing")
    assert (finding.question, finding.values["file"]) == ("a", "map.png")
    assert check(table, {"map.png": b"\x89PNG"}) == []


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_tables_in_other_encodings_become_utf_8(encoding: str) -> None:
    table = tables.read("name;label\nv1;东村\n".encode(encoding), "v.csv")
    assert table.data.decode() == "name,label\r\nv1,东村\r\n"
    assert (table.columns, table.encoding) == (("name", "label"), encoding)


def test_xml_and_geojson_have_columns_too() -> None:
    xml = b"<root><item><name>v1</name><label>East</label></item></root>"
    assert tables.read(xml, "v.xml").columns == ("name", "label")
    geojson = b'{"features": [{"id": "v1", "properties": {"title": "East"}}]}'
    assert tables.read(geojson, "v.geojson").columns == ("geometry", "id", "title")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'<!DOCTYPE root [<!ENTITY a "b">]><root/>', "v.xml"),
        (b"<root><item>", "v.xml"),
        (b"[1, 2]", "v.geojson"),
        (b"[" * 100_000, "v.geojson"),
    ],
)
def test_broken_xml_and_geojson_are_refused(data: bytes, name: str) -> None:
    with pytest.raises(Unfit):
        tables.read(data, name)
