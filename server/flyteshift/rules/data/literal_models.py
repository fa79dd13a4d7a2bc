"""FS506: `flytekit.models` become the messages of `flyteidl2`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS506",
    name="literal-models",
    summary="`Literal`, `Scalar`, `LiteralType`, `Blob` and the rest of `flytekit.models` become `flyteidl2` messages.",
    shift="""\
`flytekit.models` wrapped each message of the wire format in a Python class with `from_flyte_idl` and
`to_flyte_idl`. Flyte 2 has no wrappers: code that needs the wire format uses the generated messages of `flyteidl2`,
such as `flyteidl2.core.literals_pb2.Literal` and `flyteidl2.core.types_pb2.LiteralType`. Few programs need them:
values are plain Python, and settings are arguments of `flyte`'s own classes.""",
    guide="data-io",
    applicability="display-only",
    automatic=(
        "Rewritten inside of a `TypeTransformer`, where fields are given by name and read one by one. Elsewhere not: "
        "the messages have other constructors and defaults than the classes."
    ),
    gotchas=(
        "An unset field of a message is its default and never None; ask `message.HasField(name)`, or "
        "`WhichOneof(group)`.",
        "Enums are ints: `SimpleType.INTEGER` has no methods.",
        "The messages of `flyteidl` and `flyteidl2` do not mix.",
    ),
    examples=(
        Example(
            before="""\
from flytekit.models.literals import Literal, Primitive, Scalar


def number(value: int) -> Literal:
    return Literal(scalar=Scalar(primitive=Primitive(integer=value)))


def is_number(literal: Literal) -> bool:
    return literal.scalar.primitive.integer is not None


def read(value: int) -> int:
    literal = number(value)
    return literal.scalar.primitive.integer if is_number(literal) else -1
""",
            after="""\
from flyteidl2.core.literals_pb2 import Literal, Primitive, Scalar


def number(value: int) -> Literal:
    return Literal(scalar=Scalar(primitive=Primitive(integer=value)))


def is_number(literal: Literal) -> bool:
    return literal.scalar.primitive.WhichOneof("value") == "integer"


def read(value: int) -> int:
    literal = number(value)
    return literal.scalar.primitive.integer if is_number(literal) else -1
""",
            call="[read(0), read(7)]",
        ),
    ),
    ignores=(
        """\
from typing import Literal

Mode = Literal["fast", "exact"]
""",
        """\
from flyteidl2.core.literals_pb2 import Literal, Primitive, Scalar

one = Literal(scalar=Scalar(primitive=Primitive(integer=1)))
""",
    ),
)
