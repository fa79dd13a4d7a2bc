"""FS204: which secrets a task may read."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS204",
    name="secret-requests",
    summary="`secret_requests=[...]` becomes `secrets=[...]` of the `flyte.TaskEnvironment`, read from `os.environ`.",
    shift="""\
Flyte 1 requests a secret per task and fetches it with `current_context().secrets.get(group, key)`.
Flyte 2 lists secrets on the environment and puts each into an environment variable.
The variable is `GROUP_KEY` or `KEY`, upper case, `-` as `_`, or what `as_env_var=` says.
So both sides change together: the request, and every line that reads it.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate moves the list to the environment, and rewrites the readers (`secrets.get` with literal "
        "names) with it. It refuses secrets with `group_version`, and names that it cannot see."
    ),
    gotchas=(
        "`secrets=` takes a string, a Secret or a list; a tuple raises `TypeError`.",
        "`Secret` is positional `(key, group)` now, it was `(group, key)`: write keywords.",
        "Flyte 1's variable was `_FSEC_GROUP_KEY`; scripts that read that name must change as well.",
        "A key with a dot raises unless `as_env_var=` is given.",
        "Every task of the environment gets the secret; a secret for one task only asks for another environment.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import Secret, current_context, task


@task(secret_requests=[Secret(group="slack", key="token")])
def notify(text: str) -> str:
    token = current_context().secrets.get("slack", "token")
    return f"{text} ({token})"
""",
            after="""\
import os

import flyte

env = flyte.TaskEnvironment(name="notify", secrets=[flyte.Secret(key="token", group="slack")])


@env.task
def notify(text: str) -> str:
    token = os.environ["SLACK_TOKEN"]
    return f"{text} ({token})"
""",
            call='notify(text="done")',
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="notify", secrets=[flyte.Secret(key="token", group="slack")])
""",
        """\
def grant(secret_requests=()):
    return list(secret_requests)


grant(secret_requests=["token"])
""",
    ),
)
