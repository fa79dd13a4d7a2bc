"""Takes migrated modules to what a deploy would send, without a cluster: `python deploy.py FOLDER`.

FOLDER/jobs.json maps names to sources and whether they run here; FOLDER/found.json gets, for each, None or the error's text. This file imports
neither pytest nor flyteshift.
"""

from __future__ import annotations

import importlib
import json
import sys
import traceback
from pathlib import Path
from typing import Any

import flyte
from flyte._deploy import plan_deploy
from flyte._internal.imagebuild.image_builder import ImageCache
from flyte._internal.runtime.task_serde import translate_task_to_wire
from flyte.models import SerializationContext


def main(folder: Path) -> None:
    sys.path.insert(0, str(folder))
    found = {}
    for number, (name, (source, runs)) in enumerate(
        json.loads((folder / "jobs.json").read_text(encoding="utf-8")).items()
    ):
        (folder / f"job_{number}.py").write_text(source, encoding="utf-8")
        importlib.invalidate_caches()
        try:
            module = importlib.import_module(f"job_{number}")
            deployed(module, folder)
            if runs:
                ran(module)
            found[name] = None
        except Exception:
            found[name] = traceback.format_exc(limit=-3)
    (folder / "found.json").write_text(json.dumps(found), encoding="utf-8")


def deployed(module: Any, folder: Path) -> list[Any]:
    """What a deploy of a module's environments sends."""
    environments = [e for e in vars(module).values() if isinstance(e, flyte.TaskEnvironment)]
    sent = []
    for plan in plan_deploy(*environments, version="v1"):
        images = ImageCache(image_lookup=dict.fromkeys(plan.envs, "example.org/image:1"))
        context = SerializationContext(
            project="p", domain="d", org="o", version="v1", image_cache=images, root_dir=folder
        )
        sent += [translate_task_to_wire(t, context) for e in plan.envs.values() for t in e.tasks.values()]
    return sent


def ran(module: Any) -> None:
    """A local run of `f` or `wf`, which gives back what it gets."""
    flyte.init()
    started = module.f if hasattr(module, "f") else module.wf
    assert tuple(flyte.with_runcontext(mode="local").run(started, a=1).outputs()) == (1,)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
