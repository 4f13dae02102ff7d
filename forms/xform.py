"""From the XML of an XForm to a Form: reads model and body, compiles, orders the rules."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from lxml import etree

from forms.body import Body, BodyReader, repeat_paths
from forms.builder import Builder, local_name
from forms.definition import NO_BIND, NONE, Bind, Element, Preload, Question, Scope, Seed, Task
from forms.findings import Finding, FormError
from forms.form import Form
from forms.graph import CycleError, Graph, Rule, build_graph
from forms.model import (
    Itext,
    bind_parameters,
    read_actions,
    read_binds,
    read_external,
    read_itext,
    read_secondary,
    xf,
)
from forms.parsing import DoctypeError, parse_xml
from forms.primary import Primary, PrimaryReader

MAX_BYTES: Final = 20 * 1024 * 1024
_XHTML: Final = "{http://www.w3.org/1999/xhtml}"


def load_form(xml: bytes, attachments: Mapping[str, bytes]) -> Form:
    """Compile `xml`. `attachments` are by file name. Raises FormError with everything found."""
    root = _parse(xml)
    model = root.find(f"{_XHTML}head/{xf('model')}")
    body = root.find(f"{_XHTML}body")
    instance = _primary_instance(model)
    if model is None or body is None or instance is None:
        raise FormError([Finding("not_xform" if model is None or body is None else "no_instance")])
    repeats = repeat_paths(body)
    builder = Builder(repeats)
    if any(node.get("base64RsaPublicKey") for node in model.iterfind(xf("submission"))):
        builder.error("encrypted")
    primary = PrimaryReader(builder, repeats).read(instance)
    binds, identifiers = read_binds(model, builder)
    if primary.identified:
        place = builder.index[f"{primary.sketches[0].path}/meta/instanceID"]
        binds[place] = Bind(preload=Preload("uid", ""))
    itext, language = read_itext(model, builder)
    secondary = read_external(body, attachments, builder)
    secondary |= read_secondary(model, attachments, builder)
    actions = tuple(read_actions(iter(model), builder))
    reader = BodyReader(builder, primary.sketches, binds, identifiers, bind_parameters(model))
    content = reader.read(body)
    elements, scopes = _freeze(primary, binds, content)
    _check_texts(builder, itext, language, content.questions)
    graph = _graph(builder, elements, scopes, content.questions)
    errors = [finding for finding in builder.findings if finding.severity == "error"]
    if errors or graph is None:
        raise FormError(builder.findings)
    return Form(
        title="".join(root.findtext(f"{_XHTML}head/{_XHTML}title") or "").strip(),
        sha256=hashlib.sha256(xml).hexdigest(),
        elements=elements,
        scopes=_with_rules(scopes, graph),
        questions=tuple(content.questions),
        containers=tuple(content.containers),
        actions=(*actions, *content.actions),
        computations=graph.computations,
        triggers=graph.triggers,
        seed=primary.seed,
        namespaces=primary.namespaces,
        root_namespace=primary.root_namespace,
        itext=itext,
        default_language=language,
        secondary=secondary,
        settings=_settings(root, model, instance),
        findings=tuple(builder.findings),
    )


def _parse(xml: bytes) -> etree._Element:
    if len(xml) > MAX_BYTES:
        raise FormError([Finding("too_large", values={"bytes": len(xml), "limit": MAX_BYTES})])
    try:
        return parse_xml(xml)
    except DoctypeError:
        raise FormError([Finding("doctype")]) from None
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise FormError([Finding("xml", values={"detail": str(error), "line": line})]) from None


def _primary_instance(model: etree._Element | None) -> etree._Element | None:
    instance = model.find(xf("instance")) if model is not None else None
    if instance is None:
        return None
    return next((child for child in instance if isinstance(child.tag, str)), None)


def _freeze(
    primary: Primary, binds: Mapping[int, Bind], body: Body
) -> tuple[tuple[Element, ...], tuple[Scope, ...]]:
    asked = {question.element: question.index for question in body.questions}
    places = {
        slot.element: place for slots in body.slots.values() for place, slot in enumerate(slots)
    }
    defaults: dict[int, str] = {}
    _defaults(primary.seed, defaults)
    for scope in primary.scopes:
        if scope.template is not None:
            _defaults(scope.template, defaults)
    elements = tuple(
        Element(
            index=sketch.index,
            path=sketch.path,
            name=sketch.name,
            qname=sketch.qname,
            parent=sketch.parent,
            shape=sketch.shape,
            scope=sketch.scope,
            local=sketch.local,
            bind=binds.get(sketch.index, NO_BIND),
            default=defaults.get(sketch.index, ""),
            children=tuple(sketch.children),
            question=asked.get(sketch.index, NONE),
            slot=places.get(sketch.index, NONE),
        )
        for sketch in primary.sketches
    )
    scopes: list[Scope] = []
    for index, sketch in enumerate(primary.scopes):
        repeat = body.repeats.get(index)
        scopes.append(
            Scope(
                index=index,
                element=sketch.element,
                parent=sketch.parent,
                chain=sketch.chain,
                elements=tuple(sketch.elements),
                slots=tuple(body.slots.get(index, ())),
                container=repeat.container if repeat else NONE,
                count=repeat.count if repeat else None,
                fixed=repeat.fixed if repeat else False,
                template=sketch.template,
            )
        )
    return elements, tuple(scopes)


def _defaults(seed: Seed, defaults: dict[int, str]) -> None:
    index, text, attributes, children = seed
    defaults[index] = text
    defaults.update(attributes)
    for child in children:
        _defaults(child, defaults)


def _graph(
    builder: Builder,
    elements: Sequence[Element],
    scopes: Sequence[Scope],
    questions: Sequence[Question],
) -> Graph | None:
    rules: list[Rule] = []
    for element in elements:
        bind = element.bind
        if bind.relevant is not None:
            rules.append(
                Rule(Task.RELEVANT, element.index, bind.relevant, bind.relevant.dependencies)
            )
        if bind.calculate is not None:
            rules.append(
                Rule(Task.CALCULATE, element.index, bind.calculate, bind.calculate.dependencies)
            )
    for scope in scopes:
        if scope.count is not None:
            rules.append(Rule(Task.COUNT, scope.element, scope.count, scope.count.dependencies))
    rules.extend(_prune_rules(questions))
    try:
        return build_graph(elements, scopes, rules)
    except CycleError as error:
        builder.findings.append(error.finding)
        return None


def _prune_rules(questions: Sequence[Question]) -> list[Rule]:
    """A select whose choices depend on answers loses what its filter no longer offers."""
    rules: list[Rule] = []
    for question in questions:
        itemset = question.itemset
        if itemset is None or not itemset.nodeset.dependencies:
            continue
        reads = itemset.nodeset.dependencies
        if isinstance(itemset.value, str):
            reads = reads | {f"{path}/{itemset.value}" for path in reads}
        rules.append(Rule(Task.PRUNE, question.element, itemset.nodeset, reads))
    return rules


def _with_rules(scopes: Sequence[Scope], graph: Graph) -> tuple[Scope, ...]:
    own: list[list[int]] = [[] for _ in scopes]
    for computation in graph.computations:
        own[computation.scope].append(computation.rank)
    return tuple(
        replace(
            scope,
            computations=tuple(own[scope.index]),
            observers=graph.observers[scope.index],
            positional=graph.positional[scope.index],
        )
        for scope in scopes
    )


def _check_texts(
    builder: Builder, itext: Itext, language: str, questions: Sequence[Question]
) -> None:
    known = itext.get(language, {})
    for question in questions:
        for column, text in (("label", question.label), ("hint", question.hint)):
            if text is None or not text.itext:
                continue
            if not any(text.itext in texts for texts in itext.values()):
                builder.error("missing_itext", question.path, id=text.itext, column=column)
                continue
            for other, texts in itext.items():
                if text.itext not in texts and text.itext in known:
                    builder.warn(
                        "missing_translation", question.path, language=other, column=column
                    )


def _settings(
    root: etree._Element, model: etree._Element, instance: etree._Element
) -> dict[str, str]:
    """Attributes of the head that say something of the form: id, version, style, submission."""
    settings = {local_name(key): str(value) for key, value in model.attrib.items()}
    body = root.find(f"{_XHTML}body")
    if body is not None and body.get("class"):
        settings["style"] = str(body.get("class"))
    for node in model.iterfind(xf("submission")):
        settings |= {
            f"submission.{local_name(key)}": str(value) for key, value in node.attrib.items()
        }
    settings |= {local_name(key): str(value) for key, value in instance.attrib.items()}
    namespace = etree.QName(instance).namespace or ""
    settings.setdefault("id", namespace or local_name(instance.tag))
    return settings
