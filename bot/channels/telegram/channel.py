"""Telegram as a `Channel`, over any library's `Api`."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any, Final

from aiohttp import web

from bot.channels.telegram.api import (
    Api,
    ApiError,
    Call,
    TokenRefused,
    Unusable,
    Upload,
    outcome,
    token_refused,
    unchanged,
    uneditable,
)
from bot.channels.telegram.calls import (
    acknowledgement,
    as_new,
    at_address,
    deletion,
    menus,
    own_menu,
    rendering,
    shown_menu,
)
from bot.channels.telegram.hush import HushedApi
from bot.channels.telegram.leased import while_leased
from bot.channels.telegram.polling import Backoff, Pause, Poller, Take
from bot.channels.telegram.raw import key_of, number_of
from bot.channels.telegram.updates import CHANNEL, callback_of, inbound_of, is_group
from bot.channels.telegram.watch import WebhookWatch
from bot.channels.telegram.webhook import Hook, Webhook, setting
from core import measures
from core.log import log
from core.messages import Inbound, Picture, Reply
from core.ports import Clock, Lease, NotNow, Pace, Receipt, Receive, Undeliverable

Media = Callable[[str], Awaitable[tuple[bytes, str, str]]]
"""Content, name and mime of a stored picture by its key. Raises LookupError or OSError."""

Unread = Callable[[str, object, str], Awaitable[None]]
"""Keeps an update that nobody can read for the operator: its key, itself, the kind of error."""

PACE: Final = Pace(per_second=30, per_chat=1, chat_burst=10, group_minute=20, is_group=is_group)
_HOLD: Final = 30  # seconds that Telegram may hold a poll
_CALL: Final = 20.0  # seconds for a call with words only
_UPLOAD: Final = 90.0  # seconds for a call with a file, and for a download
_ANSWER: Final = 5.0  # seconds for acknowledging a tap: later it is of no use
_CALLBACKS: Final = 10_000  # taps that are remembered until they are acknowledged
_LARGEST: Final = 20_000_000  # bytes that Telegram lets a bot download
_TRIES: Final = 3  # for the later messages of a reply that is under way
_PATIENCE: Final = 30.0  # seconds that such a message may be put off


class TelegramChannel:
    """Speaks with Telegram until cancelled.

    All that it keeps in memory is which taps wait to be acknowledged. With a `hook` Telegram posts
    updates to us; without one we ask for them, with a `lease` only while we have it. An update that
    can't be read is given to `unread`, and then confirmed. `pause` waits so many seconds; tests
    bring their own. Close it.
    """

    def __init__(
        self,
        api: Api,
        *,
        clock: Clock,
        media: Media,
        unread: Unread | None = None,
        hook: Hook | None = None,
        lease: Lease | None = None,
        hold: int = _HOLD,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._api = HushedApi(api, clock)
        self._clock = clock
        self._media = media
        self._unread = unread
        self._webhook = Webhook(hook) if hook else None
        self._lease = lease
        self._hold = hold
        self._pause = pause
        self._bot_name = ""
        self._callbacks: OrderedDict[str, str] = OrderedDict()
        self._at_work: set[asyncio.Task[None]] = set()
        self.polled_at: datetime | None = None
        """When Telegram last answered a poll, in UTC: how alive the connection is."""

    @property
    def name(self) -> str:
        """Always ``telegram``, whichever library carries the calls."""
        return CHANNEL

    @property
    def pace(self) -> Pace:
        """What Telegram's bot FAQ allows."""
        return PACE

    def attach(self, app: web.Application) -> None:
        """Add the route that Telegram posts to, if it is to post."""
        if self._webhook:
            self._webhook.attach(app)

    async def run(self, receive: Receive) -> None:
        """Take updates until cancelled.

        Raises Unusable: the token is refused, at the start or when it is revoked later, or Telegram
        takes no such webhook. Anything else that goes wrong is logged and tried again.
        """

        async def take(update: object) -> None:
            await self.take(update, receive)

        try:
            await self._begin()
            measures.CHANNEL_UP.set(1, CHANNEL)
            if self._webhook:
                async with asyncio.TaskGroup() as group:
                    group.create_task(WebhookWatch(self._api, self._webhook.hook).run())
                    await self._webhook.run(take)
            elif self._lease:
                await while_leased(self._lease, partial(self._poll, take), self._look, self._pause)
            else:
                await self._poll(take)
        finally:
            measures.CHANNEL_UP.forget(CHANNEL)
            measures.still(CHANNEL)

    async def _poll(self, take: Take) -> None:
        await Poller(self._api, self._hold, self._pause, self._polled).run(take)

    async def _look(self) -> None:
        """Whether the token is still good. Raises TokenRefused."""
        try:
            await self._api.call(Call("getMe", {}), _CALL)
        except ApiError as error:
            if token_refused(error):
                raise TokenRefused(str(error)) from error

    async def take(self, update: object, receive: Receive) -> None:
        """Hand over one raw update; returns when it is safe to confirm it. Raises what `receive`
        raises."""
        try:
            inbound = self._read(update)
        except Exception as error:
            # Of a shape that we do not know: to keep asking for it would stop the chat for good.
            name = type(error).__name__
            log.error("telegram.unreadable", update=number_of(update), error=name)
            if self._unread:
                await self._unread(key_of(update), update, name)
            return
        if inbound is not None:
            await receive(inbound)

    async def deliver(
        self, address: str, reply: Reply, replaces: str | None, key: str = ""
    ) -> Receipt:
        """Send or edit. A reply of several messages that is held up in the middle waits a little
        here, so that its first messages do not come twice. Raises Undeliverable, NotNow."""
        # The pictures of an edited reply are messages of their own, and stand in the chat already.
        uploads = await self._uploads(reply) if replaces is None else []
        plan = rendering(address, reply, replaces, uploads)
        receipt: str | None = None
        for place, call in enumerate(plan.calls):
            try:
                message = await self._send(call, tries=1 if place == 0 else _TRIES)
            except Undeliverable as refusal:
                if refusal.gone or not call.uploads or len(plan.calls) == 1:
                    raise
                # Too wide, too large: the words beside it still have to arrive.
                log.warning("telegram.picture_refused", error=str(refusal))
                continue
            if place == plan.receipt:
                receipt = message
        if reply.commands:
            await self._set_menu(own_menu(address, reply.commands))
        return Receipt(receipt, len(plan.calls))

    async def acknowledge(self, inbound: Inbound) -> None:
        """Stops the clock on a pressed button, once, without waiting for it. Never raises."""
        callback = self._callbacks.pop(inbound.key, None)
        if callback is not None:
            self._aside(self._acknowledge(callback))

    async def erase(self, inbound: Inbound) -> None:
        """Delete a message of the last two days, without waiting for it; older ones Telegram keeps.
        Never raises."""
        if inbound.message is not None:
            self._aside(self._erase(deletion(inbound.address, inbound.message)))

    async def fetch(self, file_id: str) -> bytes:
        """The content of a received file, 20 MB at most. Raises Undeliverable, NotNow."""
        try:
            file = await self._api.call(Call("getFile", {"file_id": file_id}), _CALL)
            content = await self._api.download(file["file_path"], _LARGEST, _UPLOAD)
            whole = len(content) >= int(file.get("file_size", 0))
        except ApiError as error:
            raise outcome(error) from error
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise NotNow("no path to the file") from error
        if not whole:  # what a proxy said in its stead, or a part: not what the person sent
            raise NotNow("less than the file")
        return content

    async def close(self) -> None:
        """Let go of the connections, once nothing is delivered any more."""
        for task in self._at_work:
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)
        await self._api.close()

    async def _begin(self) -> None:
        """Learn who we are, say knowingly how updates are to come, set the menus."""
        self._bot_name = (await self._insist(Call("getMe", {}))).get("username", "")
        if self._webhook:
            await self._insist(setting(self._webhook.hook))
        else:
            await self._end_webhook()
        for menu in menus():
            await self._set_menu(menu)

    async def _end_webhook(self) -> None:
        """Take a webhook away, for Telegram answers no poll beside it. What waits there stays."""
        webhook = await self._insist(Call("getWebhookInfo", {}))
        if webhook.get("url"):
            log.warning("telegram.webhook_removed", waiting=webhook.get("pending_update_count"))
            await self._insist(Call("deleteWebhook", {}))

    async def _set_menu(self, menu: Call) -> None:
        """Best effort, and only if something changes: Telegram counts these calls."""
        try:
            if await self._api.call(shown_menu(menu), _CALL) != menu.params["commands"]:
                await self._api.call(menu, _CALL)
        except ApiError as error:
            log.warning("telegram.menu_not_set", code=error.code)

    async def _insist(self, call: Call) -> dict[str, Any]:
        """Call until Telegram answers. Raises Unusable."""
        backoff = Backoff(self._pause)
        while True:
            try:
                result = await self._api.call(call, _CALL)
                return result if isinstance(result, dict) else {}
            except ApiError as error:
                if token_refused(error):
                    raise TokenRefused(str(error)) from error
                if call.method == "setWebhook" and error.code == 400:
                    raise Unusable("webhook_refused", reason=str(error)) from error
                log.warning("telegram.not_reached", method=call.method, code=error.code)
                await backoff.wait(error.retry_after or 0.0)

    async def _acknowledge(self, callback: str) -> None:
        try:
            await self._api.call(acknowledgement(callback), _ANSWER)
        except ApiError as error:
            # Mostly "query is too old": the person has long seen the reply.
            log.debug("telegram.unacknowledged", code=error.code)

    async def _erase(self, call: Call) -> None:
        try:
            await self._api.call(call, _ANSWER)
        except ApiError as error:
            log.warning("telegram.not_erased", code=error.code)

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that nobody waits for."""
        task = asyncio.create_task(work)
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    def _polled(self) -> None:
        self.polled_at = self._clock.now()

    def _read(self, update: object) -> Inbound | None:
        """Raises anything at all for an update of an unknown shape."""
        if not isinstance(update, dict) or number_of(update) is None:
            raise TypeError("not an update")
        inbound = inbound_of(update, self._bot_name)
        callback = callback_of(update)
        if inbound is not None and callback is not None:
            self._callbacks[inbound.key] = callback
            if len(self._callbacks) > _CALLBACKS:
                self._callbacks.popitem(last=False)
        return inbound

    async def _uploads(self, reply: Reply) -> list[tuple[Picture, Upload]]:
        """The reply's pictures. One that is gone must not silence the words beside it."""
        uploads = []
        for picture in reply.pictures:
            try:
                content, _, _ = await self._media(picture.media)
            except (LookupError, OSError) as error:
                log.error("telegram.picture_missing", error=type(error).__name__)
                continue
            uploads.append((picture, Upload(content, picture.name, picture.mime)))
        return uploads

    async def _send(self, call: Call, tries: int) -> str | None:
        """The id of the message that now stands in the chat. Raises Undeliverable, NotNow."""
        for left in reversed(range(tries)):
            try:
                return await self._send_once(call)
            except NotNow as wait:
                if not left or (wait.after or 0.0) > _PATIENCE:
                    raise
                await self._pause(wait.after or 1.0)
        raise AssertionError("unreachable: the last try returns or raises")

    async def _send_once(self, call: Call) -> str | None:
        try:
            sent = await self._api.call(call, _UPLOAD if call.uploads else _CALL)
        except ApiError as error:
            if call.method == "editMessageText":
                if unchanged(error):
                    return str(call.params["message_id"])
                if uneditable(error):
                    return await self._send_once(as_new(call))
            if error.moved_to is not None and error.moved_to != call.params["chat_id"]:
                # A group became a supergroup, which is another chat without the old messages.
                anew = as_new(call) if call.method == "editMessageText" else call
                return await self._send_once(at_address(anew, error.moved_to))
            raise outcome(error) from error
        return str(sent["message_id"])
