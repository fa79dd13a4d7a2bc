"""Launch plans that are called become calls of their workflows with all inputs."""

from __future__ import annotations

import pytest

from flyteshift.migration.launch_calls import inline
from flyteshift.semantics.model import build
from flyteshift.text import Document, Span, apply_edits
from tests.migration.helpers import migrated, planned, reasons

HEAD = """\
from flytekit import Email, LaunchPlan, WorkflowExecutionPhase, current_context, dynamic, task, workflow


@task
def scale(n: int, by: int) -> int:
    return n * by


@workflow
def scaled(n: int, by: int = 1) -> int:
    return scale(n=n, by=by)


"""
TRIPLED = 'tripled = LaunchPlan.create("tripled", scaled, default_inputs={"by": 3})\n\n\n'


def body(code: str, before: str = TRIPLED) -> str:
    return f"{HEAD}{before}@workflow\ndef main(n: int) -> int:\n    return {code}\n"


CALLS = {
    "default": (TRIPLED, "tripled(n=n)", "scaled(n=n, by=3)"),
    "default overridden": (TRIPLED, "tripled(n=n, by=4)", "scaled(n=n, by=4)"),
    "several lines": (TRIPLED, "tripled(\n        n=n,\n    )", "scaled(\n        n=n,\n        by=3,\n    )"),
    "no inputs": ('p = LaunchPlan.create("p", scaled, {"n": 1}, {"by": 2})\n\n\n', "p()", "scaled(n=1, by=2)"),
    "constant": ('N = 2\np = LaunchPlan.create("p", scaled, {"n": N})\n\n\n', "p()", "scaled(n=N)"),
    "variable": ('D = {"by": 2}\np = LaunchPlan.create("p", scaled, D)\n\n\n', "p(n=n)", "scaled(n=n, by=2)"),
    "default plan": ("p = LaunchPlan.get_or_create(scaled)\n\n\n", "p(n=n)", "scaled(n=n)"),
    "asked for": (
        "p = LaunchPlan.get_default_launch_plan(current_context(), scaled)\n\n\n",
        "p(n=n, by=5)",
        "scaled(n=n, by=5)",
    ),
    "made here": ("", 'LaunchPlan.get_or_create(scaled, "x", default_inputs={"by": 6})(n=n)', "scaled(n=n, by=6)"),
    "node": (
        "from flytekit.core.node_creation import create_node\n" + TRIPLED,
        "create_node(tripled, n=n).o0",
        "scaled(n=n, by=3)",
    ),
    "nested": (TRIPLED, "tripled(n=tripled(n=n))", "scaled(n=scaled(n=n, by=3), by=3)"),
}


@pytest.mark.parametrize(("before", "call", "after"), CALLS.values(), ids=CALLS)
def test_calls_in_workflows(before: str, call: str, after: str) -> None:
    made = migrated(body(call, before))
    assert f"    return {after}\n" in made
    assert "flyte.Trigger" not in made
    assert "LaunchPlan" not in made


def test_calls_outside_of_workflows_leave_the_trigger() -> None:
    made = migrated(HEAD + TRIPLED + 'if __name__ == "__main__":\n    print(tripled(n=2))\n')
    assert "print(scaled(n=2, by=3))" in made
    assert "@env.task(triggers=tripled)\ndef scaled(" in made


def test_a_scheduled_launch_plan_that_is_called_stays_a_trigger() -> None:
    mail = "Email(phases=[WorkflowExecutionPhase.FAILED], recipients_email=['a'])"
    before = TRIPLED.replace("})", f"}}, notifications=[{mail}])")
    made = migrated(body("tripled(n=n)", before))
    assert "scaled(n=n, by=3)" in made
    assert "@env.task(triggers=tripled)\ndef scaled(" in made


def test_a_default_launch_plan_that_nobody_uses_goes() -> None:
    plan = planned(HEAD + "# Default.\nLaunchPlan.get_or_create(scaled)\n")
    assert any("default launch plan of `scaled`" in n.message for n in plan.notes)
    assert "# Default." in migrated(HEAD + "# Default.\nLaunchPlan.get_or_create(scaled)\n")


def test_calls_count_for_environments() -> None:
    source = body("tripled(n=n)").replace("@task\n", '@task(environment={"A": "b"})\n')
    assert "depends_on=[scale_env]" in migrated(source)


def test_notes_stand_where_the_calls_stood() -> None:
    source = body("tripled(n=n)")
    notes = {n.message: source[n.span.start : n.span.end] for n in planned(source).notes}
    assert notes[next(m for m in notes if "an execution of its own" in m)] == "tripled(n=n)"
    assert notes[next(m for m in notes if "`tripled` is gone" in m)] == TRIPLED.strip()


