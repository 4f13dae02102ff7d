"""An interview as it stands: everything that can be read off it without changing it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from forms import render, submission
from forms.checks import Checker
from forms.definition import NONE, Question
from forms.documents import assemble
from forms.env import Env
from forms.events import Events
from forms.form import Form
from forms.instance import Field, Instance, Range
from forms.node import Node
from forms.prompts import ChoicePage, Current, Done, Media, Problem, Summary
from forms.recompute import Engine, Fault
from forms.secondary import Source
from forms.text import Speaker
from forms.walk import Place, Walk
from forms.xpath import Environment, XPathError


class Sheet:
    """Holds the answers and all that works on them. `rev` counts the changes, `cursor` is the
    place that is asked (None at the summary), `returning` says that the walk goes back to the
    summary from there. `media` are the files given as answers, by ref."""

    def __init__(
        self,
        form: Form,
        env: Env,
        language: str | None = None,
        instances: Mapping[str, Source] | None = None,
    ) -> None:
        self.form = form
        self.env = env
        self.rev = 0
        self.done = False
        self.returning = False
        self.media: dict[str, Media] = {}
        self.instance = Instance(form)
        language = language if language in form.itext else form.default_language
        chance = random.Random(env.random_seed)
        documents, self._own = assemble(form, instances or {})
        self.xpath = Environment(
            root=self.instance.document,
            now=env.now,
            tz=env.tz,
            uuid=env.uuid,
            random=chance.random,
            instances=documents,
            properties=env.properties,
            itext=self._itext,
            choice_label=self._choice_label,
            version=form.version,
        )
        self.speaker = Speaker(form, self.xpath, language, env.quote)
        self.engine = Engine(form, self.instance, self.xpath)
        self.events = Events(self.engine, env)
        self.walk = Walk(form, self.instance)
        self.checker = Checker(self.engine, self.speaker, env)
        self.cursor: Place | None = None
        self._current: Current | None = None

    def take_apart(self) -> None:
        """Let go of everything; of no use afterwards. The parts of an interview hold each other: so
        they go at once, and not at a walk of the collector, which stops the program for the longer
        the more of them there are."""
        for tree in (self.instance.document, *self._own):
            tree.take_apart()
        self.__dict__.clear()

    @property
    def language(self) -> str:
        """The language that prompts are in, '' for a form without translations."""
        return self.speaker.language

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Expressions that failed while this object lived, for the form's owner."""
        return tuple(self.engine.faults)

    def current(self) -> Current:
        """What stands at the cursor."""
        if self._current is None:
            self._current = self._render()
        return self._current

    def summary(self) -> Summary:
        """Everything said so far."""
        return render.summary(self)

    def problems(self) -> tuple[Problem, ...]:
        """Why it can't be finalised yet, in body order."""
        return self.checker.problems(self.instance)

    def choices(self, ref: str, query: str = "", page: int = 0, size: int = 8) -> ChoicePage:
        """The choices of the select at `ref`. Raises KeyError if nothing is chosen there."""
        field, question = self._question(ref)
        return self.checker.page(question, field, query, page, size)

    def value(self, path: str) -> str:
        """The stored text at a path or ref, '' if it is irrelevant or not there."""
        field = self.instance.find(path)
        return field.text if field is not None and field.relevant else ""

    def values(self) -> Mapping[str, str]:
        """All relevant texts by ref, calculated ones too, blank ones left out."""
        return submission.values(self.instance)

    def typed_answers(self) -> Mapping[str, Any]:
        """The relevant answers as plain typed values, nested by group, a list for each repeat."""
        return submission.typed(self.form, self.instance)

    def ref(self, place: Place) -> str:
        """The ref of what stands at `place`."""
        field = self.walk.field(place)
        return field.ref if isinstance(field, Range) else self.instance.ref(field)

    def _render(self) -> Current:
        if self.done:
            return Done()
        if self.cursor is None:
            return self.summary()
        return render.prompt(self, self.cursor)

    def _question(self, ref: str) -> tuple[Field, Question]:
        field = self.instance.find(ref)
        if field is None or field.element.question == NONE:
            raise KeyError(ref)
        return field, self.form.questions[field.element.question]

    def _itext(self, identifier: str) -> str:
        return self.speaker.itext(identifier, self.instance.root)

    def _choice_label(self, value: str, path: str, node: Node) -> str:
        try:
            return self.checker.choice_label(value, path, node)
        except XPathError:
            return ""
