"""One form with the questions that channels show in different ways."""

from __future__ import annotations

import io
from functools import cache

import zxingcpp
from PIL import Image

from forms.intake import Intake, intake
from handlers.forms import publish
from storage.policy import OPERATOR
from tests.handlers.conftest import Village

TABLES = """
| survey | type | name | label | media::image | constraint | parameters |
|---|---|---|---|---|---|---|
| | select_multiple pump | pump | Which pump? | well.png | | |
| | image | house | The house? | | | |
| | file | paper | The paper? | | | |
| | geopoint | place | Where? | | | warning-accuracy=20 |
| | date | day | Which day? | | . <= today() | |
| | barcode | pack | The pack? | | | |
| | text | last | Last? | | | |

| choices | list_name | name | label | media::image |
|---|---|---|---|---|
| | pump | hand | Hand pump | hand.png |
| | pump | solar | Solar pump | |
"""
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40
PDF = b"%PDF-1.7 paper"
CODE = "6901234567892"  # made up; its last digit is the check digit


def png(width: int = 64, height: int = 48) -> bytes:
    """A small picture."""
    kept = io.BytesIO()
    Image.new("RGB", (width, height), (40, 90, 160)).save(kept, "PNG")
    return kept.getvalue()


WELL, HAND = png(64, 48), png(32, 32)


@cache
def barcode() -> bytes:
    """A photo of `CODE`."""
    drawn = zxingcpp.create_barcode(CODE, zxingcpp.BarcodeFormat.EAN13).to_image(scale=5)
    height, width = drawn.shape
    page = Image.new("L", (width + 200, height + 200), 220)
    page.paste(
        Image.frombytes("L", (width, height), bytes(memoryview(drawn))),  # type: ignore[arg-type]
        (100, 100),
    )
    kept = io.BytesIO()
    page.save(kept, "JPEG")
    return kept.getvalue()


@cache
def _taken() -> Intake:
    taken = intake(TABLES.encode(), "sample.md", {"well.png": WELL, "hand.png": HAND})
    assert taken.form, taken.findings
    return taken


async def offer(village: Village) -> None:
    """Publish the form."""
    async with village.database.unit(OPERATOR, "test") as uow:
        await publish(uow, _taken(), TABLES.encode())


async def answers(village: Village) -> dict[str, str]:
    """What the one draft holds, by question name."""
    from tests.handlers.paper import Talker

    someone = Talker("", village.channel, village.steps, village.sender, account=1)
    return await village.values(someone)
