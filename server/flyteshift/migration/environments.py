"""Environments: tasks with equal settings share one; names, order and `depends_on`.

In Flyte 2 the image, resources, secrets and environment variables of a task belong to its `TaskEnvironment`, and
deploying an environment takes along what it `depends_on`, so every environment must list those whose tasks it calls.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from flyteshift.migration import actors
from flyteshift.migration.draft import Draft
from flyteshift.migration.names import free, slug
from flyteshift.migration.packages import PLUGINS
from flyteshift.migration.settings import comments
from flyteshift.migration.tasks import Setting, Task
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Argument, keyword, print_call, print_list
from flyteshift.workspace.summary import ENVIRONMENT

ORDER = ("image", "resources", "secrets", "env_vars", "plugin_config", "reusable")
TOO_LOW = "`{0}` is set below the first task that needs it; environments need it above. Move it up, then migrate."
SEVERAL = "`{0}` is set more than once, so it is not clear which value an environment takes."
CALLEE = "`{0}` calls a task whose image or resources are set further down; move those up, then migrate."
DEFAULT_IMAGE = "These tasks run in Flyte 2's default image, and their container imports this module: it must have {0}."


@dataclass(eq=False)
class Environment:
    """One environment to be: its tasks, in text order, and what they share."""

    settings: Mapping[str, Setting]
    tasks: list[Task] = field(default_factory=list)
    variable: str = ""
    name: str = ""
    depends_on: list[Environment] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    """The variables of other files' environments that it calls."""

    def source(self, draft: Draft) -> str:
        """The statement that makes it."""
        arguments = [Argument(f'name="{self.name}"')]
        for name in ORDER:
            if name in self.settings:
                setting = self.settings[name]
                arguments.append(Argument(f"{name}={setting.code}", setting.before, setting.behind))
        called = [*self.outside, *(e.variable for e in self.depends_on)]
        if called:
            arguments.append(
                keyword("depends_on", print_list(called, draft.style, draft.style.indent, len("depends_on=,")))
            )
        taken = len(self.variable) + 3
        return f"{self.variable} = {print_call('flyte.TaskEnvironment', arguments, draft.style, '', taken)}"


def group(
    draft: Draft,
    tasks: Sequence[Task],
    module: str,
    calls: Mapping[str, Collection[str]],
    outside: Mapping[str, Collection[str]],
    late: Mapping[str, int] | None = None,
) -> list[Environment]:
    """The environments of a module, callees first.

    `calls` says which tasks a task calls, `outside` which environments of other files. Tasks share an
    environment only where `late` says the same of them.
    """
    _give_drivers_an_image(draft, tasks)
    keys = {
        t.name: (*sorted((name, s.key) for name, s in t.settings.items()), ("late", str((late or {}).get(t.name))))
        for t in tasks
        if not t.home
    }
    levels = _levels(keys, calls)
    groups: dict[tuple[object, ...], Environment] = {}
    for task in [t for t in tasks if not t.home]:
        known = groups.setdefault((keys[task.name], levels.get(task.name)), Environment(dict(task.settings)))
        known.tasks.append(task)
        for name, setting in task.settings.items():
            _take_comments(known, name, setting)
    environments = list(groups.values())
    _name(draft, environments, draft.base)
    _depend(environments, calls)
    for environment in environments:
        wanted = dict.fromkeys(v for task in environment.tasks for v in sorted(outside.get(task.name, ())))
        called = {name for task in environment.tasks for name in calls.get(task.name, ())}
        wanted |= dict.fromkeys(t.home for t in tasks if t.home and t.name in called)
        environment.outside = list(wanted)
    return _callees_first(draft, environments)


def _levels(keys: Mapping[str, object], calls: Mapping[str, Collection[str]]) -> dict[str, int]:
    """How often settings change along the calls below a task, for tasks of settings that call each other both ways.

    A task that calls one of other settings, which calls one of its own, cannot share an environment with that.
    """
    direct: dict[object, set[object]] = {}
    for name, key in keys.items():
        direct.setdefault(key, set()).update(keys[c] for c in calls.get(name, ()) if c in keys and keys[c] != key)
    reached = {key: _reached(key, direct) for key in direct}
    circles = {key for key, below in reached.items() if key in below}
    found: dict[str, int] = {}

    def level(name: str, above: frozenset[str]) -> int:
        if name not in found:
            below = [c for c in calls.get(name, ()) if c in keys and c not in above]
            steps = [level(c, above | {name}) + (keys[c] != keys[name]) for c in below]
            if above and any(c in above for c in calls.get(name, ())):
                return max(steps, default=0)  # tasks that call each other: not all is known yet
            found[name] = max(steps, default=0)
        return found[name]

    return {name: level(name, frozenset({name})) for name in keys if keys[name] in circles}


def _reached(key: object, direct: Mapping[object, Collection[object]]) -> set[object]:
    seen: set[object] = set()
    stack = [key]
    while stack:
        more = set(direct.get(stack.pop(), ())) - seen
        seen |= more
        stack += more
    return seen


