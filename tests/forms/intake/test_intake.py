"""A whole file through the limited subprocess, the checks and the compiler."""

from __future__ import annotations

import pytest

from forms import Env, Interview, Prompt
from forms import intake as intakes
from forms.intake import Intake, intake
from forms.report import Finding, Place, Severity
from forms.sniff import Source
from tests.forms.intake.making import markdown, one, xform, xls, xlsx
from tests.patience import processor_time

SURVEY = [
    ["type", "name", "label::中文 (zh)", "label::English (en)", "relevant", "constraint"],
    ["text", "who", "姓名", "Name", "", ""],
    ["integer", "age", "年龄", "Age", "${who} != ''", ". < 120"],
]
SETTINGS = [["form_id", "version", "form_title"], ["visit", "7", "走访"]]


def refused(taken: Intake) -> list[Finding]:
    assert taken.form is None
    return [finding for finding in taken.findings if finding.severity is Severity.REFUSED]


def test_a_workbook_becomes_a_form_that_asks() -> None:
    taken = intake(xlsx({"survey": SURVEY, "settings": SETTINGS}), "visit.xlsx")
    assert taken.findings == ()
    assert (taken.form_id, taken.version, taken.title) == ("visit", "7", "走访")
    assert taken.source is Source.XLSX
    assert [(v.question, v.place.row, v.severity) for v in taken.verdicts] == [
        ("who", 2, Severity.OK),
        ("age", 3, Severity.OK),
    ]
    assert taken.form is not None
    asked = Interview.start(taken.form, Env()).current()
    assert isinstance(asked, Prompt)
    assert asked.label == "姓名"


def test_all_kinds_of_files_give_the_same_form() -> None:
    plain = [["type", "name", "label"], ["text", "a", "姓名"], ["integer", "b", "年龄"]]
    book = intake(xlsx({"survey": plain}), "f.xlsx")
    files = {
        "f.xls": xls(plain),
        "f.md": markdown("type | name | label\ntext | a | 姓名\ninteger | b | 年龄"),
        "f.csv": "survey\n,type,name,label\n,text,a,姓名\n,integer,b,年龄\n".encode(),
        "f.xml": book.xform,
    }
    for name, data in files.items():
        taken = intake(data, name)
        assert taken.usable, (name, taken.findings)
        assert taken.xform == book.xform
        assert [v.question for v in taken.verdicts] == ["a", "b"]


def test_a_csv_in_gbk_with_the_wrong_suffix_is_read_and_remarked() -> None:
    data = "type,name,label\ntext,a,姓名\n".encode("gbk")
    taken = intake(data, "走访.xlsx")
    assert taken.usable
    assert sorted(finding.code for finding in taken.findings) == ["encoding", "suffix"]


def test_what_pyxform_refuses_is_refused_with_its_place_and_words() -> None:
    taken = intake(markdown("type | name | label\ntext | a | A\ntext | b | B ${c}"), "f.md")
    (finding,) = refused(taken)
    assert (finding.code, finding.place) == ("unknown_reference", Place("survey", 3, "label"))
    assert finding.detail
    assert [(v.question, v.severity) for v in taken.verdicts] == [
        ("a", None),
        ("b", Severity.REFUSED),
    ]


def test_duplicate_choice_names_are_allowed_on_a_second_try() -> None:
    choices = "list_name | name | label\nx | a | A\nx | a | B"
    taken = intake(markdown("type | name | label\nselect_one x | q | Q", choices), "f.md")
    assert taken.usable
    assert one(taken.findings, "choice_twice").severity is Severity.DEGRADED


def test_a_circle_of_calculations_is_refused_by_its_names() -> None:
    rows = (
        "calculate | a | | ${b} + 1\ncalculate | b | | ${c}\ncalculate | c | | ${a}\nnote | n | N |"
    )
    taken = intake(markdown(f"type | name | label | calculation\n{rows}"), "f.md")
    (finding,) = refused(taken)
    assert finding.code == "cycle"
    assert all(
        f"{name} [{row}]" in str(finding.values["names"])
        for name, row in zip("abc", (2, 3, 4), strict=True)
    )


