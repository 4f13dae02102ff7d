"""How a question looks in a chat: its words, its pictures, its buttons, what can be typed."""

from __future__ import annotations

from typing import Final

from core.messages import Button, Entry, Progress, Reply
from forms import Kind, Prompt, RepeatPrompt
from handlers import barcodes, spoken
from handlers.asking import Asking, slot
from handlers.entries import MEDIA, entry
from handlers.markup import authored, literal, strong
from handlers.states import Filling
from handlers.widgets import PINS, back, navigation, quick_numbers, searched, widget

_BY_HAND: Final = {"signature": "signature", "draw": "drawing", "annotate": "drawing"}
_TELEGRAM_KEEPS: Final = 1280  # pixels of the longer side that a photo in a messenger may be cut to


def render(prompt: Prompt, asking: Asking, lead: str = "") -> Reply:
    """The message that asks `prompt`; `lead` stands before it, such as a word about an error."""
    return Reply(
        text=_joined(lead, asking.state.notes, words(prompt, asking)),
        buttons=(*widget(prompt, asking), *navigation(prompt, asking)),
        pictures=asking.state.pictures,
        entry=entry(prompt, asking),
        progress=_progress(prompt, asking),
        slot=slot(asking.interview),
    )


def render_repeat(prompt: RepeatPrompt, asking: Asking, lead: str = "") -> Reply:
    """The message that asks whether one more row is wanted."""
    key = "chat.repeat.first" if prompt.count == 0 else "chat.repeat.more"
    text = asking.say(key, label=authored(prompt.label), n=prompt.count)
    yes = asking.button(prompt.rev, "chat.button.yes", "+", primary=True)
    no = Button(text=asking.say("chat.button.no"), token=asking.token(prompt.rev, "-"))
    return Reply(
        text=_joined(lead, asking.state.notes, text),
        buttons=((yes, no) if prompt.can_add else (no,), (back(prompt.rev, asking),)),
        pictures=asking.state.pictures,
        entry=Entry(kind="none"),
        progress=_progress(prompt, asking),
        slot=slot(asking.interview),
    )


def settled(prompt: Prompt, value: str, shown: str, asking: Asking) -> Reply:
    """What becomes of the question's message once it is answered: a line of the record."""
    said = spoken.answer(prompt.kind, value, shown, prompt.appearance, asking.language).strip()
    answer = strong(said or asking.say("chat.answer.skipped"))
    return _kept(f"{label_of(prompt)}\n✓ {answer}", asking.state)


def closed(prompt: Prompt | RepeatPrompt, state: Filling) -> Reply:
    """What becomes of the question's message when it is left or asked again further down."""
    return _kept(label_of(prompt), state)


def _kept(text: str, state: Filling) -> Reply:
    """The message without its buttons, but with all that stood beside the question."""
    return Reply(
        text=_joined(state.notes, text), pictures=state.pictures, edits=slot(state.interview)
    )


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def label_of(prompt: Prompt | RepeatPrompt) -> str:
    """The question's label; its name where the author gave none."""
    return authored(prompt.label) or prompt.ref.rsplit("/", 1)[-1]


def headings(prompt: Prompt) -> list[str]:
    """The groups that the person has just entered."""
    return [f"— {title} —" for title in map(authored, prompt.entered) if title]


def words(prompt: Prompt, asking: Asking) -> str:
    """The question's own words: the groups just entered, label, hint, what is chosen so far."""
    label = label_of(prompt)
    parts = [*headings(prompt), label if set(label) & set("*_`\n") else f"**{label}**"]
    if prompt.hint:
        parts.append(authored(prompt.hint))
    if prompt.guidance and asking.state.guided:
        parts.append(authored(prompt.guidance))
    if guide := _guide(prompt, asking):
        parts.append(guide)
    if prompt.value:
        said = spoken.answer(
            prompt.kind, prompt.value, prompt.shown, prompt.appearance, asking.language
        )
        parts.append(asking.say("chat.answer.present", value=strong(said)))
    return _joined(*parts)


def _progress(prompt: Prompt | RepeatPrompt, asking: Asking) -> Progress:
    """What the person counts: the question that the menu answered is not among it."""
    at, about = prompt.progress.at - asking.answered, prompt.progress.about - asking.answered
    return Progress(at=max(at, 1), about=max(about, 1))


def _guide(prompt: Prompt, asking: Asking) -> str:
    """What to do, where the buttons alone don't say it."""
    picked = asking.state.picked or ()
    match prompt.kind:
        case Kind.SELECT_ONE | Kind.SELECT_MULTIPLE | Kind.RANK:
            return _choosing(prompt, asking)
        case Kind.GEOTRACE | Kind.GEOSHAPE:
            return asking.say("chat.pins", n=len(picked), least=PINS[prompt.kind])
        case Kind.IMAGE:
            return _photo(prompt, asking)
        case Kind.AUDIO | Kind.VIDEO | Kind.FILE:
            return asking.say(f"chat.send.{MEDIA[prompt.kind]}")
        case Kind.BARCODE:
            return asking.say("chat.send.barcode" if barcodes.readable() else "chat.send.code")
        case Kind.GEOPOINT:
            return asking.say("chat.send.location")
        case Kind.DATETIME if asking.state.moment:
            return asking.say("chat.moment", day=asking.state.moment)
        case Kind.RANGE if not quick_numbers(prompt):
            return _range(prompt, asking)
        case _:
            return ""


def _choosing(prompt: Prompt, asking: Asking) -> str:
    if asking.choices is None:
        return ""
    count = asking.choices.total
    parts = []
    if prompt.kind is Kind.RANK:
        done = len(asking.state.picked or ())
        parts.append(asking.say("chat.rank", n=done, total=prompt.choices_total))
    if searched(prompt) and not asking.state.query:
        parts.append(asking.say("chat.choices.type", n=count))
    elif asking.state.query:
        parts.append(asking.say("chat.choices.found", query=literal(asking.state.query), n=count))
    elif asking.choices.pages > 1:
        parts.append(asking.say("chat.choices.page", n=count))
    return "\n".join(parts)


def _photo(prompt: Prompt, asking: Asking) -> str:
    """How to take the photo: what a device draws on its screen is drawn on paper here."""
    by_hand = next((_BY_HAND[name] for name in prompt.appearance if name in _BY_HAND), "photo")
    parts = [asking.say(f"chat.send.{by_hand}")]
    if {"new", "new-front"} & set(prompt.appearance):
        parts.append(asking.say("chat.send.new"))
    pixels = prompt.parameters.get("max-pixels", "")
    if pixels.isdecimal() and int(pixels) > _TELEGRAM_KEEPS:
        parts.append(asking.say("chat.send.original"))
    return "".join(parts) if asking.language == "zh" else " ".join(parts)


def _range(prompt: Prompt, asking: Asking) -> str:
    bounds = prompt.bounds
    if not bounds.minimum or not bounds.maximum:
        return ""
    return asking.say(
        "chat.range", low=bounds.minimum, high=bounds.maximum, step=bounds.step or "1"
    )