def _take_comments(environment: Environment, name: str, setting: Setting) -> None:
    """Keep the comments of an equal setting that another task carried."""
    mine = environment.settings[name]
    known = (*mine.before, mine.behind, *comments(mine.code))
    new = [c for c in (*setting.before, setting.behind, *comments(setting.code)) if c and c not in known]
    if new and setting is not mine:
        merged = Setting(name, mine.code, mine.key, mine.names, (*mine.before, *new), mine.behind, mine.device)
        environment.settings = {**environment.settings, name: merged}


def _give_drivers_an_image(draft: Draft, tasks: Sequence[Task]) -> None:
    """A workflow runs in a container too now, which must be able to import the module.

    The images of the module's tasks can. Tasks without one could in Flyte 1 with its default image, and then a
    workflow can do the same.
    """
    needed = third_party(draft)
    bare = [t for t in tasks if t.kind != "workflow" and not t.home and "image" not in t.settings]
    images = [t.settings["image"] for t in tasks if "image" in t.settings]
    drivers = [t for t in tasks if t.kind == "workflow"]
    if not needed:
        return
    if images and not bare:
        for driver in drivers:
            first = images[0]
            driver.settings["image"] = Setting("image", first.code, first.key, first.names)
    elif bare:
        draft.note(bare[0].statement, DEFAULT_IMAGE.format(", ".join(f"`{n}`" for n in needed)))
    elif drivers:
        draft.note(drivers[0].statement, DEFAULT_IMAGE.format(", ".join(f"`{n}`" for n in needed)))


def third_party(draft: Draft) -> list[str]:
    """The packages outside the standard library that importing the module imports, Flyte left out."""
    found: dict[str, None] = {}
    for node in draft.document.tree.root_node.children:
        if node.type == "import_from_statement":
            named = [node.child_by_field_name("module_name")]
        elif node.type == "import_statement":
            named = [n.child_by_field_name("name") if n.type == "aliased_import" else n for n in node.named_children]
        else:
            continue
        for name in named:
            root = text(name).partition(".")[0]
            local = draft.outside is not None and draft.outside.is_local(root)
            known = root in sys.stdlib_module_names or root.startswith(("flyte", "union", "__future__"))
            if root and not known and not local:
                found[root] = None
            elif root == "flytekitplugins" and text(name).count("."):
                plugin = text(name).split(".")[1]
                if plugin in PLUGINS:
                    found[f"flyteplugins-{PLUGINS[plugin]}"] = None
    return list(found)


def _name(draft: Draft, environments: Sequence[Environment], base: str) -> None:
    taken = {*draft.model.names.events, *(v for e in environments for v in e.outside)}
    plain = [e for e in environments if not e.settings]
    main = plain[0] if plain else _main(environments)
    there = set(ENVIRONMENT.findall(draft.document.text)) | actors.names(draft)
    used = {name.removeprefix(f"{base}_") for name in there}
    elsewhere = draft.outside.named if draft.outside is not None else ()
    used |= {name.removeprefix(f"{base}_") for name in elsewhere if name.startswith(f"{base}_")}
    for environment in [main, *(e for e in environments if e is not main)] if main else []:
        apart = "" if environment is main and base not in there else _apart(environment, environments, used)
        environment.variable = free(f"{apart}_env" if apart else "env", taken)
        environment.name = f"{base}_{slug(apart)}" if apart else base
        taken.add(environment.variable)
        used.add(apart)


def _main(environments: Sequence[Environment]) -> Environment | None:
    """Where no environment is plain: that of the drivers, else the one with most tasks."""
    driving = [e for e in environments if any(t.kind == "workflow" for t in e.tasks)]
    return max(driving or environments, key=lambda e: len(e.tasks), default=None)


def _apart(environment: Environment, all_: Sequence[Environment], used: Collection[str]) -> str:
    """A short name for what sets an environment apart from the others."""
    candidates = []
    if len(environment.tasks) == 1:
        candidates.append(environment.tasks[0].name)
    for name in ORDER:
        setting = environment.settings.get(name)
        if setting is None or any(
            setting.key == e.settings[name].key for e in all_ if e is not environment and name in e.settings
        ):
            continue
        if setting.device and not any(
            e.settings[name].device == setting.device for e in all_ if e is not environment and name in e.settings
        ):
            candidates.append(setting.device)
        stem = setting.code.removesuffix("_image").removesuffix("_spec").removesuffix("_image").removeprefix("image_")
        if setting.code.isidentifier() and stem.lower() not in ("image", "img", "custom", "my", "default", "container"):
            candidates.append(stem)
    candidates += [t.name for t in environment.tasks]
    chosen = next((c for c in map(slug, candidates) if c not in used), slug(environment.tasks[0].name))
    return f"tasks_{chosen}" if chosen[0].isdigit() else chosen


