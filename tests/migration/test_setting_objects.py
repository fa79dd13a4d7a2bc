"""Images, resources and secrets where code names their class in a signature, reads a field, or copies one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.runs import run
from tests.migration.helpers import migrated, reasons

HEAD = """\
import dataclasses
from typing import Dict, List, Optional, Union

from flytekit import Cache, ImageSpec, PodTemplate, Resources, Secret, task

IMAGE = ImageSpec(name="x", packages=["a"])
SMALL = Resources(cpu="1", mem="1Gi")
TOKEN = Secret(group="g", key="k")
"""

HOLDS = {
    "an image that a function says it gives": (
        'def base() -> ImageSpec:\n    return ImageSpec(name="b")\n\n\nmore = base().with_packages(["p"])\n',
        (
            'def base() -> flyte.Image:\n    return flyte.Image.from_debian_base(name="b")',
            'base().with_pip_packages("p")',
        ),
    ),
    "an image that a function says it gets": (
        "def more(image: ImageSpec, *, extra: List[str]) -> ImageSpec:\n    return image.with_packages(extra)\n",
        (
            "def more(image: flyte.Image, *, extra: List[str]) -> flyte.Image:\n    return image.with_pip_packages(*extra)",
        ),
    ),
    "classes inside of other annotations": (
        "ALL: Dict[str, ImageSpec] = {}\nASKED: list[Secret] = [TOKEN]\n\n\n"
        "def pod(of: Optional[PodTemplate]) -> Union[PodTemplate, None]:\n    return of\n",
        (
            "Dict[str, flyte.Image]",
            "list[flyte.Secret]",
            "(of: Optional[flyte.PodTemplate]) -> Union[flyte.PodTemplate",
        ),
    ),
    "resources that a function gives and takes": (
        "def of(cpu: str) -> Resources:\n    return Resources(cpu=cpu)\n\n\n"
        "def told(given: Resources) -> str:\n    return given.cpu + given.mem + SMALL.ephemeral_storage\n",
        ("-> flyte.Resources:", "(given: flyte.Resources)", "given.cpu + given.memory + SMALL.disk"),
    ),
    "fields that are the same": (
        "print(IMAGE.name, IMAGE.registry, TOKEN.group, TOKEN.key)\n",
        ("print(IMAGE.name, IMAGE.registry, TOKEN.group, TOKEN.key)",),
    ),
    "packages that may be None": (
        "def of(packages: Optional[List[str]] = None, apt=None) -> ImageSpec:\n"
        "    return ImageSpec(packages=packages, apt_packages=apt)\n",
        (".with_apt_packages(*(apt or []))", ".with_pip_packages(*(packages or []))"),
    ),
    "a base image that is a name": (
        'def of(base: str) -> ImageSpec:\n    return ImageSpec(name="b", base_image=base)\n',
        ("flyte.Image.from_base(base)",),
    ),
    "a base image that is an image": (
        'def of(base: ImageSpec) -> ImageSpec:\n    return ImageSpec(name="b", base_image=base)\n',
        ('base.clone(name="b")',),
    ),
}
GIVES = 'def made():\n    return ImageSpec(name="b")\n\n\n'
REFUSED = {
    "a method of what a function gives": (GIVES + 'made().with_packages(["p"])\n', "that `made()` is an `ImageSpec`"),
    "a method of a variable": (GIVES + 'it = made()\nit.with_commands("p")\n', "that `it` is an `ImageSpec`"),
    "a method of a parameter": ("def f(it):\n    return it.with_apt_packages(['p'])\n", "that `it` is an `ImageSpec`"),
    "a base image without a type": ("def f(it):\n    return ImageSpec(base_image=it)\n", "an image or its name"),
    "a base image that may be None": (
        "def f(it: Optional[str] = None):\n    return ImageSpec(base_image=it)\n",
        "an image or its name",
    ),
    "a base image of two types": (
        "def f(it: Union[str, ImageSpec]):\n    return ImageSpec(base_image=it)\n",
        "an image or its name",
    ),
    "a base image that a function gives": (GIVES + "ImageSpec(base_image=made())\n", "an image or its name"),
    "an environment that may be None": ("def f(it=None):\n    return ImageSpec(env=it)\n", "`it` may be None"),
    "commands that may be None": ("def f(it: list | None):\n    return ImageSpec(commands=it)\n", "`it` may be None"),
    "packages of Flyte 1 that a call passes": (
        'def f(them):\n    return ImageSpec(packages=them)\n\n\nf(["flytekitplugins-spark"])\n',
        "Flyte 1 packages",
    ),
    "packages of an image": ("print(IMAGE.packages)\n", "`packages` of `ImageSpec`"),
    "packages that are added to": ('IMAGE.packages.append("b")\n', "`packages` of `ImageSpec`"),
    "a field that is set": ('IMAGE.packages = ["b"]\n', "cannot be changed"),
    "the variable of a secret": ("print(TOKEN.env_var)\n", "`env_var` of `Secret`"),
    "the variable of one in a list": ("for one in [TOKEN]:\n    print(one.env_var)\n", "`env_var` of `Secret`"),
    "a count of GPUs": ("print(SMALL.gpu)\n", "`gpu` of `Resources`"),
    "a copy of an image": ('dataclasses.replace(IMAGE, name="y")\n', "this copy"),
    "resources as a dict": ("dataclasses.asdict(SMALL)\n", "this copy"),
    "a field of one in a dict": ('ALL = {"s": SMALL}\nprint(ALL["s"].mem)\n', "has no `mem` in Flyte 2"),
    "a field of each in a dict": (
        'ALL = {"s": Resources(mem="1Gi")}\nprint(max(ALL.values(), key=lambda r: r.mem))\n',
        "whether `r` is a `Resources`",
    ),
    "a field of what a function gives": (
        "def one():\n    return SMALL\n\n\nprint(one().ephemeral_storage)\n",
        "whether `one()` is a `Resources`",
    ),
    "a field of a data class": ("@dataclasses.dataclass\nclass C:\n    of: Resources\n", "`Resources` is Flyte 1"),
    "an input of a task": ("@task\ndef f(of: Resources) -> int:\n    return 1\n", "`Resources` is Flyte 1"),
    "requirements that are no text file": ('ImageSpec(requirements="a/dev.in")\n', "end in `.txt`"),
    "requirements in a variable": ('FILE = "pyproject.toml"\nImageSpec(requirements=FILE)\n', "end in `.txt`"),
}


@pytest.mark.parametrize("case", HOLDS.values(), ids=HOLDS)
def test_means_the_same(case: tuple[str, tuple[str, ...]]) -> None:
    body, lines = case
    after = migrated(f"{HEAD}\n\n{body}")
    assert [line for line in lines if line not in after] == []


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_is_refused(case: tuple[str, str]) -> None:
    body, why = case
    assert any(why in reason for reason in reasons(f"{HEAD}\n\n{body}"))


def test_images_that_are_flyte_2_already_are_left_alone() -> None:
    body = 'new = flyte.Image.from_debian_base().with_apt_packages("a", "b").with_commands(["c"])\n'
    assert body in migrated(f"import flyte\n{HEAD}\n\n{body}")


def test_other_things_of_these_names_are_left_alone() -> None:
    body = "class Chart:\n    packages = ()\n    mem = 1\n\n\nprint(Chart.packages, Chart.mem, Chart().env_var)\n"
    assert body in migrated(f"{HEAD}\n\n{body}")


def test_fields_of_unknown_things_are_left_alone() -> None:
    body = (
        "@task(secret_requests=[TOKEN], requests=SMALL)\ndef f(x: int) -> str:\n    return given(x).mem + one.env_var\n"
    )
    assert "given(x).mem + one.env_var" in migrated(f"from other import given, one\n{HEAD}\n\n{body}")


def test_fields_of_objects_that_another_file_has_in_a_dict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sizes.py").write_text('from flytekit import Resources\n\nALL = {"a": Resources(mem="1Gi")}\n')
    (tmp_path / "tasks.py").write_text(
        'import sizes\nfrom flytekit import task\n\n\n@task(requests=sizes.ALL["a"])\n'
        'def f() -> str:\n    return sizes.ALL["a"].mem\n'
    )
    (tmp_path / "told.py").write_text('from sizes import ALL\n\nprint(ALL["a"].mem)\n')
    found = run(capsys, "migrate", tmp_path)
    assert 'tasks.py:7:12 flyteshift cannot see whether `sizes.ALL["a"]` is a `Resources`' in found.out
    assert "`ALL` is used by told.py as Flyte 1 has it" in found.out


def test_an_image_is_made_in_the_order_in_which_flyte_1_did() -> None:
    after = migrated(
        HEAD + 'SET = ImageSpec(name="s", copy=["a.sh"], commands=["bash a.sh"], env={"A": "b"}, packages=["p"])\n'
    )
    methods = [line.strip().partition("(")[0] for line in after.splitlines() if line.startswith("    .with_")]
    assert methods == [".with_env_vars", ".with_pip_packages", ".with_source_file", ".with_commands"]


def test_requirements_of_any_folder_are_read() -> None:
    body = 'HERE = "a"\nONE = ImageSpec(requirements=f"{HERE}/requirements.txt")\nTWO = ImageSpec(requirements=HERE)\n'
    assert 'with_requirements(f"{HERE}/requirements.txt")' in migrated(HEAD + body.partition("TWO")[0])
    assert any("end in `.txt`" in reason for reason in reasons(HEAD + body))


def test_a_cache_and_a_secret_of_a_module_are_laid_out_like_its_code() -> None:
    after = migrated(
        HEAD
        + 'CACHED = Cache(version="a-long-version-of-this", serialize=True, ignored_inputs=("one", "two", "three"))\n'
    )
    assert 'CACHED = flyte.Cache(\n    behavior="override",\n' in after
    assert "\n)\n" in after.partition("CACHED")[2]


def test_packages_of_another_file_are_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "consts.py").write_text('PLAIN = ["a"]\nOLD = ["flytekitplugins-spark"]\n', encoding="utf-8")
    for name, code in (("PLAIN", 0), ("OLD", 1)):
        file = tmp_path / f"{name.lower()}.py"
        file.write_text(
            f"from consts import {name}\nfrom flytekit import ImageSpec\n\nIMAGE = ImageSpec(packages={name})\n",
            encoding="utf-8",
        )
        assert run(capsys, "migrate", file).code == code


BASE = """\
from flytekit import ImageSpec, Resources


