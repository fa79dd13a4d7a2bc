"""What was measured: samples by measure and server."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence


class Results:
    """Samples (seconds, unless the measure's name says otherwise) by measure and server, in the order measured."""

    def __init__(self) -> None:
        self.samples: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))

    def add(self, measure: str, server: str, value: float) -> None:
        """Keep one sample."""
        self.samples[measure][server].append(value)

    def of(self, measure: str, server: str) -> list[float]:
        """The samples of a server; empty where there are none."""
        return self.samples[measure][server] if server in self.samples.get(measure, {}) else []

    def summary(self) -> dict[str, dict[str, dict[str, float]]]:
        """Number, median, 95th percentile, least and greatest of each."""
        return {
            measure: {server: _summary(samples) for server, samples in by_server.items()}
            for measure, by_server in self.samples.items()
        }


def median(samples: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(samples)


def p95(samples: Sequence[float]) -> float:
    """The least that is not exceeded by 95 of 100; with fewer than 20 samples the greatest."""
    return sorted(samples)[-(-len(samples) * 95 // 100) - 1]


def _summary(samples: Sequence[float]) -> dict[str, float]:
    figures = {"median": median(samples), "p95": p95(samples), "least": min(samples), "greatest": max(samples)}
    return {"samples": len(samples), **{name: round(value, 6) for name, value in figures.items()}}
