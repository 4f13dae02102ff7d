"""How a question looks in a chat: its words, its buttons, and what can be typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from core.messages import Button, Entry, Progress, Reply
from core.texts import say
from forms import Bounds, ChoicePage, Kind, Prompt, RepeatPrompt
from handlers import calendar
from handlers.states import Filling
from handlers.tokens import QUESTION, token

Row = tuple[Button, ...]

PAGE: Final = 8  # choices that stand under one message
BROWSE: Final = 50  # more choices than this are searched, not paged
QUICK_NUMBERS: Final = 12  # a range of so few numbers is offered as buttons

MEDIA: Final = {Kind.IMAGE: "photo", Kind.AUDIO: "audio", Kind.VIDEO: "video", Kind.FILE: "file"}
PINS: Final = {Kind.GEOTRACE: 2, Kind.GEOSHAPE: 3}  # the fewest that make a line, an area


@dataclass(frozen=True, slots=True)
class Asking:
    """What is needed to show a question: whose interview, in which language, on which day, with
    which choices (of a select) and the state of the widget. `answered` questions were answered by
    the menu and don't count."""

    interview: str
    language: str
    today: date
    state: Filling
    choices: ChoicePage | None = None
    answered: int = 0

    def say(self, key: str, /, **values: object) -> str:
        """A text in the person's language."""
        return say(self.language, key, **values)

    def token(self, rev: int, *words: object) -> str:
        """A token of a button of this question."""
        return token(QUESTION, self.interview, rev, *words)


def slot(interview: str) -> str:
    """The name under which the open question of an interview can be changed."""
    return f"q{interview}"


def render(prompt: Prompt, asking: Asking, lead: str = "") -> Reply:
    """The message that asks `prompt`; `lead` stands before it (notes, a word about an error)."""
    return Reply(
        text="\n\n".join(part for part in (lead, words(prompt, asking)) if part),
        buttons=(*_widget(prompt, asking), *_navigation(prompt, asking)),
        entry=_entry(prompt, asking),
        progress=_progress(prompt, asking),
        slot=slot(asking.interview),
    )


def _progress(prompt: Prompt | RepeatPrompt, asking: Asking) -> Progress:
    """What the person counts: the question that the menu answered is not among it."""
    at, about = prompt.progress.at - asking.answered, prompt.progress.about - asking.answered
    return Progress(at=max(at, 1), about=max(about, 1))


def render_repeat(prompt: RepeatPrompt, asking: Asking, lead: str = "") -> Reply:
    """The message that asks whether one more row is wanted."""
    key = "chat.repeat.first" if prompt.count == 0 else "chat.repeat.more"
    text = asking.say(key, label=prompt.label, n=prompt.count)
    yes = Button(
        text=asking.say("chat.button.yes"), token=asking.token(prompt.rev, "+"), style="primary"
    )
    no = Button(text=asking.say("chat.button.no"), token=asking.token(prompt.rev, "-"))
    return Reply(
        text="\n\n".join(part for part in (lead, text) if part),
        buttons=((yes, no) if prompt.can_add else (no,), (_back(prompt.rev, asking),)),
        entry=Entry(kind="none"),
        progress=_progress(prompt, asking),
        slot=slot(asking.interview),
    )


def settled(prompt: Prompt, shown: str, asking: Asking) -> Reply:
    """What becomes of the question's message once it is answered: a line of the record."""
    label = label_of(prompt)
    answer = shown.strip() or asking.say("chat.answer.skipped")
    return Reply(text=f"{label}\n✓ **{literal(answer)}**", edits=slot(asking.interview))


def label_of(prompt: Prompt | RepeatPrompt) -> str:
    """The question's label; its name where the author gave none."""
    return prompt.label.strip() or prompt.ref.rsplit("/", 1)[-1]


def literal(text: str) -> str:
    """Words that a person said, so that no Markdown in them takes effect."""
    return "".join(f"\\{sign}" if sign in "*_`[]<>\\~#-" else sign for sign in text)


def words(prompt: Prompt, asking: Asking) -> str:
    """The question's own words: the groups just entered, label, hint, what is chosen so far."""
    parts = [f"— {title.strip()} —" for title in prompt.entered if title.strip()]
    label = label_of(prompt)
    parts.append(label if set(label) & set("*_`\n") else f"**{label}**")
    if prompt.hint:
        parts.append(prompt.hint.strip())
    if guide := _guide(prompt, asking):
        parts.append(guide)
    if prompt.value and prompt.shown and prompt.kind is not Kind.NOTE:
        parts.append(asking.say("chat.answer.present", value=literal(prompt.shown)))
    return "\n\n".join(parts)


