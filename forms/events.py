"""What happens by itself: preloads, dynamic defaults, and setvalue when a value or a row is new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from forms.definition import NONE, Action, Element, Event
from forms.env import Env
from forms.instance import Field, Row
from forms.recompute import Engine
from forms.values import cast
from forms.xpath import XPathError

MAX_ROUNDS: Final = 100
"""How often one change may set off another before it is taken for a loop."""

_PROPERTIES: Final = {
    "deviceid": ("deviceid", "uri:deviceid"),
    "username": ("username", "uri:username"),
    "phonenumber": ("phonenumber", "phone number", "uri:phonenumber"),
    "email": ("email", "uri:email"),
    "subscriberid": ("subscriberid", "uri:subscriberid"),
    "simserial": ("simserial", "uri:simserial"),
}


class Events:
    """Runs actions on an engine, which afterwards is consistent again."""

    def __init__(self, engine: Engine, env: Env) -> None:
        self._engine = engine
        self._env = env
        self._changed: dict[int, list[Action]] = {}
        self._rows: dict[int, list[Action]] = {}
        for action in engine.form.actions:
            if Event.VALUE_CHANGED in action.events and action.source != NONE:
                self._changed.setdefault(action.source, []).append(action)
            if Event.NEW_REPEAT in action.events and action.source != NONE:
                scope = engine.form.scopes[engine.form.elements[action.source].scope]
                self._rows.setdefault(scope.element, []).append(action)

    def preload(self) -> None:
        """Fill in what only a new interview knows: its start, its id, the device and its user."""
        for element in self._engine.form.elements:
            preload = element.bind.preload
            if preload is not None:
                self._fill(element, self._preloaded(preload.source, preload.parameter))

    def finish(self) -> None:
        """Fill in the end time, and an instanceID if the form has no way to make one."""
        self._ensure_instance_id()
        for element in self._engine.form.elements:
            preload = element.bind.preload
            if preload is not None and (preload.source, preload.parameter) == ("timestamp", "end"):
                self._fill(element, self._timestamp(), replace=True)
        self._engine.run()

    def first_load(self) -> None:
        """Run the actions of a new interview, in the order of the form."""
        root = self._engine.instance.root
        for event in (Event.FIRST_LOAD, Event.LOAD):
            for action in self._engine.form.actions:
                again = event is Event.LOAD and Event.FIRST_LOAD in action.events
                if event in action.events and not again:
                    self._run(action, root, only_relevant=True)

    def settle(self, source: Field | None = None) -> None:
        """Bring everything to rest after a change, running the actions that it sets off."""
        engine = self._engine
        engine.run()
        waiting: list[tuple[Action, Row]] = []
        if source is not None:
            waiting.extend(
                (action, source.row) for action in self._changed.get(source.element.index, ())
            )
        for _ in range(MAX_ROUNDS):
            rows, engine.new_rows = engine.new_rows, []
            for row in rows:
                waiting.extend((action, row) for action in self._rows.get(row.element.index, ()))
            if not waiting:
                return
            batch, waiting = waiting, []
            for action, row in batch:
                for field in self._run(action, row):
                    following = self._changed.get(field.element.index, ())
                    waiting.extend((after, field.row) for after in following)

    def _run(self, action: Action, row: Row, *, only_relevant: bool = False) -> list[Field]:
        """Set the action's targets as seen from `row`; those that changed. A default is not given
        to a node that is irrelevant at the start; a change reaches one that may show up later."""
        engine = self._engine
        changed: list[Field] = []
        chosen = action.chosen.nodes(row, engine.env) if action.chosen is not None else None
        for target in list(self._targets(engine.form.elements[action.target], row)):
            if only_relevant and not target.relevant:
                continue
            if chosen is not None and target not in chosen:
                continue
            text = action.value
            if not isinstance(text, str):
                try:
                    text = text.string(target, engine.env)
                except XPathError as error:
                    engine.fault(target.element.path, error)
                    continue
            if engine.set_text(target, cast(target.element.bind.type, text)):
                changed.append(target)
                engine.run()
        return changed

    def _targets(self, element: Element, row: Row) -> Iterator[Field]:
        chain = self._engine.form.scopes[element.scope].chain
        while row.element.scope not in chain and row.range is not None:
            row = row.range.row
        for one in self._engine.instance.rows_of(element.scope, row):
            yield one.fields[element.local]

    def _fill(self, element: Element, text: str | None, *, replace: bool = False) -> None:
        if text is None:
            return
        for field in self._targets(element, self._engine.instance.root):
            if replace or not field.text:
                self._engine.set_text(field, text)

    def _preloaded(self, source: str, parameter: str) -> str | None:
        now = self._env.now().astimezone(self._env.tz)
        if source == "timestamp":
            return self._timestamp() if parameter == "start" else None
        if source == "date":
            return now.date().isoformat() if parameter == "today" else None
        if source == "uid":
            return f"uuid:{self._env.uuid()}"
        if source == "property":
            names = _PROPERTIES.get(parameter.lower(), (parameter,))
            return next(
                (self._env.properties[name] for name in names if name in self._env.properties), None
            )
        return None

    def _timestamp(self) -> str:
        return self._env.now().astimezone(self._env.tz).isoformat(timespec="milliseconds")

    def _ensure_instance_id(self) -> None:
        form = self._engine.form
        element = form.elements[form.index[f"{form.elements[0].path}/meta/instanceID"]]
        if element.bind.calculate is None:
            self._fill(element, f"uuid:{self._env.uuid()}")
