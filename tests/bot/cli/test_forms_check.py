"""`zoufang forms check`: a report per question, for people and for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.form_report import sentence
from bot.cli.forms import forms_app
from core.texts import LANGUAGES, known
from forms.report import Finding, Place, Severity

FORMS = Path(__file__).parents[3] / "forms"
GOOD = """
| survey | type | name | label | appearance |
| | text | who | Name | |
| | image | sign | Sign here | signature |
"""
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


def codes() -> set[str]:
    """Every code of a finding that stands in the sources of intake."""
    found = set()
    files = [*FORMS.glob("*.py"), *(FORMS / "lint").glob("*.py")]
    sources = "\n".join(file.read_text(encoding="utf-8") for file in files)
    found |= set(re.findall(r"Severity\.[A-Z]+,\s*\"(\w+)\"", sources))
    found |= set(re.findall(r"Unfit\(\s*\"(\w+)\"", sources))
    refusals, trial = (FORMS / name for name in ("refusals.py", "trial.py"))
    for file in (refusals, trial):
        found |= set(
            re.findall(r"\"[A-Za-z_0-9]+\": \"([a-z_]+)\"", file.read_text(encoding="utf-8"))
        )
    found |= set(re.findall(r"\", \"([a-z_]+)\", \"", refusals.read_text(encoding="utf-8")))
    found |= {f"expression_{name}" for name in ("syntax", "unknown_function", "arity", "variable")}
    return found - {"calculate", "readonly", "count"}


def test_there_are_many_codes_and_each_has_its_sentence() -> None:
    assert len(codes()) > 70
    assert {code for code in codes() if not known(f"forms.finding.{code}")} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_can_be_said_whatever_is_known(language: str) -> None:
    for code in codes():
        said = sentence(Finding(Severity.REFUSED, code, Place("survey", 2, "label")), language)
        assert said
        assert "{" not in said.replace("${", "")
