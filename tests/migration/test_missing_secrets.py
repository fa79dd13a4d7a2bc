"""Code that catches the error of a secret that is not there: ValueError in Flyte 1, KeyError in Flyte 2."""

from __future__ import annotations

import pytest

from flyteshift.migration.missing_secrets import OTHER
from flyteshift.text import apply_edits
from tests.migration.helpers import planned

HEAD = """import json
import os

from flytekit import Secret, current_context, task

"""


def migrated(body: str) -> tuple[str, list[str]]:
    """A task around some lines after migration, and what is in the way."""
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    source = f'{HEAD}\n@task(secret_requests=[Secret(group="g", key="k")])\ndef f(x: str) -> str:\n{indented}'
    plan = planned(source)
    return apply_edits(source, plan.edits), [o.message for o in plan.left]


def tried(body: str, clause: str, rest: str = '    key = "none"') -> str:
    return f"try:\n    {body}\n{clause}:\n{rest}\nreturn x + key"


GET = 'current_context().secrets.get("g", "k")'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("except ValueError", "except KeyError:"),
        ("except (ImportError, ValueError)", "except (ImportError, KeyError):"),
        ("except Exception", "except Exception:"),
        ("except (KeyError, ValueError)", "except (KeyError, ValueError):"),
    ],
)
def test_what_caught_a_missing_secret_still_does(before: str, after: str) -> None:
    code, left = migrated(tried(f"key = {GET}", before))
    assert not left
    assert after in code


def test_an_error_that_is_only_told_keeps_its_name() -> None:
    code, left = migrated(tried(f"key = {GET}", "except ValueError as e", '    print(e)\n    key = "none"'))
    assert not left
    assert "except KeyError as e:" in code


def test_a_missing_secret_is_caught_where_it_is_put_into_a_variable() -> None:
    code, left = migrated(tried(f'os.environ["K"] = {GET}\n    key = "set"', "except ValueError"))
    assert not left
    assert "except KeyError:" in code


@pytest.mark.parametrize(
    ("body", "clause"),
    [
        (f"key = json.loads({GET})", "except ValueError"),
        (f'key = os.environ["K"] + {GET}', "except ValueError"),
        (f"key = {GET}", "except KeyError"),
        (f"key = {GET}", "except LookupError"),
        (f"key = {GET}", 'except KeyError:\n    key = "no"\nexcept ValueError'),
    ],
)
def test_what_tells_the_two_errors_apart_otherwise_is_refused(body: str, clause: str) -> None:
    assert migrated(tried(body, clause))[1] == [OTHER]


def test_the_text_of_the_error_is_refused() -> None:
    _, left = migrated(tried(f"key = {GET}", "except Exception as e", "    key = str(e)"))
    assert [message for message in left if message.startswith("`e` has another text in Flyte 2")]


@pytest.mark.parametrize(("call", "fine"), [("key()", True), ("int(key())", False)])
def test_a_function_that_reads_a_secret_is_tried_by_its_caller(call: str, fine: bool) -> None:
    source = f"{HEAD}\ndef read() -> str:\n    return {GET}\n\n\ndef key() -> str:\n    return read()\n\n\n"
    source += '@task(secret_requests=[Secret(group="g", key="k")])\ndef f() -> str:\n'
    source += f"    try:\n        return {call}\n    except ValueError:\n        return ''\n"
    plan = planned(source)
    assert [o.message for o in plan.left] == ([] if fine else [OTHER])
    assert not fine or "except KeyError:" in apply_edits(source, plan.edits)


def test_code_that_catches_nothing_of_a_secret_stays() -> None:
    code, left = migrated(f"key = {GET}\n" + tried("key = str(int(key))", "except ValueError"))
    assert not left
    assert "except ValueError:" in code
