"""Whether an answer may stand: type, choice, required, constraint; and how it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forms import choices
from forms.builder import plain_path
from forms.choices import Item
from forms.definition import NONE, Question
from forms.env import Env
from forms.instance import Field, Instance, Row
from forms.node import Node
from forms.prompts import Choice, ChoicePage, Kind, Media, Problem, Reason
from forms.recompute import Engine
from forms.text import Speaker
from forms.values import ValueRefusedError, canonical, cast
from forms.xpath import XPathError

SELECTS = frozenset({Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK})
UPLOADS = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.FILE})


class Checker:
    """Asks the rules of one interview about one answer."""

    def __init__(self, engine: Engine, speaker: Speaker, env: Env) -> None:
        self._engine = engine
        self._speaker = speaker
        self._env = env

    def cast_defaults(self) -> None:
        """Fit the form's own values to their types."""
        instance = self._engine.instance
        for scope in self._engine.form.scopes:
            for row in instance.rows_of(scope.index, instance.root):
                for field in row.fields:
                    if field.text:
                        field.text = cast(field.element.bind.type, field.text)

    def required(self, field: Field) -> bool:
        """Whether `field` must have an answer now."""
        rule = field.element.bind.required
        return rule if isinstance(rule, bool) else self._truth(rule.boolean, field, otherwise=False)

    def readonly(self, field: Field) -> bool:
        """Whether `field`, or a group around it, can't be changed by the person now."""
        node: Node | None = field
        while isinstance(node, Field):
            rule = node.element.bind.readonly
            if rule is True or (rule and self._truth(rule.boolean, node, otherwise=False)):
                return True
            node = node.parent
        return False

    def satisfied(self, field: Field) -> bool:
        """Whether the constraint of `field` holds for its present text. A rule that fails to
        evaluate is not met: better ask again than store what nobody could check."""
        rule = field.element.bind.constraint
        return rule is None or self._truth(rule.boolean, field, otherwise=False)

    def complaint(self, field: Field, text: str) -> Reason | None:
        """What stands against `text` as the answer at `field`; the field itself stays as it is."""
        if not text:
            return "required" if self.required(field) else None
        if field.element.bind.constraint is None:
            return None
        before, field.text = field.text, text
        try:
            return None if self.satisfied(field) else "constraint"
        finally:
            field.text = before

    def message(self, field: Field, reason: Reason) -> str:
        """The author's own sentence for a refusal, '' if there is none."""
        bind = field.element.bind
        text = bind.required_text if reason == "required" else bind.constraint_text
        return self._speaker.say(text, field)

    def read(self, question: Question, field: Field, raw: str | Sequence[str] | Media) -> str:
        """The stored spelling of a raw answer. Raises ValueRefusedError."""
        kind = question.kind
        if kind in UPLOADS:
            return self._read_media(raw)
        if isinstance(raw, Media):
            raise ValueRefusedError("type")
        if kind in SELECTS:
            return self._read_choice(question, field, raw)
        text = raw if isinstance(raw, str) else ";".join(raw)
        stored = canonical(kind, question.type, text, question.appearance, self._env.tz)
        if kind is Kind.RANGE and stored:
            self._check_range(question, stored)
        return stored

    def choices(self, question: Question, field: Field) -> list[Choice]:
        """What can be chosen at `field` now, with words."""
        return self._labelled(question, self._items(question, field), field)

    def page(
        self, question: Question, field: Field, query: str, number: int, size: int
    ) -> ChoicePage:
        """One page of what can be chosen, after a search if `query` is not blank.

        Without a search only the page itself is put into words: a list may have thousands.
        """
        items = self._items(question, field)
        found = None
        if query.strip():
            found = choices.search(self._labelled(question, items, field), query)
        total = len(items if found is None else found)
        size = max(size, 1)
        pages = max((total + size - 1) // size, 1)
        number = min(max(number, 0), pages - 1)
        here = slice(number * size, (number + 1) * size)
        shown = self._labelled(question, items[here], field) if found is None else found[here]
        return ChoicePage(tuple(shown), number, pages, total)

    def count(self, question: Question, field: Field) -> int:
        """How many choices there are now."""
        try:
            return choices.count(question, field, self._engine.env)
        except XPathError as error:
            self._engine.fault(question.path, error)
            return 0

    def shown(self, question: Question, field: Field) -> str:
        """The stored answer as a person reads it: labels in the place of choice values."""
        if question.kind not in SELECTS or not field.text:
            return field.text
        chosen = field.text.split() if question.kind is not Kind.SELECT_ONE else [field.text]
        wanted = set(chosen)
        found = [item for item in self._items(question, field) if item.value in wanted]
        labels = self._labelled(question, found, field)
        known = {choice.value: choice.label for choice in reversed(labels)}
        return ", ".join(known.get(value, value) for value in chosen)

    def choice_label(self, value: str, path: str, node: Node) -> str:
        """jr:choice-name: the label of `value` among the choices of the question at `path`."""
        here = node.element.path if isinstance(node, Field) else ""
        form = self._engine.form
        place = form.index.get(plain_path(path, here), NONE)
        if place == NONE or form.elements[place].question == NONE:
            return ""
        element = form.elements[place]
        row = node.row if isinstance(node, Field) else self._engine.instance.root
        while row.element.scope != element.scope:
            if row.range is None:
                return ""
            row = row.range.row
        field = row.fields[element.local]
        question = form.questions[element.question]
        wanted = [
            item for item in choices.items(question, field, self._engine.env) if item.value == value
        ]
        labels = choices.labelled(question, wanted[:1], field, self._speaker)
        return labels[0].label if labels else ""

    def problems(self, instance: Instance) -> tuple[Problem, ...]:
        """Every relevant question whose answer may not stand, in body order."""
        return tuple(self._problems(instance.root, instance))

    def _problems(self, row: Row, instance: Instance) -> Iterator[Problem]:
        form = self._engine.form
        scope = form.scopes[row.element.scope]
        for place, slot in enumerate(scope.slots):
            if not row.mask >> place & 1:
                continue
            if slot.repeat != NONE:
                for inner in row.ranges[slot.repeat].rows:
                    yield from self._problems(inner, instance)
                continue
            field = row.fields[form.elements[slot.element].local]
            reason = self.standing_complaint(form.questions[slot.question], field)
            if reason is not None:
                yield Problem(instance.ref(field), reason, self.message(field, reason))

    def standing_complaint(self, question: Question, field: Field) -> Reason | None:
        """What stands against the present answer at `field`."""
        if question.kind is Kind.NOTE or self.readonly(field):
            return None
        if not field.text:
            return "required" if self.required(field) else None
        return None if self.satisfied(field) else "constraint"

    def _truth(self, rule: object, field: Field, *, otherwise: bool) -> bool:
        try:
            return rule(field, self._engine.env)  # type: ignore[operator,no-any-return]
        except XPathError as error:
            self._engine.fault(field.element.path, error)
            return otherwise

    def _read_media(self, raw: str | Sequence[str] | Media) -> str:
        if isinstance(raw, Media):
            return raw.name
        if raw == "":
            return ""
        raise ValueRefusedError("media")

    def _read_choice(self, question: Question, field: Field, raw: str | Sequence[str]) -> str:
        given = [raw.strip()] if isinstance(raw, str) else [value.strip() for value in raw]
        given = [value for value in given if value]
        if not given:
            return ""
        offered = self._values(question, field)
        if isinstance(raw, str) and given[0] not in offered:
            given = self._by_words(question, field, given[0], offered)
        if question.kind is Kind.SELECT_ONE and len(given) > 1:
            raise ValueRefusedError("choice")
        chosen = choices.choose(question, given, offered)
        if chosen is None:
            raise ValueRefusedError("choice")
        return chosen

    def _by_words(
        self, question: Question, field: Field, typed: str, offered: Sequence[str]
    ) -> list[str]:
        """Values from typed text: names with spaces between, or one label spelt out."""
        if question.kind is not Kind.SELECT_ONE and all(
            value in offered for value in typed.split()
        ):
            return typed.split()
        wanted = choices.fold(typed)
        matching = [
            one.value for one in self.choices(question, field) if choices.fold(one.label) == wanted
        ]
        if len(matching) != 1:
            raise ValueRefusedError("choice")
        return matching

    def _labelled(self, question: Question, items: Sequence[Item], field: Field) -> list[Choice]:
        try:
            return choices.labelled(question, items, field, self._speaker)
        except XPathError as error:
            self._engine.fault(question.path, error)
            return [Choice(item.value, item.value) for item in items]

    def _items(self, question: Question, field: Field) -> list[Item]:
        try:
            return choices.items(question, field, self._engine.env)
        except XPathError as error:
            self._engine.fault(question.path, error)
            return []

    def _values(self, question: Question, field: Field) -> list[str]:
        try:
            return choices.values(question, field, self._engine.env)
        except XPathError as error:
            self._engine.fault(question.path, error)
            return []

    def _check_range(self, question: Question, stored: str) -> None:
        bounds = question.bounds
        number = float(stored)
        low = float(bounds.minimum) if bounds.minimum else None
        high = float(bounds.maximum) if bounds.maximum else None
        if (low is not None and number < low) or (high is not None and number > high):
            raise ValueRefusedError("constraint")
        if low is not None and bounds.step and float(bounds.step) > 0:
            steps = (number - low) / float(bounds.step)
            if abs(steps - round(steps)) > 1e-6:
                raise ValueRefusedError("constraint")
