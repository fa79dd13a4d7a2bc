"""FS827: webhook tasks."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS827",
    name="webhook",
    summary=(
        "`WebhookTask` becomes a Python task that sends the request; for news about runs use `flyte.notify.Webhook`."
    ),
    shift="""\
Flyte 1 had a task type for one HTTP request, sent by an agent. In Flyte 2 the request is ordinary Python in an
async task, with the client that you like and its retries, time-outs and types. Where the request only told somebody
that a run had ended, `flyte.notify.Webhook(on_phase=..., url=...)` on a trigger does it without a task. Secrets
that were put into headers are environment variables of the task: `secrets=[flyte.Secret(key=..., as_env_var=...)]`.""",
    guide="tasks-and-workflows",
    applicability="display-only",
    automatic="Never by itself: what is done with the answer is in no argument.",
    gotchas=(
        "`WebhookTask` gave the answer as a dict with `status_code` and `response_data`, as you asked for "
        "them; a client raises for a failed request only if you say so.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import kwtypes, workflow
from flytekit.extras.webhook import WebhookTask

announce = WebhookTask(
    name="announce",
    url="https://hooks.example.com/reports",
    headers={"Content-Type": "application/json"},
    data={"text": "{inputs.text}"},
    dynamic_inputs=kwtypes(text=str),
    show_data=True,
    timeout=30,
)


@workflow
def report(text: str):
    announce(text=text)
""",
            after="""\
import flyte
import httpx

env = flyte.TaskEnvironment(
    name="report",
    image=flyte.Image.from_debian_base().with_pip_packages("httpx"),
)


@env.task
async def announce(text: str) -> None:
    async with httpx.AsyncClient(timeout=30) as client:
        answer = await client.post("https://hooks.example.com/reports", json={"text": text})
    answer.raise_for_status()


@env.task
async def report(text: str) -> None:
    await announce(text=text)
""",
            why_not_run="It sends a request to the network.",
        ),
    ),
    ignores=(
        """\
import httpx

httpx.post("https://hooks.example.com/reports", json={"text": "done"})
""",
        """\
from flyte.models import ActionPhase
from flyte.notify import Webhook

told = Webhook(on_phase=ActionPhase.FAILED, url="https://hooks.example.com/reports")
""",
    ),
)
