"""A report as one HTML page that needs nothing else: its style inside, its graph drawn as SVG, no script."""

from __future__ import annotations

from html import escape

from flyteshift.features.readiness import Readiness
from flyteshift.features.report import Graph, Node, Report, Step

_MOST_NODES = 80
"""A larger graph is told in numbers; nobody could read it."""
_WIDTH, _HEIGHT = 190, 40
_ACROSS, _DOWN = 250, 54
_WORDS = {"needs you": "needs you", "unknown": "not planned", "ready": "ready", "done": "Flyte 2"}
_CLASSES = {"needs you": "needs", "unknown": "needs", "ready": "ready", "done": "done"}
_STYLE = """\
:root { color-scheme: light dark; --ink: #1c1b22; --dim: #6b6878; --line: #dcd9e4; --paper: #fff; --soft: #f6f5f9;
  --needs: #b3541e; --needs-soft: #fdeee3; --ready: #1f6f43; --ready-soft: #e4f4ea; --done: #5b3fd0;
  --done-soft: #ece8fc; }
@media (prefers-color-scheme: dark) { :root { --ink: #ecebf1; --dim: #a3a0b0; --line: #3a3845; --paper: #17161c;
  --soft: #201f27; --needs: #f0a36f; --needs-soft: #3a2618; --ready: #7fd3a1; --ready-soft: #17301f; --done: #b3a2ff;
  --done-soft: #2a2447; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
  padding: 2rem 1.5rem 4rem;
  max-width: 72rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
p { margin: .25rem 0; } .dim { color: var(--dim); } code { font: .9em ui-monospace, monospace; }
.figures { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0; padding: 0; list-style: none; }
.figures li { background: var(--soft); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem 1rem;
  min-width: 8rem; }
.figures b { display: block; font-size: 1.5rem; line-height: 1.2; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .5rem .75rem;
  vertical-align: top; }
th { color: var(--dim); font-weight: 600; font-size: .85rem;
  } tr + tr td, thead + tbody td { border-top: 1px solid var(--line); }
td.n { text-align: right; } th.n { text-align: right; }
.mark { display: inline-block; border-radius: 1rem; padding: 0 .6rem; font-size: .85rem; white-space: nowrap; }
.mark.needs { color: var(--needs); background: var(--needs-soft); } .mark.ready { color: var(--ready);
  background: var(--ready-soft); }
.mark.done { color: var(--done); background: var(--done-soft); }
ul.needs { margin: .35rem 0 0; padding-left: 1.1rem; font-size: .9rem; } ul.needs li { margin: .1rem 0; }
ol.steps { padding-left: 1.6rem; } ol.steps li { margin: .6rem 0; }
pre { background: var(--soft); border-radius: .4rem; padding: .4rem .7rem; margin: .25rem 0; overflow-x: auto;
  font-size: .85rem; }
figure { margin: 0 0 1.25rem; } figcaption { color: var(--dim); font-size: .85rem; margin: .3rem 0 0; }
svg { display: block; } svg text { fill: var(--ink); font: 13px system-ui, sans-serif;
  } svg .where { fill: var(--dim); font-size: 11px; }
svg rect { stroke-width: 1.5; } svg .needs { fill: var(--needs-soft); stroke: var(--needs); }
svg .ready { fill: var(--ready-soft); stroke: var(--ready); } svg .done { fill: var(--done-soft);
  stroke: var(--done); }
svg path { fill: none; stroke: var(--dim); stroke-width: 1.2; } svg marker path { fill: var(--dim); stroke: none; }
"""


