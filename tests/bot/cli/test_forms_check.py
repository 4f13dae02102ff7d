"""`zoufang forms check`: a report per question, for people and for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.form_report import sentence
from bot.cli.forms import forms_app
from core.filetypes import file_type
from core.texts import LANGUAGES, catalogue
from forms.lint import chat, media
from forms.lint.expressions import code_of
from forms.report import Finding, Place, Severity
from handlers import pictures, questions

FORMS = Path(__file__).parents[3] / "forms"
GOOD = """
| survey | type | name | label | appearance |
| | text | who | Name | |
| | image | sign | Sign here | signature |
"""
REASONS = (
    "syntax", "unknown_function", "arity", "nodes_expected", "variable", "too_long", "too_deep",
    "pattern",
)  # fmt: skip
BROKEN = """
| survey | type | name | label | relevant |
| | text | who | Name | |
| | integer | age | Age | ${who} = nosuch( |
"""


def check(tmp_path: Path, form: str, *options: str) -> Result:
    file = tmp_path / "form.md"
    file.write_text(form, encoding="utf-8")
    return CliRunner().invoke(forms_app, ["check", str(file), *options])


def test_a_usable_form_is_reported_question_by_question(tmp_path: Path) -> None:
    result = check(tmp_path, GOOD, "--lang", "en")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert re.search(r"2\s+who\s+text\s+ok", lines[3])
    assert re.search(r"3\s+sign\s+image\s+degraded\s+appearance: Nobody can sign", lines[4])
    assert lines[-2] == "2 questions: 1 ok, 1 degraded, 0 refused; 0 notes."


def test_a_broken_form_is_refused_with_row_and_column(tmp_path: Path) -> None:
    result = check(tmp_path, BROKEN)
    assert result.exit_code == 2
    assert re.search(r"3\s+age\s+integer\s+拒绝\s+relevant: 算式写错了", result.stdout)
    assert "不能使用" in result.stdout


def test_json_holds_the_same_and_more(tmp_path: Path) -> None:
    result = check(tmp_path, BROKEN, "--json", "--lang", "en")
    assert result.exit_code == 2
    report = json.loads(result.stdout)
    assert report["usable"] is False
    assert [(q["question"], q["verdict"]) for q in report["questions"]] == [
        ("who", "ok"),
        ("age", "refused"),
    ]
    (finding,) = report["findings"]
    assert (finding["sheet"], finding["row"], finding["column"]) == ("survey", 3, "relevant")
    assert finding["code"] == "expression_syntax"
    assert "malformed" in finding["message"]


def test_what_pyxform_said_is_shown_beside_our_own_words(tmp_path: Path) -> None:
    form = "| survey | type | name | label |\n| | text | a | A |\n| | text | b | ${c} |\n"
    result = check(tmp_path, form, "--lang", "en")
    assert result.exit_code == 2
    assert "There is no question called c." in result.stdout


UNCONVERTED = """
| survey | type | name | label |
| | text | who | Name |
| | foo | age | Age |
| | text | why | Why |
"""


def test_what_was_not_checked_is_not_called_good(tmp_path: Path) -> None:
    result = check(tmp_path, UNCONVERTED, "--lang", "en")
    assert result.exit_code == 2
    lines = result.stdout.splitlines()
    words = [re.split(r"\s{2,}", line.strip())[3] for line in lines[3:6]]
    assert words == ["not checked", "refused", "not checked"]
    assert lines[-3] == "3 questions: 0 ok, 0 degraded, 1 refused; 0 notes."
    assert lines[-2].startswith("2 questions were not checked")
    assert check(tmp_path, UNCONVERTED).stdout.count("未检查") == 3


def test_json_says_what_was_not_checked(tmp_path: Path) -> None:
    report = json.loads(check(tmp_path, UNCONVERTED, "--json").stdout)
    verdicts = [(q["question"], q["verdict"]) for q in report["questions"]]
    assert verdicts == [("who", "not_checked"), ("age", "refused"), ("why", "not_checked")]


def test_a_form_refused_as_a_whole_has_no_good_question(tmp_path: Path) -> None:
    form = "| survey | type | name | label |\n| | text | a | A |\n| | select_one x | b | B |\n"
    report = json.loads(check(tmp_path, form, "--json").stdout)
    assert {q["verdict"] for q in report["questions"]} == {"not_checked"}


def test_attachments_can_be_given(tmp_path: Path) -> None:
    form = "| survey | type | name | label |\n| | select_one_from_file v.csv | a | A |\n"
    assert "v.csv" in check(tmp_path, form).stdout
    table = tmp_path / "v.csv"
    table.write_text("id,text\n1,x\n")
    wrong = check(tmp_path, form, "--attachment", str(table), "--lang", "en")
    assert wrong.exit_code == 2
    assert "lacks the column name, label" in wrong.stdout
    table.write_text("name,label\n1,x\n")
    assert check(tmp_path, form, "--attachment", str(table)).exit_code == 0


def test_one_remark_over_and_over_is_shown_once(tmp_path: Path) -> None:
    rows = "\n".join(f"| | text | q{n} | 问 | |" for n in range(20))
    head = "| survey | type | name | label::中文 (zh) | label::English (en) |"
    form = f"{head}\n{rows}\n| | note | n | 说 | Say |"
    result = check(tmp_path, form, "--lang", "en")
    assert result.stdout.count("No translation into English (en)") == 1
    assert "(20 times, first in sheet survey, row 2" in result.stdout


def test_the_report_is_written_in_marks_of_no_language(tmp_path: Path) -> None:
    """A form's own words can't change how the report looks."""
    form = "| survey | type | name | label |\n| | [bold]x | a | [red]A[/red] |\n"
    result = check(tmp_path, form, "--lang", "en")
    assert result.exit_code == 2
    assert "Unknown question type “[bold]x”" in result.stdout


def test_what_stands_on_another_sheet_is_said_with_its_place(tmp_path: Path) -> None:
    form = """
| survey | type | name | label |
| | select_one l | q | Which |
| choices | list_name | name | label | media::audio |
| | l | a | A | |
| | l | b | B | b.mp3 |
"""
    lines = check(tmp_path, form, "--lang", "en").stdout.splitlines()
    said = next(line for line in lines if "does not play" in line)
    assert "sheet choices, row 3, column media::audio: A chat does not play" in said


def sources() -> str:
    """The sources of intake."""
    files = [*FORMS.glob("*.py"), *(FORMS / "lint").glob("*.py")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def codes() -> set[str]:
    """Every code of a finding that stands in the sources of intake."""
    found = set(re.findall(r"Severity\.[A-Z]+,\s*\"(\w+)\"", sources()))
    found |= set(re.findall(r"Unfit\(\s*\"(\w+)\"", sources()))
    for pair in re.findall(r"code = \"(\w+)\" if .* else \"(\w+)\"", sources()):
        found |= set(pair)
    refusals, trial = (FORMS / name for name in ("refusals.py", "trial.py"))
    for file in (refusals, trial):
        found |= set(
            re.findall(r"\"[A-Za-z_0-9]+\": \"([a-z_]+)\"", file.read_text(encoding="utf-8"))
        )
    found |= set(re.findall(r"\", \"([a-z_]+)\", \"", refusals.read_text(encoding="utf-8")))
    found |= {code_of(reason) for reason in REASONS}
    return found - {"calculate", "readonly", "count"}


def test_there_are_many_codes_and_each_has_its_sentence() -> None:
    assert len(codes()) > 70
    for language in LANGUAGES:
        said = catalogue(language)
        assert {code for code in codes() if f"forms.finding.{code}" not in said} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_belongs_to_a_code(language: str) -> None:
    """So that one whose code is made in a roundabout way is not missed, and none is left over."""
    sentences = {
        key.removeprefix("forms.finding.")
        for key in catalogue(language)
        if key.startswith("forms.finding.")
    }
    quoted = set(re.findall(r"\"(\w+)\"", sources()))
    assert sentences - codes() - quoted == set()


def test_the_limits_that_are_reported_are_those_of_the_chat() -> None:
    assert (media.ALBUM, chat.ORIGINAL) == (pictures.ALBUM, questions._TELEGRAM_KEEPS)


@pytest.mark.parametrize(
    ("suffix", "start"),
    [
        (".svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        (".svgz", b"\x1f\x8b\x08\x00"),
        (".tif", b"II*\x00\x08\x00\x00\x00"),
        (".tiff", b"MM\x00*\x00\x00\x00\x08"),
        (".bmp", b"BM\x36\x00\x00\x00"),
        (".ico", b"\x00\x00\x01\x00"),
        (".flac", b"fLaC\x00\x00\x00\x22"),
        (".wma", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
        (".wmv", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
        (".aif", b"FORM\x00\x00\x00\x00AIFF"),
        (".aiff", b"FORM\x00\x00\x00\x00AIFF"),
        (".avi", b"RIFF\x00\x00\x00\x00AVI LIST"),
        (".flv", b"FLV\x01\x05\x00\x00\x00\x09"),
        (".mpg", b"\x00\x00\x01\xba"),
        (".mpeg", b"\x00\x00\x01\xba"),
    ],
)
def test_media_that_are_reported_as_left_out_are_never_kept(suffix: str, start: bytes) -> None:
    assert suffix in media.LEFT_OUT
    assert file_type(start, "") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_can_be_said_whatever_is_known(language: str) -> None:
    for code in codes():
        said = sentence(Finding(Severity.REFUSED, code, Place("survey", 2, "label")), language)
        assert said
        assert "{" not in said.replace("${", "")
