"""FS201: which image a task runs in."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS201",
    name="container-image",
    summary="`container_image=` becomes `image=` of the `flyte.TaskEnvironment`.",
    shift="""\
In Flyte 1 each task names its image, and tasks without one get the default image of the registration.
In Flyte 2 the image belongs to the environment: all its tasks run in it, and another image means another environment.
A URI stays a string, an `ImageSpec` becomes a `flyte.Image`, a template `{{.image.name}}` is `Image.from_ref_name`.
Without `image=` the environment gets `"auto"`: a Debian base with your Python version and flyte.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate moves the value to an environment, shared by all tasks with equal settings: a URI, an "
        "`ImageSpec` by name or in place, an f-string, a `{{.image.x}}` template. It refuses an object that "
        "another module makes."
    ),
    gotchas=(
        "`env.task(image=...)` raises `TypeError`, and `.override(image=...)` raises `Image cannot be overridden`.",
        "An image given as URI must contain Python and flyte: an image built for flytekit has to be built anew.",
        "The image of a driver must be able to import its module: a module-level `import pandas` needs pandas there.",
        "A driver that calls tasks in an image with layers needs that environment in `depends_on`.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task, workflow


@task(container_image="ghcr.io/acme/text:1.4")
def words(text: str) -> list[str]:
    return text.split()


@task(container_image="{{.image.reports.fqn}}:{{.image.reports.version}}")
def report(words: list[str]) -> str:
    return f"{len(words)} words"


@workflow
def count(text: str) -> str:
    return report(words=words(text=text))
""",
            after="""\
import flyte

words_env = flyte.TaskEnvironment(name="count_words", image="ghcr.io/acme/text:2.0")
report_env = flyte.TaskEnvironment(name="count_report", image=flyte.Image.from_ref_name("reports"))
env = flyte.TaskEnvironment(name="count", depends_on=[words_env, report_env])


@words_env.task
def words(text: str) -> list[str]:
    return text.split()


@report_env.task
def report(words: list[str]) -> str:
    return f"{len(words)} words"


@env.task
def count(text: str) -> str:
    return report(words=words(text=text))
""",
            call='count(text="one two")',
            note="`2.0` stands for a build of that image that contains flyte.",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="count", image="ghcr.io/acme/text:2.0")
""",
        """\
def deploy(container_image="python:3.12"):
    return container_image


deploy(container_image="python:3.13")
""",
    ),
)
