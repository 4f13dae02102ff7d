"""The bytes decide what a file is, not its name."""

from __future__ import annotations

import pytest

from forms.report import Severity
from forms.sniff import Source, Unfit, sniff
from tests.forms.intake.making import markdown, xform, xls, xlsx

TABLE = markdown("type | name | label\ntext | a | 姓名")
CSV = 'survey\n,type,name,label\n,text,a,"姓, 名"\n'


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (xlsx({"survey": [["type", "name", "label"], ["text", "a", "A"]]}), Source.XLSX),
        (xls([["type", "name", "label"], ["text", "a", "姓名"]]), Source.XLS),
        (TABLE, Source.MARKDOWN),
        ("# 走访\n\n每月一次, type, name.\n\n".encode() + TABLE, Source.MARKDOWN),
        (CSV.encode(), Source.CSV),
        (xform("", '<input ref="/data/a"/>'), Source.XFORM),
    ],
)
def test_the_content_tells_the_kind_whatever_the_suffix(data: bytes, source: Source) -> None:
    assert sniff(data, f"form.{source}").source is source
    assert sniff(data, f"form.{source}").findings == ()
    for wrong in {"xlsx", "xls", "md", "csv", "xml"} - {source.value}:
        sniffed = sniff(data, f"form.{wrong}")
        assert sniffed.source is source
        (finding,) = sniffed.findings
        assert (finding.code, finding.severity) == ("suffix", Severity.WARNING)


def test_a_name_without_suffix_earns_no_remark() -> None:
    assert sniff(TABLE, "form").findings == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk"])
def test_text_in_other_encodings_is_read(encoding: str) -> None:
    for text, source in ((TABLE.decode(), Source.MARKDOWN), (CSV, Source.CSV)):
        sniffed = sniff(text.encode(encoding), f"form.{source}")
        assert sniffed.source is source
        assert "姓" in sniffed.data.decode()
        assert [f.code for f in sniffed.findings] == (
            [] if encoding == "utf-8-sig" else ["encoding"]
        )


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_become_commas(delimiter: str) -> None:
    text = f"survey\n{delimiter}type{delimiter}name\n{delimiter}text{delimiter}a\n"
    assert sniff(text.encode(), "form.csv").data.decode() == "survey\r\n,type,name\r\n,text,a\r\n"


def test_a_csv_of_nothing_but_questions_is_a_survey() -> None:
    sniffed = sniff(b"type,name,label\ntext,a,A\n", "form.csv")
    assert sniffed.data.decode() == "survey\r\n,type,name,label\r\n,text,a,A\r\n"


@pytest.mark.parametrize(
    ("data", "code", "what"),
    [
        (b"", "empty_file", None),
        (b" \n ", "empty_file", None),
        (b"%PDF-1.7\n", "not_a_form", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "not_a_form", "image"),
        (b"Rar!\x1a\x07", "not_a_form", "archive"),
        (b"<!DOCTYPE html><html><table>", "not_a_form", "html"),
        (b"<html><body><table><tr><td>type", "not_a_form", "html"),
        ("今天天气很好。".encode(), "not_a_form", "text"),
        (bytes(range(1, 256)) * 3, "not_a_form", "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not_a_form", "document"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked_workbook",
            None,
        ),
    ],
)
def test_what_is_no_form_is_named(data: bytes, code: str, what: str | None) -> None:
    with pytest.raises(Unfit) as caught:
        sniff(data, "form.xlsx")
    assert caught.value.finding.code == code
    assert caught.value.finding.severity is Severity.REFUSED
    assert caught.value.finding.values.get("what") == what
