# mypy: ignore-errors
"""aiogram-dialog: a window for each question, the state in memory."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Column, Select
from aiogram_dialog.widgets.text import Const, Format

from benchmarks.peers.bots.answer_store import AnswerStore
from benchmarks.peers.bots.told import BASE, TOKEN, beside, prepare
from benchmarks.peers.form import QUESTIONS, SAVED, Question, accepts

Form = type("Form", (StatesGroup,), {question.name: State() for question in QUESTIONS})


async def greet(message: Message) -> None:
    await message.answer("/form")


async def begin(_message: Message, dialog_manager: DialogManager) -> None:
    data = {"interview": uuid.uuid4().hex}
    first = getattr(Form, QUESTIONS[0].name)
    await dialog_manager.start(first, data=data, mode=StartMode.RESET_STACK)


class Asking:
    """The window of one question."""

    def __init__(self, question: Question) -> None:
        self._question = question

    def window(self) -> Window:
        question = self._question
        if not question.options:
            return self._window(MessageInput(self._typed))
        options = [(label, value) for value, label in question.options]
        choice = Select(
            Format("{item[0]}"),
            id=question.name,
            item_id_getter=lambda item: item[1],
            items=options,
            on_click=self._pressed,
        )
        return self._window(Column(choice))

    def _window(self, widget: Any) -> Window:
        return Window(Const(self._question.label), widget, state=getattr(Form, self._question.name))

    async def _typed(self, message: Message, _input: MessageInput, manager: DialogManager) -> None:
        if accepts(self._question, message.text):
            await self._keep(message.text, message, manager)

    async def _pressed(
        self, query: CallbackQuery, _select: Any, manager: DialogManager, value: str
    ) -> None:
        await self._keep(value, query.message, manager)

    async def _keep(self, value: str, message: Message, manager: DialogManager) -> None:
        """Keep an answer and go on to the next window."""
        store: AnswerStore = manager.middleware_data["store"]
        await store.keep(manager.start_data["interview"], self._question.name, value)
        if self._question is QUESTIONS[-1]:
            await manager.done()
            await message.answer(SAVED)
        else:
            await manager.next()


async def main() -> None:
    prepare()
    session = AiohttpSession(api=TelegramAPIServer.from_base(BASE))
    dispatcher = Dispatcher(storage=MemoryStorage(), store=await AnswerStore.open())
    dispatcher.message.register(greet, CommandStart())
    dispatcher.message.register(begin, Command("form"))
    dispatcher.include_router(Dialog(*[Asking(question).window() for question in QUESTIONS]))
    setup_dialogs(dispatcher)
    watching = asyncio.create_task(beside())
    await dispatcher.start_polling(Bot(TOKEN, session=session))
    watching.cancel()
    await dispatcher["store"].close()


if __name__ == "__main__":
    asyncio.run(main())
