"""FS606: checkpoints are loaded and saved."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS606",
    name="checkpoint",
    summary=(
        "`checkpoint.read()` becomes `load_sync()`, which gives a path, and `checkpoint.write(b)` becomes "
        "`save_sync(b)`."
    ),
    shift="""\
In both a task that is retried finds what its last attempt saved. Flyte 1 read and wrote bytes; Flyte 2 saves bytes,
a file or a folder with `save_sync(...)`, and `load_sync()` gives the path of what was saved, or None on the first
attempt. `restore(path)` is `load_sync()`, too. The object comes from `flyte.ctx().checkpoint`, and in async tasks
you await `load()` and `save(...)`.""",
    guide="ml-workloads",
    applicability="unsafe",
    automatic="""\
Migrate rewrites `read`, `write`, `save` and `prev_exists`; outside of a run the new code has an empty checkpoint, as
Flyte 1 had. It refuses `restore(path)`, whose path Flyte 2 chooses.""",
    examples=(
        Example(
            before="""\
from flytekit import current_context, task


@task(retries=2)
def count_to(limit: int) -> int:
    checkpoint = current_context().checkpoint
    saved = checkpoint.read()
    start = int(saved) if saved else 0
    for n in range(start, limit):
        checkpoint.write(f"{n + 1}".encode())
    return limit
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="counting")


@env.task(retries=2)
def count_to(limit: int) -> int:
    checkpoint = flyte.ctx().checkpoint
    saved = checkpoint.load_sync()
    start = int(saved.read_bytes()) if saved else 0
    for n in range(start, limit):
        checkpoint.save_sync(f"{n + 1}".encode())
    return limit
""",
            call="count_to(limit=3)",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="counting")


@env.task
def count() -> None:
    flyte.ctx().checkpoint.save_sync(b"1")
""",
        """\
import io

checkpoint = io.BytesIO()
checkpoint.write(b"1")
print(checkpoint.read())
""",
    ),
)
