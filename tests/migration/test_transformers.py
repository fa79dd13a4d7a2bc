"""`TypeTransformer`s: golden texts, and what is refused. That they give what they gave: test_differential.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.migration.unit import plan_files
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings
from tests.migration.helpers import migrated, reasons

HEAD = """\
from flytekit import Blob, BlobMetadata, BlobType, FlyteContext, Literal, LiteralType, Scalar, task
from flytekit.extend import TypeEngine, TypeTransformer
from flytekit.models.literals import Primitive
from flytekit.models.types import SimpleType


class Color:
    def __init__(self, code: str) -> None:
        self.code = code


"""
CLASS = """\
class ColorTransformer(TypeTransformer[Color]):
    def __init__(self):
        super().__init__(name="Color", t=Color)

    def get_literal_type(self, t: type[Color]) -> LiteralType:
        return LiteralType(simple=SimpleType.STRING)

    def to_literal(self, ctx: FlyteContext, python_val: Color, python_type: type, expected: LiteralType) -> Literal:
        return Literal(scalar=Scalar(primitive=Primitive(string_value=python_val.code)))

    def to_python_value(self, ctx: FlyteContext, lv: Literal, expected_python_type: type) -> Color:
        return Color(lv.scalar.primitive.string_value)


"""
FOOT = """\
TypeEngine.register(ColorTransformer())


@task
def paint(color: Color) -> Color:
    return color
