"""Objects and functions of Flyte 1 that code of another file gets: both files move, or neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migration.test_unit import plans, texts

OPTIONS = """\
from flytekit import task


class Options:
    def __init__(self, **given):
        self.given = given

    def step(self, fn):
        return task(**self.given)(fn)


def plain(fn):
    return fn
"""
HEAD = "from flytekit import FlyteFile, ImageSpec, Resources, Secret\nfrom options import Options, plain\n\n"
FUNCTION = "def read(source: FlyteFile) -> str:\n    return open(source).read()\n"
HANDED = {
    "an image": "small = Options(container_image=ImageSpec(name='a', packages=['numpy']))\n",
    "resources in a variable": "cpu = Resources(cpu='1')\nsmall = Options(requests=cpu)\n",
    "secrets in a list": "small = Options(secret_requests=[Secret(group='a', key='b')])\n",
    "an object that a method gets": "small = Options()\nbig = small.extend(requests=Resources(cpu='8'))\n",
    "a function to decorate": "small = Options(retries=3)\n\n\n@small.step\n" + FUNCTION,
    "a function that a class decorates": "@Options(retries=3).step\n" + FUNCTION,
}


@pytest.mark.parametrize("name", HANDED)
def test_what_code_that_stays_flyte1_gets_stays_as_well(tmp_path: Path, name: str) -> None:
    made = plans(tmp_path, options=OPTIONS, use=HEAD + HANDED[name])
    assert made["options"].left
    assert [o.message for o in made["use"].left] == [
        "`Options` comes from options.py, which stays Flyte 1; migrate that first."
    ]


@pytest.mark.parametrize("name", HANDED)
def test_the_place_is_told_where_the_other_file_is_not_migrated_along(tmp_path: Path, name: str) -> None:
    (tmp_path / "options.py").write_text(OPTIONS, encoding="utf-8")
    messages = {o.message for o in plans(tmp_path, use=HEAD + HANDED[name])["use"].left}
    assert messages == {
        "`Options` comes from options.py, which is still Flyte 1: migrate that first, or both together."
    }


@pytest.mark.parametrize(
    ("line", "named"), [("from options import Options", "Options"), ("import options", "options.Options")]
)
def test_an_object_made_in_between_is_followed_to_the_class_behind_it(tmp_path: Path, line: str, named: str) -> None:
    between = f"from types import SimpleNamespace\n\n{line}\n\nkinds = SimpleNamespace(small={named}())\n"
    use = f"from flytekit import FlyteFile\nfrom between import kinds\n\n\n@kinds.small\n{FUNCTION}"
    made = plans(tmp_path, options=OPTIONS, between=between, use=use)
    assert [o.message for o in made["use"].left] == [
        "`Options` comes from options.py, which stays Flyte 1; migrate that first."
    ]


def test_code_that_knows_nothing_of_flyte1_may_get_both(tmp_path: Path) -> None:
    made = plans(tmp_path, options=OPTIONS, use=HEAD + "@plain\n" + FUNCTION)
    assert made["options"].left and made["use"].edits


def test_a_class_without_flyte1_may_hold_an_object(tmp_path: Path) -> None:
    holder = "class Holder:\n    def __init__(self, what):\n        self.what = what\n"
    use = "from flytekit import Resources\nfrom holder import Holder\n\nsmall = Holder(Resources(mem='1Gi'))\n"
    assert "Holder(flyte.Resources(memory='1Gi'))" in texts(tmp_path, holder=holder, use=use)["use"]


def test_files_that_can_move_together_do(tmp_path: Path) -> None:
    helpers = "from flytekit import FlyteFile, Resources, current_context\n\n\ndef shown(fn):\n    def inner(source: FlyteFile):\n        print(source.path)\n        return fn(source)\n\n    return inner\n"
    use = f"from flytekit import FlyteFile\nfrom helpers import shown\n\n\n@shown\n{FUNCTION}"
    made = plans(tmp_path, helpers=helpers, use=use)
    assert bool(made["helpers"].edits) == bool(made["use"].edits)
