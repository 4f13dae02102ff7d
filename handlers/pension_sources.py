"""Where a pension figure comes from: its steps, the rows behind each, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from handlers.markup import literal
from handlers.pension_words import PensionWords
from pension import Reasoning, Row, Step, StepCode
from pension.rows import NATION
from pension.tables import Increment

RULES_OF: Final[Mapping[StepCode, tuple[str, ...]]] = {
    StepCode.TURNS: ("scheme",),
    StepCode.YEARS_LEFT: ("scheme", "launch"),
    StepCode.LAUNCH_BETWEEN: ("launch_span",),
    StepCode.REQUIRED_YEARS: ("scheme",),
    StepCode.SUBSIDY: ("scheme",),
    StepCode.SUBSIDY_FLOOR: ("scheme",),
    StepCode.SUBSIDY_SHARES: ("scheme",),
    StepCode.BACK_PAID: ("scheme", "back_payment"),
    StepCode.GROWN: ("interest",),
    StepCode.NATIONAL_MINIMUM: ("basic_pension",),
    StepCode.BASIC_PENSION: ("basic_pension",),
    StepCode.EXTRA_YEARS: ("increment",),
    StepCode.EXTRA_AGE: ("increment",),
    StepCode.ACCOUNT_DIVIDED: ("scheme",),
    StepCode.FIRST_MONTH: ("scheme",),
    StepCode.LAST_MONTH: ("scheme", "clock"),
    StepCode.INHERITED: ("scheme",),
    StepCode.CERTIFICATION_DUE: ("certification",),
    StepCode.PAYMENT_PAUSES: ("certification",),
    StepCode.EMPLOYEE_MINIMUM: ("employee_minimum",),
    StepCode.EMPLOYEE_MONTHS: ("transfer", "employee_minimum"),
    StepCode.ACCOUNT_MOVES: ("transfer", "scheme"),
    StepCode.YEARS_ADD: ("transfer",),
    StepCode.OVERLAP_REFUND: ("transfer",),
    StepCode.REPAY: ("transfer",),
    StepCode.REFUND: ("transfer",),
    StepCode.WORKING_DAYS: ("clock", "holidays"),
}
"""In which tables the rule of a step stands. Steps that only reckon are not here."""

_LONGEST: Final = 900  # characters of a page, so that a small phone shows it without much scrolling


def cite(row: Row, words: PensionWords) -> str:
    """The document, where and when the row holds, and how well it is attested."""
    title = row.source.title_en if words.language == "en" else row.source.title_zh
    clause = words.say("source.clause", clause=literal(row.clause)) if row.clause else ""
    text = words.say(
        "source.cite",
        title=literal(title),
        clause=clause,
        region=words.region(row.region),
        span=_span(row, words),
        attested=words.say(f"attested.{row.status}"),
    )
    notes = [words.say("source.draft")] if row.source.draft else []
    if row.checked_on:
        notes.append(words.say("source.checked", day=words.day(row.checked_on)))
    return " ".join([text, *notes])


def pages(why: Reasoning, words: PensionWords) -> list[str]:
    """The reasoning in words, cut into pages: steps with marks, the rows that the marks name, and
    what is missing or may be out of date."""
    sections = (
        ("steps", list(_steps(why, words))),
        ("rows", [words.say("why.row", n=n, source=cite(row, words)) for n, row in _rows(why)]),
        ("caveats", [words.say("why.gap", text=words.caveat(one)) for one in why.caveats]),
    )
    blocks = [
        f"{words.say(f'why.{name}')}\n{line}" if first else line
        for name, lines in sections
        for first, line in _marking_first(lines)
    ]
    return list(_paged(blocks or [words.say("why.none")], words.say("why.title")))


def rows_of(step: Step, rows: Sequence[Row]) -> list[Row]:
    """Those of the rows in which the rule of a step stands."""
    tables = RULES_OF.get(step.code, ())
    return [row for row in rows if row.table in tables and _is_meant(step, row)]


def _is_meant(step: Step, row: Row) -> bool:
    """Of rows in one table, whether it is the one that the step tells."""
    match step.code:
        case StepCode.NATIONAL_MINIMUM:
            return row.region == NATION
        case StepCode.BASIC_PENSION:
            return row.region == step.values["region"]
        case StepCode.EXTRA_YEARS | StepCode.EXTRA_AGE:
            kind = "years" if step.code is StepCode.EXTRA_YEARS else "age"
            return isinstance(row, Increment) and row.kind == kind
        case _:
            return True


def _rows(why: Reasoning) -> Iterator[tuple[int, Row]]:
    return iter(enumerate(why.rows, 1))


def _steps(why: Reasoning, words: PensionWords) -> Iterator[str]:
    number_of = {id(row): number for number, row in _rows(why)}
    for number, step in enumerate(why.steps, 1):
        rows = rows_of(step, why.rows)
        marks = "".join(words.say("why.mark", n=number_of[id(row)]) for row in rows)
        key = "why.cited" if marks else "why.step"
        yield words.say(key, n=number, text=words.step(step), marks=marks)


def _marking_first(lines: Sequence[str]) -> Iterator[tuple[bool, str]]:
    return ((number == 0, line) for number, line in enumerate(lines))


def _paged(blocks: Sequence[str], title: str) -> Iterator[str]:
    """Blocks on as many pages as they need; each page begins with the title."""
    page = title
    for block in blocks:
        if page != title and len(page) + len(block) > _LONGEST:
            yield page
            page = title
        page = f"{page}\n\n{block}" if block.startswith("**") else f"{page}\n{block}"
    yield page


def _span(row: Row, words: PensionWords) -> str:
    """When a row holds."""
    if row.valid_from is None:
        return words.say("source.undated")
    first = words.day(row.valid_from)
    if row.start == "earlier":
        return words.say("source.since_earlier", first=first)
    if row.start == "uncertain":
        return words.say("source.since_uncertain", first=first)
    if row.valid_to is None:
        return words.say("source.since", first=first)
    return words.say("source.between", first=first, last=words.day(row.valid_to))
