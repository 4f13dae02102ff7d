"""Keyboards for a place or a number, which stay up in a chat until a message takes them away.

That one is up stands with the conversation: the next step may be made after a restart, or by
another process. What is said outside steps (reminders, news) leaves it where it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.messages import Reply
from storage.conversations import Conversation


def marked(chat: Conversation, replies: Sequence[Reply]) -> Sequence[Reply]:
    """The replies of a step, the one marked that finds a keyboard up; whether one stays up then is
    remembered in `chat`. A reply that only closes an earlier one may come to no message: not that
    one."""
    if not chat.keyboard and not any(reply.shares for reply in replies):
        return replies
    told = []
    for reply in replies:
        found = chat.keyboard and not reply.only_closes
        told.append(reply.model_copy(update={"keyboard_up": True}) if found else reply)
        chat.keyboard = reply.shares or (chat.keyboard and not found)
    return told