def page(made: Report) -> str:
    """The page. All text of the project is escaped."""
    name = made.root.rstrip("/").rpartition("/")[2] or made.root
    body = [
        f"<h1>{escape(name)}: from Flyte 1 to Flyte 2</h1>",
        f'<p class="dim">{escape(_headline(made))}</p>',
        _figures(made),
        "<h2>Workflows</h2>",
        _workflows(made),
        "<h2>Migrate in this order</h2>",
        _steps(made),
        "<h2>Who calls whom</h2>",
        _graphs(made),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(name)}: Flyte 2 readiness</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _headline(made: Report) -> str:
    left = [each for each in made.workflows if each.state != "done"]
    if not made.flyte1_files:
        return "No Flyte 1 is left."
    ready = sum(each.state == "ready" for each in left)
    if not left:
        return "No workflow is left in Flyte 1, but other code is."
    return (
        f"flyteshift can migrate {ready} of the {_count(len(left), 'workflow')} that {_are(len(left))} still Flyte 1."
    )


def _figures(made: Report) -> str:
    kinds = (
        (("needs you", "unknown"), "workflows need you"),
        (("ready",), "workflows ready"),
        (("done",), "workflows on Flyte 2"),
    )
    counts = [(sum(each.state in names for each in made.workflows), words) for names, words in kinds]
    counts += [(made.tasks, "tasks left"), (made.flyte1_files, "files with Flyte 1")]
    return '<ul class="figures">' + "".join(f"<li><b>{n:,}</b>{escape(words)}</li>" for n, words in counts) + "</ul>"


def _workflows(made: Report) -> str:
    if not made.workflows:
        return "<p>There are none.</p>"
    rows = "".join(_row(made, each) for each in made.workflows)
    named = (
        "<th>Workflow</th><th>State</th>",
        '<th class="n">Tasks</th><th class="n">Modules</th>',
        "<th>What needs you</th>",
    )
    head = f"<tr>{''.join(named)}</tr>"
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _row(made: Report, each: Readiness) -> str:
    where = escape(made.relative(each.place.path))
    return (
        f'<tr><td><code>{escape(each.place.name)}</code><br><span class="dim">{where}</span></td>'
        f'<td>{_mark(each.state)}</td><td class="n">{len(each.tasks)}</td><td class="n">{len(each.modules)}</td>'
        f"<td>{_needs(made, each) or '<span class=dim>nothing</span>'}</td></tr>"
    )


def _needs(made: Report, each: Readiness) -> str:
    items = [
        f"<li><code>{escape(made.relative(need.path))}:{need.line + 1}</code> {_marked(need.message)}</li>"
        for need in (*each.needs, *each.tests)
    ]
    items += [f"<li>{_marked(each.ways_out)}</li>"] if each.beyond else []
    return f'<ul class="needs">{"".join(items)}</ul>' if items else ""


def _steps(made: Report) -> str:
    if not made.steps:
        return "<p>Nothing is left to migrate.</p>"
    return '<ol class="steps">' + "".join(_step(made, step) for step in made.steps) + "</ol>"


def _step(made: Report, step: Step) -> str:
    files = " ".join(made.relative(path) for path in step.paths)
    if step.state == "ready":
        return f"<li>{_mark(step.state)}<pre>flyteshift migrate --write {escape(files)}</pre></li>"
    said = (
        f"{_count(len(step.needs), 'thing')} first, see the workflows above" if step.needs else "could not be planned"
    )
    listed = ", ".join(f"<code>{escape(made.relative(path))}</code>" for path in step.paths)
    return f"<li>{_mark(step.state)} {listed}<br><span class='dim'>{said}</span></li>"


def _mark(state: str) -> str:
    return f'<span class="mark {_CLASSES[state]}">{_WORDS[state]}</span>'


def _marked(message: str) -> str:
    """A message with its `code` as such."""
    parts = escape(message).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


def _graphs(made: Report) -> str:
    drawn = [_figure(graph) for graph in made.graphs if len(graph.nodes) <= _MOST_NODES]
    large = [graph for graph in made.graphs if len(graph.nodes) > _MOST_NODES]
    told = [
        f"<p>{len(graph.nodes)} tasks and workflows hang together with {len(graph.edges)} calls: too many to draw.</p>"
        for graph in large
    ]
    return "\n".join([*told, *drawn]) or "<p>Nothing calls anything.</p>"


