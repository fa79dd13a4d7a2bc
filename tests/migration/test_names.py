"""Names of environments and their variables."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyteshift.migration.names import environment_name, free, slug
from tests.migration.helpers import migrated


@given(st.text())
def test_every_slug_is_a_name_that_flyte_2_takes(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+([_-][a-z0-9]+)*", slug(text))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("jobs.training", "training"),
        ("__main__", "tasks"),
        ("jobs.__init__", "jobs"),
        ("MyModule", "my_module"),
        ("_private__x_", "private_x"),
        ("", "tasks"),
        ("2024-report", "2024_report"),
    ],
)
def test_environments_are_named_for_the_module(module: str, name: str) -> None:
    assert environment_name(module) == name


def test_a_free_name_is_free() -> None:
    assert free("env", {"a"}) == "env"
    assert free("env", {"env"}) == "flyte_env"
    taken = {"env"}
    for _ in range(8):
        name = free("env", taken)
        assert name not in taken and name.isidentifier()
        taken.add(name)


def test_the_environment_of_a_task_object_is_laid_out_as_wide_as_the_file() -> None:
    name = "calculate_all_the_areas"
    source = f"from flytekit import ContainerTask\n\n{name} = ContainerTask(name='t', image='a', command=['a'])\n"
    after = migrated(source, "geometry.tasks")
    assert f'{name}_env = flyte.TaskEnvironment.from_task(\n    "tasks_{name}",\n    {name},\n)\n' in after
    assert 't_env = flyte.TaskEnvironment.from_task("tasks_t", t)\n' in migrated(
        source.replace(name, "t"), "geometry.tasks"
    )