def test_obstacles_stand_where_they_are_in_the_text() -> None:
    source = body("tripled(n=n)") + "\n\nprint([scaled])\n"
    left = planned(source).left
    assert [source[o.span.start : o.span.end] for o in left] == ["scaled"]
    assert left[0].span.start == source.index("print([scaled])") + len("print([")


def test_places_are_found_again() -> None:
    text = body("tripled(n=n)")
    made = inline(build(Document("file:///a.py", text)))
    after = apply_edits(text, made.edits)
    at = after.index("scaled(n=n, by=3)")
    call = made.original(Span(at, at + len("scaled(n=n, by=3)")))
    assert text[call.start : call.end] == "tripled(n=n)"
    assert made.original(Span(0, 4)) == Span(0, 4)


REFUSED = {
    "fixed inputs given": ('p = LaunchPlan.create("p", scaled, None, {"by": 2})\n\n\n', "p(n=n, by=3)"),
    "unseen inputs": ('p = LaunchPlan.create("p", scaled, load())\n\n\n', "p(n=n)"),
    "unpacked": (TRIPLED, "tripled(**inputs)"),
    "positions": (TRIPLED, "tripled(n)"),
    "a value made by a call": ('p = LaunchPlan.create("p", scaled, {"by": now()})\n\n\n', "p(n=n)"),
    "a value bound twice": ('B = 1\nB = 2\np = LaunchPlan.create("p", scaled, {"by": B})\n\n\n', "p(n=n)"),
    "a value hidden here": ('n = 2\np = LaunchPlan.create("p", scaled, {"by": n})\n\n\n', "p(n=n)"),
    "a workflow hidden here": (TRIPLED, "[tripled(n=scaled) for scaled in [n]][0]"),
}


@pytest.mark.parametrize(("before", "call"), REFUSED.values(), ids=REFUSED)
def test_calls_whose_inputs_do_not_show_are_refused(before: str, call: str) -> None:
    found = reasons(body(call, before))
    assert any("cannot see all inputs" in r for r in found), found


def test_a_launch_plan_that_is_made_here_with_more_is_refused() -> None:
    call = 'LaunchPlan.get_or_create(scaled, "x", notifications=[MAIL])(n=n)'
    assert any("out to the top of the module" in r for r in reasons(body(call, "")))


def test_a_default_launch_plan_that_is_offered_to_others_is_refused() -> None:
    source = HEAD + "p = LaunchPlan.get_or_create(scaled)\n__all__ = ['p']\n"
    assert any("run the task itself" in r for r in reasons(source))


def test_text_without_launch_plans_is_not_looked_at() -> None:
    assert inline(build(Document("file:///a.py", HEAD.replace("LaunchPlan, ", "")))).edits == []


LOCAL_REFUSED = {
    "handed on": "p = LaunchPlan.create('p', scaled)\n    q = p\n    return q(n=n)",
    "never called": "p = LaunchPlan.create('p', scaled)\n    return scaled(n=n)",
    "made twice": "p = LaunchPlan.create('p', scaled)\n    p = LaunchPlan.create('q', scaled)\n    return p(n=n)",
    "inputs of the function": "p = LaunchPlan.create('p', scaled, {'by': n})\n    return p(n=n)",
    "with notifications": "p = LaunchPlan.create('p', scaled, notifications=[])\n    return p(n=n)",
    "inputs unpacked": "p = LaunchPlan.create('p', scaled)\n    return p(**{'n': n})",
}


@pytest.mark.parametrize("code", LOCAL_REFUSED.values(), ids=LOCAL_REFUSED)
def test_launch_plans_of_functions_that_are_more_than_called_are_refused(code: str) -> None:
    found = reasons(f"{HEAD}@workflow\ndef main(n: int) -> int:\n    {code}\n")
    assert any("out to the top of the module" in r for r in found), found


@pytest.mark.parametrize("shown", ["print(main)", 'print(f"here: {main}")'])
def test_a_workflow_may_be_printed(shown: str) -> None:
    source = body("tripled(n=n)") + f"\n\n{shown}\n"
    assert shown in migrated(source)
    assert any("prints the object `main`" in n.message for n in planned(source).notes)


@pytest.mark.parametrize("used", ["print(main.name)", "print(f'{main.name}')", "text = f'{main}'", "log(main)"])
def test_a_workflow_is_not_used_as_another_value(used: str) -> None:
    assert any("used as a value" in r for r in reasons(body("tripled(n=n)") + f"\n\n{used}\n"))


def test_a_print_of_the_module_is_another_function() -> None:
    source = body("tripled(n=n)") + "\n\ndef print(x):\n    return x\n\n\nprint(main)\n"
    assert any("used as a value" in r for r in reasons(source))
