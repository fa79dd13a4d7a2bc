"""FS505: type transformers become async."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS505",
    name="type-transformer",
    summary=(
        "A `TypeTransformer` moves to `flyte.types`; `to_literal` and `to_python_value` become async, without `ctx`."
    ),
    shift="""\
The idea is the same: a class turns a Python type into a literal and back and is registered with
`TypeEngine.register`. In Flyte 2 both conversions are `async def`, the context argument is gone, and literals are
the messages of `flyteidl2` instead of `flytekit.models`. Table formats move to `DataFrameEncoder` and
`DataFrameDecoder` in `flyte.io.extend`, also async. Look first whether you still need it: dataclasses, Pydantic
models and enums are built in, everything else is pickled.""",
    guide="data-io",
    applicability="unsafe",
    automatic=(
        "Migrate rewrites a transformer of one of your own classes that makes literals of scalars, reads their fields, "
        "and moves files by `ctx.file_access`. It refuses other uses of the literal (`is None`, collections) and of "
        "`ctx`, and encoders and decoders of frames."
    ),
    gotchas=(
        "A message is built with its fields: `Literal(scalar=Scalar(primitive=Primitive(string_value=...)))`.",
        "`get_literal_type` and `guess_python_type` stay sync.",
        "Register on import of the module that defines the type: the container imports it too.",
        "Calls of `TypeEngine.to_literal` and `to_python_value` must be awaited.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import FlyteContext, Literal, LiteralType, Scalar, task, workflow
from flytekit.extend import TypeEngine, TypeTransformer
from flytekit.models.literals import Primitive
from flytekit.models.types import SimpleType


class Color:
    def __init__(self, red: int, green: int, blue: int) -> None:
        self.rgb = (red, green, blue)


class ColorTransformer(TypeTransformer[Color]):
    def __init__(self):
        super().__init__(name="Color", t=Color)

    def get_literal_type(self, t: type[Color]) -> LiteralType:
        return LiteralType(simple=SimpleType.STRING)

    def to_literal(self, ctx: FlyteContext, python_val: Color, python_type: type, expected: LiteralType) -> Literal:
        return Literal(scalar=Scalar(primitive=Primitive(string_value=bytes(python_val.rgb).hex())))

    def to_python_value(self, ctx: FlyteContext, lv: Literal, expected_python_type: type) -> Color:
        return Color(*bytes.fromhex(lv.scalar.primitive.string_value))


TypeEngine.register(ColorTransformer())


@task
def mix(red: int, blue: int) -> Color:
    return Color(red, 0, blue)


@task
def brightest(color: Color) -> int:
    return max(color.rgb)


@workflow
def brightness(red: int, blue: int) -> int:
    return brightest(color=mix(red=red, blue=blue))
""",
            after="""\
import flyte
from flyte.types import TypeEngine, TypeTransformer
from flyteidl2.core.literals_pb2 import Literal, Primitive, Scalar
from flyteidl2.core.types_pb2 import LiteralType, SimpleType

env = flyte.TaskEnvironment(name="colors")


class Color:
    def __init__(self, red: int, green: int, blue: int) -> None:
        self.rgb = (red, green, blue)


class ColorTransformer(TypeTransformer[Color]):
    def __init__(self):
        super().__init__(name="Color", t=Color)

    def get_literal_type(self, t: type[Color]) -> LiteralType:
        return LiteralType(simple=SimpleType.STRING)

    async def to_literal(self, python_val: Color, python_type: type, expected: LiteralType) -> Literal:
        return Literal(scalar=Scalar(primitive=Primitive(string_value=bytes(python_val.rgb).hex())))

    async def to_python_value(self, lv: Literal, expected_python_type: type) -> Color:
        return Color(*bytes.fromhex(lv.scalar.primitive.string_value))


TypeEngine.register(ColorTransformer())


@env.task
def mix(red: int, blue: int) -> Color:
    return Color(red, 0, blue)


@env.task
def brightest(color: Color) -> int:
    return max(color.rgb)


@env.task
def brightness(red: int, blue: int) -> int:
    return brightest(color=mix(red=red, blue=blue))
""",
            call="brightness(red=12, blue=200)",
        ),
    ),
    ignores=(
        """\
from flyte.types import TypeEngine, TypeTransformer

print(TypeEngine, TypeTransformer)
""",
        '''\
class TypeTransformer:
    """Not flytekit's."""

    def to_literal(self, value):
        return repr(value)
''',
    ),
)
