"""The program's figures in the format that Prometheus reads.

Import it only when somebody asks for the figures: the library is of no use before that. What is
counted in memory stands in `core.measures`, what the database holds in `storage.figures`; a figure
that is added there is shown here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import accumulate
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.gc_collector import GCCollector
from prometheus_client.metrics_core import Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from core import measures
from storage.figures import Figures, Queue

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
PREFIX: Final = "zoufang_"

_BOUNDS: Final = (*(str(bound) for bound in measures.BOUNDS), "+Inf")


def exposition(figures: Figures | None) -> bytes:
    """All figures as text; `figures` is None while the database does not answer."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Everything(figures))
    for kind in (ProcessCollector, PlatformCollector, GCCollector):
        kind(registry=registry)
    return generate_latest(registry)


@dataclass(frozen=True, slots=True)
class _Everything(Collector):
    figures: Figures | None

    def collect(self) -> Iterator[Metric]:
        yield _gauge("build_info", "The program.", ("version",), [((version("zoufang"),), 1)])
        for counter in measures.COUNTERS:
            yield _counter(counter)
        for histogram in measures.HISTOGRAMS:
            yield _histogram(histogram)
        for gauge in measures.GAUGES:
            yield _gauge(gauge.name, gauge.help, gauge.names, gauge.values.items())
        ages = [((loop,), age) for loop, age in measures.loop_ages().items()]
        yield _gauge("loop_age_seconds", "Since a loop last came round.", ("loop",), ages)
        up = 0 if self.figures is None else 1
        yield _gauge("database_up", "1 while the database answers, else 0.", (), [((), up)])
        if self.figures is not None:
            yield from _stored(self.figures)


def _stored(figures: Figures) -> Iterator[Metric]:
    """What the database holds."""
    yield from _queue("inbox", "Inbounds", figures.inbox)
    yield from _queue("outbox", "Messages", figures.outbox)
    by_status = [(("open",), figures.open), (("kept",), figures.kept)]
    yield _gauge("interviews", "Interviews under way, and put off.", ("status",), by_status)
    by_state = [(("open",), figures.owed), (("overdue",), figures.overdue)]
    yield _gauge("obligations", "Obligations that are not ended.", ("state",), by_state)
    yield _gauge("reminders_waiting", "Reminders that wait to be told.", (), [((), figures.unsaid)])


def _queue(name: str, what: str, queue: Queue) -> Iterator[Metric]:
    oldest = queue.oldest.total_seconds() if queue.oldest else 0
    yield _gauge(f"{name}_waiting", f"{what} that wait.", (), [((), queue.waiting)])
    yield _gauge(f"{name}_dead", f"{what} that were given up.", (), [((), queue.dead)])
    yield _gauge(f"{name}_oldest_seconds", f"{what}: how long the first waits.", (), [((), oldest)])


def _counter(counter: measures.Counter) -> Metric:
    family = CounterMetricFamily(PREFIX + counter.name, counter.help, labels=counter.names)
    for labels, value in counter.values.items():
        family.add_metric(labels, value)
    return family


def _gauge(
    name: str, text: str, names: Sequence[str], values: Iterable[tuple[measures.Labels, float]]
) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, text, labels=names)
    for labels, value in values:
        family.add_metric(labels, value)
    return family


def _histogram(histogram: measures.Histogram) -> Metric:
    family = HistogramMetricFamily(PREFIX + histogram.name, histogram.help, labels=histogram.names)
    for labels, classes in histogram.values.items():
        buckets = list(zip(_BOUNDS, accumulate(classes.counts), strict=True))
        family.add_metric(labels, buckets, sum_value=classes.seconds)
    return family
