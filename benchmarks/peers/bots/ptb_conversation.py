# mypy: ignore-errors
"""python-telegram-bot with its ConversationHandler, which takes one update at a time.

``BENCH_STATE=pickle`` adds PicklePersistence, written once a second.
"""

from __future__ import annotations

import asyncio
import uuid
from functools import partial
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from benchmarks.peers.bots.answer_store import AnswerStore
from benchmarks.peers.bots.told import BASE, FOLDER, STATE, TOKEN, beside, prepare
from benchmarks.peers.form import QUESTIONS, SAVED, Question, accepts, label_of

Context = ContextTypes.DEFAULT_TYPE

FLUSH_EVERY: Final = 1.0  # seconds; what came since the last one is lost in a crash


class Conversation:
    """The ten questions, one state for each."""

    def __init__(self) -> None:
        self.store: AnswerStore | None = None
        self._watching: asyncio.Task[None] | None = None

    async def open(self, _application: Application[Any, ...]) -> None:
        self._watching = asyncio.create_task(beside())
        self.store = await AnswerStore.open()

    async def close(self, _application: Application[Any, ...]) -> None:
        self._watching.cancel()
        await self.store.close()

    async def greet(self, update: Update, _context: Context) -> None:
        await update.message.reply_text("/form")

    async def begin(self, update: Update, context: Context) -> int:
        context.user_data["interview"] = uuid.uuid4().hex
        await ask(update.message, 0)
        return 0

    async def typed(self, number: int, update: Update, context: Context) -> int:
        message = update.message
        if not accepts(QUESTIONS[number], message.text):
            await ask(message, number)
            return number
        return await self._keep(number, message.text, message, context)

    async def pressed(self, number: int, update: Update, context: Context) -> int:
        query, question = update.callback_query, QUESTIONS[number]
        await query.answer()
        label = label_of(question, query.data)
        if label is None:
            return number
        await query.edit_message_text(f"{question.label}\n✓ {label}")
        return await self._keep(number, query.data, query.message, context)

    async def _keep(self, number: int, value: str, message: Message, context: Context) -> int:
        """Keep an answer and go on to the next question."""
        await self.store.keep(context.user_data["interview"], QUESTIONS[number].name, value)
        if number + 1 == len(QUESTIONS):
            await message.reply_text(SAVED)
            return ConversationHandler.END
        await ask(message, number + 1)
        return number + 1

    def handler(self) -> ConversationHandler[Any]:
        return ConversationHandler(
            entry_points=[CommandHandler("form", self.begin)],
            states={at: [self._handler_of(at, one)] for at, one in enumerate(QUESTIONS)},
            fallbacks=[],
            name="form",
            persistent=STATE == "pickle",
        )

    def _handler_of(self, number: int, question: Question) -> MessageHandler | CallbackQueryHandler:
        if question.options:
            return CallbackQueryHandler(partial(self.pressed, number))
        return MessageHandler(filters.TEXT & ~filters.COMMAND, partial(self.typed, number))


async def ask(message: Message, number: int) -> None:
    question = QUESTIONS[number]
    rows = [[InlineKeyboardButton(label, callback_data=value)] for value, label in question.options]
    keyboard = InlineKeyboardMarkup(rows) if rows else None
    await message.reply_text(question.label, reply_markup=keyboard)


def main() -> None:
    prepare()
    form = Conversation()
    builder = Application.builder().token(TOKEN).base_url(f"{BASE}/bot")
    builder = builder.post_init(form.open).post_stop(form.close)
    if STATE == "pickle":
        kept = PicklePersistence(FOLDER / "state.pickle", update_interval=FLUSH_EVERY)
        builder = builder.persistence(kept)
    application = builder.build()
    application.add_handler(CommandHandler("start", form.greet))
    application.add_handler(form.handler())
    application.run_polling()


if __name__ == "__main__":
    main()