def _depend(environments: Sequence[Environment], calls: Mapping[str, Collection[str]]) -> None:
    home = {t.name: e for e in environments for t in e.tasks}
    for environment in environments:
        wanted = {id(home[c]): home[c] for t in environment.tasks for c in calls.get(t.name, ()) if c in home}
        wanted.pop(id(environment), None)
        environment.depends_on = [e for e in environments if id(e) in wanted]


def _callees_first(draft: Draft, environments: Sequence[Environment]) -> list[Environment]:
    ordered: list[Environment] = []
    busy: list[Environment] = []

    def visit(environment: Environment) -> None:
        if environment in ordered:
            return
        if environment in busy:
            names = ", ".join(f"`{e.tasks[0].name}`" for e in busy[busy.index(environment) :])
            draft.refuse(
                environment.tasks[0].statement,
                f"Tasks with different settings call each other ({names}): their environments have no order.",
            )
            return
        busy.append(environment)
        for callee in environment.depends_on:
            visit(callee)
        busy.pop()
        if environment not in ordered:
            ordered.append(environment)

    for environment in sorted(environments, key=lambda e: not e.settings):
        visit(environment)
    return ordered


def placed(
    draft: Draft,
    tasks: Sequence[Task],
    module: str,
    calls: Mapping[str, Collection[str]],
    outside: Mapping[str, Collection[str]],
) -> dict[int, list[Environment]]:
    """The environments of a module by the line start above which each stands, callees first. Empty where refused.

    They stand together above the first task. One that uses something which is set further down, and those that depend
    on it, stand above the first task of theirs; a task above shares no environment with them.
    """
    late: dict[str, int] = {}
    while True:
        found: dict[int, list[Environment]] = {}
        at: dict[int, int] = {}
        again = False
        for environment in group(draft, tasks, module, calls, outside, late):
            lowest = _lowest(draft, environment)
            if lowest is None:
                return {}
            own = min(environment.tasks, key=lambda t: t.statement.start_byte).statement
            lines = [above_comments(draft, t.statement) for t in environment.tasks]
            after = (
                [above_comments(draft, tasks[0].statement)]
                if lowest.start_byte <= tasks[0].statement.start_byte
                else [
                    line
                    for line, t in zip(lines, environment.tasks, strict=True)
                    if t.statement.start_byte > lowest.start_byte
                ]
            )
            place = max([min(after, default=-1), *(at[id(e)] for e in environment.depends_on if id(e) in at)])
            if not after or place > min(lines):
                below = [t.name for line, t in zip(lines, environment.tasks, strict=True) if line >= place]
                if not after or all(late.get(name) == place for name in below):
                    draft.refuse(*_too_low(draft, environment, lowest, own))
                    return {}
                late |= dict.fromkeys(below, place)
                again = True
                break
            at[id(environment)] = place
            found.setdefault(place, []).append(environment)
        if not again:
            return found


def _lowest(draft: Draft, environment: Environment) -> Node | None:
    """The last of the statements that bind what an environment uses, else the first of the module; None: refused."""
    known = draft.model.names.events
    needed = {n for s in environment.settings.values() for n in s.names} - {"flyte", "os", "pathlib"}
    needed |= {name for name in environment.outside if name in known}
    needed |= {name for name in draft.templates if free(f"{name}_env", set(known)) in environment.outside}
    found = [draft.document.tree.root_node.children[0]]
    for name in sorted(needed):
        bound = bindings(draft, name)
        if len(bound) > 1:
            draft.refuse(bound[1], SEVERAL.format(name))
            return None
        found += bound
    return max(found, key=lambda node: node.start_byte)


def _too_low(draft: Draft, environment: Environment, lowest: Node, own: Node) -> tuple[Node, str]:
    """What stands too far down for an environment: a name that it uses, or the environment of a task that it calls."""
    for setting in environment.settings.values():
        for name in sorted(setting.names):
            if lowest in bindings(draft, name) and lowest.start_byte > own.start_byte:
                return lowest, TOO_LOW.format(name)
    return own, CALLEE.format(environment.tasks[0].name)


def bindings(draft: Draft, name: str) -> list[Node]:
    """The top-level statements that bind a name."""
    found = []
    statements = draft.model.statements
    for statement in statements:
        if name in statement.facts.module.events:
            node = draft.document.tree.root_node.descendant_for_byte_range(
                draft.document.byte_offset(statement.span.start), draft.document.byte_offset(statement.span.end)
            )
            while node is not None and node.parent is not None and node.parent.type != "module":
                node = node.parent
            if node is not None:
                found.append(node)
    return found


def above_comments(draft: Draft, node: Node) -> int:
    """The start of the line of a statement, or of the comment lines that stand right above it."""
    lines = draft.document.lines
    line = lines.line_of(draft.document.span(node).start)
    while line > 0 and lines.line_text(line - 1).startswith("#") and not lines.line_text(line - 1).startswith("#!"):
        line -= 1
    return lines.starts[line]
