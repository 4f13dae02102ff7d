"""Coming in, getting help, choosing a language: what works at any time, for anybody."""

from __future__ import annotations

from core.messages import Button, Command, Reply
from core.texts import LANGUAGES
from handlers import leaving, menu, stranger
from handlers.commands import with_menu
from handlers.states import Filling, Leaving, Pension, Reviewing
from handlers.tokens import LANGUAGE, token
from handlers.turn import Replies, Turn
from storage.policy import Role


async def command(turn: Turn, given: Command) -> Replies:
    """A command, whatever else is going on."""
    match given.name:
        case "start":
            return await _start(turn, given.argument)
        case "menu":
            await leaving.set_aside(turn)
            return await menu.show(turn)
        case "cancel":
            return await _cancel(turn)
        case "resume":
            return await _resume(turn)
        case "records" if turn.chat.actor.may_fill:
            from handlers import records

            await leaving.set_aside(turn)
            return await records.show(turn)
        case "owe" if turn.chat.actor.may_fill:
            from handlers import owed

            await leaving.set_aside(turn)
            return await owed.show(turn)
        case "pension":
            from handlers import pension_door

            if not isinstance(turn.state, Pension):
                await leaving.set_aside(turn)
            return await pension_door.enter(turn)
        case "bind":
            from handlers import binding

            return await binding.begin(turn)
        case "unbind":
            from handlers import unbinding

            return await unbinding.own(turn)
        case "proxies":
            from handlers import proxies

            return await proxies.mine(turn)
        case "notice":
            from handlers import my_data

            return await my_data.notice(turn)
        case "mydata":
            from handlers import my_data

            await leaving.set_aside(turn)
            return await my_data.show(turn)
        case "language":
            return _ask_language(turn)
        case "help":
            return await help_(turn)
        case _:
            return await again(turn, turn.say("chat.unknown_command"))


async def _start(turn: Turn, code: str) -> Replies:
    if code:
        from handlers import invitations

        came = await invitations.use(turn, code)
        return await again(turn, came) if isinstance(came, str) else came
    if turn.chat.actor.role is Role.NOBODY:
        return stranger.show(turn)
    await leaving.set_aside(turn)
    return await menu.show(turn)


async def _cancel(turn: Turn) -> Replies:
    if isinstance(turn.state, Filling | Reviewing | Leaving):
        return await leaving.ask(turn, turn.state.interview)
    return await menu.show(turn, turn.say("chat.cancel.nothing"))


async def _resume(turn: Turn) -> Replies:
    if isinstance(turn.state, Filling | Reviewing | Leaving):
        return await again(turn)
    drafts = (await turn.uow.interviews.drafts())[0] if turn.chat.actor.may_fill else []
    if not drafts:
        return await menu.show(turn, turn.say("chat.resume.nothing"))
    if len(drafts) == 1:
        return await leaving.resume(turn, drafts[0].id)
    return await menu.show(turn, turn.say("chat.resume.which"))


async def help_(turn: Turn) -> Replies:
    """What can be done here."""
    role = turn.chat.actor.role
    key = {Role.NOBODY: "stranger", Role.RESIDENT: "resident"}.get(role, "staff")
    return await again(turn, turn.say(f"chat.help.{key}"))


async def again(turn: Turn, lead: str = "") -> Replies:
    """Say `lead`, then whatever is open once more: the question, the review, or the menu."""
    if isinstance(turn.state, Filling | Reviewing | Leaving):
        from handlers import interviews, showing

        session = await interviews.open_session(turn, turn.state.interview)
        if session is not None:
            state = turn.state if isinstance(turn.state, Filling) else None
            return await showing.show(turn, session, lead=lead, again=state)
    if isinstance(turn.state, Pension):
        from handlers import pension_door

        return await pension_door.again(turn, turn.state, lead)
    return await menu.show(turn, lead)


def _ask_language(turn: Turn) -> Replies:
    row = tuple(
        Button(text=turn.say(f"chat.language.{name}"), token=token(LANGUAGE, name))
        for name in LANGUAGES
    )
    return [Reply(text=turn.say("chat.language.ask"), buttons=(row,), slot="language")]


async def set_language(turn: Turn, name: str) -> Replies:
    """Speak another language from here on, in the middle of a form too."""
    if name not in LANGUAGES:
        return _ask_language(turn)
    turn.chat.language = name
    closed = Reply(text=turn.say("chat.language.set"), edits="language")
    lead = ""
    if isinstance(turn.state, Filling | Reviewing | Leaving):
        from handlers import effects, interviews

        session = await interviews.open_session(turn, turn.state.interview)
        if session is not None:
            translation = interviews.language_for(session.form, name)
            if translation is not None:
                lead = effects.told(turn, session.iv.set_language(translation))
            await session.keep(turn)
    return with_menu(turn, [closed, *await again(turn, lead)])