def _figure(graph: Graph) -> str:
    modules = sorted({node.module for node in graph.nodes})
    said = f"{_count(len(graph.nodes), 'entity', 'entities')} in {_count(len(modules), 'module')}; callers left"
    return f'<figure><div class="scroll">{drawing(graph)}</div><figcaption>{escape(said)}.</figcaption></figure>'


def drawing(graph: Graph) -> str:
    """The graph as SVG: callers left of what they call, boxes in the colour of their state."""
    columns = layers(graph)
    at = {n: (x, y) for x, column in enumerate(columns) for y, n in enumerate(column)}
    width = _ACROSS * (len(columns) - 1) + _WIDTH + 24
    height = _DOWN * max(map(len, columns)) + 12
    offset = {x: (max(map(len, columns)) - len(column)) * _DOWN / 2 for x, column in enumerate(columns)}
    spots = {n: (12 + x * _ACROSS, 12 + y * _DOWN + offset[x]) for n, (x, y) in at.items()}
    lines = "".join(_edge(spots[a], spots[b]) for a, b in graph.edges if a != b)
    boxes = "".join(_box(node, spots[n]) for n, node in enumerate(graph.nodes))
    arrow = (
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8Z"/></marker></defs>'
    )
    size = f'width="{width}" height="{height:g}" viewBox="0 0 {width} {height:g}"'
    return f'<svg {size} role="img">{arrow}{lines}{boxes}</svg>'


def layers(graph: Graph) -> list[list[int]]:
    """The nodes in columns: each to the right of those that call it, circles aside, and near to these in height."""
    callers: dict[int, list[int]] = {n: [] for n in range(len(graph.nodes))}
    for a, b in graph.edges:
        if a != b:
            callers[b].append(a)
    depth = dict.fromkeys(callers, 0)
    for _ in range(len(graph.nodes)):
        moved = False
        for a, b in graph.edges:
            if depth[b] <= depth[a] < len(graph.nodes) - 1 and a != b:
                depth[b], moved = depth[a] + 1, True
        if not moved:
            break
    used = sorted(set(depth.values()))
    columns: list[list[int]] = [[n for n in callers if depth[n] == d] for d in used]
    height = {n: y for column in columns for y, n in enumerate(column)}
    for column in columns[1:]:
        column.sort(key=lambda n: (sum(height[c] for c in callers[n]) / len(callers[n]) if callers[n] else 0, n))
        height |= {n: y for y, n in enumerate(column)}
    return columns


def _edge(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = start, end
    x1, y1, y2 = x1 + _WIDTH, y1 + _HEIGHT / 2, y2 + _HEIGHT / 2
    bend = max(abs(x2 - x1) / 2, 30)
    curve = f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2 - 2:g} {y2:g}"
    return f'<path d="{curve}" marker-end="url(#arrow)"/>'


def _box(node: Node, spot: tuple[float, float]) -> str:
    x, y = spot
    round_ = 4 if node.kind == "task" else 14
    title = f"{node.place.name} ({node.kind.replace('_', ' ')}) in {node.module}: {_WORDS[node.state]}"
    name, where = escape(_short(node.place.name, 24)), escape(_short(node.module, 28))
    size = f'x="{x:g}" y="{y:g}" width="{_WIDTH}" height="{_HEIGHT}" rx="{round_}"'
    return (
        f'<g><title>{escape(title)}</title><rect class="{_CLASSES[node.state]}" {size}/>'
        f'<text x="{x + 12:g}" y="{y + 17:g}">{name}</text>'
        f'<text class="where" x="{x + 12:g}" y="{y + 32:g}">{where}</text></g>'
    )


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _count(number: int, what: str, many: str = "") -> str:
    return f"{number:,} {what if number == 1 else many or what + 's'}"