def test_faults_of_ours_and_of_the_compiler_come_together() -> None:
    rows = "calculate | a | | ${b}\ncalculate | b | | ${a}\ntext | t | T | nosuch()"
    taken = intake(markdown(f"type | name | label | calculation\n{rows}"), "f.md")
    assert {finding.code for finding in refused(taken)} == {"expression_unknown_function"} | {
        "cycle"
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_a_doctype_is_refused(encoding: str) -> None:
    bomb = '<!DOCTYPE h [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n'
    data = (bomb + xform("", '<input ref="/data/a"/>').decode()).encode(encoding)
    assert [finding.code for finding in refused(intake(data, "f.xml"))] == ["doctype"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<a><b></a>", "broken_xml"),
        (b"<root/>", "not_an_xform"),
        (b"<" * 10_000, "broken_xml"),
        (b"<a>" * 5_000 + b"</a>" * 5_000, "broken_xml"),
    ],
)
def test_xml_that_is_no_form_is_refused(data: bytes, code: str) -> None:
    assert [finding.code for finding in refused(intake(data, "f.xml"))] == [code]


def test_a_workbook_of_gigabytes_is_refused_at_once(bomb: bytes) -> None:
    started = processor_time()
    (finding,) = refused(intake(bomb, "f.xlsx"))
    assert finding.code == "unpacks_too_large"
    assert finding.values["megabytes"] == 2048
    assert processor_time() - started < 2


def test_a_file_above_the_limit_is_not_looked_at() -> None:
    (finding,) = refused(intake(b"|" * (intakes.MAX_BYTES + 1), "f.md"))
    assert finding.code == "too_large"


def test_ten_thousand_choices_are_taken_in_bounded_time() -> None:
    choices = "list_name | name | label\n" + "\n".join(f"v | v{n} | 村{n}" for n in range(10_000))
    started = processor_time()
    taken = intake(markdown("type | name | label\nselect_one v | a | A", choices), "f.md")
    assert taken.usable
    assert [finding.code for finding in taken.findings] == ["choices_many"]
    assert processor_time() - started < 20


def test_a_disjunction_of_1500_terms_is_taken_in_bounded_time() -> None:
    terms = " or ".join(f"${{a}} = '{n}'" for n in range(1500))
    started = processor_time()
    taken = intake(
        markdown(f"type | name | label | relevant\ntext | a | A |\ntext | b | B | {terms}"), "f.md"
    )
    assert taken.usable
    assert processor_time() - started < 20


def test_a_quadratic_expression_is_refused_where_it_stands() -> None:
    choices = "list_name | name | label\n" + "\n".join(f"v | v{n} | V" for n in range(3000))
    everything = "instance('v')/root/item"
    costly = f"count({everything}[count({everything}[label != name]) > 1])"
    rows = f"select_one v | a | A |\ncalculate | c | | {costly}"
    taken = intake(markdown(f"type | name | label | calculation\n{rows}", choices), "f.md")
    finding = one(refused(taken), "too_costly")
    assert finding.place == Place("survey", 3, "calculation")


def test_a_conversion_that_does_not_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intakes, "_WALL_SECONDS", 0.05)
    taken = intake(markdown("type | name | label\ntext | a | A"), "f.md")
    assert [finding.code for finding in refused(taken)] == ["conversion_too_costly"]


def test_a_conversion_that_eats_memory_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intakes, "_MEMORY", 40 * 2**20)
    taken = intake(markdown("type | name | label\ntext | a | A"), "f.md")
    assert [finding.code for finding in refused(taken)] == ["conversion_too_costly"]


def test_attachments_are_asked_for_and_taken_in_utf_8() -> None:
    form = markdown("type | name | label\nselect_one_from_file v.csv | a | A")
    without = intake(form, "f.md")
    assert (without.usable, without.attachments_needed) == (True, ("v.csv",))
    assert one(without.findings, "file_missing").severity is Severity.DEGRADED
    taken = intake(form, "f.md", {"v.csv": "name,label\nv1,东村\n".encode("gb18030")})
    assert taken.attachments["v.csv"].decode() == "name,label\r\nv1,东村\r\n"
    assert taken.form is not None
    assert Interview.start(taken.form, Env()).choices("/data/a").choices[0].label == "东村"


def test_a_degraded_question_leaves_the_form_usable() -> None:
    taken = intake(
        markdown("type | name | label | appearance\nimage | s | S | signature\ntext | t | T |"),
        "f.md",
    )
    assert taken.usable
    assert {v.question: v.severity for v in taken.verdicts} == {
        "s": Severity.DEGRADED,
        "t": Severity.OK,
    }
