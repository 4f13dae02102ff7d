"""A resident's wish for deletion is carried out: the supervisor sees what goes and what has to
stay, says so once more, and the resident is told the same."""

from __future__ import annotations

from core.messages import Button, Reply
from core.texts import say
from handlers import menu
from handlers.shelf import title_of
from handlers.states import Idle
from handlers.tokens import MENU, REQUEST, token
from handlers.turn import Replies, Turn
from storage.erasure import Erasure, erase, erasure_of
from storage.resident_requests import ResidentRequest


async def preview(turn: Turn, one: ResidentRequest, slot: str) -> Replies:
    """What goes, what stays and why; nothing is deleted yet."""
    chosen = await _chosen(turn, one)
    head = f"**{turn.say('requests.kind.deletion', surname=one.surname, code=one.code)}**"
    if chosen.held:
        kept = Button(text=turn.say("requests.answer.kept"), token=token(REQUEST, "say", "kept"))
        text = f"{head}\n\n{turn.say('erasure.held')}"
        return [Reply(text=text, buttons=((kept,), (_menu(turn),)), slot=slot)]
    parts = [head, turn.say("erasure.sure"), *await _parts(turn, turn.language, chosen)]
    yes = token(REQUEST, "erase", one.id)
    sure = Button(text=turn.say("erasure.button.sure"), token=yes, style="danger")
    return [Reply(text="\n\n".join(parts), buttons=((sure,), (_menu(turn),)), slot=slot)]


async def carry_out(turn: Turn, number: int) -> Replies:
    """Delete, write it down, and tell the resident. Once; a second press finds nothing open."""
    turn.state = Idle()
    one = await turn.uow.resident_requests.get(number)
    if one is None or one.kind != "deletion":
        return await menu.show(turn, turn.say("requests.gone"))
    chosen = await _chosen(turn, one)
    if chosen.held:
        return [Reply(text=turn.say("erasure.held"))]
    await turn.uow.resident_requests.answer(number, turn.say("requests.answer.deleted"))
    await _tell(turn, one, chosen)
    own = await turn.uow.conversations.of_person(one.person_id)
    await erase(turn.uow.connection, chosen, own, turn.uow.now, turn.today)
    await turn.uow.record("erase", one.code)
    for kept in chosen.kept:
        await turn.uow.record("keep", f"{one.code} {kept.form_id} {kept.until or 'good'}")
    await _end_duties(turn, chosen)
    return await menu.show(turn, turn.say("erasure.done", code=one.code))


async def _chosen(turn: Turn, one: ResidentRequest) -> Erasure:
    connection, term = turn.uow.connection, turn.house.kept_for
    return await erasure_of(connection, one.person_id, term, turn.today)


async def _tell(turn: Turn, one: ResidentRequest, chosen: Erasure) -> None:
    """The person's chats, and the one that asked, read what became of it."""
    chats = {chat.id: chat for chat in await turn.uow.conversations.of_person(one.person_id)}
    asker = await turn.uow.conversations.get(one.chat_id)
    if asker is not None and await turn.uow.proxies.speaks_for(asker.id, one.person_id):
        chats[asker.id] = asker
    for chat in chats.values():
        parts = [say(chat.language, "erasure.told"), *await _parts(turn, chat.language, chosen)]
        await turn.uow.outbox.queue(chat.id, [Reply(text="\n\n".join(parts))])


async def _end_duties(turn: Turn, chosen: Erasure) -> None:
    """Nobody owes the person a visit any more."""
    if turn.house.ground is None:
        return
    from scheduler.reckoning import reckon_home

    ground = turn.house.ground()
    await reckon_home(turn.uow, ground, chosen.person_id, chosen.household_id, turn.today)


async def _parts(turn: Turn, language: str, chosen: Erasure) -> list[str]:
    """What goes, then what stays by form."""
    going = sum(one.state == "submitted" for one in chosen.going)
    parts = [say(language, "erasure.going", records=going, drafts=chosen.drafts)]
    if chosen.kept:
        lines = [say(language, "erasure.kept")]
        for kept in chosen.kept:
            version = await turn.uow.forms.latest(kept.form_id)
            title = title_of(version, language) if version else kept.form_id
            key = "until" if kept.until else "for_good"
            lines.append(say(language, f"erasure.{key}", form=title, n=kept.count, day=kept.until))
        parts.append("\n".join(lines))
    return parts


def _menu(turn: Turn) -> Button:
    return Button(text=turn.say("chat.button.menu"), token=token(MENU))
