# mypy: ignore-errors
"""aiogram with its state machine, handlers filtered by state as its documentation writes them.

aiogram runs each synchronous filter in a thread, and a bare `State` is one. With
``BENCH_FILTERS=async`` the filters are asynchronous: the fastest form that it has.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from functools import partial

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from benchmarks.peers.bots.aiogram_storages import storage_of
from benchmarks.peers.bots.answer_store import AnswerStore
from benchmarks.peers.bots.told import BASE, STATE, TOKEN, beside, prepare
from benchmarks.peers.form import QUESTIONS, SAVED, accepts, label_of

ASYNC_FILTERS = os.environ.get("BENCH_FILTERS") == "async"


STATES = [State(question.name, "Form") for question in QUESTIONS]


async def greet(message: Message) -> None:
    await message.answer("/form")


async def begin(message: Message, state: FSMContext) -> None:
    await state.set_data({"interview": uuid.uuid4().hex})
    await state.set_state(STATES[0])
    await ask(message, 0)


async def ask(message: Message, number: int) -> None:
    question = QUESTIONS[number]
    rows = [
        [InlineKeyboardButton(text=label, callback_data=value)] for value, label in question.options
    ]
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
    await message.answer(question.label, reply_markup=keyboard)


async def typed(number: int, message: Message, state: FSMContext, store: AnswerStore) -> None:
    if accepts(QUESTIONS[number], message.text):
        await keep(number, message.text, message, state, store)
    else:
        await ask(message, number)


async def pressed(number: int, query: CallbackQuery, state: FSMContext, store: AnswerStore) -> None:
    question = QUESTIONS[number]
    await query.answer()
    label = label_of(question, query.data)
    if label is not None:
        await query.message.edit_text(f"{question.label}\n✓ {label}")
        await keep(number, query.data, query.message, state, store)


async def keep(
    number: int, value: str, message: Message, state: FSMContext, store: AnswerStore
) -> None:
    """Keep an answer and go on to the next question."""
    interview = (await state.get_data())["interview"]
    await store.keep(interview, QUESTIONS[number].name, value)
    if number + 1 == len(QUESTIONS):
        await state.clear()
        await message.answer(SAVED)
    else:
        await state.set_state(STATES[number + 1])
        await ask(message, number + 1)


def routes() -> Router:
    router = Router()
    router.message.register(greet, CommandStart())
    router.message.register(begin, Command("form"))
    for number, (question, state) in enumerate(zip(QUESTIONS, STATES, strict=True)):
        where = StateFilter(state) if ASYNC_FILTERS else state
        if question.options:
            router.callback_query.register(partial(pressed, number), where)
        else:
            words = has_text if ASYNC_FILTERS else F.text
            router.message.register(partial(typed, number), where, words)
    return router


async def has_text(message: Message) -> bool:
    return message.text is not None


async def main() -> None:
    prepare()
    session = AiohttpSession(api=TelegramAPIServer.from_base(BASE))
    dispatcher = Dispatcher(storage=await storage_of(STATE), store=await AnswerStore.open())
    dispatcher.include_router(routes())
    watching = asyncio.create_task(beside())
    await dispatcher.start_polling(Bot(TOKEN, session=session))
    watching.cancel()
    await dispatcher["store"].close()


if __name__ == "__main__":
    asyncio.run(main())
