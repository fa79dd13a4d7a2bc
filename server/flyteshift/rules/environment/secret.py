"""FS303: the secret object."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS303",
    name="secret",
    summary='`Secret(group=G, key=K)` becomes `flyte.Secret(key=K, group=G)`, read as `os.environ["G_K"]`.',
    shift="""\
A Flyte 1 secret is fetched: `current_context().secrets.get(group, key)` looks in variables and files.
A Flyte 2 secret is injected: the container gets an environment variable, and the code reads `os.environ`.
The name of the variable is group and key in upper case, `-` as `_`, or `as_env_var=`, which was `env_var=`.
`mount_requirement=FILE` becomes `mount=pathlib.Path("/etc/flyte/secrets")`, the only path there is.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate rewrites it together with the readers in this module. It refuses `group_version` and "
        "positional arguments that it cannot name."
    ),
    gotchas=(
        'The order of positional arguments is swapped: `Secret("slack", "token")` would now ask for the key `slack`.',
        '`key` is required; `Secret(group="slack")` raises `TypeError`.',
        "A key with a dot raises unless `as_env_var=` is given, which must be upper case.",
        "With `mount=` no environment variable is derived.",
        "`group_version` has no counterpart.",
        'The official example renames `Secret(group="openai", key="api_key")` to the key `openai_api_key`, '
        "which is another secret; keep group and key.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import Secret, current_context, task

PASSWORD = Secret("db", "password")


@task(secret_requests=[PASSWORD, Secret(group="openai", key="api-key", env_var="OPENAI_API_KEY")])
def connect(host: str) -> str:
    secrets = current_context().secrets
    return f"{host}:{secrets.get(PASSWORD.group, PASSWORD.key)}:{secrets.get('openai', 'api-key')}"
""",
            after="""\
import os

import flyte

PASSWORD = flyte.Secret(key="password", group="db")

env = flyte.TaskEnvironment(
    name="connect",
    secrets=[PASSWORD, flyte.Secret(key="api-key", group="openai", as_env_var="OPENAI_API_KEY")],
)


@env.task
def connect(host: str) -> str:
    return f"{host}:{os.environ['DB_PASSWORD']}:{os.environ['OPENAI_API_KEY']}"
""",
            call='connect(host="db.acme.org")',
        ),
        Example(
            before="""\
from flytekit import Secret, current_context, task

TOKEN = Secret(group="slack", key="token", mount_requirement=Secret.MountType.ENV_VAR)


@task(secret_requests=[TOKEN])
def starts_with(text: str) -> bool:
    return current_context().secrets.get("slack", "token").startswith(text)
""",
            after="""\
import os

import flyte

TOKEN = flyte.Secret(key="token", group="slack")
env = flyte.TaskEnvironment(name="tokens", secrets=[TOKEN])


@env.task
def starts_with(text: str) -> bool:
    return os.environ["SLACK_TOKEN"].startswith(text)
""",
            call="starts_with(text='xoxb')",
        ),
    ),
    ignores=(
        """\
import flyte

PASSWORD = flyte.Secret(key="password", group="db")
""",
        """\
from kubernetes_asyncio.client import V1Secret as Secret

print(Secret(data={"password": "eA=="}))
""",
    ),
)
