"""Code that catches or expects the errors of tasks."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.migration import plan_module
from flyteshift.semantics.model import build
from flyteshift.text import Document, apply_edits
from flyteshift.workspace.settings import Settings
from tests.migration.helpers import migrated, planned, reasons
from tests.migration.test_differential import PROGRAMS, calls, run

HEAD = """\
import json
from flytekit import eager, map_task, task, workflow


class Mine(Exception):
    pass


class Less(Mine):
    pass


@task
def f(n: int) -> int:
    return n


@task
async def g(n: int) -> int:
    return n


@workflow
def wf(n: int) -> int:
    return f(n=n)


def plain(n):
    return [f(n=n)]


def use():
    return helper(lambda: wf(n=1))


"""
ERROR = "flyte.errors.RuntimeUserError"


def helper(code: str, head: str = HEAD) -> str:
    return f"{head}def helper(n):\n{code}"


CAUGHT = {
    "a class of Python": ("return f(n=n)", "KeyError", f"{ERROR} as error", 'error.code != "KeyError"'),
    "with subclasses of Python": (
        "return f(n=n)",
        "LookupError",
        f"{ERROR} as error",
        'error.code not in ("LookupError", "KeyError", "IndexError")',
    ),
    "with those of what is imported": (
        "return f(n=n)",
        "ValueError as e",
        f"{ERROR} as e",
        'e.code not in ("ValueError", "JSONDecodeError")',
    ),
    "a class of the module": ("return f(n=n)", "Mine", f"{ERROR} as error", 'error.code not in ("Mine", "Less")'),
    "several": (
        "return f(n=1)",
        "(Less, IndexError)",
        f"{ERROR} as error",
        'error.code not in ("Less", "IndexError")',
    ),
    "name taken": ("error = f(n=n)", "Less", f"{ERROR} as failure", 'failure.code != "Less"'),
    "code that may fail itself": (
        "return f(n=int(n))",
        "KeyError",
        f"(KeyError, {ERROR}) as error",
        f'isinstance(error, {ERROR}) and error.code != "KeyError"',
    ),
    "a workflow": (
        "return wf(n=n)",
        "KeyError",
        f"(KeyError, {ERROR}) as error",
        f'isinstance(error, {ERROR}) and error.code != "KeyError"',
    ),
    "handed on": (
        "return n()",
        "KeyError",
        f"(KeyError, {ERROR}) as error",
        f'isinstance(error, {ERROR}) and error.code != "KeyError"',
    ),
    "through a function": (
        "return plain(n)",
        "KeyError",
        f"(KeyError, {ERROR}) as error",
        f'isinstance(error, {ERROR}) and error.code != "KeyError"',
    ),
}


@pytest.mark.parametrize(("body", "clause", "after", "test"), CAUGHT.values(), ids=CAUGHT)
def test_a_class_is_asked_for_by_its_code(body: str, clause: str, after: str, test: str) -> None:
    new = migrated(helper(f"    try:\n        {body}\n    except {clause}:\n        # why\n        return 0\n"))
    assert new.endswith(
        f"    try:\n        {body}\n    except {after}:\n        # why\n        if {test}:\n            raise\n"
        "        return 0\n"
    )


def test_what_is_awaited_raises_the_error_itself_outside_of_a_run() -> None:
    code = "@eager\nasync def e(n: int) -> int:\n    try:\n        return f(n=n)\n    except Mine:\n        return 0\n"
    assert f"except (Mine, {ERROR}) as error:\n        if isinstance(error, {ERROR}) and" in migrated(HEAD + code)


def test_several_clauses_are_branches_of_one() -> None:
    code = (
        "    try:\n        return wf(n=n)\n    except Mine as e:\n        # why\n        print(e)\n    # else\n"
        '    except (KeyError, IndexError):\n        return """a\n    b"""\n    except Exception:\n        raise\n'
    )
    after = (
        "    except Exception as e:\n        code = e.code if isinstance(e, flyte.errors.RuntimeUserError) else "
        'type(e).__name__\n        if code in ("Mine", "Less"):\n            # why\n            print(e)\n        # else\n'
        '        elif code in ("KeyError", "IndexError"):\n            return """a\n    b"""\n        else:\n            raise\n'
    )
    assert migrated(helper(code)).endswith(after)


def test_methods_that_start_tasks_count() -> None:
    client = "class Client:\n    def get(self, n):\n        return f(n=n)\n\n\n"
    code = "    try:\n        return n.get(1)\n    except OSError:\n        return 0\n"
    assert any("`except OSError`" in r for r in reasons(HEAD + client + f"def helper(n):\n{code}"))


def test_errors_that_are_left_out_are_refused() -> None:
    source = helper("    with suppress(KeyError):\n        f(n=n)\n", "from contextlib import suppress\n" + HEAD)
    assert any("Write a `try`" in r for r in reasons(source))


def test_blocks_that_start_no_task_stay() -> None:
    code = "    try:\n        return int(n)\n    except ValueError as e:\n        return str(e)\n"
    assert migrated(helper(code)).endswith(code)


def test_decorators_of_what_starts_tasks_count() -> None:
    code = (
        "def quiet(call):\n    def inner(*given):\n        try:\n            return call(*given)\n"
        "        except OSError:\n            return 0\n\n    return inner\n\n\n"
    )
    assert any("`except OSError`" in r for r in reasons(f"{HEAD}{code}@quiet\ndef driver():\n    return wf(n=1)\n"))
    assert "except OSError:" in migrated(f"{HEAD}{code}@quiet\ndef driver():\n    return 1\n")


def test_futures_of_tasks_count() -> None:
    code = "    waits = pool.submit(lambda: wf(n=n))\n    try:\n        return waits.result()\n    except OSError:\n        return 0\n"
    assert any("`except OSError`" in r for r in reasons(helper(code)))
    assert migrated(helper(code.replace("wf(n=n)", "1"))).endswith(code.replace("wf(n=n)", "1"))


def test_parameters_that_are_given_other_things_stay() -> None:
    code = "    try:\n        return n()\n    except ValueError as e:\n        return str(e)\n"
    assert migrated(helper(code, HEAD.replace("helper(lambda: wf(n=1))", "helper(int)"))).endswith(code)


def test_catching_all_stays() -> None:
    code = '    try:\n        return f(n=n)\n    except Exception as e:\n        print(f"no: {e}")\n        raise Mine(str(e))\n'
    assert migrated(helper(code)).endswith(code)


EXPECTED = {
    "raises": ("pytest.raises(KeyError)", f"pytest.raises({ERROR})"),
    "with a text": ('pytest.raises(KeyError, match="x") as info', f'pytest.raises({ERROR}, match="x") as info'),
    "unittest": ("self.assertRaises(KeyError)", f"self.assertRaises({ERROR})"),
}


@pytest.mark.parametrize(("before", "after"), EXPECTED.values(), ids=EXPECTED)
def test_tests_expect_the_error_of_flyte_2(before: str, after: str) -> None:
    source = helper(f"    with {before}:\n        f(n=n)\n", "import pytest\n" + HEAD)
    assert f"    with {after}:\n        f(n=n)\n" in migrated(source)
    assert any("passes with every error of a task" in n.message for n in planned(source).notes)


def test_tests_that_hand_on_what_fails() -> None:
    source = helper("    self.assertRaises(KeyError, lambda: f(n=n))\n    self.assertRaises(KeyError, int, n)\n")
    assert migrated(source).endswith(
        f"    self.assertRaises({ERROR}, lambda: f(n=n))\n    self.assertRaises(KeyError, int, n)\n"
    )


ASKED = {
    "text": ('assert "no" in str(e.value)', None),
    "text of unittest": ('self.assertIn("no", str(e.exception))', None),
    "match": ('e.match("no")', None),
    "equal text": ('assert str(e.value) == "no"', "e.value"),
    "class": ("assert e.type is KeyError", "e.type"),
    "attributes": ("assert e.value.args", "e.value"),
}


@pytest.mark.parametrize(("asks", "reason"), ASKED.values(), ids=ASKED)
def test_what_tests_ask_an_expected_error(asks: str, reason: str | None) -> None:
    source = helper(f"    with pytest.raises(KeyError) as e:\n        wf(n=n)\n    {asks}\n", "import pytest\n" + HEAD)
    if reason is None:
        assert migrated(source).endswith(f"    {asks}\n")
    else:
        assert any(f"`{reason}` gives another value" in r for r in reasons(source)), reasons(source)


def test_the_name_of_the_class_is_the_code() -> None:
    after = f"(e.code if isinstance(e, {ERROR}) else type(e).__name__)"
    source = helper("    try:\n        return f(n=n)\n    except Exception as e:\n        return type(e).__name__\n")
    assert migrated(source).endswith(f"        return {after}\n")


def test_tests_of_workflows_expect_either() -> None:
    source = helper("    with pytest.raises((KeyError, Mine)):\n        wf(n=n)\n", "import pytest\n" + HEAD)
    assert f"with pytest.raises((KeyError, Mine, {ERROR})):" in migrated(source)


def test_tests_that_expect_any_error_stay() -> None:
    code = "    with pytest.raises(Exception):\n        wf(n=n)\n"
    assert migrated(helper(code, "import pytest\n" + HEAD)).endswith(code)


REFUSED = {
    "another package may extend it": (
        "import pandas\n" + HEAD,
        "KeyError",
        "return 0",
        'if error.code != "KeyError": raise',
    ),
    "a class of another module": (HEAD, "errors.Mine", "return 0", 'if error.code != "Mine": raise'),
    "an open family": (HEAD, "OSError", "return 0", 'if error.code != "OSError": raise'),
    "several of them": (HEAD, "(KeyError, OSError)", "return 0", 'if error.code not in ("KeyError", "OSError"): raise'),
    "group": (HEAD, "* KeyError", "return 0", "`except*` would not match"),
    "two names": (HEAD, "KeyError as a:\n        return 1\n    except Mine as b", "return 0", "Make them one clause"),
    "all first": (HEAD, "Exception:\n        return 1\n    except KeyError", "return 0", "Make them one clause"),
    "of which one is not seen": (
        HEAD,
        "KeyError:\n        return 1\n    except OSError",
        "return 0",
        "`except OSError`",
    ),
    "the error that is handled": (HEAD, "Exception", "return sys.exc_info()", "gives another value"),
    "on one line": (HEAD, "KeyError: return 1\n    finally", "pass", "`except KeyError` would not match"),
    "its text": (HEAD, "Exception as e", "return str(e)", "`str(e)` gives another value"),
    "its text kept": (HEAD, "KeyError as e", "x = f'{e}'", "gives another value"),
    "its attributes": (HEAD, "Mine as e", "return e.args", "`e.args` gives another value"),
    "handed on": (HEAD, "Mine as e", "return plain(e)", "`plain(e)` gives another value"),
    "asked for its class": (HEAD, "Exception as e", "return isinstance(e, Mine)", "sees another class"),
}


@pytest.mark.parametrize(("head", "clause", "body", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_equal_is_refused(head: str, clause: str, body: str, reason: str) -> None:
    found = reasons(helper(f"    try:\n        return f(n=n)\n    except {clause}:\n        {body}\n", head))
    assert any(reason in r for r in found), found


def test_type_errors_that_are_expected_are_refused() -> None:
    source = helper("    with pytest.raises(TypeError):\n        f(n=n)\n", "import pytest\n" + HEAD)
    assert any("expect that" in r for r in reasons(source))


def test_an_eager_exception_has_its_own_form() -> None:
    head = HEAD.replace("import json", "from flytekit.exceptions.eager import EagerException")
    found = reasons(helper("    try:\n        return f(n=n)\n    except EagerException:\n        return 0\n", head))
    assert any("Write `except flyte.errors.RuntimeUserError:`" in r for r in found), found


EAGER = """\
from flytekit import eager, task
from flytekit.exceptions.eager import EagerException


