"""FS707: serialization and registration internals."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS707",
    name="serialization",
    summary=(
        "Serialization settings disappear: `flyte.deploy(env)` registers, `flyte.extras.serialize(task)` "
        "shows the message."
    ),
    shift="""\
In Flyte 1 registering needed the image, version and entrypoint of every entity at hand, as `SerializationSettings`
and `ImageConfig`. In Flyte 2 the environment holds its image, and `flyte.deploy(env, version=..., copy_style=...)`
builds the images, bundles the code and registers the environment with all that it depends on. Images by name are
`flyte.Image.from_ref_name(name)` with `flyte.init(images=...)`. For a look at what would be sent,
`flyte.extras.serialize` takes a task. The raw admin client has no public counterpart.""",
    guide="cli-and-configuration",
    applicability="display-only",
    automatic="Never by itself: these are build scripts, and the calls do not correspond one to one.",
    gotchas=(
        "`flyte.extras.serialize` gives a message of another type: the template is `spec.task_template`, the "
        "name `<environment>.<function>`, and the inputs are a list of entries instead of a map.",
        "An environment that is called but not in `depends_on` is not deployed; a task whose image has layers"
        " then fails in the run, not at deploy.",
    ),
    examples=(
        Example(
            before="""\
from collections import OrderedDict

from flytekit import task
from flytekit.configuration import ImageConfig, SerializationSettings
from flytekit.tools.translator import get_serializable


@task
def total(n: int, start: int = 0) -> int:
    return sum(range(start, n))


def inputs_of_total() -> list:
    settings = SerializationSettings(image_config=ImageConfig.auto(img_name="ghcr.io/acme/reports:1"), version="1")
    spec = get_serializable(OrderedDict(), settings, total)
    return sorted(spec.template.interface.inputs)
""",
            after="""\
import flyte
from flyte.extras import serialize

env = flyte.TaskEnvironment(name="reports", image="ghcr.io/acme/reports:1")


@env.task
def total(n: int, start: int = 0) -> int:
    return sum(range(start, n))


def inputs_of_total() -> list:
    spec = serialize(total)
    return sorted(entry.key for entry in spec.task_template.interface.inputs.variables)
""",
            call="inputs_of_total()",
        ),
    ),
    ignores=(
        """\
import flyte
from flyte.extras import serialize_env

env = flyte.TaskEnvironment(name="reports")
specs = serialize_env(env)
""",
        """\
from serializer import SerializationSettings, get_serializable

get_serializable({}, SerializationSettings())
""",
    ),
)
