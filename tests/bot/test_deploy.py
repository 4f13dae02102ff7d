"""The files in `deploy/` fit the program: its figures, settings, rooms, statuses and pins."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.errors import STATUS
from bot.exposition import exposition
from bot.settings import PREFIX, Settings
from storage.figures import Figures, Queue

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana" / "zoufang.json").read_text("utf-8"))
ALERTS = (DEPLOY / "prometheus" / "zoufang-alerts.yml").read_text("utf-8")
TEXTS = [file for file in DEPLOY.rglob("*") if file.is_file() and file.suffix != ".lock"]


def shown() -> set[str]:
    """The names of all figures."""
    queue = Queue(1, 1, timedelta(seconds=1))
    text = exposition(Figures(queue, queue, 1, 1)).decode()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    names = set(kinds)
    for name, kind in kinds.items():
        if kind == "histogram":
            names |= {f"{name}_{part}" for part in ("bucket", "sum", "count")}
    return names


def named(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:zoufang|process|python)_\w+", expression))


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def test_every_figure_of_the_dashboard_exists() -> None:
    found = set()
    for panel in panels():
        for target in panel["targets"]:
            assert named(target["expr"]), panel["title"]
            found |= named(target["expr"])
    assert found <= shown()


def test_every_figure_of_ours_is_on_the_dashboard() -> None:
    expressions = json.dumps(DASHBOARD)
    parts = ("_bucket", "_sum", "_count")
    ours = {name for name in shown() if name.startswith("zoufang_") and not name.endswith(parts)}
    assert {name for name in ours if name not in expressions} == set()


def test_the_panels_of_the_dashboard_stand_side_by_side() -> None:
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(numbers) == len(set(numbers))
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_every_figure_of_the_alarms_exists() -> None:
    assert named(ALERTS)
    assert named(ALERTS) <= shown()


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_every_setting_that_is_named_exists(file: Path) -> None:
    known = {PREFIX + (f.alias or n).upper() for n, f in Settings.model_fields.items()}
    assert set(re.findall(r"ZOUFANG_[A-Z_]+[A-Z]", file.read_text("utf-8"))) <= known


def test_the_container_gets_every_room() -> None:
    rooms = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    recipe = (DEPLOY / "Containerfile").read_text("utf-8")
    let_in = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for room in rooms:
        assert f"COPY {room} {room}\n" in recipe
        assert f"!{room}" in let_in
    for secret in ("data", "keys"):
        assert f"!{secret}" not in let_in


def test_a_setting_that_has_to_be_put_right_is_not_tried_again_and_again() -> None:
    unit = (DEPLOY / "zoufang.service").read_text("utf-8")
    assert f"RestartPreventExitStatus={STATUS}\n" in unit


@pytest.mark.parametrize("proxy", ["Caddyfile", "nginx.conf"])
def test_a_proxy_keeps_health_and_figures_inside(proxy: str) -> None:
    text = (DEPLOY / proxy).read_text("utf-8")
    assert all(path in text for path in ("healthz", "readyz", "metrics"))


def pins(file: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", file.read_text(), re.M))


def test_a_server_gets_what_was_tested_and_no_tools() -> None:
    tested, served = pins(ROOT / "requirements.lock"), pins(DEPLOY / "requirements.lock")
    assert served.items() <= tested.items()
    wanted = [*PROJECT["project"]["dependencies"], "hatchling", "zxing-cpp"]
    names = {re.split(r"[^\w.-]", one)[0].lower() for one in wanted}
    assert names <= set(served)
    assert not {"pytest", "mypy", "playwright"} & set(served)
