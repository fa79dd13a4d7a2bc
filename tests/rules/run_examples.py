"""Runs example modules under one SDK and writes what their calls gave, one JSON line per example.

    python run_examples.py flyte1|flyte2|direct JOBS RESULTS

`flyte2` starts a local run for each call of a task, `direct` calls it as a plain function.

JOBS is a JSON list of {"id", "source", "call"}. A line of RESULTS is {"id", "value"} or {"id", "error"}; it is
written as soon as the example is done, so that an example that ends the process does not hide those before it.
No call: the module is only imported. This file imports neither pytest nor flyteshift.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import enum
import importlib
import inspect
import json
import math
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

# What the examples may read as secrets: the environment variable of each SDK for (group, key).
SECRETS = {("slack", "token"): "xoxb-1", ("db", "password"): "s3cret", ("openai", "api-key"): "sk-1"}


def main(sdk: str, jobs: str, results: str) -> None:
    """Runs every job under `sdk`."""
    folder = Path(tempfile.mkdtemp(prefix="examples-"))
    sys.path.insert(0, str(folder))
    os.chdir(folder)
    set_secrets()
    namespace_of = {"flyte1": flyte1_namespace, "flyte2": flyte2_namespace, "direct": direct_namespace}[sdk]
    with Path(results).open("w", encoding="utf-8") as out:
        for number, job in enumerate(json.loads(Path(jobs).read_text(encoding="utf-8"))):
            print(
                json.dumps({"id": job["id"], **outcome(job, f"example_{number}", folder, namespace_of)}),
                file=out,
                flush=True,
            )


def set_secrets() -> None:
    """Sets both names of every secret: `GROUP_KEY` for Flyte 2, `_FSEC_GROUP_KEY` for Flyte 1."""
    for (group, key), value in SECRETS.items():
        os.environ[f"{group}_{key}".upper().replace("-", "_")] = value
        os.environ[f"_FSEC_{group}_{key}".upper()] = value


def outcome(
    job: dict[str, Any], name: str, folder: Path, namespace_of: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """The value of one job's call, or the error's traceback."""
    try:
        (folder / f"{name}.py").write_text(job["source"], encoding="utf-8")
        importlib.invalidate_caches()
        module = importlib.import_module(name)
        if job["call"] is None:
            return {"value": None}
        return {"value": plain(eval(job["call"], namespace_of(module)))}
    except BaseException as error:
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        return {"error": traceback.format_exc(limit=-4), "missing": missing}


def flyte1_namespace(module: Any) -> dict[str, Any]:
    """The module's names as they are: calling a task or workflow runs it."""
    with contextlib.suppress(ImportError):
        from flytekit.deck.renderer import PythonDependencyRenderer

        PythonDependencyRenderer.to_html = lambda self: ""  # asks pip, seconds for each eager task
    return {**vars(module), "fails": fails}


def flyte2_namespace(module: Any) -> dict[str, Any]:
    """The module's names; calling a task starts a local run, because values differ inside and outside of one."""
    from flyte._task import TaskTemplate

    return {
        name: in_run(value) if isinstance(value, TaskTemplate) else value for name, value in vars(module).items()
    } | {"fails": fails}


def in_run(task: Any) -> Callable[..., Any]:
    """A function that gives the outputs of a local run: nothing, one value, or a tuple."""
    import flyte

    def run(*args: Any, **kwargs: Any) -> Any:
        flyte.init()
        outputs = tuple(flyte.with_runcontext(mode="local").run(task, *args, **kwargs).outputs())
        return outputs if len(outputs) > 1 else outputs[0] if outputs else None

    return run


def direct_namespace(module: Any) -> dict[str, Any]:
    """The module's names; an async task is called by `asyncio.run`."""
    from flyte._task import TaskTemplate

    return {
        name: awaited(value) if isinstance(value, TaskTemplate) else value for name, value in vars(module).items()
    } | {"fails": fails}


def awaited(task: Any) -> Callable[..., Any]:
    """A function that gives what a plain call of a task gives."""

    def run(*args: Any, **kwargs: Any) -> Any:
        given = task(*args, **kwargs)
        return asyncio.run(given) if inspect.iscoroutine(given) else given

    return run


def fails(call: Callable[[], Any]) -> bool:
    """Whether the call raises; to be used in an example's `call`."""
    try:
        call()
    except Exception:
        return True
    return False


def plain(value: Any) -> Any:
    """The value as JSON that is equal for equal results: files by content, named tuples as lists, NaN as text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, (datetime, date, timedelta)):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=repr)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return plain_object(value)


def plain_object(value: Any) -> Any:
    """As `plain`, for objects of the SDKs, pandas and user classes."""
    kind = type(value).__name__
    kinds = {base.__name__ for base in type(value).__mro__}
    if kinds & {"FlyteFile", "File"}:
        return {"file": Path(local_path(value)).read_text(encoding="utf-8")}
    if kinds & {"FlyteDirectory", "Dir"}:
        root = Path(local_path(value))
        return {
            "dir": {
                str(p.relative_to(root)): p.read_text(encoding="utf-8") for p in sorted(root.rglob("*")) if p.is_file()
            }
        }
    if kind == "StructuredDataset":
        return plain(value.open(importlib.import_module("pandas").DataFrame).all())
    if type(value).__module__.startswith("flyte.io") and kind == "DataFrame":
        return plain(stored_frame(value))
    if kind == "DataFrame":
        return {"rows": plain(value.to_dict(orient="records"))}
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain({field.name: getattr(value, field.name) for field in dataclasses.fields(value)})
    if hasattr(value, "model_dump"):
        return plain(value.model_dump())
    raise TypeError(f"{kind} cannot be compared between the two SDKs: let the example return plain data")


def stored_frame(value: Any) -> Any:
    """The rows of a Flyte 2 frame, which cannot be opened outside of a run."""
    pandas = importlib.import_module("pandas")
    return pandas.read_csv(f"{value.uri}/data.csv") if value.format == "csv" else pandas.read_parquet(value.uri)


def local_path(value: Any) -> str:
    """Where the bytes of a file or directory of either SDK are on this disk."""
    return str(value.download_sync() if hasattr(value, "download_sync") else value.download())


if __name__ == "__main__":
    main(*sys.argv[1:])
