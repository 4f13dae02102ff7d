"""A form of ten questions, and what somebody answers to them: no two answers are alike.

It asks for words, numbers, choices and days, and for what a messenger sends by itself: a place, a
photo, a telephone number. One question has a picture of its own.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, Literal

from PIL import Image

TITLE: Final = "tenfold"
TABLE: Final = f"""
| settings | form_title | form_id | version |
|---|---|---|---|
| | {TITLE} | tenfold | 1 |

| survey | type | name | label | media::image |
|---|---|---|---|---|
| | text | remark | Remark? | |
| | integer | people | How many live here? | |
| | select_one fruit | best | Best fruit? | |
| | date | moved | Since which day? | |
| | acknowledge | told | Told about the notice? | |
| | text | phone | Which telephone? | |
| | geopoint | place | Where is it? | |
| | image | photo | A photo of the well? | well.png |
| | date | next | When next? | |
| | text | last | Anything else? | |

| choices | list_name | name | label |
|---|---|---|---|
| | fruit | apple | Apple |
| | fruit | pear | Pear |
| | fruit | plum | Plum |
| | fruit | fig | Fig |
"""

_FRUITS: Final = ("Apple", "Pear", "Plum", "Fig")
_FIRST_DAY: Final = date(2020, 1, 1)

Way = Literal["typed", "pressed", "phone", "place", "photo"]


@dataclass(frozen=True, slots=True)
class Line:
    """One question: its label, what is said and in which way, what the record holds. A place is
    said as latitude and longitude with a space between, a photo as its width and height."""

    name: str
    label: str
    said: str
    kept: Any
    way: Way = "typed"


Script = tuple[Line, ...]
"""The ten questions in their order."""


def script(person: int, filling: int, seed: int) -> Script:
    """What a person says the n-th time that they fill in the form."""
    chance = random.Random(f"{seed}/{person}/{filling}")

    def words(name: str, label: str) -> Line:
        said = f"{name} {person}.{filling}.{chance.randrange(10**6)}"
        return Line(name, label, said, said)

    def day(name: str, label: str) -> Line:
        said = (_FIRST_DAY + timedelta(days=chance.randrange(2000))).isoformat()
        return Line(name, label, said, said)

    people = chance.randrange(10**6)
    fruit = chance.choice(_FRUITS)
    phone = f"+86100{chance.randrange(10**5):05}"
    latitude, longitude = round(chance.uniform(20, 50), 4), round(chance.uniform(80, 120), 4)
    where = {"latitude": latitude, "longitude": longitude, "altitude": 0.0, "accuracy": 0.0}
    size = f"{chance.randrange(1, 500)} {chance.randrange(1, 500)}"
    return (
        words("remark", "Remark?"),
        Line("people", "How many live here?", str(people), people),
        Line("best", "Best fruit?", fruit, fruit.lower(), "pressed"),
        day("moved", "Since which day?"),
        Line("told", "Told about the notice?", "知道了", "OK", "pressed"),
        Line("phone", "Which telephone?", phone, phone, "phone"),
        Line("place", "Where is it?", f"{latitude} {longitude}", where, "place"),
        Line("photo", "A photo of the well?", size, size, "photo"),
        day("next", "When next?"),
        words("last", "Anything else?"),
    )


NAMES: Final = tuple(line.name for line in script(0, 0, 0))
LABELS: Final = tuple(line.label for line in script(0, 0, 0))
PHOTO: Final = "photo"


def kept(said: Script) -> dict[str, Any]:
    """What the record of a filling-in has to hold."""
    return {line.name: line.kept for line in said}


def picture(size: str) -> bytes:
    """A picture of this width and height."""
    width, height = map(int, size.split())
    made = io.BytesIO()
    Image.new("1", (width, height)).save(made, "PNG")
    return made.getvalue()


def size_of(picture: bytes) -> str:
    """Width and height of a picture."""
    with Image.open(io.BytesIO(picture)) as opened:
        return f"{opened.width} {opened.height}"


@cache
def files() -> dict[str, bytes]:
    """The form's own picture, by its name."""
    return {"well.png": picture("48 32")}
