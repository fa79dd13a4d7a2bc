"""The page of figures: medians, ratios, and what they should be."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import NamedTuple

import flyteshift
from benchmarks.measure import NOISE
from benchmarks.results import Results, median, p95
from benchmarks.servers import FLOOR, JEDI, OURS, PYRIGHT, RUFF

_PULL = " (pull)"
_SHARES = ("diagnostics", "kilobytes", "memory", "files", "share")
"""How the names of measures start that are no times."""


class Target(NamedTuple):
    """What a figure should be at most: milliseconds, or with `against` that share of another server's figure."""

    measure: str
    figure: str
    limit: float
    against: str | None = None
    server: str = OURS


TARGETS = (
    Target("start to initialize", "p50", 1.15, FLOOR),
    Target("keystroke to diagnostics, 1,000 lines", "p50", 1.25, RUFF),
    Target("keystroke to diagnostics, 1,000 lines", "p50", 1.25, RUFF + _PULL, OURS + _PULL),
    Target("keystroke to diagnostics, 1,000 lines", "p50", 0.01, JEDI),
    Target("keystroke to diagnostics, 5,000 lines", "p50", 0.6, RUFF),
    Target("keystroke to diagnostics, 5,000 lines", "p50", 0.6, RUFF + _PULL, OURS + _PULL),
    Target("hover", "p95", 5),
    Target("code actions after an edit, mixed module", "p95", 10),
    Target("code actions after an edit, plain module", "p95", 10),
    Target("resolve a fix after an edit", "p95", 50),
    Target("resolve the module after an edit", "p95", 1000),
    Target("migrate 1,000 lines, in a running process", "p50", 1000),
    Target("migrate 1,000 lines, the command", "p50", 1000),
    Target("index of 10,000 files, cold", "p50", 2000),
    Target("index of 10,000 files, warm", "p50", 200),
    Target("memory with 10,000 files, cold", "p50", 120),
)


def page(results: Results, options: str) -> str:
    """docs/benchmarks.md."""
    return "\n".join([*_head(results, options), *_targets(results), *_times(results), *_others(results)])


def _head(results: Results, options: str) -> Iterator[str]:
    tools = ", ".join(f"{name} {version(name)}" for name in ("ruff", "pygls", "jedi-language-server"))
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    loop = results.of(NOISE, "python")
    yield "# Benchmarks"
    yield ""
    yield "Written by `python -m benchmarks`: do not edit. Times are milliseconds, median / 95th percentile."
    yield ""
    yield f"- flyteshift {flyteshift.__version__}, {tools}; {machine}."
    yield f"- One run, {options}. All servers run side by side and take turns, edit by edit: trust the ratios."
    yield "- Each gets the same edits of a character or a line, at random places; one in four leaves broken syntax."
    yield f"- *{FLOOR}*: a pygls server that answers each edit with one constant diagnostic."
    yield f"- *{JEDI}* waits for a second before it answers an edit."
    yield f"- *{PYRIGHT}*: its command line, once; it checks types, which nothing else here does."
    if loop:
        yield f"- Noise: one and the same loop took {_ms(loop)} between the edits."
    yield ""


def _targets(results: Results) -> Iterator[str]:
    yield "## Targets"
    yield ""
    yield "| what | | flyteshift | compared with | ratio | target |"
    yield "|---|---|--:|--:|--:|--:|"
    for target in TARGETS:
        ours = results.of(target.measure, target.server)
        if not ours:
            continue
        figure = _figure(ours, target.figure)
        memory = target.measure.startswith("memory")
        told = f"| {target.measure}{_mode(target)} | {target.figure} | {_number(figure * (1 if memory else 1000))}"
        if target.against is None:
            yield f"{told} | | | {target.limit:g} {'MB' if memory else 'ms'} |"
        elif others := results.of(target.measure, target.against):
            other = _figure(others, target.figure)
            compared = f"{target.against}: {_number(other * 1000)}"
            yield f"{told} | {compared} | {_ratio(figure / other)} | {target.limit:g} |"
    yield ""


def _times(results: Results) -> Iterator[str]:
    names = _servers(results)
    yield "## Times"
    yield ""
    yield f"| | {' | '.join(names)} | ours / ruff | pulled / ruff pulled | ours / floor |"
    yield f"|---|{'--:|' * (len(names) + 3)}"
    for measure in results.samples:
        if measure == NOISE or measure.startswith(_SHARES):
            continue
        cells = [_ms(results.of(measure, name)) for name in names]
        pairs = ((OURS, RUFF), (OURS + _PULL, RUFF + _PULL), (OURS, FLOOR))
        cells += [_ratio_of(results, measure, *pair) for pair in pairs]
        yield f"| {measure} | {' | '.join(cells)} |"
    yield ""


def _others(results: Results) -> Iterator[str]:
    names = _servers(results)
    yield "## Sizes and throughput"
    yield ""
    yield "Medians; memory is resident, in MB, after all edits, with the file open several times."
    yield ""
    yield f"| | {' | '.join(names)} |"
    yield f"|---|{'--:|' * len(names)}"
    for measure in results.samples:
        if measure.startswith("share"):
            shares = [results.of(measure, name) for name in names]
            cells = [f"{sum(share) / len(share):.0%}" if share else "" for share in shares]
        elif measure.startswith(_SHARES):
            cells = [_number(median(results.of(measure, name))) if results.of(measure, name) else "" for name in names]
        else:
            continue
        yield f"| {measure} | {' | '.join(cells)} |"
    yield ""


def _servers(results: Results) -> list[str]:
    known = [OURS, OURS + _PULL, RUFF, RUFF + _PULL, FLOOR, JEDI, PYRIGHT]
    return [name for name in known if any(name in by_server for by_server in results.samples.values())]


def _mode(target: Target) -> str:
    return ", pulled" if target.server.endswith(_PULL) else ""


def _figure(samples: Sequence[float], figure: str) -> float:
    return median(samples) if figure == "p50" else p95(samples)


def _ratio_of(results: Results, measure: str, one: str, other: str) -> str:
    ours, theirs = results.of(measure, one), results.of(measure, other)
    return _ratio(median(ours) / median(theirs)) if ours and theirs else ""


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"


def _ms(samples: Sequence[float]) -> str:
    return f"{_number(median(samples) * 1000)} / {_number(p95(samples) * 1000)}" if samples else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
