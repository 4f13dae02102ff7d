"""The people on the other side: what they send, what they see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.emulator.checks import TEXT
from tests.emulator.params import Sent
from tests.emulator.pictures import sizes
from tests.emulator.world import Chat, Json, Tapped, World
from tests.patience import PATIENCE


@dataclass(frozen=True, slots=True)
class Message:
    """A message as somebody sees it. `raw` is the Bot API object."""

    raw: Json

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])

    @property
    def from_bot(self) -> bool:
        return bool(self.raw["from"]["is_bot"])

    @property
    def text(self) -> str:
        """The words, or the caption of a file."""
        return str(self.raw.get("text", self.raw.get("caption", "")))

    @property
    def buttons(self) -> list[list[str]]:
        """The inline keyboard by its labels."""
        return [[button["text"] for button in row] for row in self._rows()]

    def button(self, which: str | int) -> Json:
        """A button by its place or by a part of its label. Raises AssertionError."""
        flat = [button for row in self._rows() for button in row]
        if isinstance(which, int):
            assert -len(flat) <= which < len(flat), f"no button {which} in {self.buttons}"
            return flat[which]
        exact = [button for button in flat if button["text"] == which]
        near = exact or [button for button in flat if which in button["text"]]
        assert near, f"no button {which!r} in {self.buttons}"
        return near[0]

    def file_id(self) -> str:
        """Of the photo in its full size, or of the document."""
        if "photo" in self.raw:
            return str(self.raw["photo"][-1]["file_id"])
        return str(self.raw["document"]["file_id"])

    def _rows(self) -> list[list[Json]]:
        markup = self.raw.get("reply_markup", {})
        return list(markup.get("inline_keyboard", []))


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat with the bot in it."""

    world: World
    chat: Chat

    @property
    def messages(self) -> list[Message]:
        return [Message(raw) for raw in self.chat.messages.values()]

    async def migrate(self) -> Group:
        """Become a supergroup, which is another chat; what is sent to this one is refused."""
        old = self.chat
        number = -1_000_000_000_000 + old.info["id"]
        info = {"id": number, "type": "supergroup", "title": old.info["title"]}
        new = self.world.chats[number] = Chat(info, opened=True)
        old.moved_to = number
        anybody = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
        notices = (
            (old, {"migrate_to_chat_id": number}),
            (new, {"migrate_from_chat_id": old.info["id"]}),
        )
        for chat, notice in notices:
            self.world.push("message", self.world.message(chat, anybody, notice))
        await self.world.notify()
        return Group(self.world, new)


