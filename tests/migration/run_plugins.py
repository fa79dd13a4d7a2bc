"""Runs a module with Flyte 2's plugins and prints what expressions give: `run_plugins.py MODULE EXPRESSIONS`.

EXPRESSIONS is a JSON list. The plugins are installed without the libraries that they run (Spark, torch, ray, ...);
what is missing is stood in for by empty classes, because a configuration never uses it.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import json
import sys
import types
from pathlib import Path
from typing import Any, ClassVar

MISSING = ("pyspark", "torch", "ray", "distributed", "google.cloud", "snowflake", "pandera", "kubernetes",
           "aiohttp", "grpc", "grpc_health", "prometheus_client", "google.auth", "google.api_core", "google.oauth2", "asyncssh", "httpx")  # fmt: skip


class Stand(types.ModuleType):
    """A module of which every name is an empty class."""

    __path__: ClassVar[list[str]] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made: Any = Some()
        if name[:1].isupper():
            made = type(name, (Some,), {"__class_getitem__": classmethod(lambda cls, item: cls)})
        setattr(self, name, made)
        return made


class Some:
    """Any function, module or object: it has every attribute, and a call gives two numbers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return Some()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return 1, 1


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what is not installed."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        stands = any(name == m or name.startswith(m + ".") for m in MISSING)
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if stands else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return Stand(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


if __name__ == "__main__":
    sys.meta_path.append(Finder())
    path = Path(sys.argv[1])
    module = types.ModuleType(path.stem)
    sys.modules[path.stem] = module
    module.__file__ = str(path)
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), vars(module))
    print(json.dumps([eval(e, vars(module)) for e in json.loads(sys.argv[2])], default=str))
