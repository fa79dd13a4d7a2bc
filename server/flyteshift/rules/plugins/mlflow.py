"""FS811: MLflow autologging."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS811",
    name="mlflow",
    summary='`@mlflow_autolog(framework=mlflow.sklearn)` becomes `@mlflow_run(autolog=True, framework="sklearn")`.',
    shift="""\
`flyteplugins.mlflow` has one decorator, `mlflow_run`, for runs with and without autologging. The framework is given
by name instead of by module. It stands above `@env.task`, where Flyte 1's stood between `@task` and the function.
Flyte 1 named the experiment after the workflow on the platform; write `experiment_name=` out. Settings for a whole
run go to `flyte.with_runcontext(custom_context=mlflow_config(...))`.""",
    guide="ml-workloads",
    applicability="display-only",
    automatic="Not yet automatic: a module that imports a plugin is left as it is, with the reason.",
    gotchas=(
        "Flyte 1's decorator without `framework=` meant scikit-learn.",
        "The metrics that Flyte 1 drew on a deck are not drawn: link to the MLflow UI with "
        "`mlflow_config(link_host=...)`.",
    ),
    examples=(
        Example(
            before="""\
import mlflow
from flytekit import task
from flytekitplugins.mlflow import mlflow_autolog
from sklearn.linear_model import LogisticRegression


@task
@mlflow_autolog(framework=mlflow.sklearn, experiment_name="churn")
def train(c: float) -> float:
    model = LogisticRegression(C=c).fit([[0], [1]], [0, 1])
    return float(model.coef_[0][0])
""",
            after="""\
import flyte
from flyteplugins.mlflow import mlflow_run
from sklearn.linear_model import LogisticRegression

env = flyte.TaskEnvironment(
    name="churn",
    image=flyte.Image.from_debian_base().with_pip_packages("flyteplugins-mlflow", "scikit-learn"),
)


@mlflow_run(autolog=True, framework="sklearn", experiment_name="churn")
@env.task
def train(c: float) -> float:
    model = LogisticRegression(C=c).fit([[0], [1]], [0, 1])
    return float(model.coef_[0][0])
""",
            why_not_run="flytekitplugins-mlflow and flyteplugins-mlflow are not installed.",
        ),
    ),
    ignores=(
        """\
from flyteplugins.mlflow import mlflow_config, mlflow_run

settings = mlflow_config(experiment_name="churn")
""",
        """\
import mlflow

mlflow.autolog()
""",
    ),
)
