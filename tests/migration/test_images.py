"""`ImageSpec` in Flyte 2's words."""

from __future__ import annotations

import ast
from importlib.metadata import metadata

import pytest

from flyteshift.migration import images, pythons
from tests.migration.helpers import migrated, planned, reasons

TASK = "\n\n@task(container_image=image)\ndef f() -> int:\n    return 1\n"
HEAD = "from flytekit import ImageSpec, task\n\n"
DEBIAN = "flyte.Image.from_debian_base"

IMAGES = {
    "ImageSpec()": f"{DEBIAN}()",
    'ImageSpec("Train")': f'{DEBIAN}(name="train")',
    'ImageSpec(registry="GHCR.io/a")': f'{DEBIAN}(registry="ghcr.io/a")',
    'ImageSpec(python_version="3.11")': f"{DEBIAN}(python_version=(3, 11))",
    'ImageSpec(python_version="3.12.1")': f"{DEBIAN}(python_version=(3, 12))",
    'ImageSpec(python_version=f"{sys.version_info.major}.{sys.version_info.minor}")': f"{DEBIAN}()",
    'ImageSpec(packages=["pandas"])': f'{DEBIAN}().with_pip_packages("pandas")',
    'ImageSpec(packages=["flytekit==1.2", "pandas"])': f'{DEBIAN}().with_pip_packages("pandas")',
    'ImageSpec(packages=["flytekit"])': f"{DEBIAN}()",
    'ImageSpec(packages=["flytekitplugins-spark>=1"])': f'{DEBIAN}().with_pip_packages("flyteplugins-spark")',
    'ImageSpec(packages=["FlytekitPlugins.Spark", "unionai==0.1", "union_runtime", "unionized"])': (
        f'{DEBIAN}().with_pip_packages("flyteplugins-spark", "unionized")'
    ),
    "ImageSpec(packages=PACKAGES)": f"{DEBIAN}().with_pip_packages(*PACKAGES)",
    'ImageSpec(packages=["a"] + PACKAGES)': f'{DEBIAN}().with_pip_packages(*(["a"] + PACKAGES))',
    'ImageSpec(packages=["a", *PACKAGES])': f'{DEBIAN}().with_pip_packages("a", *PACKAGES)',
    'ImageSpec(packages=["a"], pip_index="https://i", pip_extra_index_url=["https://e"], pip_extra_args="-q")': (
        f'{DEBIAN}().with_pip_packages("a", index_url="https://i", extra_index_urls=["https://e"], extra_args="-q")'
    ),
    'ImageSpec(apt_packages=["git", "curl"])': f'{DEBIAN}().with_apt_packages("git", "curl")',
    'ImageSpec(requirements="requirements.txt")': f'{DEBIAN}().with_requirements("requirements.txt")',
    'ImageSpec(requirements="a/uv.lock")': (
        f'{DEBIAN}().with_uv_project("a/pyproject.toml", uvlock=pathlib.Path("a/uv.lock"))'
    ),
    'ImageSpec(env={"A": "b"})': f'{DEBIAN}().with_env_vars({{"A": "b"}})',
    'ImageSpec(commands=["a", "b"])': f'{DEBIAN}().with_commands(["a", "b"])',
    'ImageSpec(platform="linux/amd64")': f'{DEBIAN}(platform=("linux/amd64",))',
    'ImageSpec(builder="default", source_root=".")': f"{DEBIAN}()",
    "ImageSpec(cuda=None, packages=None)": f"{DEBIAN}()",
    'ImageSpec(cuda="12.1.0", cudnn="8", packages=["torch"])': f'{DEBIAN}().with_pip_packages("torch")',
    'ImageSpec(base_image="ghcr.io/a/base:1")': (
        'flyte.Image.from_base("ghcr.io/a/base:1").clone(name="base", extendable=True).with_pip_packages("flyte")'
    ),
    'ImageSpec(base_image="ghcr.io/flyteorg/flytekit:py3.11-1.14.4", python_version="3.11", name="i")': (
        'flyte.Image.from_base("ghcr.io/flyteorg/flytekit:py3.11-1.14.4")'
        '.clone(name="i", extendable=True).with_pip_packages("flyte")'
    ),
    'ImageSpec(base_image=BASE, packages=["b"])': 'BASE.with_pip_packages("b")',
    'ImageSpec(name="x", base_image=BASE)': 'BASE.clone(name="x")',
    'ImageSpec().with_packages(["a", "b"])': f'{DEBIAN}().with_pip_packages("a", "b")',
    'ImageSpec().with_packages("a").force_push()': f'{DEBIAN}().with_pip_packages("a")',
    'BASE.with_apt_packages("git").with_commands("x")': 'BASE.with_apt_packages("git").with_commands(["x"])',
}
BEFORE = 'import sys\n\nBASE = ImageSpec(name="base")\nPACKAGES = ["x"]\nVERSION = "3.11"\n'

