"""The author's words in one language: itext with its fallback, ``<output>``, guidance, media."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from forms.definition import Part, Text
from forms.form import Form
from forms.node import Node
from forms.xpath import Environment, XPathError

_MEDIA: Final = ("image", "big-image", "audio", "video")
_NOTHING: Final[Mapping[str, str]] = {}


class Speaker:
    """Says texts in `language`, seen from the node that they belong to."""

    def __init__(
        self, form: Form, env: Environment, language: str, quote: Callable[[str], str] = str
    ) -> None:
        self.form = form
        self.env = env
        self.language = language
        self.quote = quote

    def speak(self, language: str) -> None:
        """Switch to `language`."""
        self.language = language

    def say(self, text: Text | None, node: Node, form: str = "") -> str:
        """`text` with its outputs filled in and quoted; '' if there is none."""
        if text is None:
            return ""
        if text.itext:
            return self.itext(text.itext, node, form, self.quote)
        return "" if form else self._join(text.parts, node, self.quote)

    def plain(self, text: Text, node: Node) -> str:
        """`text` with its outputs as they are: for values and for what is never markup."""
        return self.itext(text.itext, node) if text.itext else self._join(text.parts, node)

    def itext(
        self, identifier: str, node: Node, form: str = "", quote: Callable[[str], str] = str
    ) -> str:
        """The text of an itext id; '' if no language has it."""
        forms = self._forms(identifier)
        parts = forms.get(form)
        if parts is None and not form:
            parts = forms.get("long") or forms.get("short")
        return self._join(parts, node, quote) if parts else ""

    def media(self, text: Text | None, node: Node) -> Mapping[str, str]:
        """File names of the pictures and sounds of a label, by kind."""
        return self.itext_media(text.itext, node) if text is not None and text.itext else _NOTHING

    def itext_media(self, identifier: str, node: Node) -> Mapping[str, str]:
        """File names of the media of an itext id, without their ``jr://`` folder. A kind that the
        language lacks is taken from any other: a column ``media::image`` names no language."""
        known = [texts[identifier] for texts in self.form.itext.values() if identifier in texts]
        if all(len(forms) == 1 and "" in forms for forms in known):
            return _NOTHING
        first = self._forms(identifier)
        found = {
            kind: next((forms[kind] for forms in (first, *known) if kind in forms), None)
            for kind in _MEDIA
        }
        return {
            kind: self._join(parts, node).rpartition("/")[2]
            for kind, parts in found.items()
            if parts is not None
        }

    def _forms(self, identifier: str) -> Mapping[str, tuple[Part, ...]]:
        itext = self.form.itext
        found = itext.get(self.language, {}).get(identifier)
        if not found:
            found = itext.get(self.form.default_language, {}).get(identifier)
        if not found:
            found = next(
                (texts[identifier] for texts in itext.values() if identifier in texts), None
            )
        return found or {}

    def _join(self, parts: tuple[Part, ...], node: Node, quote: Callable[[str], str] = str) -> str:
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0].strip()
        words: list[str] = []
        for part in parts:
            try:
                words.append(part if isinstance(part, str) else quote(part.string(node, self.env)))
            except XPathError:
                words.append("")
        return "".join(words).strip()