class User:
    """One person with a Telegram account, in a private chat with the bot or in a group."""

    def __init__(self, world: World, user_id: int, name: str, language_code: str | None) -> None:
        self.world = world
        self.id = user_id
        self.account: Json = {"id": user_id, "is_bot": False, "first_name": name}
        if language_code is not None:
            self.account["language_code"] = language_code
        info = {"id": user_id, "type": "private", "first_name": name}
        self.chat = world.chats.setdefault(user_id, Chat(info))
        self._seen = 0

    # --- what this person sees -------------------------------------------------------------------

    @property
    def messages(self) -> list[Message]:
        """The chat as it stands now, edits applied, deleted messages gone."""
        return [Message(raw) for raw in self.chat.messages.values()]

    @property
    def answers(self) -> list[Message]:
        """Only what the bot says."""
        return [message for message in self.messages if message.from_bot]

    @property
    def keyboard(self) -> list[list[Json]] | None:
        """The reply keyboard under the text field, or None."""
        markup = self.chat.keyboard
        return markup["keyboard"] if markup else None

    @property
    def toasts(self) -> list[str]:
        """The words with which taps were acknowledged; an empty one is a silent acknowledgement."""
        return [text for user_id, text in self.world.toasts if user_id == self.id]

    async def expects(
        self, what: str | Callable[[Message], bool] = "", within: float = PATIENCE
    ) -> Message:
        """Wait for the bot's next message or edit that holds these words, or is what the function
        says. What came before it counts as seen. Raises AssertionError when time is up."""
        found: list[Message] = []

        def look() -> bool:
            while not found and self._seen < len(self.chat.events):
                message = Message(self.chat.events[self._seen])
                self._seen += 1
                if what in message.text if isinstance(what, str) else what(message):
                    found.append(message)
            return bool(found)

        try:
            async with asyncio.timeout(within):
                while not look():
                    self.chat.news.clear()
                    await self.chat.news.wait()
        except TimeoutError:
            tail = [message.text for message in self.messages[-5:]]
            raise AssertionError(f"{what!r} did not come; the chat ends with {tail}") from None
        return found[0]

    # --- what this person does -------------------------------------------------------------------

    async def say(self, text: str, chat: Group | None = None) -> Message:
        """Type words; more than fits are sent as several messages, as the apps do. The last."""
        pieces = [text[at : at + TEXT] for at in range(0, len(text), TEXT)] or [""]
        for piece in pieces:
            content: Json = {"text": piece}
            if piece.startswith("/"):
                length = len(piece.split()[0])
                content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
            message = await self.send(chat, **content)
        return message

    async def start(self, payload: str = "") -> Message:
        """Open the bot, perhaps by a deep link."""
        return await self.say(f"/start {payload}".strip())

    async def press(self, message: Message, which: str | int = 0) -> str:
        """Tap a button of a message, even one that the bot has taken away meanwhile: a phone may
        show old buttons. The id of the callback query."""
        data = message.button(which)["callback_data"]
        query = str(90_000_000 + self.world.serial())
        chat = self.world.chats[message.raw["chat"]["id"]]
        gone = {"message_id": message.id, "chat": chat.info, "date": 0}
        self.world.taps[query] = Tapped(self.id)
        self.world.push(
            "callback_query",
            {
                "id": query,
                "from": self.account,
                "message": chat.messages.get(message.id, gone),
                "chat_instance": str(-7_000_000_000 - chat.info["id"]),
                "data": data,
            },
        )
        await self.world.notify()
        return query

    async def edit(self, message: Message, text: str) -> None:
        """Change an own earlier message."""
        chat = self.world.chats[message.raw["chat"]["id"]]
        stored = chat.messages[message.id]
        stored |= {"text": text, "edit_date": int(self.world.now())}
        self.world.push("edited_message", stored)
        await self.world.notify()

    async def photo(self, content: bytes, caption: str = "", album: str = "") -> Message:
        photo = sizes(self.world, Sent(content, "", "image/jpeg"))
        return await self.send(photo=photo, caption=caption, media_group_id=album)

    async def document(self, content: bytes, name: str, mime: str, caption: str = "") -> Message:
        file = self.world.keep("document", Sent(content, name, mime))
        return await self.send(
            document=file | {"file_name": name, "mime_type": mime}, caption=caption
        )

    async def voice(self, content: bytes, seconds: int = 3) -> Message:
        file = self.world.keep("voice", Sent(content, "", "audio/ogg"))
        return await self.send(voice=file | {"duration": seconds, "mime_type": "audio/ogg"})

    async def video(self, content: bytes, seconds: int = 3) -> Message:
        file = self.world.keep("video", Sent(content, "", "video/mp4"))
        extent = {"width": 320, "height": 240, "duration": seconds, "mime_type": "video/mp4"}
        return await self.send(video=file | extent)

    async def location(self, latitude: float, longitude: float, accuracy: float = 0.0) -> Message:
        place = {"latitude": latitude, "longitude": longitude}
        if accuracy:
            place["horizontal_accuracy"] = accuracy
        return await self.send(location=place)

    async def contact(self, phone: str, *, own: bool = True) -> Message:
        """Share a number: one's own by the button, or somebody's from the address book."""
        card: Json = {"phone_number": phone, "first_name": self.account["first_name"]}
        return await self.send(contact=card | ({"user_id": self.id} if own else {}))

    async def sticker(self) -> Message:
        file = self.world.keep("sticker", Sent(b"RIFF", "", "image/webp"))
        kind = {"type": "regular", "is_animated": False, "is_video": False}
        return await self.send(sticker=file | kind | {"width": 512, "height": 512})

    async def forward(self, text: str, sender: User) -> Message:
        """Forward what somebody wrote elsewhere, perhaps this person themselves."""
        origin = {"type": "user", "sender_user": sender.account, "date": 0}
        return await self.send(text=text, forward_origin=origin)

    def outlive(self, message: Message) -> None:
        """Let so much time pass that a message can't be edited any more."""
        self.world.chats[message.raw["chat"]["id"]].fixed.add(message.id)

    async def delete(self, message: Message) -> None:
        """Delete a message for both sides. Telegram does not tell the bot."""
        self.world.chats[message.raw["chat"]["id"]].messages.pop(message.id, None)

    async def block(self) -> None:
        """Block the bot. It is told only if it asked for `my_chat_member`."""
        await self._membership("member", "kicked")

    async def unblock(self) -> None:
        await self._membership("kicked", "member")

    async def send(self, group: Group | None = None, **content: Any) -> Message:
        """Any message by the fields of its content; empty ones are left out."""
        chat = group.chat if group else self.chat
        chat.opened = True
        filled = {name: value for name, value in content.items() if value}
        message = self.world.message(chat, self.account, filled)
        self.world.push("message", message)
        await self.world.notify()
        return Message(message)

    async def _membership(self, before: str, after: str) -> None:
        self.chat.blocked = after == "kicked"
        extra = {"kicked": {"until_date": 0}, "member": {}}
        change = {
            "chat": self.chat.info,
            "from": self.account,
            "date": int(self.world.now()),
            "old_chat_member": {"user": self.world.bot, "status": before} | extra[before],
            "new_chat_member": {"user": self.world.bot, "status": after} | extra[after],
        }
        self.world.push("my_chat_member", change)
        await self.world.notify()