REFUSED = {
    'ImageSpec(conda_packages=["a"])': "conda_packages",
    'ImageSpec(conda_channels=["a"])': "conda_channels",
    'ImageSpec(packages=["flytekitplugins.optuna"])': "no Flyte 2 package",
    'ImageSpec(pip_secret_mounts=[("a", "b")])': "pip_secret_mounts",
    'ImageSpec(registry_config="a")': "registry_config",
    "ImageSpec(entrypoint=[])": "entrypoint",
    'ImageSpec(tag_format="a")': "tag_format",
    "ImageSpec(copy=FILES)": "which files",
    'ImageSpec(python_exec="a")': "python_exec",
    'ImageSpec(runtime_packages=["a"])': "runtime_packages",
    'ImageSpec(builder_options={"a": 1})': "builder_options",
    'ImageSpec(builder_config={"a": 1})': "builder_config",
    'ImageSpec(builder="noop", base_image="a")': "noop",
    "ImageSpec(python_version=f())": "Python version",
    'ImageSpec(base_image="a/b:1", python_version="3.11")': "Python of the base image",
    'ImageSpec(base_image="python:3.12-slim", python_version="3.11")': "Python of the base image",
    'ImageSpec(base_image="python:3.12-slim", python_version=VERSION)': "Python of the base image",
    'ImageSpec(base_image="a/numpy3.11", python_version="3.11")': "Python of the base image",
    "ImageSpec(platform=f())": "platforms",
    'ImageSpec(pip_index="https://i")': "no packages",
    'ImageSpec(packages=["flytekitplugins-athena"])': "no Flyte 2 package",
    'ImageSpec(packages=["flytekit" if True else "a"] + FLYTE1)': "Flyte 1 packages in it",
    "ImageSpec(**CFG)": "write the arguments out",
    "ImageSpec().with_copy(FILES)": "which files",
    "ImageSpec().with_runtime_packages([])": "with_runtime_packages",
}


@pytest.mark.parametrize(("given", "wanted"), IMAGES.items(), ids=IMAGES)
def test_images(given: str, wanted: str) -> None:
    after = migrated(f"{HEAD}{BEFORE}image = {given}\n{TASK}")
    made = after.partition("\nimage = ")[2].partition("\n\n")[0]
    assert ast.unparse(ast.parse(made)) == ast.unparse(ast.parse(wanted))


@pytest.mark.parametrize(("given", "reason"), REFUSED.items(), ids=REFUSED)
def test_images_that_flyte_2_has_no_form_for_are_refused(given: str, reason: str) -> None:
    found = reasons(f'{HEAD}{BEFORE}FLYTE1 = ["flytekit"]\nimage = {given}\n{TASK}')
    assert any(reason in r for r in found), found


