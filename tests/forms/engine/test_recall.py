"""Answers of an earlier record are taken over where they fit, and only there."""

from __future__ import annotations

from typing import Any, Final

import pytest

from forms import Accepted, Env, Form, Interview, Prompt, RepeatPrompt, Submission, Summary
from forms.intake import intake
from forms.recall import kept_names

TABLES: Final = """
| settings | form_title | form_id | version | attribute::last_values |
|---|---|---|---|---|
|  | Home | home | 1 | house roster pets |

| survey | type | name | label | relevant | constraint | repeat_count | default | required |
|---|---|---|---|---|---|---|---|---|
|  | date | day | Day |  |  |  | today() | yes |
|  | select_one yn | open | Open? |  |  |  |  | yes |
|  | begin_group | house | House | ${open} = 'yes' |  |  |  |  |
|  | select_multiple use | uses | Uses |  |  |  |  |  |
|  | integer | people | People |  | . < 10 |  |  |  |
|  | text | note | Note |  |  |  |  |  |
|  | image | photo | Photo |  |  |  |  |  |
|  | end_group |  |  |  |  |  |  |  |
|  | begin_repeat | roster | Person | ${open} = 'yes' |  | ${people} |  |  |
|  | text | who | Who |  |  |  |  |  |
|  | end_repeat |  |  |  |  |  |  |  |
|  | begin_repeat | pets | Pet |  |  |  |  |  |
|  | text | pet | Pet |  |  |  |  |  |
|  | end_repeat |  |  |  |  |  |  |  |
|  | text | mood | Mood |  |  |  |  |  |

| choices | list_name | name | label |
|---|---|---|---|
|  | yn | yes | Yes |
|  | yn | no | No |
|  | use | shop | Shop |
|  | use | barn | Barn |
"""

LAST: Final[dict[str, Any]] = {
    "day": "2026-03-01",
    "open": "yes",
    "house": {"uses": ["shop", "barn"], "people": 2, "note": "dry", "photo": "a.jpg"},
    "roster": [{"who": "Li"}, {"who": "Wang"}],
    "pets": [{"pet": "dog"}],
    "mood": "good",
}


@pytest.fixture(scope="module")
def form() -> Form:
    taken = intake(TABLES.encode(), "home.md")
    assert taken.form, taken.findings
    return taken.form


def begun(form: Form, last: dict[str, Any], *, answered: bool) -> tuple[Interview, int]:
    iv = Interview.start(form, Env())
    taken = iv.recall(last, kept_names(form), answered=answered)
    return Interview.load(form, iv.dump(), Env()), taken


def asked(iv: Interview, *answers: str) -> list[str]:
    """The names of what is asked on the way to the summary, answered one by one."""
    names: list[str] = []
    given = iter(answers)
    while not isinstance(current := iv.current(), Summary):
        if isinstance(current, RepeatPrompt):
            names.append(f"more {current.ref.rsplit('/', 1)[-1]}")
            iv.end_repeat(current.ref)
            continue
        assert isinstance(current, Prompt)
        names.append(current.ref.rsplit("/", 1)[-1])
        text = next(given, "")
        done = iv.answer(text) if text else iv.skip()
        assert isinstance(done, Accepted), (current, done)
    return names


def test_the_author_names_whose_last_values_are_kept(form: Form) -> None:
    assert kept_names(form) == {"house", "roster", "pets"}


def test_what_is_kept_is_not_asked_again_and_stands_in_the_record(form: Form) -> None:
    iv, taken = begun(form, LAST, answered=True)
    assert taken == 6
    assert asked(iv, "2026-03-05", "yes") == ["day", "open", "photo", "more pets", "mood"]
    record = iv.finalize()
    assert isinstance(record, Submission)
    assert record.answers["house"] == {"uses": ["shop", "barn"], "people": 2, "note": "dry"}
    assert record.answers["roster"] == LAST["roster"]
    assert record.answers["pets"] == LAST["pets"]
    assert "mood" not in record.answers


def test_what_no_longer_applies_is_not_in_the_record(form: Form) -> None:
    iv, _ = begun(form, LAST, answered=True)
    assert asked(iv, "2026-03-05", "no") == ["day", "open", "more pets", "mood"]
    record = iv.finalize()
    assert isinstance(record, Submission)
    assert set(record.answers) - {"meta"} == {"day", "open", "pets"}


def test_each_is_asked_with_what_it_held(form: Form) -> None:
    iv, _ = begun(form, LAST, answered=False)
    iv.answer("2026-03-05")
    iv.answer("yes")
    uses = iv.current()
    assert isinstance(uses, Prompt) and uses.value == "shop barn"
    iv.answer(["shop"])
    people = iv.current()
    assert isinstance(people, Prompt) and people.value == "2"
    iv.answer("1")
    iv.skip()
    iv.skip()
    first = iv.current()
    assert isinstance(first, Prompt) and first.value == "Li"


def test_what_was_answered_or_filled_in_already_stays(form: Form) -> None:
    iv = Interview.start(form, Env())
    iv.answer("2026-03-05")
    iv.answer("yes")
    iv.answer(["barn"])
    assert iv.recall(LAST, kept_names(form), answered=True) == 5
    values = {ref.rsplit("/", 1)[-1]: value for ref, value in iv.values().items()}
    assert (values["uses"], values["day"]) == ("barn", "2026-03-05")


@pytest.mark.parametrize(
    ("house", "kept"),
    [
        ({"uses": ["cellar"], "people": 2}, {"people": 2}),
        ({"people": "many"}, {}),
        ({"people": {"latitude": "far"}}, {}),
        ({"uses": "shop", "note": 7}, {"uses": ["shop"], "note": "7"}),
        ("nonsense", {}),
    ],
)
def test_what_the_form_no_longer_takes_is_asked_anew(
    form: Form, house: Any, kept: dict[str, Any]
) -> None:
    iv, taken = begun(form, {"house": house, "roster": "none", "pets": [3]}, answered=True)
    assert taken == len(kept)
    asked(iv, "2026-03-05", "yes")
    record = iv.finalize()
    assert isinstance(record, Submission)
    assert record.answers.get("house", {}) == kept


def test_a_smaller_number_takes_the_last_rows_away(form: Form) -> None:
    iv, _ = begun(form, LAST, answered=True)
    asked(iv, "2026-03-05", "yes")
    iv.goto("/data/house/people")
    iv.answer("1")
    record = iv.finalize()
    assert isinstance(record, Submission)
    assert record.answers["roster"] == [{"who": "Li"}]


def test_an_answer_that_the_form_now_forbids_is_asked_at_the_end(form: Form) -> None:
    iv, _ = begun(form, {"house": {"people": 12}}, answered=True)
    asked(iv, "2026-03-05", "yes")
    problems = iv.finalize()
    assert isinstance(problems, tuple)
    assert [one.ref for one in problems] == ["/data/house/people"]


def test_nothing_is_taken_over_from_nothing(form: Form) -> None:
    _, taken = begun(form, {}, answered=True)
    assert taken == 0
