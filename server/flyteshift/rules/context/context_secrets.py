"""FS602: secrets are read from environment variables."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS602",
    name="context-secrets",
    summary='`current_context().secrets.get("slack", "token")` becomes `os.environ["SLACK_TOKEN"]`.',
    shift="""\
Flyte 1 mounted a secret and you asked the context for it. In Flyte 2 an environment that lists
`flyte.Secret(key="token", group="slack")` puts it into the environment variable `SLACK_TOKEN`: group and key joined
by `_`, upper case, `-` as `_`; without a group just the key. `as_env_var=` chooses another name. Secrets that were
files are mounted below `/etc/flyte/secrets` with `mount=`.""",
    guide="configuration",
    applicability="unsafe",
    automatic="""\
Migrate rewrites a `get` with literal group and key, in a task whose `secret_requests` name that secret. It refuses,
with the reason, computed names, `get_secrets_file`, `group_version`, and secrets that no request of the task names.""",
    gotchas=(
        "Flyte 1's own variable was `_FSEC_<GROUP>_<KEY>`: scripts that read that name must change, too.",
        "`flyte.Secret` takes key and then group; Flyte 1 took group and then key.",
        "`encode_mode='rb'` gave bytes; an environment variable is text.",
        "A missing secret raises KeyError where it is read; Flyte 1 raised ValueError.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import Secret, current_context, task


@task(secret_requests=[Secret(group="slack", key="token")])
def notify(text: str) -> str:
    token = current_context().secrets.get("slack", "token")
    return f"{text} sent with {len(token)} characters"
""",
            after="""\
import os

import flyte

env = flyte.TaskEnvironment(name="slack", secrets=[flyte.Secret(key="token", group="slack")])


@env.task
def notify(text: str) -> str:
    token = os.environ["SLACK_TOKEN"]
    return f"{text} sent with {len(token)} characters"
""",
            call="notify(text='done')",
        ),
        Example(
            before="""\
from flytekit import Secret, current_context, task

GROUP, KEY = "openai", "api-key"


@task(secret_requests=[Secret(group=GROUP, key=KEY)])
def ask(question: str) -> str:
    key = current_context().secrets.get(key=KEY, group=GROUP)
    return f"{question} {key[:2]}"
""",
            after="""\
import os

import flyte

env = flyte.TaskEnvironment(
    name="questions",
    secrets=[flyte.Secret(key="api-key", group="openai", as_env_var="OPENAI_API_KEY")],
)


@env.task
def ask(question: str) -> str:
    key = os.environ["OPENAI_API_KEY"]
    return f"{question} {key[:2]}"
""",
            call="ask(question='why?')",
            note="`as_env_var` may be written out; here it is also the name that Flyte gives.",
        ),
    ),
    ignores=(
        """\
import os
import secrets

print(os.environ.get("SLACK_TOKEN"), secrets.token_hex(4))
""",
        """\
class Vault:
    def __init__(self):
        self.secrets = {"token": "x"}


print(Vault().secrets.get("token"))
""",
    ),
)
