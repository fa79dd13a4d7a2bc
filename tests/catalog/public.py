"""What counts as public in flytekit: the names that the catalog must know.

Public modules are the package itself; every module under `TREES`; the single modules in `SINGLE`; and those modules of
`core` and `models` that user code imports from (`CORE`, `MODELS`). Not public: names and modules with a leading
underscore, the machinery behind the command line, and what `INTERNAL` lists with a reason.

A package exports its `__all__`, or without one every public class and function in its `__init__` that flytekit itself
defines. A plain module exports its `__all__`, or the public classes that it defines: its functions are helpers, unless
a package exports them as well.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import warnings
from collections.abc import Iterator
from types import ModuleType

TREES = [
    "types",
    "extras",
    "exceptions",
    "deck",
    "remote",
    "image_spec",
    "interactive",
    "sensor",
    "configuration",
    "lazy_import",
    "extend.backend",
]
SINGLE = ["extend", "testing", "loggers", "experimental", "tools.translator", "constants"]
CORE = [
    "annotation",
    "array_node",
    "array_node_map_task",
    "artifact",
    "base_sql_task",
    "base_task",
    "cache",
    "checkpointer",
    "condition",
    "container_task",
    "context_manager",
    "data_persistence",
    "docstring",
    "dynamic_workflow_task",
    "environment",
    "gate",
    "hash",
    "interface",
    "launch_plan",
    "legacy_map_task",
    "node",
    "node_creation",
    "notification",
    "options",
    "pod_template",
    "promise",
    "python_customized_container_task",
    "python_function_task",
    "reference",
    "reference_entity",
    "resources",
    "schedule",
    "shim_task",
    "task",
    "testing",
    "type_engine",
    "workflow",
]
MODELS = [
    "common",
    "concurrency",
    "documentation",
    "domain",
    "dynamic_job",
    "execution",
    "interface",
    "launch_plan",
    "literals",
    "named_entity",
    "node_execution",
    "project",
    "schedule",
    "security",
    "task",
    "types",
    "workflow_closure",
    "core.compiler",
    "core.condition",
    "core.errors",
    "core.execution",
    "core.identifier",
    "core.literals",
    "core.types",
    "core.workflow",
    "admin.common",
    "admin.task_execution",
    "admin.workflow",
    "array_job",
    "filters",
    "matchable_resource",
    "qubole",
    "presto",
]
INTERNAL = {
    "flytekit.configuration.internal": "keys of the configuration file",
    "flytekit.configuration.file": "reader of the configuration file",
    "flytekit.interactive.vscode_lib": "the inside of the vscode decorator, whose package exports what users need",
}


def modules() -> Iterator[ModuleType]:
    """Every public module that can be imported here; those whose optional dependency is missing are left out."""
    names = ["flytekit", *(f"flytekit.{name}" for name in SINGLE), *(f"flytekit.core.{name}" for name in CORE)]
    names += [f"flytekit.models.{name}" for name in MODELS]
    for tree in TREES:
        names.append(f"flytekit.{tree}")
        found = pkgutil.walk_packages(importlib.import_module(names[-1]).__path__, f"{names[-1]}.", lambda _: None)
        names += [info.name for info in found]
    for name in names:
        if "._" in name or any(name == root or name.startswith(f"{root}.") for root in INTERNAL):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield importlib.import_module(name)
            except ImportError:
                continue


def exports(module: ModuleType) -> list[str]:
    """The public names of a module, by the definition above."""
    said = getattr(module, "__all__", None)
    if said is not None:
        return sorted(said)
    return sorted(name for name, thing in vars(module).items() if not name.startswith("_") and _own(module, thing))


def _own(module: ModuleType, thing: object) -> bool:
    is_package = hasattr(module, "__path__")
    if not (inspect.isclass(thing) or (is_package and inspect.isroutine(thing))):
        return False
    home = str(getattr(thing, "__module__", ""))
    return home.partition(".")[0] == "flytekit" if is_package else home == module.__name__
