"""A phone with ODK Collect on it, as far as a server can tell.

It takes forms along with what they need, fills them in by themselves, and sends what was filled in
as Collect does: a look at the room first, then the same XML with the files in parts.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from xml.etree import ElementTree

import aiohttp

from bot.demo.answering import Answering
from forms import Env, Form, Interview, Submission
from handlers.shelf import SUBJECT_QUESTIONS
from tests.clock import TurnedClock

OPENROSA = {"X-OpenRosa-Version": "1.0", "Date": "Sat, 21 Nov 2026 02:00:00 GMT"}
_LIST = "{http://openrosa.org/xforms/xformsList}"
_MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
_RESPONSE = "{http://openrosa.org/http/response}"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a server answered: `message` is what the worker reads."""

    status: int
    message: str


@dataclass(slots=True)
class Phone:
    """One phone. `url` is the server address that was entered."""

    http: aiohttp.ClientSession
    url: str
    clock: TurnedClock
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)

    async def get(self, url: str) -> bytes:
        async with self.http.get(url, headers=OPENROSA) as response:
            assert response.status == 200, await response.text()
            assert response.headers["X-OpenRosa-Version"] == "1.0"
            return await response.read()

    async def forms(self) -> dict[str, Mapping[str, str]]:
        """The list of forms: what it says of each, by id."""
        root = ElementTree.fromstring(await self.get(f"{self.url}/formList"))
        listed = [{one.tag.removeprefix(_LIST): one.text or "" for one in form} for form in root]
        return {one["formID"]: one for one in listed}

    async def take(self, form_id: str) -> Form:
        """Take a form along with everything that it needs."""
        listed = (await self.forms())[form_id]
        xml = await self.get(listed["downloadUrl"])
        root = ElementTree.fromstring(await self.get(listed["manifestUrl"]))
        self.files[form_id] = {
            one.findtext(f"{_MANIFEST}filename", ""): await self.get(
                one.findtext(f"{_MANIFEST}downloadUrl", "")
            )
            for one in root
        }
        return Form.from_xform(xml, self.files[form_id])

    def fill(
        self,
        form: Form,
        code: str | None = None,
        *,
        former: str | None = None,
        say: Mapping[str, str] | None = None,
    ) -> Submission:
        """A finished record about the subject `code`; `say` are answers by question name."""
        said = dict(say or {})
        for name in SUBJECT_QUESTIONS if code else ():
            said[name] = code or ""
        first = {one.path: said[one.name] for one in form.questions if one.name in said}
        env = Env(now=lambda: self.clock.now().astimezone(UTC), random_seed=1)
        today = self.clock.now().date()
        for chance in range(9):  # some answers lead to a question that chance does not answer
            iv = Interview.start(form, env, None, first)
            if Answering(random.Random(chance), today).fill(iv):
                record = iv.finalize(former)
                assert isinstance(record, Submission), record
                return record
        raise AssertionError(f"can't fill in {form.form_id}")

    async def send(
        self, xml: bytes, files: Mapping[str, bytes] | None = None, parts: int = 1
    ) -> Sequence[Answered]:
        """Send a record, its files in so many parts; what the server answered to each."""
        async with self.http.head(f"{self.url}/submission", headers=OPENROSA) as response:
            assert response.status == 204
            assert int(response.headers["X-OpenRosa-Accept-Content-Length"]) > 10 * 2**20
        named = list((files or {}).items())
        return [await self.post(xml, dict(named[part::parts])) for part in range(parts)]

    async def post(self, xml: bytes, files: Mapping[str, bytes]) -> Answered:
        """One POST."""
        body = aiohttp.FormData()
        body.add_field("xml_submission_file", xml, content_type="text/xml", filename="a.xml")
        for name, content in files.items():
            body.add_field(name, content, content_type="image/jpeg", filename=name)
        async with self.http.post(
            f"{self.url}/submission", data=body, headers=OPENROSA
        ) as response:
            root = ElementTree.fromstring(await response.read())
            return Answered(response.status, root.findtext(f"{_RESPONSE}message", ""))
