"""Small forms that show what a channel must be able to do."""

from __future__ import annotations

from functools import cache
from typing import Final

from forms.intake import Intake, intake

PNG: Final = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4)
GIF: Final = b"GIF89a" + (64).to_bytes(2, "little") * 2 + b"\x00\x00\x00;"
PARAGRAPHS: Final = tuple(f"第{n}段：" + "走访👵" * 180 for n in range(1, 13))

_VILLAGES: Final = "\n".join(f"| | village | v{n} | Village {n} |" for n in range(1, 13))

TOUR: Final = f"""
| survey | type | name | label | constraint | constraint_message |
|---|---|---|---|---|---|
| | text | remark | Remark? | | |
| | integer | people | How many live here? | . <= 30 | Thirty at most. |
| | date | day | Which day? | | |
| | select_one fruit | best | Best fruit? | | |
| | select_multiple fruit | liked | Which fruits? | | |
| | select_one village | home | Home village? | | |
| | geopoint | place | Where is it? | | |
| | image | photo | A photo of the house? | | |
| | text | phone | Telephone? | | |
| | text | last | Anything else? | | |

| choices | list_name | name | label |
|---|---|---|---|
| | fruit | apple | Apple |
| | fruit | pear | Pear |
| | fruit | plum | Plum |
{_VILLAGES}
"""

ALBUM: Final = """
| survey | type | name | label |
|---|---|---|---|
| | image | house | The house? |
| | image | door | The door? |
| | text | last | Anything else? |
"""

SHOWN: Final = """
| survey | type | name | label | media::image |
|---|---|---|---|---|
| | note | well | Look at this well. | well.png |
| | text | seen | What do you see? | |
"""

WIDGETS: Final = """
| survey | type | name | label | media::image | parameters |
|---|---|---|---|---|---|
| | select_one pump | pump | Which pump? | well.png | |
| | geopoint | place | Where is it? | | warning-accuracy=20 |
| | date | day | Which day? | | |
| | barcode | pack | Which pack? | | |
| | audio | sound | How does it sound? | | |
| | video | film | A film of it? | | |
| | file | paper | The paper? | | |
| | text | last | Anything else? | | |

| choices | list_name | name | label | media::image |
|---|---|---|---|---|
| | pump | hand | Hand pump | hand.gif |
| | pump | solar | Solar pump | |
"""

_NOTES: Final = "\n".join(
    f"| | note | n{n} | {paragraph} |" for n, paragraph in enumerate(PARAGRAPHS)
)
READ: Final = f"""
| survey | type | name | label |
|---|---|---|---|
{_NOTES}
| | text | seen | Understood? |
"""


@cache
def taken() -> dict[str, tuple[bytes, Intake]]:
    """Each form by its name, as a file and as it was taken in."""
    tables = {"tour": TOUR, "album": ALBUM, "shown": SHOWN, "widgets": WIDGETS, "read": READ}
    files = {"shown": {"well.png": PNG}, "widgets": {"well.png": PNG, "hand.gif": GIF}}
    found = {}
    for name, table in tables.items():
        source = table.encode()
        found[name] = (source, intake(source, f"{name}.md", files.get(name, {})))
        assert found[name][1].form, found[name][1].findings
    return found
