"""What somebody owes, in the chat: the list, one duty, and the way into its form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from core.messages import Text
from handlers import duties, home_session, leaving, owing, owing_list, subjects
from handlers.owing import Moment
from handlers.owing_list import SLOT
from handlers.shelf import title_of
from handlers.states import Idle, Listing
from handlers.tokens import Token
from handlers.turn import Replies, Turn
from storage.formshelf import FormVersion
from storage.subject_visits import SubjectVisits

if TYPE_CHECKING:
    from handlers.rule_words import RuleWords
    from scheduler.ground import Ground

_ALIASES: Final = "owed.words"
_DRAFTS: Final = 50


async def pressed(turn: Turn, pressed: Token) -> Replies:
    """A button of the list, of the digest, of a reminder or of a duty."""
    first, *more = await _pressed(turn, pressed)
    if first.edits == SLOT and await _elsewhere(turn):
        first = first.model_copy(update={"edits": None})
    return [first, *more]


async def _elsewhere(turn: Turn) -> bool:
    """Whether the button is that of another message than the menu, which may be far up by now."""
    shown = await turn.uow.outbox.holder(turn.chat.id, SLOT)
    return turn.inbound.message is not None and turn.inbound.message != shown


async def _pressed(turn: Turn, pressed: Token) -> Replies:
    from handlers import digest, exempting, putting_off  # rules are loaded when first wanted

    if turn.house.ground is None:
        return await show(turn, edit=True)
    turn.state = Idle()
    match pressed.word(0):
        case "start":
            return await start(turn, pressed.row(1))
        case home_session.NEXT:
            first = await home_session.carried(turn, pressed.word(2))
            return await start(turn, pressed.row(1), first)
        case "why":
            return await card(turn, pressed.row(1))
        case "snooze":
            return await putting_off.snooze(turn, pressed)
        case "move":
            return await putting_off.move(turn, pressed)
        case "exempt":
            return await exempting.pressed(turn, pressed)
        case digest.PAGE_WORD:
            return await digest.turn_page(turn, pressed.number(1))
        case _:
            return await show(turn, owing_list.view_of(pressed), edit=True)


def is_asked_for(turn: Turn) -> bool:
    """Whether somebody who may fill in forms has typed that they want to see what they owe."""
    if not isinstance(turn.event, Text) or not turn.chat.actor.may_fill:
        return False
    return turn.event.text.strip().casefold() in turn.say(_ALIASES).split()


# --- the list ------------------------------------------------------------------------------------


async def show(
    turn: Turn,
    view: owing_list.View | None = None,
    lead: str = "",
    *,
    edit: bool = False,
) -> Replies:
    """What the person owes; `lead` goes before it."""
    turn.state = Idle()
    found: list[owing.Brief] = []
    shown: list[owing.Entry[owing.Duty]] = []
    at, ground = moment(turn), turn.house.ground() if turn.house.ground else None
    if ground is not None and turn.chat.account_id is not None:
        found = await duties.in_brief(turn.uow, ground, turn.chat.account_id, put_off=True)
    view = view or owing_list.View(owing.span_for(found, at))
    part = owing_list.part(found, view, at)
    if ground is not None:
        shown = await duties.filled_in(turn.uow, ground, part.shown)
    reply = owing_list.show(part, shown, view, at, turn.language, edit=edit)
    if lead:
        reply = reply.model_copy(update={"text": f"{lead}\n\n{reply.text}"})
    return [reply]


def moment(turn: Turn) -> Moment:
    """Now, where the people live."""
    return Moment(turn.uow.now, turn.house.zone)


# --- one duty ------------------------------------------------------------------------------------


async def opened(turn: Turn, number: int) -> duties.Opened | None:
    """A duty of the person's own that is still open."""
    assert turn.house.ground is not None
    return await duties.opened(turn.uow, turn.house.ground(), number)


async def gone(turn: Turn) -> Replies:
    """What is said of a duty that is no longer owed, above the list."""
    return await show(turn, lead=turn.say("owed.gone"), edit=True)


async def card(turn: Turn, number: int, lead: str = "") -> Replies:
    """All about one duty: why it is due, and what can be done."""
    from handlers import putting_off, why_due  # rules are loaded when first wanted

    found = await opened(turn, number)
    if found is None:
        return await gone(turn)
    reply = why_due.show(
        found.duty,
        found.rule,
        await _last_visit(turn, found),
        moment(turn),
        await _words(turn),
        movable=putting_off.last_day(turn, found) is not None,
    )
    if lead:
        reply = reply.model_copy(update={"text": f"{lead}\n\n{reply.text}"})
    return [reply]


async def _last_visit(turn: Turn, found: duties.Opened) -> date | None:
    if found.duty.kind not in ("person", "household"):
        return None
    visits = SubjectVisits(turn.uow.connection, turn.uow.actor, turn.today)
    made = await visits.last(found.duty.kind, found.row.subject_id, 1)
    return made[0].visit_date if made else None


async def _words(turn: Turn) -> RuleWords:
    from handlers.rule_words import RuleWords

    offered = await turn.uow.forms.offered()
    titles = {one.form_id: title_of(one, turn.language) for one in offered}
    return RuleWords(turn.language, _ground(turn).book.roles, titles)


def _ground(turn: Turn) -> Ground:
    assert turn.house.ground is not None
    return turn.house.ground()


# --- its form ------------------------------------------------------------------------------------


async def start(turn: Turn, number: int, first: Mapping[str, Any] | None = None) -> Replies:
    """Begin the form of a duty for its subject; the answers `first` stand there already."""
    found = await opened(turn, number)
    if found is None:
        return await gone(turn)
    version = await turn.uow.forms.published(found.duty.form) if found.duty.form else None
    if version is None:
        return await card(turn, number, turn.say("chat.form.gone"))
    kind, about = found.duty.kind, version.offer.subject
    if kind in ("worker", "area") and about in ("household", "person") and not _of_office(version):
        listing = Listing.model_validate({"what": about})
        return await subjects.show(turn, listing, turn.say("owed.whom"), edit=True)
    draft = await _draft(turn, version, found.duty.code)
    if draft is not None:
        return await leaving.resume(turn, draft)
    subject, person = await subjects.find(turn, kind, found.duty.code)
    return await subjects.begin(turn, version, subject, person, duty=found.fact, first=first)


async def _draft(turn: Turn, version: FormVersion, code: str) -> str | None:
    """The draft of this form for whom it is about, if the person has begun one."""
    drafts, _ = await turn.uow.interviews.drafts(0, _DRAFTS)
    return next(
        (
            one.id
            for one in drafts
            if (one.form_sha256, one.subject_code) == (version.sha256, code) and not one.correction
        ),
        None,
    )


def _of_office(version: FormVersion) -> bool:
    """Whether an office fills the form in for itself as well, about nobody."""
    return version.form_id == duties.TASK_FORM
