"""Exceptions of flytekit that user code raises or extends."""

from __future__ import annotations

import pytest

from tests.migration.helpers import migrated, planned, reasons

HEAD = """\
import flytekit.exceptions.system
from flytekit import task
from flytekit.exceptions import user
from flytekit.exceptions.user import FlyteAssertion, FlyteRecoverableException, FlyteTimeout, FlyteValueException


@task(retries=2)
def f(n: int) -> int:
    return n


"""


def body(code: str) -> str:
    return f"{HEAD}def helper(n):\n{code}"


RAISED = {
    "called": ('    raise FlyteRecoverableException("x")\n', '    raise RuntimeError("x")\n'),
    "from another": (
        '    raise FlyteRecoverableException("x", n) from None\n',
        '    raise RuntimeError("x", n) from None\n',
    ),
    "the class": ("    raise FlyteRecoverableException\n", "    raise RuntimeError\n"),
    "by its module": ('    raise user.FlyteRecoverableException("x")\n', '    raise RuntimeError("x")\n'),
    "assertion": ('    raise FlyteAssertion("x")\n', '    raise AssertionError("x")\n'),
    "in a handler of another error": (
        "    try:\n        return 1 / n\n    except Exception as e:\n        raise FlyteRecoverableException(str(e))\n",
        "    try:\n        return 1 / n\n    except Exception as e:\n        raise RuntimeError(str(e))\n",
    ),
    "in a try for others": (
        '    try:\n        raise FlyteRecoverableException("x")\n    except KeyError:\n        return 1\n',
        '    try:\n        raise RuntimeError("x")\n    except KeyError:\n        return 1\n',
    ),
}


@pytest.mark.parametrize(("before", "after"), RAISED.values(), ids=RAISED)
def test_what_is_raised_to_be_run_again_is_an_ordinary_exception(before: str, after: str) -> None:
    new = migrated(body(before))
    assert new.endswith(f"def helper(n):\n{after}")
    assert "flytekit" not in new


def test_exceptions_of_the_author_extend_an_ordinary_one() -> None:
    new = migrated(f'{HEAD}class Again(FlyteRecoverableException):\n    """Again."""\n')
    assert new.endswith('class Again(RuntimeError):\n    """Again."""\n')


REFUSED = {
    "caught": (
        "    try:\n        return g(n)\n    except FlyteRecoverableException:\n        return 1\n",
        "FlyteRecoverableException",
    ),
    "asked for": ("    return isinstance(n, FlyteRecoverableException)\n", "FlyteRecoverableException"),
    "passed on": ("    return FlyteRecoverableException('x')\n", "FlyteRecoverableException"),
    "as a cause": ('    raise ValueError("x") from FlyteRecoverableException\n', "FlyteRecoverableException"),
    "with a time": ('    raise FlyteRecoverableException("x", timestamp=1.0)\n', "FlyteRecoverableException"),
    "of a certain form": ('    raise FlyteValueException(n, "x")\n', "FlyteValueException"),
    "timeout": ('    raise FlyteTimeout("x")\n', "FlyteTimeout"),
    "new class is caught": (
        '    raise FlyteRecoverableException("x")\n\n\ndef other():\n    try:\n        helper(1)\n'
        "    except RuntimeError:\n        pass\n",
        "which an `except` of this module catches",
    ),
    "text is caught": (
        '    try:\n        raise FlyteRecoverableException("x")\n    except Exception as e:\n        return str(e)\n',
        "would catch `RuntimeError` with another text",
    ),
    "name is taken": (
        '    raise FlyteRecoverableException("x")\n\n\nclass RuntimeError(Exception):\n    pass\n',
        "becomes `RuntimeError`",
    ),
    "code of its own": (
        '    pass\n\n\nclass Again(FlyteRecoverableException):\n    _ERROR_CODE = "USER:Again"\n',
        "FlyteRecoverableException",
    ),
}


@pytest.mark.parametrize(("before", "reason"), REFUSED.values(), ids=REFUSED)
def test_other_uses_are_refused(before: str, reason: str) -> None:
    found = reasons(body(before))
    assert any(reason in r for r in found), found


def test_exceptions_of_that_name_from_elsewhere_are_left_alone() -> None:
    source = "from mine import FlyteRecoverableException\n\nraise FlyteRecoverableException('x')\n"
    assert planned(source).edits == []
