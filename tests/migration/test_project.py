"""Modules that import each other are of one generation when all is done."""

from __future__ import annotations

from flyteshift.migration import Plan
from flyteshift.migration.project import plan_modules
from flyteshift.semantics.model import build
from flyteshift.text import Document

TASKS = "from flytekit import task\n\n\n@task\ndef load(n: int) -> int:\n    return n\n"


def plans(**sources: str) -> dict[str, Plan]:
    named = {name.replace("__", "."): source for name, source in sources.items()}
    models = {n: build(Document(f"file:///{n.replace('.', '/')}.py", s)) for n, s in named.items()}
    return plan_modules(models)


def test_modules_that_do_not_know_each_other_are_planned_alone() -> None:
    made = plans(a=TASKS, b=TASKS.replace("load", "save"))
    assert made["a"].edits and made["b"].edits


def test_tasks_of_a_workflow_that_stays_stay_too() -> None:
    made = plans(
        lib__tasks=TASKS,
        lib__flow="from flytekit import workflow\n\nfrom lib.tasks import load\n\n\n@workflow\ndef wf() -> int:\n    return load(n=1)\n",
    )
    assert made["lib.flow"].left
    assert [o.message for o in made["lib.tasks"].left] == [
        "`load` is used by `lib.flow`, which stays Flyte 1; migrate that first."
    ]


def test_relative_star_and_module_imports_count() -> None:
    flow = "from flytekit import map_task\n{0}\nmap_task(f)\n"
    for line in ("from .tasks import load as f", "from . import tasks", "from .tasks import *", "import lib.tasks"):
        made = plans(lib__tasks=TASKS, lib__flow=flow.format(line))
        assert made["lib.tasks"].left and not made["lib.tasks"].edits, line


def test_what_stays_passes_on() -> None:
    middle = "from flytekit import task\nimport lib.tasks\n\n\n@task\ndef g() -> int:\n    return 1\n"
    last = "from flytekit import map_task\nfrom lib.middle import g\nmap_task(g)\n"
    made = plans(lib__tasks=TASKS, lib__middle=middle, lib__last=last)
    assert made["lib.middle"].left and made["lib.tasks"].left


def test_plain_code_may_use_migrated_tasks() -> None:
    made = plans(
        lib__tasks=TASKS, tests__test_tasks="from lib.tasks import load\n\n\ndef test():\n    assert load(n=1) == 1\n"
    )
    assert made["lib.tasks"].edits and made["tests.test_tasks"] == Plan()


def test_a_task_that_calls_one_of_another_module_is_refused() -> None:
    user = "from flytekit import task\nfrom lib.tasks import load\n\n\n@task\ndef g() -> int:\n    return load(n=1)\n"
    made = plans(lib__tasks=TASKS, lib__user=user)
    assert any("depends_on" in o.message for o in made["lib.user"].left)
    assert made["lib.tasks"].left
