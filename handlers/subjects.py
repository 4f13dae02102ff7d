"""Finding whom to visit: households and people of one's own area, then the forms that fit them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from core.messages import Button, Entry, Reply, Text
from core.texts import known
from handlers import (
    handing_over,
    interviews,
    last_visits,
    purposes,
    recalling,
    showing,
    supervising_menu,
)
from handlers.markup import literal
from handlers.menu import SLOT, allowed
from handlers.offering import concerns
from handlers.shelf import title_of
from handlers.states import Idle, Listing
from handlers.tokens import FILE, FORM, LIST, MENU, Token, token
from handlers.turn import Replies, Turn
from storage.codes import subject_code
from storage.file_access import EMERGENCY
from storage.formshelf import FormVersion, Offer
from storage.register import PersonFile, Subject

PAGE: Final = 8
MAX_QUERY: Final = 40


async def handle(turn: Turn, state: Listing) -> Replies:
    """Whatever is typed while a list is open searches it."""
    if isinstance(turn.event, Text):
        found = state.model_copy(update={"query": turn.event.text.strip()[:MAX_QUERY], "page": 0})
        return await show(turn, found)
    return await show(turn, state, lead=turn.say("chat.list.use"))


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button of a list: open it, turn its page, or open what it names."""
    what = pressed.word(0)
    if what == "open":
        return await card(turn, pressed.word(1), pressed.word(2))
    kind: Literal["household", "person"] = "person" if what == "person" else "household"
    shown = turn.state if isinstance(turn.state, Listing) and turn.state.what == kind else None
    query = shown.query if shown and pressed.word(1) else ""
    page = max(pressed.number(1), 0)
    return await show(turn, Listing(what=kind, query=query, page=page), edit=True)


async def show(turn: Turn, state: Listing, lead: str = "", *, edit: bool = False) -> Replies:
    """One page of households or people: code and surname, no more."""
    turn.state = state
    found, total = await turn.uow.register.list(state.what, state.query, state.page, PAGE)
    if not found and state.page:
        return await show(turn, state.model_copy(update={"page": 0}), lead, edit=edit)
    parts = [lead] if lead else []
    key = "found" if state.query else "title"
    parts.append(turn.say(f"chat.list.{state.what}.{key}", n=total, query=literal(state.query)))
    parts.append(turn.say("chat.list.search"))
    rows: list[tuple[Button, ...]] = [
        (Button(text=_name(turn, one), token=token(LIST, "open", one.kind, one.code)),)
        for one in found
    ]
    code = subject_code(state.query)
    if code and not found:
        text = turn.say("trust.emergency.button", code=code)
        rows.append((Button(text=text, token=token(FILE, "emergency", code)),))
    pages = (total + PAGE - 1) // PAGE
    if pages > 1:
        before, after = (state.page - 1) % pages, (state.page + 1) % pages
        rows.append(
            (
                Button(text="‹", token=token(LIST, state.what, before)),
                Button(
                    text=f"{state.page + 1} / {pages}", token=token(LIST, state.what, state.page)
                ),
                Button(text="›", token=token(LIST, state.what, after)),
            )
        )
    rows.append((Button(text=turn.say("chat.button.menu"), token=token(MENU)),))
    placeholder = turn.say("chat.list.placeholder")
    return [
        Reply(
            text="\n\n".join(parts),
            buttons=tuple(rows),
            entry=Entry(kind="text", placeholder=placeholder),
            slot=SLOT,
            edits=SLOT if edit else None,
        )
    ]


def _name(turn: Turn, subject: Subject) -> str:
    key = "chat.list.family" if subject.kind == "household" else "chat.list.someone"
    return turn.say(key, code=subject.code, surname=subject.surname or "—")


# --- one household, one person -------------------------------------------------------------------


