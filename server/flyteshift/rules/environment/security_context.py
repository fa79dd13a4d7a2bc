"""FS306: identity of a task."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS306",
    name="security-context",
    summary="`SecurityContext` and `AuthRole` become `service_account=` and `secrets=` of the `flyte.TaskEnvironment`.",
    shift="""\
Flyte 1 collects identity and secrets in model objects that go to launch plans, options and tasks.
Flyte 2 says them where they apply: `service_account="..."` on an environment, a task or `flyte.with_runcontext(...)`,
and `secrets=[...]` on the environment.
IAM roles and OAuth clients have no place; bind them to the service account in the cluster.
`SecretsConfig` (prefix and folder of secret files) goes: secrets are environment variables.""",
    guide="configuration",
    applicability="display-only",
    automatic=(
        "Not rewritten: these objects usually come with a launch plan. Migrate leaves the module and names the place."
    ),
    gotchas=(
        "`AuthRole(assumable_iam_role=...)` has no counterpart.",
        "For local runs export the variable itself, for example `DB_PASSWORD`, in place of `_FSEC_DB_PASSWORD`.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import LaunchPlan, task, workflow
from flytekit.models.security import Identity, SecurityContext


@task
def total(xs: list[int]) -> int:
    return sum(xs)


@workflow
def bill(xs: list[int]) -> int:
    return total(xs=xs)


billing = LaunchPlan.get_or_create(
    bill,
    "billing",
    security_context=SecurityContext(run_as=Identity(k8s_service_account="billing")),
)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="billing", service_account="billing")


@env.task
def total(xs: list[int]) -> int:
    return sum(xs)


@env.task
def bill(xs: list[int]) -> int:
    return total(xs=xs)
""",
            call="bill(xs=[1, 2])",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="billing", service_account="billing")
""",
        """\
from fastapi.security import SecurityScopes as SecurityContext

print(SecurityContext(scopes=["admin"]))
""",
    ),
)
