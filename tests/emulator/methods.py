"""The methods of the Bot API, each as strict as Telegram."""

from __future__ import annotations

import asyncio
import copy
import re
from collections.abc import Awaitable, Callable
from typing import Any

from tests.emulator import checks
from tests.emulator.faults import Refusal, bad_request
from tests.emulator.params import Params, Sent
from tests.emulator.pictures import sizes
from tests.emulator.world import Chat, Json, World

Method = Callable[[Params], Awaitable[Any]]


class Methods:
    """Every method by its name in lower case: Telegram does not mind the case."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.closing = False
        self._poll: object = None
        named = (getattr(self, name) for name in dir(self) if not name.startswith("_"))
        self._methods: dict[str, Method] = {
            each.__name__.replace("_", ""): each
            for each in named
            if asyncio.iscoroutinefunction(each)
        }

    def __getitem__(self, name: str) -> Method:
        method = self._methods.get(name.lower())
        if method is None:
            raise Refusal(404, "Not Found: method not found")
        return method

    # --- the bot itself --------------------------------------------------------------------------

    async def get_me(self, params: Params) -> Json:
        return self.world.bot | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def set_my_commands(self, params: Params) -> bool:
        commands = checks.commands(params.json("commands"))
        self.world.commands[_scope(params)] = commands
        return True

    async def get_my_commands(self, params: Params) -> list[dict[str, str]]:
        return self.world.commands.get(_scope(params), [])

    async def delete_my_commands(self, params: Params) -> bool:
        self.world.commands.pop(_scope(params), None)
        return True

    # --- updates ---------------------------------------------------------------------------------

    async def get_updates(self, params: Params) -> list[Json]:
        world = self.world
        if world.webhook.get("url"):
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._poll = poll = object()
        await world.notify()
        self._ask_for(params)
        self._confirm(params.number("offset", 0))
        await self._hold(poll, params.number("timeout", 0))
        if self._poll is not poll and not self.closing:
            raise Refusal(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        limit = min(max(params.number("limit", 100), 1), 100)
        return copy.deepcopy(world.updates[:limit])

    def _ask_for(self, params: Params) -> None:
        if "allowed_updates" in params.values:
            self.world.allowed = list(params.json("allowed_updates"))

    def _confirm(self, offset: int) -> None:
        waiting = self.world.updates
        if offset > 0:
            waiting[:] = [update for update in waiting if update["update_id"] >= offset]
        elif offset < 0:
            del waiting[:offset]

    async def _hold(self, poll: object, seconds: int) -> None:
        world = self.world
        if seconds <= 0 or world.updates:
            return
        try:
            async with asyncio.timeout(min(seconds, 50)), world.changed:
                await world.changed.wait_for(
                    lambda: bool(world.updates) or self._poll is not poll or self.closing
                )
        except TimeoutError:
            return

    async def set_webhook(self, params: Params) -> bool:
        url, secret = params.text("url"), params.text("secret_token")
        if not url:
            return await self.delete_webhook(params)
        if not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        self._ask_for(params)
        self.world.webhook = {"url": url, "secret_token": secret}
        return self._forget(params)

    async def delete_webhook(self, params: Params) -> bool:
        self.world.webhook = {}
        return self._forget(params)

    def _forget(self, params: Params) -> bool:
        if params.flag("drop_pending_updates"):
            self.world.updates.clear()
        return True

    async def get_webhook_info(self, params: Params) -> Json:
        hook = self.world.webhook
        trouble = {name: hook[name] for name in hook if name.startswith("last_error_")}
        return trouble | {
            "url": hook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.world.updates),
            "allowed_updates": self.world.allowed,
        }

    # --- messages --------------------------------------------------------------------------------

    async def send_message(self, params: Params) -> Json:
        chat = self._open(params)
        content = checks.words(params, "text", checks.TEXT)
        if not content:
            raise bad_request("message text is empty")
        return self._say(chat, params, content)

    async def send_photo(self, params: Params) -> Json:
        chat = self._open(params)
        caption = checks.words(params, "caption", checks.CAPTION)
        sent = self._upload(params, "photo", checks.PHOTO)
        return self._say(chat, params, {"photo": sizes(self.world, sent)} | caption)

    async def send_document(self, params: Params) -> Json:
        chat = self._open(params)
        caption = checks.words(params, "caption", checks.CAPTION)
        sent = self._upload(params, "document", checks.UPLOAD)
        document = self.world.keep("document", sent)
        document |= {"file_name": sent.name, "mime_type": sent.mime}
        return self._say(chat, params, {"document": document} | caption)

    async def send_media_group(self, params: Params) -> list[Json]:
        chat = self._open(params)
        media = params.json("media", [])
        if not 2 <= len(media) <= 10:
            raise bad_request("wrong number of messages to send specified: 2-10 expected")
        group = str(13_000_000_000 + self.world.serial())
        return [self._piece(chat, params, piece, group) for piece in media]

    async def edit_message_text(self, params: Params) -> Json:
        chat, message = self._own(params)
        content = checks.words(params, "text", checks.TEXT)
        if not content:
            raise bad_request("message text is empty")
        if "text" not in message:
            raise bad_request("there is no text in the message to edit")
        return self._change(chat, message, {"text": "", "entities": []} | content, params)

    async def edit_message_reply_markup(self, params: Params) -> Json:
        chat, message = self._own(params)
        return self._change(chat, message, {}, params)

    async def delete_message(self, params: Params) -> bool:
        chat = self._open(params)
        if chat.messages.pop(params.number("message_id"), None) is None:
            raise bad_request("message to delete not found")
        return True

    async def send_chat_action(self, params: Params) -> bool:
        chat = self._open(params)
        action = params.text("action")
        if not re.fullmatch(r"typing|(upload|record)_\w+|choose_sticker|find_location", action):
            raise bad_request("wrong parameter action in request")
        self.world.actions.append((chat.info["id"], action))
        return True

    async def answer_callback_query(self, params: Params) -> bool:
        tapped = self.world.taps.get(params.text("callback_query_id"))
        if tapped is None or tapped.answered:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        text = params.text("text")
        if len(text) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        tapped.answered = True
        self.world.toasts.append((tapped.user_id, text))
        return True

    async def get_file(self, params: Params) -> Json:
        file_id = params.text("file_id")
        if file_id not in self.world.files:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        path, sent = self.world.files[file_id]
        if len(sent.content) > checks.DOWNLOAD:
            raise bad_request("file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": file_id[-12:],
            "file_size": len(sent.content),
            "file_path": path,
        }

    def _open(self, params: Params) -> Chat:
        chat = self.world.reachable(params.text("chat_id"))
        if chat.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return chat

    def _own(self, params: Params) -> tuple[Chat, Json]:
        """A message of the bot's that may still be edited."""
        chat = self._open(params)
        message_id = params.number("message_id")
        message = chat.messages.get(message_id)
        if message is None:
            raise bad_request("message to edit not found")
        if message["from"]["id"] != self.world.bot["id"] or message_id in chat.fixed:
            raise bad_request("message can't be edited")
        return chat, message

    def _upload(self, params: Params, name: str, limit: int) -> Sent:
        found = params.file(name)
        if isinstance(found, str):
            if found not in self.world.files:
                raise bad_request("wrong remote file identifier specified: wrong string length")
            return self.world.files[found][1]
        if not found.content:
            raise bad_request("file must be non-empty")
        if len(found.content) > limit:
            raise Refusal(413, "Request Entity Too Large")
        return found

    def _piece(self, chat: Chat, params: Params, piece: Json, group: str) -> Json:
        one = Params(piece, params.files)
        kind, caption = str(piece["type"]), checks.words(one, "caption", checks.CAPTION)
        sent = self._upload(one, "media", checks.PHOTO if kind == "photo" else checks.UPLOAD)
        file = sizes(self.world, sent) if kind == "photo" else self.world.keep(kind, sent)
        return self._say(chat, Params(), {kind: file, "media_group_id": group} | caption)

    def _say(self, chat: Chat, params: Params, content: Json) -> Json:
        markup = checks.markup(params, private=chat.private) or {}
        if markup.get("inline_keyboard"):
            content = content | {"reply_markup": markup}
        message = self.world.message(chat, self.world.bot, content)
        if markup and "inline_keyboard" not in markup:
            chat.fixed.add(message["message_id"])
            chat.keyboard = markup if "keyboard" in markup else None
        return chat.show(message)

    def _change(self, chat: Chat, message: Json, content: Json, params: Params) -> Json:
        changes = content | {"reply_markup": checks.inline_only(params) or {}}
        if all(message.get(name, type(value)()) == value for name, value in changes.items()):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        message |= changes | {"edit_date": int(self.world.now())}
        for name in [name for name in changes if not message[name]]:
            del message[name]
        return chat.show(message)


def _scope(params: Params) -> tuple[str, str]:
    """The scope as ``chat:1001`` where it names a chat, and the language."""
    scope = params.json("scope") or {"type": "default"}
    name = ":".join(str(scope[part]) for part in ("type", "chat_id") if part in scope)
    return name, params.text("language_code")