"""
SOURCE = HEAD + CLASS + FOOT


def test_conversions_become_async_and_lose_the_context() -> None:
    after = migrated(SOURCE)
    assert (
        "    async def to_literal(self, python_val: Color, python_type: type, expected: LiteralType) -> Literal:"
        in after
    )
    assert "    async def to_python_value(self, lv: Literal, expected_python_type: type) -> Color:" in after
    assert "    def get_literal_type(self, t: type[Color]) -> LiteralType:" in after
    assert "from flyteidl2.core.literals_pb2 import Literal, Primitive, Scalar\n" in after
    assert "from flyteidl2.core.types_pb2 import LiteralType, SimpleType\n" in after
    assert "from flyte.types import TypeEngine, TypeTransformer\n" in after


def test_an_async_transformer_gets_the_names_of_the_others() -> None:
    source = SOURCE.replace("def to_", "async def async_to_").replace("extend import TypeEngine, TypeTransformer", "")
    source = source.replace(
        "from flytekit.\n", "from flytekit.core.type_engine import AsyncTypeTransformer, TypeEngine\n"
    )
    after = migrated(source.replace("(TypeTransformer[", "(AsyncTypeTransformer["))
    assert "class ColorTransformer(TypeTransformer[Color]):" in after
    assert "    async def to_literal(self, python_val: Color," in after
    assert "async_to" not in after


def files(*lines: str) -> str:
    body = "".join(f"        {line}\n" for line in lines)
    old = "        return Color(lv.scalar.primitive.string_value)\n"
    return SOURCE.replace(old, body + old)


def test_files_are_moved_by_the_functions_of_flyte_2() -> None:
    after = migrated(
        files(
            "local = ctx.file_access.get_random_local_path()",
            "ctx.file_access.get_data(lv.scalar.blob.uri, local)",
            "there = ctx.file_access.get_random_remote_directory()",
            "ctx.file_access.upload_directory(str(local), there)",
        )
    )
    assert "        local = str(flyte.storage.get_random_local_path())\n" in after
    assert "        await flyte.storage.get(lv.scalar.blob.uri, local)\n" in after
    assert "        there = await flyte.storage.put(str(local), recursive=True)\n        return" in after


REFUSED = {
    "the context goes on": (files("send(ctx)"), "this use of `ctx`"),
    "another part of it": (files("ctx.execution_state"), "this use of `ctx`"),
    "in a nested function": (files("f = lambda: ctx.file_access.get_data('a', 'b')"), "this use of `ctx`"),
    "another function": (files("ctx.file_access.exists('a')"), "ctx.file_access.exists"),
    "a place alone": (files("x = ctx.file_access.get_random_remote_path()", "print(x)"), "follow in the next statement"),
    "a place of another name": (
        files("x = ctx.file_access.get_random_remote_path('b.txt')", "ctx.file_access.put_data('a', x)"),
        "follow in the next statement",
    ),
    "a folder's place for a file": (
        files("x = ctx.file_access.get_random_remote_directory()", "ctx.file_access.put_data('a', x)"),
        "follow in the next statement",
    ),
    "an upload alone": (files("ctx.file_access.put_data('a', 's3://b/c')"), "ctx.file_access.put_data"),
    "asked for None": (files("print(lv.scalar.primitive.string_value is None)"), "unset field is no None"),
    "asked whether it is there": (files("if lv.scalar.blob.uri:", "    print(1)"), "unset field is no None"),
    "read in part": (files("blob = lv.scalar.blob", "print(blob.uri)"), "unset field is no None"),
    "handed on": (files("print(lv)"), "unset field is no None"),
    "another field": (SOURCE.replace("string_value=python_val", "datetime=python_val"), "in the messages of Flyte 2"),
    "by position": (SOURCE.replace("Scalar(primitive=", "Scalar("), "in the messages of Flyte 2"),
    "expected is read": (SOURCE.replace("python_val.code", "str(expected)"), "this use of `expected`"),
    "guesses": (SOURCE.replace(FOOT, "    def guess_python_type(self, literal_type):\n        return Color\n\n\n" + FOOT),
                "rewrite it by hand"),
    "a type of Flyte's": (SOURCE.replace("t=Color)", "t=str)"), "of a class of this module"),
    "an enum": (SOURCE.replace("class Color:", "from enum import Enum\nclass Color(Enum):"), "of a class of this module"),
    "no name": (SOURCE.replace('name="Color", t=Color', "**settings"), "of a class of this module"),
    "other base as well": (SOURCE.replace("(TypeTransformer[Color])", "(TypeTransformer[Color], Base)"), "`TypeTransformer`"),
    "extended": (SOURCE + "\n\nclass More(ColorTransformer):\n    pass\n", "this use of `ColorTransformer`"),
    "called": (SOURCE + "\n\nprint(made.to_literal(None, Color('a'), Color, None))\n", "made.to_literal"),
    "a message outside": (SOURCE + "\n\nKIND = BlobType(format='a', dimensionality=0)\n", "inside of a `TypeTransformer`"),
    "asked for its type": (files("print(isinstance(lv.scalar.blob.uri, Blob))"), "this use of `Blob`"),
    "another engine's function": (SOURCE + "\n\nTypeEngine.to_literal_type(Color)\n", "TypeEngine.register"),
    "one that is not here": (SOURCE.replace("register(ColorTransformer())", "register(other)"), "TypeEngine.register"),
    "decorated": (SOURCE.replace("    def to_literal", "    @timed\n    def to_literal"), "rewrite it by hand"),
    "other parameters": (SOURCE.replace("ctx: FlyteContext, lv", "ctx: FlyteContext, *lv"), "rewrite it by hand"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_known_is_refused(source: str, reason: str) -> None:
    found = reasons(source)
    assert any(reason in each for each in found), found


def test_the_class_may_stand_in_another_file(tmp_path: Path) -> None:
    (tmp_path / "colors.py").write_text(
        "class Color:\n    def __init__(self, code):\n        self.code = code\n", "utf-8"
    )
    start, end = SOURCE.index("class Color:"), SOURCE.index("class ColorT")
    source = "from colors import Color\n" + SOURCE[:start] + SOURCE[end:]
    (tmp_path / "main.py").write_text(source, "utf-8")
    made = plan_files([tmp_path / "main.py"], Project(root=tmp_path), Settings(root=tmp_path))
    assert made[tmp_path / "main.py"].edits
    (tmp_path / "colors.py").write_text("from enum import Enum\n\n\nclass Color(Enum):\n    RED = 1\n", "utf-8")
    made = plan_files([tmp_path / "main.py"], Project(root=tmp_path), Settings(root=tmp_path))
    assert made[tmp_path / "main.py"].left


def test_other_classes_of_that_name_are_left_alone() -> None:
    source = "from flytekit import task\n\n\nclass TypeTransformer:\n    def to_literal(self, ctx, v):\n        return ctx\n\n\n@task\ndef f() -> int:\n    return 1\n"
    assert "    def to_literal(self, ctx, v):\n        return ctx\n" in migrated(source)