def test_an_image_with_cuda_says_once_where_that_comes_from_now() -> None:
    source = f'{HEAD}image = ImageSpec(packages=["torch"], cuda="12.1.0", cudnn="8")\n{TASK}'
    assert [note for note in _notes(source) if "CUDA" in note] == [images.CUDA]
    assert not any("CUDA" in note for note in _notes(source.replace(', cuda="12.1.0", cudnn="8"', "")))


@pytest.mark.parametrize(
    ("base", "old"),
    [
        ("ghcr.io/flyteorg/flytekit:py3.9-latest", "3.9"),
        ("python:3.8-slim", "3.8"),
        ("python3.9", "3.9"),
        ("a/py38:1", "3.8"),
        ("ghcr.io/flyteorg/flytekit:py3.11-1.10.2", None),
        ("python:3.10", None),
        ("a/numpy3.8", None),
        ("nvidia/cuda:12.4", None),
    ],
)
def test_an_image_whose_name_tells_of_an_old_python_says_so(base: str, old: str | None) -> None:
    told = [note for note in _notes(f'{HEAD}image = ImageSpec(base_image="{base}")\n{TASK}') if "Python 3.10" in note]
    assert told == ([pythons.OLD_BASE.format(*old.split("."))] if old else [])


def _notes(source: str) -> list[str]:
    return [note.message for note in planned(source).notes]


def test_an_image_of_a_decorator_on_one_line_is_indented_with_its_argument() -> None:
    given = 'name="train-image", registry="ghcr.io/acme/images", packages=["pandas"], env={"A": "1"}, commands=["ls"]'
    after = migrated(f"{HEAD}\n@task(container_image=ImageSpec({given}))\ndef f() -> int:\n    return 1\n")
    assert "    image=(\n        flyte.Image.from_debian_base(" in after
    assert '\n        .with_pip_packages("pandas")\n' in after
    assert "\n    ),\n)\n" in after


def test_comments_in_an_image_stay_with_what_they_mean() -> None:
    after = migrated(
        f"""\
{HEAD}image = ImageSpec(
    name="a",  # the name
    # what it takes
    packages=[
        "pandas",  # tables
        # later
        "numpy",
    ],  # pinned
    env={{"A": "b"}},
)
{TASK}"""
    )
    for comment in ("# the name", "# tables", "# later", "# pinned"):
        assert after.count(comment) == 1


GUARD = "image = ImageSpec(packages=['pandas'])\nif image.is_container():\n    import pandas as pd  # big\n    import json\n"


def test_guarded_imports_stay_guarded() -> None:
    after = migrated(HEAD + GUARD + TASK)
    assert "with contextlib.suppress(ImportError):\n    import pandas as pd  # big\n    import json\n" in after
    assert after.startswith("import contextlib\n\nimport flyte\n")


@pytest.mark.parametrize(
    "guard", [GUARD + "    x = 1\n", GUARD + "else:\n    pd = None\n", GUARD.replace("if image", "if not image")]
)
def test_guards_of_more_than_imports_are_refused(guard: str) -> None:
    assert reasons(HEAD + guard + TASK)


def test_what_flyte_2_decides_elsewhere_is_noted() -> None:
    notes = [n.message for n in planned(f"{HEAD}image = ImageSpec(builder='envd', source_root='.')\n{TASK}").notes]
    assert any("image_builder" in n for n in notes)
    assert any("bundles the code" in n for n in notes)


@pytest.mark.parametrize(("version", "told"), [("3.9", True), ("3.8.10", True), ("3.10", False), ("3.14", False)])
def test_a_python_that_flyte2_does_not_run_on_is_told(version: str, told: bool) -> None:
    notes = [n.message for n in planned(f"{HEAD}image = ImageSpec(python_version='{version}')\n{TASK}").notes]
    assert any("needs Python 3.10 or newer" in n for n in notes) == told


def test_the_oldest_python_is_that_of_the_package() -> None:
    pytest.importorskip("flyte")
    assert metadata("flyte")["Requires-Python"] == ">=3.10"
