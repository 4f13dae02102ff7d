"""A resident's wish for deletion is carried out: the supervisor sees what goes and what has to
stay, says so once more, and the resident is told the same."""

from __future__ import annotations

from collections.abc import Mapping

from core.messages import Button, Reply
from core.texts import say
from handlers import menu
from handlers.shelf import title_of
from handlers.states import Idle
from handlers.tokens import MENU, REQUEST, token
from handlers.turn import Replies, Turn
from storage.erasure import Erasure, erase, erasure_of
from storage.formshelf import FormVersion
from storage.resident_requests import ResidentRequest


async def preview(turn: Turn, one: ResidentRequest, slot: str) -> Replies:
    """What goes, what stays and why; nothing is deleted yet."""
    chosen = await _chosen(turn, one)
    await turn.uow.record("preview", one.code)
    head = f"**{turn.say('requests.kind.deletion', surname=one.surname, code=one.code)}**"
    if chosen.held:
        kept = Button(text=turn.say("requests.answer.kept"), token=token(REQUEST, "say", "kept"))
        text = f"{head}\n\n{turn.say('erasure.held')}"
        return [Reply(text=text, buttons=((kept,), (_menu(turn),)), slot=slot)]
    forms = await _forms(turn, chosen)
    parts = [head, turn.say("erasure.sure"), *_parts(turn.language, chosen, forms)]
    yes = token(REQUEST, "erase", one.id)
    sure = Button(text=turn.say("erasure.button.sure"), token=yes, style="danger")
    return [Reply(text="\n\n".join(parts), buttons=((sure,), (_menu(turn),)), slot=slot)]


async def carry_out(turn: Turn, number: int) -> Replies:
    """Delete, write it down, and tell the resident. Once; a second press finds nothing open."""
    turn.state = Idle()
    requests = turn.uow.resident_requests
    one = await requests.get(number)
    if one is None or one.kind != "deletion":
        return await menu.show(turn, turn.say("requests.gone"))
    chosen = await _chosen(turn, one)
    if chosen.held:
        await turn.uow.record("refuse", f"{one.code} erase")
        return [Reply(text=turn.say("erasure.held"))]
    if await requests.answer(number, turn.say("requests.answer.deleted")) is None:
        return await menu.show(turn, turn.say("requests.gone"))  # a colleague was quicker
    asker = await _asker(turn, one)
    own = await erase(turn.uow.connection, chosen, turn.uow.now, turn.today)
    await _tell(turn, {chat.chat_id: chat.language for chat in own} | asker, chosen)
    await turn.uow.record("erase", one.code)
    for kept in chosen.kept:
        await turn.uow.record("keep", f"{one.code} {kept.form_id} {kept.until or 'good'}")
    await _end_duties(turn, chosen)
    return await menu.show(turn, turn.say("erasure.done", code=one.code))


async def _chosen(turn: Turn, one: ResidentRequest) -> Erasure:
    connection, term = turn.uow.connection, turn.house.kept_for
    return await erasure_of(connection, one.person_id, term, turn.today)


async def _asker(turn: Turn, one: ResidentRequest) -> dict[int, str]:
    """The chat that asked and its language, as long as it speaks for the person."""
    chat = await turn.uow.conversations.get(one.chat_id)
    if chat is None or not await turn.uow.proxies.speaks_for(chat.id, one.person_id):
        return {}
    return {chat.id: chat.language}


async def _tell(turn: Turn, chats: Mapping[int, str], chosen: Erasure) -> None:
    """The person's chats, and the one that asked, read what became of it; `chats` are languages by
    chat."""
    forms = await _forms(turn, chosen)
    for chat, language in chats.items():
        parts = [say(language, "erasure.told"), *_parts(language, chosen, forms)]
        await turn.uow.outbox.queue(chat, [Reply(text="\n\n".join(parts))])


async def _end_duties(turn: Turn, chosen: Erasure) -> None:
    """Nobody owes the person a visit any more."""
    if turn.house.ground is None:
        return
    from scheduler.reckoning import reckon_home

    ground = turn.house.ground()
    await reckon_home(turn.uow, ground, chosen.person_id, chosen.household_id, turn.today)


async def _forms(turn: Turn, chosen: Erasure) -> Mapping[str, FormVersion]:
    """The forms of which records stay, by id."""
    return await turn.uow.forms.latest_of(kept.form_id for kept in chosen.kept)


def _parts(language: str, chosen: Erasure, forms: Mapping[str, FormVersion]) -> list[str]:
    """What goes, then what stays by form."""
    going = sum(one.state == "submitted" for one in chosen.going)
    parts = [say(language, "erasure.going", records=going, drafts=chosen.drafts)]
    if chosen.kept:
        lines = [say(language, "erasure.kept")]
        for kept in chosen.kept:
            version = forms.get(kept.form_id)
            title = title_of(version, language) if version else kept.form_id
            key = "until" if kept.until else "for_good"
            lines.append(say(language, f"erasure.{key}", form=title, n=kept.count, day=kept.until))
        parts.append("\n".join(lines))
    return parts


def _menu(turn: Turn) -> Button:
    return Button(text=turn.say("chat.button.menu"), token=token(MENU))