async def card(turn: Turn, kind: str, code: str) -> Replies:
    """What can be done for one household or person. Opening it is logged; the file of a child
    first asks for a purpose."""
    subject, person = await find(turn, kind, code)
    if subject is None:
        turn.state = Idle()
        return [Reply(text=turn.say("chat.list.unknown"), slot=SLOT, edits=SLOT)]
    if person is not None and await purposes.missing(turn, person.id, person.birth_date):
        return purposes.ask(turn, subject.code, subject.surname)
    await turn.uow.record("open", subject.code)
    turn.state = Idle()
    rows: list[tuple[Button, ...]] = []
    offered = await turn.uow.forms.offered()
    for version in offered:
        if fits(version.offer, turn, subject, person):
            name = token(FORM, version.sha256[:12], subject.code)
            text = turn.say("chat.button.form", form=title_of(version, turn.language))
            rows.append((Button(text=text, token=name, style="primary"),))
    area = await turn.uow.areas.get(subject.area_code)
    parts = [f"**{_name(turn, subject)}**", area.name if area else ""]
    if person is None:
        people = await turn.uow.register.people_of(subject.id)
        rows += [
            (Button(text=_member(turn, one), token=token(LIST, "open", "person", one.code)),)
            for one in people
        ]
    else:
        parts.append(_about(turn, person))
        if turn.uow.purpose != EMERGENCY:  # the person of an emergency is not one's own
            rows += handing_over.buttons(turn, person)
    rows += supervising_menu.of_subject(turn, subject)
    rows.append(
        (
            Button(text=turn.say("chat.button.list"), token=token(LIST, subject.kind)),
            Button(text=turn.say("chat.button.menu"), token=token(MENU)),
        )
    )
    titles = {one.form_id: title_of(one, turn.language) for one in offered}
    parts += await last_visits.lines(turn, subject, titles)
    text = "\n".join(part for part in parts if part)
    return [Reply(text=text, buttons=tuple(rows), slot=SLOT, edits=SLOT)]


async def find(turn: Turn, kind: str, code: str) -> tuple[Subject | None, PersonFile | None]:
    """A household or a person by code, if the actor may see them."""
    if kind not in ("household", "person"):
        return None, None
    if kind == "household":
        return await turn.uow.register.household(code), None
    person = await turn.uow.register.person(code)
    return (person.subject if person else None), person


def _member(turn: Turn, person: PersonFile) -> str:
    return turn.say(
        "chat.card.member",
        code=person.code,
        surname=person.subject.surname,
        age=person.age(turn.today),
    )


def _about(turn: Turn, person: PersonFile) -> str:
    age = turn.say("chat.card.age", n=person.age(turn.today))
    tags = turn.say("chat.card.separator").join(_tag(turn, tag) for tag in person.tags)
    return f"{age}\n{tags}" if tags else age


def _tag(turn: Turn, tag: str) -> str:
    return turn.say(f"tags.{tag}") if known(f"tags.{tag}") else tag


# --- which form ----------------------------------------------------------------------------------


def fits(offer: Offer, turn: Turn, subject: Subject, person: PersonFile | None) -> bool:
    """Whether a form is offered to this person's role for this subject."""
    if offer.subject != subject.kind or not allowed(offer.roles, turn):
        return False
    return person is None or concerns(offer, person, turn.today)


async def fill(turn: Turn, pressed: Token) -> Replies:
    """Begin a form for a subject; a form or subject that is gone gives the menu's word."""
    version = await turn.uow.forms.hashed(pressed.word(0))
    if version is None:
        return [Reply(text=turn.say("chat.form.gone"))]
    subject, person = await find(turn, version.offer.subject, pressed.word(1))
    if subject is None and version.offer.subject != "none":
        return [Reply(text=turn.say("chat.form.gone"))]
    if not allowed(version.offer.roles, turn) or not turn.chat.actor.may_fill:
        return [Reply(text=turn.say("chat.form.not_yours"))]
    if subject is not None and not fits(version.offer, turn, subject, person):
        return [Reply(text=turn.say("chat.form.not_yours"))]
    return await begin(turn, version, subject, person)


async def begin(
    turn: Turn,
    version: FormVersion,
    subject: Subject | None,
    person: PersonFile | None,
    *,
    duty: Mapping[str, str] | None = None,
    first: Mapping[str, Any] | None = None,
) -> Replies:
    """Begin a form for whom it is about; `duty` is what it reads of the duty that it is for, and
    `first` are answers, by question, that stand there already."""
    if person is not None:  # to fill in a form about a child is a visit
        await purposes.state(turn, person.id, person.birth_date, "visit")
    session = await interviews.start(turn, version, subject, person, duty=duty, first=first)
    await turn.uow.record("start", f"{version.form_id}:{subject.code if subject else '-'}")
    begun = turn.say(
        "chat.form.begun",
        form=title_of(version, turn.language),
        subject=_name(turn, subject) if subject else "",
    )
    lead = turn.say("owed.home.carried") if first else ""
    return [
        Reply(text=begun, edits=SLOT),
        *await recalling.offer(turn, session),
        *await showing.show(turn, session, lead=lead),
    ]
