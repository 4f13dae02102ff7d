"""The web chat: a page made for phones and a channel like any messenger.

`WebChannel` is attached to the program's aiohttp server. What it keeps (sign-ins, transcripts,
uploads) is behind `core.ports.WebStore`; the page itself lies in ``bot/channels/webchat``.
"""

from bot.channels.web.channel import WebChannel
from bot.channels.web.limits import Limits

__all__ = ["Limits", "WebChannel"]
