"""Small Flyte 1 sources that the tests share."""

TASKS = """\
from flytekit import task, workflow


@task(retries=2)
def double(x: int) -> int:
    return x * 2


@workflow
def main(x: int = 3) -> int:
    return double(x=x)
"""

PLAIN = """\
import os


def double(x: int) -> int:
    return x * 2
"""
