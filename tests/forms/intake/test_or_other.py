"""The choice and the question that `or_other` adds speak the languages of the form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Env, Form, Interview, Prompt, intake_worker, workbook
from forms.intake import intake
from forms.or_other import language_code, translate
from forms.report import Finding, Place, Severity
from tests.forms.intake.making import found, markdown, one

ENGLISH = ("Other", "Specify other.")
CHINESE = ("其他", "请说明")


def translated(table: bytes) -> tuple[bytes, list[Finding]]:
    """A Markdown table converted in this process."""
    answer = intake_worker.run(table, ".md", "made")
    return translate(answer["xform"].encode(), workbook.read(answer["sheets"]))


def asked(xform: bytes, language: str | None = None) -> tuple[str, str]:
    """The words of the last choice of the select, and of the question that follows it."""
    interview = Interview.start(Form.from_xform(xform), Env(), language)
    choice = interview.choices("/data/q").choices[-1]
    assert choice.value == "other"
    interview.answer("other")
    prompt = interview.current()
    assert isinstance(prompt, Prompt)
    assert prompt.ref == "/data/q_other"
    return choice.label, prompt.label


def in_three(kind: str = "select_one l or_other") -> bytes:
    """A form in Chinese, English and French."""
    languages = "label::中文 (zh) | label::English (en) | label::Français (fr)"
    return markdown(
        f"type | name | {languages}\n{kind} | q | 选哪个 | Which | Lequel",
        f"list_name | name | {languages}\nl | x | 甲 | A | A\nl | y | 乙 | B | B",
        "form_id | default_language\ndata | 中文 (zh)",
    )


def plain(label: str, choice: str, settings: str = "") -> bytes:
    """A form without translations."""
    return markdown(
        f"type | name | label\nselect_one l or_other | q | {label}",
        f"list_name | name | label\nl | x | {choice}",
        settings or "form_id\ndata",
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [("中文 (zh)", CHINESE), ("English (en)", ENGLISH), ("Français (fr)", ENGLISH)],
)
def test_each_translation_has_its_own_words(language: str, words: tuple[str, str]) -> None:
    xform, _ = translated(in_three())
    assert asked(xform, language) == words


@pytest.mark.parametrize(
    "kind",
    ["select_one l or_other", "select_one l or specify other", "select one from l or other"],
)
def test_a_language_without_words_is_remarked_at_the_row(kind: str) -> None:
    finding = one(translated(in_three(kind))[1], "other_untranslated")
    assert finding.severity is Severity.WARNING
    assert finding.place == Place("survey", 2, "type")
    assert (finding.question, finding.values["languages"]) == ("q", "Français (fr)")


def test_nothing_is_remarked_where_all_languages_have_words() -> None:
    form = markdown(
        "type | name | label::中文 (zh) | label::English (en)\n"
        "select_multiple l or_other | q | 选哪些 | Which",
        "list_name | name | label::中文 (zh) | label::English (en)\nl | x | 甲 | A",
    )
    taken = intake(form, "f.md")
    assert taken.findings == ()
    assert "请说明".encode() in taken.xform


@pytest.mark.parametrize(
    ("label", "choice", "words"),
    [
        ("选哪个？", "甲", CHINESE),
        ("选哪个？ Which?", "甲 A", CHINESE),
        ("BMI", "正常", CHINESE),
        ("Which?", "A", ENGLISH),
        ("Which language do most of the people in this house speak?", "中文", ENGLISH),
    ],
)
def test_a_form_without_translations_is_told_by_its_letters(
    label: str, choice: str, words: tuple[str, str]
) -> None:
    xform, findings = translated(plain(label, choice))
    assert asked(xform) == words
    assert findings == []


@pytest.mark.parametrize(
    ("label", "choice"), [("どの村に住んでいますか", "東"), ("Какое село?", "Первое")]
)
def test_letters_of_neither_language_are_remarked(label: str, choice: str) -> None:
    xform, findings = translated(plain(label, choice))
    assert asked(xform) == ENGLISH
    assert one(findings, "other_untranslated").values["languages"] == "default"


def test_the_language_that_the_settings_name_goes_before_letters() -> None:
    form = plain("Lequel", "A", "form_id | default_language\ndata | Français (fr)")
    finding = one(translated(form)[1], "other_untranslated")
    assert finding.values["languages"] == "Français (fr)"


def test_columns_without_a_language_beside_others_are_told_by_their_letters() -> None:
    form = markdown(
        "type | name | label | label::English (en)\nselect_one l or_other | q | 选哪个 | Which",
        "list_name | name | label | label::English (en)\nl | x | 甲 | A",
        "form_id\ndata",
    )
    xform, findings = translated(form)
    assert asked(xform, "default") == CHINESE
    assert asked(xform, "English (en)") == ENGLISH
    assert findings == []


def test_choices_without_translation_keep_one_language() -> None:
    form = markdown(
        "type | name | label::中文 (zh) | label::English (en)\n"
        "select_one l or_other | q | 选哪个 | Which",
        "list_name | name | label\nl | x | 甲",
        "form_id\ndata",
    )
    assert asked(translated(form)[0], "English (en)") == ("其他", "Specify other.")


def test_an_other_choice_of_the_author_keeps_its_words() -> None:
    form = markdown(
        "type | name | label\nselect_one l or_other | q | 选哪个",
        "list_name | name | label\nl | x | 甲\nl | other | 都不是",
        "form_id\ndata",
    )
    assert asked(translated(form)[0]) == ("都不是", "请说明")


def test_a_list_with_an_odd_name_is_left_to_the_compiler() -> None:
    form = markdown(
        "type | name | label::中文 (zh)\nselect_one it's or_other | q | 选哪个",
        "list_name | name | label::中文 (zh)\nit's | x | 甲",
        "form_id\ndata",
    )
    assert "其他" in translated(form)[0].decode()


def test_a_question_of_the_same_words_is_left_alone() -> None:
    rows = "select_one l | q | 选哪个\ntext | t | Specify other."
    form = markdown(f"type | name | label\n{rows}", "list_name | name | label\nl | other | Other")
    xform, _ = translated(form)
    assert b"Specify other." in xform
    assert b"<label>Other</label>" in xform


def test_selects_in_groups_and_repeats_are_found() -> None:
    rows = (
        "begin_group | g | 组\nselect_one l or_other | a | 选哪个\nend_group | |\n"
        "begin_repeat | r | 行\nselect_one l or_other | a | 选哪个\nend_repeat | |"
    )
    form = markdown(f"type | name | label\n{rows}", "list_name | name | label\nl | x | 甲")
    xform, findings = translated(form)
    assert xform.decode().count("请说明") == 2
    assert b"Specify other." not in xform
    assert not found(findings, "other_untranslated")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("中文 (zh)", "zh"),
        ("简体中文（zh-CN）", "zh"),
        ("简体中文", "zh"),
        ("Chinese (zh-Hans)", "zh"),
        ("zh", "zh"),
        ("zh_CN", "zh"),
        ("中文", "zh"),
        ("English", "en"),
        ("English (en-GB)", "en"),
        ("Français (fr)", "fr"),
        ("Kiswahili", ""),
        ("default", ""),
        ("", ""),
    ],
)
def test_a_language_is_known_by_its_code_or_its_name(name: str, code: str) -> None:
    assert language_code(name) == code


@given(st.text())
def test_any_name_of_a_language_is_read(name: str) -> None:
    assert language_code(name) == language_code(name).lower()