def make(name: str) -> ImageSpec:
    return ImageSpec(name=name)


IMAGE = ImageSpec(name="x")
SMALL = Resources(cpu="1", mem="1Gi")
"""
USERS = {
    "from base import make\n\nmore = make('a').with_packages(['b'])\n": 1,
    "import base\n\nmore = base.IMAGE.with_packages(['b'])\n": 1,
    "from base import SMALL\n\nprint(SMALL.mem)\n": 1,
    "from base import IMAGE\nfrom dataclasses import replace\n\nmore = replace(IMAGE, name='y')\n": 1,
    "from base import IMAGE, SMALL\n\nprint(IMAGE.name, SMALL.cpu)\nALL = [IMAGE]\n": 0,
}


@pytest.mark.parametrize(("user", "code"), USERS.items())
@pytest.mark.parametrize("alone", [True, False])
def test_a_file_without_flyte_1_finds_what_it_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], user: str, code: int, *, alone: bool
) -> None:
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    (tmp_path / "base.py").write_text(BASE, encoding="utf-8")
    (tmp_path / "user.py").write_text(user, encoding="utf-8")
    found = run(capsys, "migrate", tmp_path / "base.py" if alone else tmp_path)
    assert found.code == code
    assert ("is used by user.py as Flyte 1 has it" in found.out) == bool(code)


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("print(SMALL.mem)", "print(SMALL.memory)"),
        ("IMAGE.with_packages(['b'])", None),
        ("make('a').with_packages(['b'])", None),
    ],
)
def test_a_file_with_flyte_1_reads_what_the_other_has_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, after: str | None
) -> None:
    (tmp_path / "base.py").write_text(BASE, encoding="utf-8")
    flow = tmp_path / "flow.py"
    flow.write_text(
        f"from base import IMAGE, SMALL, make\nfrom flytekit import task\n\n{line}\n\n\n"
        "@task(container_image=IMAGE)\ndef f(n: int) -> int:\n    return n\n",
        encoding="utf-8",
    )
    found = run(capsys, "migrate", "--write", tmp_path)
    assert found.code == int(after is None)
    assert (after or line) in flow.read_text(encoding="utf-8")
