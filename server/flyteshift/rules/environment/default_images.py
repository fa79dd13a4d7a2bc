"""FS305: default images."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS305",
    name="default-images",
    summary="`DefaultImages.default_image()` becomes `flyte.Image.from_debian_base()`.",
    shift="""\
Flyte 1 keeps a table of published images, one per Python version, and gives their URI as a string.
Flyte 2 has a method that gives an image value, to which layers can be added.
`PythonVersion.PYTHON_3_11` becomes the tuple `(3, 11)`.
Mostly the line can go: an environment without `image=` uses such a base for your Python version.""",
    guide="configuration",
    applicability="display-only",
    automatic="Migrate refuses a module that uses `DefaultImages` and says where. Rewrite it by hand as shown.",
    gotchas=("Where the string itself is needed, `image.uri` gives it.",),
    examples=(
        Example(
            before="""\
from flytekit import task
from flytekit.configuration import DefaultImages
from flytekit.configuration.default_images import PythonVersion


@task(container_image=DefaultImages.find_image_for(PythonVersion.PYTHON_3_11))
def count(text: str) -> int:
    return len(text)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="count", image=flyte.Image.from_debian_base(python_version=(3, 11)))


@env.task
def count(text: str) -> int:
    return len(text)
""",
            call='count(text="abc")',
        ),
    ),
    ignores=(
        """\
import flyte

image = flyte.Image.from_debian_base(python_version=(3, 11))
""",
        """\
class DefaultImages:
    @staticmethod
    def default_image():
        return "python:3.12"


print(DefaultImages.default_image())
""",
    ),
)