@task
def f(n: int) -> int:
    return 1 // n


@eager
async def main(n: int) -> int:
    try:
        return await f(n=n)
    except {0}:
        {1}
"""


@pytest.mark.parametrize(
    ("clause", "body"), [("EagerException", "return 0"), ("EagerException as e", "print(e)\n        return -1")]
)
def test_an_eager_task_catches_what_it_caught_on_a_cluster(clause: str, body: str) -> None:
    source = EAGER.format(clause, body)
    after = migrated(source)
    assert f"except {clause.replace('EagerException', 'flyte.errors.RuntimeUserError')}:\n" in after
    assert "EagerException" not in after
    assert any("as `EagerException` was on a cluster" in n.message for n in planned(source).notes)


@pytest.mark.parametrize(
    ("clause", "body"),
    [
        ("EagerException as e", "return len(str(e))"),
        ("EagerException as e", "return e.args[0]"),
        ("EagerException", "return 0\n    except OSError:\n        return 1"),
    ],
)
def test_what_is_asked_of_an_eager_exception_is_refused(clause: str, body: str) -> None:
    assert planned(EAGER.format(clause, body)).left


def test_a_mapped_task_counts() -> None:
    source = helper("    try:\n        return map_task(f)(n=n)\n    except OSError:\n        return 0\n")
    assert any("`except OSError` would not match" in r for r in reasons(source))


OUTSIDE = [
    name
    for name in PROGRAMS
    if name.startswith(
        ("catches", "clauses", "command", "eager", "expected", "fail", "launch", "raised", "retried", "unit")
    )
]


@pytest.mark.sdk
def test_programs_give_the_same_outside_of_a_run_and_in_parallel(tmp_path: Path) -> None:
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    before = [{"id": n, "source": PROGRAMS[n], "call": calls(PROGRAMS[n])} for n in OUTSIDE]
    after = [{"id": n, "source": migrated(PROGRAMS[n]), "call": calls(PROGRAMS[n])} for n in OUTSIDE]
    side_by_side = [{"id": n, "source": in_parallel(PROGRAMS[n]), "call": calls(PROGRAMS[n])} for n in OUTSIDE]
    old = run("flyte1", before, tmp_path)
    for sdk, jobs in (("direct", after), ("direct", side_by_side), ("flyte2", side_by_side)):
        new = run(sdk, jobs, tmp_path)
        for name in OUTSIDE:
            assert "error" not in new[name], new[name]["error"]
            assert new[name]["value"] == old[name]["value"]


def in_parallel(source: str) -> str:
    plan = plan_module(build(Document("file:///example.py", source)), "example", Settings(orchestration="parallel"))
    assert not plan.left, [o.message for o in plan.left]
    return apply_edits(source, plan.edits)
