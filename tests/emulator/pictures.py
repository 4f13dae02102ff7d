"""Photos as Telegram keeps them: several sizes of one picture."""

from __future__ import annotations

from typing import Final

from tests.emulator.faults import bad_request
from tests.emulator.params import Sent
from tests.emulator.world import Json, World

_KINDS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"GIF8")


def sizes(world: World, sent: Sent) -> list[Json]:
    """A small one and the full one; both give the whole content here. Raises Refusal."""
    if not sent.content.startswith(_KINDS):
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = _extent(sent.content)
    small = {"width": max(1, width // 4), "height": max(1, height // 4)}
    return [
        world.keep("photo", sent) | small,
        world.keep("photo", sent) | {"width": width, "height": height},
    ]


def _extent(content: bytes) -> tuple[int, int]:
    if content.startswith(_KINDS[0]) and len(content) >= 24:
        return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    return 800, 600
