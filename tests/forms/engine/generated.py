"""Forms and people made up by hypothesis."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.forms.engine.paper import ask, bind, options, repeat, table, xform

CHOICES = ("a", "b", "c")
LIST = table(
    "list", *({"name": name, "label": name, "at": str(at)} for at, name in enumerate(CHOICES))
)


@dataclass
class Sketch:
    """A form while it is being drawn up. `known` are paths that later rules may read."""

    instance: list[str] = field(default_factory=list)
    binds: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    known: list[tuple[str, str]] = field(default_factory=list)


@st.composite
def forms(draw: st.DrawFn, *, counted: bool = False) -> bytes:
    """Questions of several kinds, groups and repeats; rules only read what stands before. Those
    that are `counted` begin with a question /data/n and a repeat of as many rows, modulo 4."""
    sketch = Sketch()
    if counted:
        sketch.instance.append("<n/>")
        sketch.binds.append(bind("n", type="int"))
        sketch.body.append(ask("n"))
        sketch.known.append(("/data/n", "int"))
        _nest(draw, sketch, "first", "count")
    for number in range(draw(st.integers(2, 7))):
        shape = draw(
            st.sampled_from(["question", "question", "question", "group", "repeat", "count"])
        )
        if shape == "question":
            _question(draw, sketch, f"q{number}", "")
        else:
            _nest(draw, sketch, f"g{number}", shape)
    return xform("".join(sketch.instance), LIST + "".join(sketch.binds), "".join(sketch.body))


def _nest(draw: st.DrawFn, sketch: Sketch, name: str, shape: str) -> None:
    inner = Sketch(known=list(sketch.known))
    for number in range(draw(st.integers(1, 3))):
        _question(draw, inner, f"{name}q{number}", f"{name}/", alone=shape != "group")
    if shape != "group" and draw(st.booleans()):
        inner.instance.append(f"<{name}at/>")
        inner.binds.append(bind(f"{name}/{name}at", calculate="position(..)", type="int"))
    if shape != "group" and draw(st.booleans()):
        _within(draw, inner, name)
    relevant = _relevant(draw, sketch)
    sketch.instance.append(f"<{name}>{''.join(inner.instance)}</{name}>")
    sketch.binds.extend([*inner.binds, *([bind(name, relevant=relevant)] if relevant else [])])
    body = "".join(inner.body)
    if shape == "group":
        sketch.body.append(f'<group ref="/data/{name}"><label>{name}</label>{body}</group>')
        sketch.known.extend(inner.known[len(sketch.known) :])
        return
    counts = [path for path, kind in sketch.known if kind == "int"]
    counted = f"{draw(st.sampled_from(counts))} mod 4" if shape == "count" and counts else ""
    sketch.body.append(repeat(name, body, **({"jr_count": counted} if counted else {})))
    sketch.instance.append(f"<{name}n/><{name}sum/>")
    sketch.binds.append(bind(f"{name}n", calculate=f"count(/data/{name})", type="int"))
    sketch.known.append((f"/data/{name}n", "int"))
    numbers = [
        path for path, kind in inner.known if kind == "int" and path.startswith(f"/data/{name}/")
    ]
    if numbers:
        sketch.binds.append(bind(f"{name}sum", calculate=f"sum({numbers[0]})", type="int"))


def _within(draw: st.DrawFn, outer: Sketch, name: str) -> None:
    """A repeat within the rows of another, counted by a number in the same row if there is one."""
    path = f"{name}/{name}in"
    deep = Sketch(known=list(outer.known))
    for number in range(draw(st.integers(1, 2))):
        _question(draw, deep, f"{name}inq{number}", f"{path}/", alone=True)
    counts = [
        one for one, of in outer.known if of == "int" and one.rpartition("/")[0] == f"/data/{name}"
    ]
    counted = f"../{draw(st.sampled_from(counts)).rpartition('/')[2]} mod 3" if counts else ""
    outer.instance.append(f"<{name}in>{''.join(deep.instance)}</{name}in>")
    outer.binds.extend(deep.binds)
    more = {"jr_count": counted} if counted else {}
    outer.body.append(repeat(path, "".join(deep.body), **more))


def _question(
    draw: st.DrawFn, sketch: Sketch, name: str, inside: str, *, alone: bool = False
) -> None:
    kinds = ["int", "string", "select1", "select", "filtered", "calculate", "note"]
    kind = draw(st.sampled_from(kinds))
    path = f"{inside}{name}"
    rules: dict[str, str] = {}
    known = sketch.known
    relevant = _relevant(draw, sketch, path if alone else "")
    if relevant:
        rules["relevant"] = relevant
    if draw(st.booleans()) and kind not in ("calculate", "note"):
        rules["required"] = "true()"
    if kind == "int" and draw(st.booleans()):
        rules["constraint"] = ". < 50"
    if kind == "calculate":
        numbers = [_seen(one, path) for one, of in known if of == "int"]
        terms = draw(st.lists(st.sampled_from(numbers), max_size=3)) if numbers else []
        rules["calculate"] = " + ".join([*(f"coalesce({term}, 0)" for term in terms), "1"])
    if kind == "note":
        rules["readonly"] = "true()"
    rules["type"] = "int" if kind in ("int", "calculate") else "string"
    sketch.instance.append(f"<{name}/>")
    sketch.binds.append(bind(path, **rules))
    if kind == "filtered":
        sketch.body.append(ask(path, inside=_filtered(draw, sketch, path), tag="select"))
    elif kind in ("select1", "select"):
        sketch.body.append(ask(path, inside=options(*CHOICES), tag=kind))
    elif kind != "calculate":
        sketch.body.append(ask(path))
    if kind != "note":
        stored = (
            "int" if kind in ("int", "calculate") else "choice" if kind == "select1" else "text"
        )
        sketch.known.append((f"/data/{path}", stored))


def _filtered(draw: st.DrawFn, sketch: Sketch, path: str) -> str:
    """Choices of which the first always fits, the others by a number that was given before."""
    numbers = [_seen(one, path) for one, of in sketch.known if of == "int"]
    number = draw(st.sampled_from(numbers)) if numbers else "2"
    number = f"current()/{number}" if number.startswith("..") else number
    nodes = f"instance('list')/root/item[at = 0 or at &lt;= coalesce({number}, 0) mod 3]"
    return f'<itemset nodeset="{nodes}"><value ref="name"/><label ref="label"/></itemset>'


def _relevant(draw: st.DrawFn, sketch: Sketch, path: str = "") -> str:
    if not sketch.known or not draw(st.booleans()):
        return ""
    source, kind = draw(st.sampled_from(sketch.known))
    read = _seen(source, path)
    if kind == "int":
        return f"{read} > {draw(st.integers(0, 20))}"
    if kind == "choice":
        return f"selected({read}, '{draw(st.sampled_from(CHOICES))}')"
    return f"string-length({read}) mod 2 = {draw(st.integers(0, 1))}"


def _seen(source: str, path: str) -> str:
    """`source` as a rule at `path` reads it: relative within one repeat."""
    around, _, name = source.rpartition("/")
    same = path and around == f"/data/{path.rpartition('/')[0]}"
    return f"../{name}" if same and around != "/data" else source
