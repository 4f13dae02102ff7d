"""Reading rule files: a county's own, what is wrong with them, and changes without a restart."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from core.texts import LANGUAGES, say
from scheduler.rule_problems import RulesError
from scheduler.rulebook import Rulebook, RuleShelf

RULE = """
[[rule]]
id = "X01"
version = 1
titles = { zh = "测试", en = "Test" }
source = "测试"
status = "I"
scope = "local"
on = true
valid_from = 2026-01-01
who = "grid_worker"
anchor = { kind = "calendar" }
every = "1 month"
population = { any_tags = ["lives_alone"] }
satisfied_by = [{ form = "elderly_followup" }]
"""


def county(folder: Path, text: str, name: str = "ours.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def changed(**fields: str) -> str:
    """The rule with other lines; an empty one is left out."""
    lines = dict(line.split(" = ", 1) for line in RULE.strip().splitlines()[1:])
    lines |= {name.replace("__", "."): value for name, value in fields.items()}
    return "[[rule]]\n" + "\n".join(f"{name} = {value}" for name, value in lines.items() if value)


def problems(folder: Path, text: str) -> list[tuple[str, str, str]]:
    """(rule, field, code) of everything that is wrong."""
    with pytest.raises(RulesError) as refused:
        Rulebook.read(county(folder, text))
    for one in refused.value.problems:
        assert one.file == "ours.toml"
        for language in LANGUAGES:
            assert say(language, f"rules.problem.{one.code}", value=one.value)
    return [(one.rule, one.field, one.code) for one in refused.value.problems]


def test_a_county_adds_a_rule(tmp_path: Path) -> None:
    book = Rulebook.read(county(tmp_path, RULE))
    line = book.line("X01", "990201")
    assert line
    assert line.in_force(date(2026, 5, 1))
    assert book.line("C01", "990201")


def test_a_county_turns_rules_on_and_off_without_copying_them(tmp_path: Path) -> None:
    book = Rulebook.read(
        county(tmp_path, '[switches]\nE04 = true\n"E04.change" = false\nH01 = false\n')
    )
    on = {rule.id for rule in book.rules if rule.on}
    assert {"E04.weekly", "E04.monthly"} <= on
    assert {"E04.change", "H01"}.isdisjoint(on)


def test_a_later_version_ends_the_one_before(tmp_path: Path) -> None:
    text = RULE + changed(version="2", valid_from="2026-07-01", every='"1 quarter"')
    line = Rulebook.read(county(tmp_path, text)).line("X01", "99")
    assert line
    assert [(one.version, one.valid_to) for one in line.versions] == [
        (1, date(2026, 6, 30)),
        (2, None),
    ]


def test_the_rule_of_the_nearest_region_counts(tmp_path: Path) -> None:
    text = RULE + changed(region='"9902"') + "\n" + changed(region='"990201"', who='"cadre"')
    book = Rulebook.read(county(tmp_path, text))

    def region(area: str) -> str:
        line = book.line("X01", area)
        assert line
        return line.region

    assert [region(area) for area in ("990301", "990203", "990201100")] == ["", "9902", "990201"]
    everywhere = book.line("X01", "99")
    assert everywhere
    assert everywhere.carved == ("9902", "990201")
    assert book.rule("X01", 1, "990201").who == "cadre"
    with pytest.raises(KeyError):
        book.rule("X01", 2)


def test_a_rule_is_called_as_the_region_of_an_area_calls_it(tmp_path: Path) -> None:
    counties = {"990201": "甲县", "990202": "乙县"}
    text = "\n".join(
        changed(region=f'"{region}"', titles=f'{{ zh = "{title}", en = "Test" }}')
        for region, title in counties.items()
    )
    book = Rulebook.read(county(tmp_path, text))
    areas = ("990201100", "990202100")
    today = date(2026, 5, 1)
    assert [book.title("X01", area, today, "zh") for area in areas] == ["甲县", "乙县"]
    assert book.title("X01", "99", today, "zh") in ("甲县", "乙县")
    assert book.title("gone", "990201", today, "zh") == "gone"


def test_the_questions_that_rules_read_are_known(tmp_path: Path) -> None:
    text = changed(satisfied_by='[{ form = "elderly_followup", answers = { hair = ["grey"] } }]')
    asked = Rulebook.read(county(tmp_path, text)).questions("elderly_followup")
    assert {"hair", "cert_date", "htn_next"} <= asked
    assert Rulebook.read().questions("nothing") == frozenset()


# --- what is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"who": ""}, "who", "missing"),
        ({"whom": '"grid_worker"'}, "whom", "unknown_field"),
        ({"every": '"monthly"'}, "every", "span"),
        ({"every": ""}, "every", "calendar_needs_every"),
        ({"steps": '["1 week"]'}, "steps", "every_or_steps"),
        ({"version": '"first"'}, "version", "invalid"),
        ({"status": '"X"'}, "status", "invalid"),
        ({"who": '"mayor"'}, "who", "unknown_role"),
        ({"helped_by": '["mayor"]'}, "helped_by", "unknown_role"),
        ({"ladder": '"none"'}, "ladder", "unknown_ladder"),
        ({"escalation": '"none"'}, "escalation", "unknown_escalation"),
        ({"population": '{ any_tags = ["bald"] }'}, "population", "unknown_tag"),
        ({"population": '{ any_tiers = ["a.b"] }'}, "population", "unknown_tier"),
        ({"population": '{ subject = "area" }'}, "population.subject", "wrong_for_kind"),
        ({"kind": '"quota"'}, "population.subject", "wrong_for_kind"),
        ({"share": "0.5"}, "share", "share_needs_of"),
        ({"valid_to": "2025-01-01"}, "valid_to", "before_valid_from"),
        ({"window": '{ due = "noon" }'}, "window.due", "point"),
        ({"window": '{ due = "02-29" }'}, "window.due", "point"),
        ({"window": '{ opens = "due - 3 days" }'}, "window.opens", "wrong_base"),
        ({"window": '{ closes = "never" }'}, "window.closes", "missed_needs_closes"),
        ({"window": '{ opens = "end + 1 day" }'}, "window.due", "due_before_opens"),
        ({"window": '{ overdue = "due - 1 day" }'}, "window.overdue", "overdue_before_due"),
        ({"window": '{ closes = "end + 9 days" }'}, "window.closes", "overlap_needs_merge"),
        ({"anchor": '{ kind = "moon" }'}, "anchor", "invalid"),
        ({"anchor": '{ kind = "date", date = "x" }'}, "anchor.date", "unknown_date"),
        ({"anchor": '{ kind = "event", events = ["x"] }'}, "anchor.events", "unknown_event"),
        ({"anchor": '{ kind = "event", events = ["added:x"] }'}, "anchor.events", "unknown_event"),
        (
            {"anchor": '{ kind = "festival", festivals = ["easter"] }', "every": ""},
            "anchor.festivals",
            "unknown_festival",
        ),
        ({"satisfied_by": "[]"}, "satisfied_by", "invalid"),
    ],
)
def test_a_fault_is_told_by_rule_and_field(
    tmp_path: Path, fields: dict[str, str], field: str, code: str
) -> None:
    assert ("X01", field, code) in problems(tmp_path, changed(**fields))


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({"version": "2"}, "versions_overlap"),
        ({"version": "1", "valid_from": "2026-07-01"}, "version_not_higher"),
    ],
)
def test_versions_are_one_after_the_other(
    tmp_path: Path, second: dict[str, str], code: str
) -> None:
    found = problems(tmp_path, RULE + changed(**second))
    assert code in [one for _, _, one in found]


@pytest.mark.parametrize(
    ("begins", "code"), [("2026-07-02", "versions_gap"), ("2026-06-30", "versions_overlap")]
)
def test_between_versions_is_neither_gap_nor_overlap(
    tmp_path: Path, begins: str, code: str
) -> None:
    text = changed(valid_to="2026-06-30") + "\n" + changed(version="2", valid_from=begins)
    assert problems(tmp_path, text) == [("X01", "valid_from", code)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[rules]]\n", ("", "rules", "unknown_field")),
        ("[switches]\nX99 = true\n", ("X99", "switches", "unknown_rule")),
        ('[switches]\nC01 = "perhaps"\n', ("", "switches.C01", "invalid")),
        (
            '[[effect]]\nform = "f"\nquestion = "q"\ntag = "bald"\n',
            ("[[effect]] 1", "tag", "unknown_tag"),
        ),
        (
            '[[effect]]\nform = "f"\nquestion = "q"\n',
            ("[[effect]] 1", "question", "effect_is_one_thing"),
        ),
        (
            '[[ladder]]\nid = "l"\nrungs = [{ id = "a", when = "start" }]\n',
            ("[[ladder]] l", "rungs.0.when", "wrong_base"),
        ),
        (
            '[[ladder]]\nid = "l"\nrungs = [{ id = "a", when = "due", to = "mayor" }]\n',
            ("l", "rungs.a.to", "unknown_role"),
        ),
        (
            '[[ladder]]\nid = "l"\n[[ladder.rungs]]\nid = "a"\nwhen = "due"\n'
            '[[ladder.rungs]]\nid = "a"\nwhen = "due"\n',
            ("[[ladder]] l", "rungs", "twice"),
        ),
        (
            '[[role]]\nid = "r"\nlevel = "grid"\nfalls_to = "mayor"\n'
            '[role.titles]\nzh = "z"\nen = "e"\n',
            ("r", "falls_to", "unknown_role"),
        ),
        (
            '[[role]]\nid = "r"\nlevel = "grid"\nfalls_to = "r"\n'
            '[role.titles]\nzh = "z"\nen = "e"\n',
            ("r", "falls_to", "circle"),
        ),
        ("rule = [", ("", "", "not_toml")),
    ],
)
def test_other_entries_are_checked_too(
    tmp_path: Path, text: str, problem: tuple[str, str, str]
) -> None:
    assert problem in problems(tmp_path, text)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, changed(who='"mayor"', ladder='"none"'))
    assert {code for _, _, code in found} == {"unknown_role", "unknown_ladder"}


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="no_file"):
        Rulebook.read(tmp_path / "none")


def test_forms_and_questions_are_checked_where_they_are_known(tmp_path: Path) -> None:
    book = Rulebook.read()
    forms = {
        one.form: book.questions(one.form) for rule in book.rules for one in rule.satisfied_by
    } | {one.form: book.questions(one.form) for one in book.effects}
    assert Rulebook.read(forms=forms).lines == book.lines
    county(tmp_path, changed(satisfied_by='[{ form = "poem" }]'))
    with pytest.raises(RulesError) as refused:
        Rulebook.read(tmp_path, forms=forms)
    assert [(one.code, one.value) for one in refused.value.problems] == [("unknown_form", "poem")]
    county(tmp_path, changed(satisfied_by='[{ form = "incident", answers = { rhyme = [] } }]'))
    with pytest.raises(RulesError) as refused:
        Rulebook.read(tmp_path, forms=forms)
    assert [one.value for one in refused.value.problems] == ["incident/rhyme"]


# --- changes --------------------------------------------------------------------------------------


def touch(folder: Path, text: str, second: int) -> None:
    county(folder, text)
    os.utime(folder / "ours.toml", (second, second))


def test_a_changed_file_counts_without_a_restart(tmp_path: Path) -> None:
    touch(tmp_path, RULE, 1)
    shelf = RuleShelf(tmp_path)
    before = shelf.rulebook
    assert shelf.refresh() == ()
    assert shelf.rulebook is before
    touch(tmp_path, changed(on="false"), 2)
    assert shelf.refresh() == ()
    assert not shelf.rulebook.rule("X01", 1).on


def test_while_a_file_is_wrong_the_former_rules_stay_and_it_is_told_once(tmp_path: Path) -> None:
    touch(tmp_path, RULE, 1)
    shelf = RuleShelf(tmp_path)
    touch(tmp_path, changed(who='"mayor"'), 2)
    assert [one.code for one in shelf.refresh()] == ["unknown_role"]
    assert shelf.refresh() == ()
    assert shelf.rulebook.rule("X01", 1).who == "grid_worker"
    touch(tmp_path, changed(who='"cadre"'), 3)
    assert shelf.refresh() == ()
    assert shelf.rulebook.rule("X01", 1).who == "cadre"


def test_words_and_switches_leave_the_fingerprint_and_times_change_it(tmp_path: Path) -> None:
    def fingerprint(**fields: str) -> str:
        return Rulebook.read(county(tmp_path, changed(**fields))).rule("X01", 1).fingerprint

    plain = fingerprint()
    assert fingerprint(source='"elsewhere"', on="false", ladder='"long"') == plain
    for fields in ({"every": '"1 quarter"'}, {"late_entry_days": "3"}, {"population": "{}"}):
        assert fingerprint(**fields) != plain