def _guide(prompt: Prompt, asking: Asking) -> str:
    """What to do, where the buttons alone don't say it."""
    picked = asking.state.picked or ()
    if prompt.kind in (Kind.SELECT_ONE, Kind.SELECT_MULTIPLE) and asking.choices is not None:
        if searched(prompt):
            count = asking.choices.total
            if not asking.state.query:
                return asking.say("chat.choices.type", n=count)
            return asking.say("chat.choices.found", query=literal(asking.state.query), n=count)
        if asking.choices.pages > 1:
            return asking.say("chat.choices.page", n=asking.choices.total)
    if prompt.kind in PINS:
        return asking.say("chat.pins", n=len(picked), least=PINS[prompt.kind])
    if prompt.kind in MEDIA:
        return asking.say(f"chat.send.{MEDIA[prompt.kind]}")
    if prompt.kind is Kind.GEOPOINT:
        return asking.say("chat.send.location")
    if prompt.kind is Kind.DATETIME and asking.state.moment:
        return asking.say("chat.moment", day=asking.state.moment)
    return ""


def searched(prompt: Prompt) -> bool:
    """Whether a select is answered by typing part of a name instead of by pages."""
    wanted = {"minimal", "autocomplete", "search"} & set(prompt.appearance)
    return prompt.choices_total > BROWSE or (bool(wanted) and prompt.choices_total > PAGE)


# --- buttons -------------------------------------------------------------------------------------


def _widget(prompt: Prompt, asking: Asking) -> Sequence[Row]:
    match prompt.kind:
        case Kind.SELECT_ONE:
            return _choices(prompt, asking, frozenset({prompt.value} - {""}))
        case Kind.SELECT_MULTIPLE:
            return (
                *_choices(prompt, asking, frozenset(asking.state.picked or ())),
                _done(prompt, asking),
            )
        case Kind.RANK:
            return _rank(prompt, asking)
        case Kind.INTEGER | Kind.DECIMAL | Kind.RANGE:
            return _numbers(prompt, asking)
        case Kind.DATE | Kind.DATETIME:
            return _days(prompt, asking)
        case Kind.TIME:
            return ((_button(prompt, asking, "chat.button.now", "n"),),)
        case Kind.ACKNOWLEDGE:
            return ((_button(prompt, asking, "chat.button.ok", "o", primary=True),),)
        case Kind.GEOTRACE | Kind.GEOSHAPE:
            return _pins(prompt, asking)
        case _:
            return ()


def _choices(prompt: Prompt, asking: Asking, chosen: frozenset[str]) -> Sequence[Row]:
    page = asking.choices
    if page is None or (searched(prompt) and not asking.state.query):
        return ()
    rows: list[Row] = []
    for offset, choice in enumerate(page.choices):
        mark = "✓ " if choice.value in chosen else ""
        index = page.page * PAGE + offset
        rows.append(
            (
                Button(
                    text=mark + (choice.label.strip() or choice.value),
                    token=asking.token(prompt.rev, "c", index),
                    style="chosen" if mark else "plain",
                ),
            )
        )
    if page.pages > 1:
        rows.append(_pages(prompt.rev, page.page, page.pages, asking))
    return rows


def _pages(rev: int, page: int, pages: int, asking: Asking) -> Row:
    return (
        Button(text="‹", token=asking.token(rev, "p", (page - 1) % pages)),
        Button(text=f"{page + 1} / {pages}", token=asking.token(rev, "p", page)),
        Button(text="›", token=asking.token(rev, "p", (page + 1) % pages)),
    )


def _done(prompt: Prompt, asking: Asking) -> Row:
    count = len(asking.state.picked or ())
    text = asking.say("chat.button.done_n", n=count) if count else asking.say("chat.button.none")
    return (Button(text=text, token=asking.token(prompt.rev, "d"), style="primary"),)


def _rank(prompt: Prompt, asking: Asking) -> Sequence[Row]:
    picked = asking.state.picked or ()
    if asking.choices is None:
        return ()
    rows: list[Row] = []
    for index, choice in enumerate(asking.choices.choices):
        place = f"{picked.index(choice.value) + 1}. " if choice.value in picked else ""
        name = asking.token(prompt.rev, "c", index)
        rows.append(
            (Button(text=place + choice.label, token=name, style="chosen" if place else "plain"),)
        )
    tail = [_button(prompt, asking, "chat.button.undo", "u")] if picked else []
    if len(picked) == len(asking.choices.choices):
        tail.append(_button(prompt, asking, "chat.button.done", "d", primary=True))
    return (*rows, tuple(tail)) if tail else rows


