"""`zoufang forms try`: any form, filled in in the terminal or by a script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from typer.testing import CliRunner, Result

from bot.cli.forms import forms_app
from bot.cli.try_form import pick_language
from forms import intake_worker

FORM = """
| survey | type | name | label::中文 (zh) | label::English (en) | hint::English (en) | relevant | constraint | constraint_message::English (en) | required |
| | text | who | 姓名 | Name | In full | | | | yes |
| | integer | age | 年龄 | Age | | | . < 120 | Too much | yes |
| | note | hello | 你好 | Hello ${who} | | | | | |
| | select_one yn | fine | 好吗 | Fine? | | ${age} > 17 | | | |
| | select_multiple yn | both | 多选 | Both? | | | | | |
| | image | photo | 照片 | Photo | | | | | |
| | begin_repeat | kids | 孩子 | Child | | | | | |
| | text | kid | 小名 | Name of the child | | | | | |
| | end_repeat | | | | | | | | |
| | date | day | 日期 | Day | | | | | |
| choices | list_name | name | label::中文 (zh) | label::English (en) |
| | yn | yes | 是 | Yes |
| | yn | no | 否 | No |
| settings | form_id | version | default_language |
| | t | 1 | 中文 (zh) |
"""  # noqa: E501
NOW = ["--now", "2026-03-05T09:00:00+08:00", "--seed", "1"]


@cache
def xform(table: str) -> str:
    """A table as a ready XForm, so that not every test starts pyxform in a process of its own."""
    return str(intake_worker.run(table.encode(), ".md", "form")["xform"])


def written(folder: Path, table: str) -> Path:
    file = folder / "form.xml"
    file.write_text(xform(table), encoding="utf-8")
    return file


@pytest.fixture
def form(tmp_path: Path) -> Path:
    return written(tmp_path, FORM)


def run(form: Path, said: Sequence[Any], *options: str) -> tuple[Result, list[dict[str, Any]]]:
    lines = [one if isinstance(one, str) else json.dumps(one) for one in said]
    arguments = ["try", str(form), "--jsonl", *NOW, *options]
    result = CliRunner().invoke(forms_app, arguments, input="".join(f"{x}\n" for x in lines))
    return result, [json.loads(line) for line in result.stdout.splitlines()]


def answers(*values: Any) -> list[dict[str, Any]]:
    return [{"answer": value} for value in values]


STRAIGHT = [
    *answers("Li", 30, "", "yes", ["yes", "no"], ""),
    {"action": "add"},
    *answers("Xiao"),
    {"action": "skip"},
    *answers("2026-03-05"),
]


def test_a_question_says_all_that_a_script_needs(form: Path) -> None:
    result, heard = run(form, [], "--lang", "en")
    assert result.exit_code == 2
    assert heard == [
        {
            "type": "question",
            "ref": "/data/who",
            "kind": "text",
            "label": "Name",
            "hint": "In full",
            "required": True,
            "choices": [],
            "rev": heard[0]["rev"],
        }
    ]


def test_a_whole_form_ends_with_answers_and_xml(form: Path) -> None:
    result, heard = run(form, [*STRAIGHT, {"action": "finish"}], "--lang", "en")
    assert result.exit_code == 0
    assert [one["type"] for one in heard[-2:]] == ["summary", "done"]
    assert [(a["ref"], a["label"], a["value"]) for a in heard[-2]["answers"]] == [
        ("/data/who", "Name", "Li"),
        ("/data/age", "Age", "30"),
        ("/data/fine", "Fine?", "yes"),
        ("/data/both", "Both?", "yes no"),
        ("/data/kids[r1]/kid", "Name of the child", "Xiao"),
        ("/data/day", "Day", "2026-03-05"),
    ]
    done = heard[-1]
    assert done["answers"]["age"] == 30
    assert done["answers"]["kids"] == [{"kid": "Xiao"}]
    root = etree.fromstring(done["xml"].encode())
    assert (root.get("id"), root.findtext("both")) == ("t", "yes no")


def test_kinds_and_choices_are_those_of_xlsform(form: Path) -> None:
    _, heard = run(form, STRAIGHT, "--lang", "en")
    kinds = [one["kind"] for one in heard if one["type"] == "question"]
    expected = ["text", "integer", "note", "select_one", "select_multiple", "image", "text", "date"]
    assert kinds == expected
    fine = next(one for one in heard if one.get("ref") == "/data/fine")
    assert fine["choices"] == [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}]
    note = next(one for one in heard if one.get("kind") == "note")
    assert note["label"] == "Hello Li"
    repeats = [one for one in heard if one["type"] == "repeat"]
    assert [(one["count"], one["can_add"], one["can_remove"]) for one in repeats] == [
        (0, True, False),
        (1, True, True),
    ]


@pytest.mark.parametrize(
    ("said", "reason", "message"),
    [
        ({"answer": "many"}, "type", None),
        ({"answer": 200}, "constraint", "Too much"),
        ({"answer": ""}, "required", None),
        ({"action": "skip"}, "required", None),
        ({"answer": 30, "rev": 0}, "stale", None),
        ("not json", "input", None),
        ("[1, 2]", "input", None),
        ({"answer": {"a": 1}}, "input", None),
        ({"answer": 1, "action": "back"}, "input", None),
        ({"action": "dance"}, "input", None),
        ({"action": "add"}, "input", None),
        ({"action": "goto", "ref": "/data/nowhere"}, "input", None),
        ({"action": "goto", "ref": 7}, "input", None),
        ("[" * 100_000, "input", None),
    ],
)
def test_what_is_not_taken_is_said_and_asked_again(
    form: Path, said: Any, reason: str, message: str | None
) -> None:
    _, heard = run(form, [*answers("Li"), said], "--lang", "en")
    asked, rejected, again = heard[-3:]
    assert asked == again
    assert (rejected["type"], rejected["ref"]) == ("rejected", "/data/age")
    assert rejected["reason"] == reason
    assert rejected["message"]
    assert message in (None, rejected["message"])


def test_back_and_goto_move_and_everything_can_be_changed(form: Path) -> None:
    _, heard = run(form, [*answers("Li", 30), {"action": "back"}, {"action": "back"}])
    assert [one["ref"] for one in heard[-2:]] == ["/data/age", "/data/who"]
    said = [*STRAIGHT, {"action": "goto", "ref": "/data/age"}, *answers(12), {"action": "finish"}]
    _, heard = run(form, said)
    assert [one["type"] for one in heard[-3:]] == ["question", "summary", "done"]
    assert "fine" not in heard[-1]["answers"]


def test_rows_are_added_and_removed_from_the_summary(form: Path) -> None:
    said = [
        *STRAIGHT,
        {"action": "add", "ref": "/data/kids"},
        *answers("Da"),
        {"action": "remove", "ref": "/data/kids[r1]"},
        {"action": "finish"},
    ]
    _, heard = run(form, said)
    while heard[-1]["type"] == "repeat":
        said.insert(-1, {"action": "skip"})
        _, heard = run(form, said)
    assert heard[-1]["answers"]["kids"] == [{"kid": "Da"}]


def test_finishing_too_early_leads_to_what_is_missing(form: Path) -> None:
    _, heard = run(form, [*answers("Li"), {"action": "finish"}])
    assert (heard[-2]["type"], heard[-2]["reason"]) == ("rejected", "required")
    assert heard[-1]["ref"] == heard[-2]["ref"] == "/data/age"


@pytest.mark.parametrize("answered", range(2, len(STRAIGHT) + 1))
def test_a_summary_comes_before_the_end_wherever_it_is_reached(form: Path, answered: int) -> None:
    _, heard = run(form, [*STRAIGHT[:answered], {"action": "finish"}], "--lang", "en")
    assert [one["type"] for one in heard].count("summary") == 1
    summary, done = heard[-2:]
    assert (summary["type"], done["type"]) == ("summary", "done")
    assert [one["value"] for one in summary["answers"]][:2] == ["Li", "30"]
    assert {one["ref"].rsplit("/", 1)[1] for one in summary["answers"]} <= {
        "who", "age", "fine", "both", "kid", "day",
    }  # fmt: skip


def test_a_summary_comes_again_when_an_answer_is_looked_at_before_the_end(form: Path) -> None:
    said = [*STRAIGHT, {"action": "goto", "ref": "/data/age"}, {"action": "finish"}]
    _, heard = run(form, said)
    kinds = [one["type"] for one in heard[-4:]]
    assert kinds == ["summary", "question", "summary", "done"]


def test_media_are_given_by_the_path_of_a_file(form: Path, tmp_path: Path) -> None:
    photo = tmp_path / "house.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(20))
    before = answers("Li", 30, "", "yes", ["yes"])
    _, heard = run(form, [*before, {"answer": str(tmp_path / "none.jpg")}])
    assert heard[-2]["reason"] == "media"
    said = [*before, {"answer": str(photo)}, *answers("no", ""), {"action": "finish"}]
    _, heard = run(form, said)
    assert "house.jpg" in heard[-1]["xml"]


def test_the_clock_and_chance_can_be_set(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "| survey | type | name | label | calculation |\n"
        "| | start | start | | |\n"
        "| | calculate | day | | today() |\n"
        "| | calculate | any | | random() |\n"
        "| | note | n | Today is ${day} | |\n",
    )
    said = [*answers(""), {"action": "finish"}]
    first, heard = run(file, said)
    assert heard[0]["label"] == "Today is 2026-03-05"
    assert "2026-03-05T09:00:00" in heard[-1]["xml"]
    second, _ = run(file, said)
    assert first.stdout == second.stdout


def test_facts_reach_the_form(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "| survey | type | name | label | calculation |\n"
        "| | select_one_from_file subjects.csv | subject | Who? | |\n"
        "| | select_one_from_file villages.csv | v | Where? | |\n"
        "| | calculate | tags | | pulldata('subject', 'tags', 'key', 'subject') |\n"
        "| | calculate | last | | pulldata('previous', 'pulse', 'key', 'previous') |\n"
        "| | calculate | limit | | pulldata('parameters', 'value', 'key', 'htn') |\n"
        "| | note | n | ${tags} / ${last} / ${limit} | |\n",
    )
    facts = tmp_path / "facts.json"
    facts.write_text(
        json.dumps(
            {
                "subject": {"code": "A0102", "surname": "王", "tags": ["over_65", "lives_alone"]},
                "previous": {"pulse": 72},
                "parameters": {"htn": 140},
                "instances": {"villages": [{"name": "v1", "label": "东村"}]},
            }
        ),
        encoding="utf-8",
    )
    _, heard = run(file, answers("A0102", "v1"), "--subject", str(facts))
    assert heard[0]["choices"] == [{"value": "A0102", "label": "A0102 王"}]
    assert heard[1]["choices"] == [{"value": "v1", "label": "东村"}]
    assert heard[2]["label"] == "over_65 lives_alone / 72 / 140"


@pytest.mark.parametrize(
    ("options", "word"),
    [(["--now", "yesterday"], "yesterday"), (["--subject", "{file}"], "facts.json")],
)
def test_wrong_options_are_one_line(
    form: Path, tmp_path: Path, options: list[str], word: str
) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text("[]")
    given = [option.replace("{file}", str(facts)) for option in options]
    result = CliRunner().invoke(forms_app, ["try", str(form), "--lang", "en", *given])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert word in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_refused_form_is_not_asked(tmp_path: Path) -> None:
    file = tmp_path / "form.md"
    file.write_text("| survey | type | name | label |\n| | foo | a | A |\n", encoding="utf-8")
    result = CliRunner().invoke(forms_app, ["try", str(file), "--jsonl"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "foo" in result.stderr


def test_a_person_fills_the_form_in_by_hand(form: Path) -> None:
    said = ["Li", "200", "30", "", "1", "1 2", "", "y", "Xiao", "n", "2026-03-05", "2", "31", ""]
    result = CliRunner().invoke(
        forms_app, ["try", str(form), "--lang", "en", *NOW], input="".join(f"{x}\n" for x in said)
    )
    assert result.exit_code == 0
    assert "Too much" in result.stdout
    assert "<age>31</age>" in result.stdout
    assert "<both>yes no</both>" in result.stdout


def test_commands_move_through_the_form(form: Path) -> None:
    said = ["Li", "/back", "Wang", "12", "/goto who", "Zhao", "/dance", "/quit"]
    result = CliRunner().invoke(
        forms_app, ["try", str(form), "--lang", "en", *NOW], input="".join(f"{x}\n" for x in said)
    )
    assert result.exit_code == 2
    assert "= Wang" in result.stdout
    assert "makes no sense here" in result.stdout
    assert "Nothing was stored" in result.stdout


def test_a_person_is_told_what_falls_away_and_what_comes_back(form: Path) -> None:
    said = ["Li", "30", "", "1", "/goto age", "10", "/goto age", "31", "/quit"]
    result = CliRunner().invoke(
        forms_app, ["try", str(form), "--lang", "en", *NOW], input="".join(f"{x}\n" for x in said)
    )
    gone, back = (result.stdout.index(f"1 answer {what}") for what in ("no longer", "applies"))
    assert gone < back


def test_long_lists_are_searched(tmp_path: Path) -> None:
    rows = "\n".join(f"| | v | v{n} | Village {n} |" for n in range(60))
    file = written(
        tmp_path,
        "| survey | type | name | label |\n| | select_one v | place | Place |\n"
        f"| choices | list_name | name | label |\n{rows}\n",
    )
    said = ["village 59", "1", ""]
    result = CliRunner().invoke(
        forms_app, ["try", str(file), "--lang", "en"], input="".join(f"{x}\n" for x in said)
    )
    assert result.exit_code == 0
    assert "<place>v59</place>" in result.stdout


@pytest.mark.parametrize(
    ("languages", "wanted", "chosen"),
    [
        (("中文 (zh)", "English (en)"), "en", "English (en)"),
        (("中文 (zh)", "English (en)"), "zh", "中文 (zh)"),
        (("English", "Français"), "en", "English"),
        (("Chinese", "English"), "zh", "Chinese"),
        (("English", "Français"), "Français", "Français"),
        (("English", "Français"), "zh", None),
        ((), "zh", None),
    ],
)
def test_a_language_is_found_by_name_or_code(
    languages: tuple[str, ...], wanted: str, chosen: str | None
) -> None:
    assert pick_language(languages, wanted) == chosen