def _numbers(prompt: Prompt, asking: Asking) -> Sequence[Row]:
    values = quick_numbers(prompt)
    buttons = [Button(text=value, token=asking.token(prompt.rev, "v", value)) for value in values]
    width = 4 if len(buttons) > 6 else 6
    return [tuple(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def quick_numbers(prompt: Prompt) -> list[str]:
    """The values that a question with narrow bounds offers as buttons."""
    bounds = prompt.bounds
    if bounds.minimum is None or bounds.maximum is None:
        return []
    if prompt.kind is Kind.DECIMAL and bounds.step is None:
        return []
    try:
        low, high = Decimal(bounds.minimum), Decimal(bounds.maximum)
        step = Decimal(bounds.step or "1")
    except InvalidOperation:
        return []
    if step <= 0 or high < low or (high - low) / step + 1 > QUICK_NUMBERS:
        return []
    count = int((high - low) / step) + 1
    return [f"{low + step * number:f}" for number in range(count)]


def smallest(prompt: Prompt) -> str:
    """What part of a date is asked for: ``day``, ``month`` or ``year``."""
    if "year" in prompt.appearance:
        return "year"
    return "month" if "month-year" in prompt.appearance else "day"


def _days(prompt: Prompt, asking: Asking) -> Sequence[Row]:
    if prompt.kind is Kind.DATETIME and asking.state.moment:
        return ((_button(prompt, asking, "chat.button.now", "n"),),)
    if asking.state.month:
        return calendar.rows(
            asking.state.month,
            smallest(prompt),
            asking.language,
            lambda page: asking.token(prompt.rev, "m", page),
            lambda day: asking.token(prompt.rev, "v", day),
        )
    open_calendar = _button(prompt, asking, "chat.button.calendar", "m")
    if smallest(prompt) != "day":
        return ((open_calendar,),)
    today = _button(prompt, asking, "chat.button.today", "t")
    yesterday = _button(prompt, asking, "chat.button.yesterday", "y")
    if prompt.kind is Kind.DATETIME:
        return (
            (_button(prompt, asking, "chat.button.now", "n"), today, yesterday),
            (open_calendar,),
        )
    return ((today, yesterday, open_calendar),)


def _pins(prompt: Prompt, asking: Asking) -> Sequence[Row]:
    picked = asking.state.picked or ()
    row = [_button(prompt, asking, "chat.button.undo", "u")] if picked else []
    if len(picked) >= PINS[prompt.kind]:
        row.append(_button(prompt, asking, "chat.button.done", "d", primary=True))
    return (tuple(row),) if row else ()


def _navigation(prompt: Prompt, asking: Asking) -> Sequence[Row]:
    first = prompt.progress.at <= 1 + asking.answered
    row = [] if first else [_back(prompt.rev, asking)]
    if prompt.value and prompt.kind not in (*MEDIA, Kind.SELECT_MULTIPLE, Kind.RANK):
        row.append(_button(prompt, asking, "chat.button.same", "k"))
    elif not prompt.required and prompt.kind not in (Kind.ACKNOWLEDGE, Kind.SELECT_MULTIPLE):
        row.append(_button(prompt, asking, "chat.button.skip", "s"))
    if prompt.value and not prompt.required and prompt.kind is not Kind.SELECT_MULTIPLE:
        row.append(_button(prompt, asking, "chat.button.clear", "s"))
    return (tuple(row),) if row else ()


def _back(rev: int, asking: Asking) -> Button:
    return Button(text=asking.say("chat.button.back"), token=asking.token(rev, "b"))


def _button(
    prompt: Prompt, asking: Asking, key: str, action: str, *, primary: bool = False
) -> Button:
    return Button(
        text=asking.say(key),
        token=asking.token(prompt.rev, action),
        style="primary" if primary else "plain",
    )


# --- typing --------------------------------------------------------------------------------------


def _on_this_day(bounds: Bounds, today: date) -> Bounds:
    """The engine leaves ``today()`` as that word; a date picker needs the day."""
    return replace(
        bounds,
        minimum=today.isoformat() if bounds.minimum == "today()" else bounds.minimum,
        maximum=today.isoformat() if bounds.maximum == "today()" else bounds.maximum,
    )


def _entry(prompt: Prompt, asking: Asking) -> Entry:
    bounds = _on_this_day(prompt.bounds, asking.today)
    match prompt.kind:
        case Kind.INTEGER:
            return Entry(kind="integer", minimum=bounds.minimum, maximum=bounds.maximum)
        case Kind.DECIMAL | Kind.RANGE:
            return Entry(kind="decimal", minimum=bounds.minimum, maximum=bounds.maximum)
        case Kind.DATE:
            part = {"day": "date", "month": "month", "year": "year"}[smallest(prompt)]
            return Entry.model_validate(
                {"kind": part, "minimum": bounds.minimum, "maximum": bounds.maximum}
            )
        case Kind.DATETIME:
            return Entry(kind="time" if asking.state.moment else "dateTime")
        case Kind.TIME:
            return Entry(kind="time")
        case Kind.IMAGE | Kind.AUDIO | Kind.VIDEO | Kind.FILE:
            return Entry.model_validate({"kind": MEDIA[prompt.kind]})
        case Kind.GEOPOINT | Kind.GEOTRACE | Kind.GEOSHAPE:
            return Entry(kind="location")
        case Kind.ACKNOWLEDGE | Kind.RANK | Kind.NOTE:
            return Entry(kind="none")
        case Kind.TEXT:
            return Entry(kind="multiline" if "multiline" in prompt.appearance else "text")
        case _:
            return Entry(kind="text")
