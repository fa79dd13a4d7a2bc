"""`FlyteRemote`: code that starts workflows starts runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent, indent

import pytest

from tests.migration.helpers import migrated, planned, reasons

HEAD = """\
import os

from flytekit import WorkflowExecutionPhase, task, workflow
from flytekit.configuration import Config
from flytekit.remote import FlyteRemote, FlyteWorkflowExecution
from flytekit.tools.translator import Options


@task
def double(n: int) -> int:
    return 2 * n


@workflow
def wf(n: int) -> int:
    return double(n=n)


def main(n: int):
"""
REMOTE = 'remote = FlyteRemote(Config.auto("c.yaml"), "p", "d")\n'
INIT = 'flyte.init_from_config("c.yaml", project="p", domain="d")\n'


def body(source: str, form: str = "{}") -> str:
    """The body of `main` after a migration."""
    after = migrated(HEAD + indent(dedent(source), "    "))
    return dedent(after.partition("def main(n: int):\n")[2])


REWRITTEN = {
    "run and wait": (
        'ex = remote.execute(wf, inputs={"n": n}, wait=True)\nreturn ex.outputs["o0"]\n',
        "ex = flyte.run(wf, n=n)\nex.wait()\nreturn ex.outputs()[0]\n",
    ),
    "inputs that do not show": (
        "ex = remote.execute(wf, inputs=dict(n=n))\nreturn ex.id.name\n",
        "ex = flyte.run(wf, **dict(n=n))\nreturn ex.name\n",
    ),
    "inputs with a comment": (
        'ex = remote.execute(wf, inputs={\n    "n": n,  # few\n})\n',
        "ex = flyte.run(\n    wf,\n    n=n,  # few\n)\n",
    ),
    "settings of a run": (
        'remote.execute(wf, inputs={"n": n}, version="v1", overwrite_cache=True)\n',
        'flyte.with_runcontext(version="v1", overwrite_cache=True).run(wf, n=n)\n',
    ),
    "registered first": (
        'flow = remote.register_script(wf, source_path=".", module_name="m", version="v")\n'
        'ex = remote.execute(flow, inputs={"n": n}, wait=True)\nreturn ex.outputs["o0"]\n',
        "ex = flyte.run(wf, n=n)\nex.wait()\nreturn ex.outputs()[0]\n",
    ),
    "how it ended": (
        'ex = remote.execute(wf, inputs={"n": n}, wait=True)\n'
        'assert ex.closure.phase == WorkflowExecutionPhase.SUCCEEDED, f"ended as {ex.closure.phase}"\n',
        'ex = flyte.run(wf, n=n)\nex.wait()\nassert ex.phase == ActionPhase.SUCCEEDED, f"ended as {ex.phase}"\n',
    ),
    "how it did not end": (
        'ex = remote.execute(wf, inputs={"n": n}, wait=True)\n'
        "return ex.closure.phase not in (WorkflowExecutionPhase.FAILED, WorkflowExecutionPhase.ABORTED)\n",
        "ex = flyte.run(wf, n=n)\nex.wait()\nreturn ex.phase not in (ActionPhase.FAILED, ActionPhase.ABORTED)\n",
    ),
    "waited for later": (
        'ex = remote.execute(wf, inputs={"n": n})\nprint(remote.generate_console_url(ex))\nex = remote.wait(ex)\n'
        'return ex.outputs["o0"]\n',
        "ex = flyte.run(wf, n=n)\nprint(ex.url)\nex.wait()\nreturn ex.outputs()[0]\n",
    ),
    "read at once": (
        'return remote.execute(wf, inputs={"n": n}, wait=True).outputs["o0"]\n',
        "run = flyte.run(wf, n=n)\nrun.wait()\nreturn run.outputs()[0]\n",
    ),
    "outputs in a variable, where run is taken": (
        'run = 1\nout = remote.execute(wf, inputs={"n": n}, wait=True).outputs\nreturn out["o0"], run\n',
        "run = 1\nflyte_run = flyte.run(wf, n=n)\nflyte_run.wait()\nout = flyte_run.outputs()\nreturn out[0], run\n",
    ),
    "options that set nothing": (
        'options = Options()\nremote.register_workflow(wf, options=options)\nremote.execute(wf, inputs={"n": n})\n',
        "flyte.run(wf, n=n)\n",
    ),
    "an annotated execution": (
        'ex: FlyteWorkflowExecution = remote.execute(wf, inputs={"n": n})\nreturn ex.id.name\n',
        "ex = flyte.run(wf, n=n)\nreturn ex.name\n",
    ),
    "addresses": (
        'ex = remote.execute(wf, inputs={"n": n})\nreturn ex.execution_url, ex.is_done\n',
        "ex = flyte.run(wf, n=n)\nreturn ex.url, ex.done()\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), REWRITTEN.values(), ids=REWRITTEN)
def test_executions_become_runs(before: str, after: str) -> None:
    assert body(REMOTE + before) == INIT + after


MADE = {
    "FlyteRemote(Config.auto())": "flyte.init_from_config()",
    "FlyteRemote(config=Config.auto(config_file=os.environ['C']))": "flyte.init_from_config(os.environ['C'])",
    'FlyteRemote(Config.for_endpoint("e"), "p")': 'flyte.init(endpoint="e", project="p")',
    'FlyteRemote(Config.for_endpoint(endpoint="e", insecure=n > 1))': 'flyte.init(endpoint="e", insecure=n > 1)',
    'FlyteRemote(Config.auto(), default_domain="d", interactive_mode_enabled=True)': (
        'flyte.init_from_config(domain="d")'
    ),
    'FlyteRemote(\n    Config.auto(),\n    default_project="p",  # ours\n)': (
        'flyte.init_from_config(\n    project="p",  # ours\n)'
    ),
}


@pytest.mark.parametrize(("before", "after"), MADE.items(), ids=MADE)
def test_a_remote_becomes_a_connection(before: str, after: str) -> None:
    assert body(f"remote = {before}\n") == after + "\n"


def test_outputs_of_a_run_are_taken_by_position() -> None:
    named = HEAD.replace("def main", 'Pair = NamedTuple("Pair", low=int, high=int)\n\n\ndef main').replace(
        "def wf(n: int) -> int:\n    return double(n=n)",
        "def wf(n: int) -> Pair:\n    a = double(n=n)\n    b = double(n=a)\n    return a, b",
    )
    named = named.replace("import os\n", "import os\nfrom typing import NamedTuple\n")
    pair = 'Pair = NamedTuple("Pair", low=int, high=int)\n\n\n'
    named = named.replace(pair, "").replace("@task\n", pair + "@task\n", 1)
    call = 'ex = remote.execute(wf, inputs={"n": n}, wait=True)\nreturn ex.outputs["high"], ex.outputs["low"]\n'
    assert migrated(named + indent(REMOTE + call, "    ")).endswith("    return ex.outputs()[1], ex.outputs()[0]\n")


REFUSED = {
    "an output whose place does not show": (
        'ex = remote.execute(wf, inputs={"n": n}, wait=True)\nreturn ex.outputs["total"]\n',
        "by position",
    ),
    "what is fetched": ('flow = remote.fetch_workflow(name="wf")\nremote.execute(flow, inputs={})\n', "flyte.remote"),
    "outputs that may not be there": (
        'ex = remote.execute(wf, inputs={"n": n})\nreturn ex.outputs["o0"]\n',
        "add `wait=True`",
    ),
    "an execution that goes elsewhere": (
        'ex = remote.execute(wf, inputs={"n": n})\nreturn ex\n',
        "this use of an exec",
    ),
    "a remote that goes elsewhere": ("return remote\n", "where this remote goes"),
    "a remote in a nested function": (
        "def inner():\n    remote.execute(wf, inputs={})\nreturn inner\n",
        "where this remote goes",
    ),
    "an input called task": ('remote.execute(wf, inputs={"task": n})\n', "parameter `task` of its own"),
    "arguments that do not show": ("remote.execute(wf, **kw)\n", "by their names"),
    "a method that nobody knows": ("remote.polish(n)\n", "`polish` of a remote"),
    "tags": ('remote.execute(wf, inputs={"n": n}, tags=["a"])\n', "flyte.run"),
    "in the middle of an expression": ('print(remote.execute(wf, inputs={"n": n}))\n', "a name of its own"),
    "whether it still runs": (
        'ex = remote.execute(wf, inputs={"n": n})\nreturn ex.closure.phase == WorkflowExecutionPhase.RUNNING\n',
        "such as `SUCCEEDED`",
    ),
    "a phase that is a number": (
        'ex = remote.execute(wf, inputs={"n": n})\nreturn ex.closure.phase == 4\n',
        "such as `SUCCEEDED`",
    ),
    "a phase that goes elsewhere": (
        'ex = remote.execute(wf, inputs={"n": n})\nreturn ex.closure.phase\n',
        "`SUCCEEDED`",
    ),
    "what an execution is asked for": ('ex = remote.execute(wf, inputs={"n": n})\nreturn ex.closure\n', "`closure`"),
    "a registered workflow as a value": (
        'flow = remote.register_workflow(wf, version="v")\nreturn flow.id\n',
        "`flyte.deploy(...)`",
    ),
    "registered and not run": ('remote.register_workflow(wf, version="v")\n', "Nothing here runs `wf`"),
    "run under a condition": (
        'remote.register_workflow(wf)\nif n:\n    remote.execute(wf, inputs={"n": n})\n',
        "Nothing here runs `wf`",
    ),
    "registered under a condition": (
        'if n:\n    remote.register_workflow(wf)\nremote.execute(wf, inputs={"n": n})\n',
        "Nothing here runs `wf`",
    ),
    "registered elsewhere": (
        'flow = remote.register_workflow(wf, project="q")\nremote.execute(flow, inputs={"n": n})\n',
        "execute(..., project=...)",
    ),
    "options that say something": (
        'remote.register_workflow(wf, options=Options(raw_output_data_config=n))\nremote.execute(wf, inputs={"n": n})\n',
        "set nothing only",
    ),
    "options that are used again": (
        "options = Options()\noptions.labels = n\nremote.register_workflow(wf, options=options)\n"
        'remote.execute(wf, inputs={"n": n})\n',
        "set nothing only",
    ),
    "another one registered": (
        'remote.register_task(double, version="v")\nremote.execute(wf, inputs={"n": n})\n',
        "Nothing here runs `double`",
    ),
}


@pytest.mark.parametrize(("before", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_has_no_form_is_refused(before: str, reason: str) -> None:
    found = reasons(HEAD + indent(REMOTE + before, "    "))
    assert any(reason in r for r in found), found


@pytest.mark.parametrize(
    "config", ["Config.for_sandbox()", 'Config.for_endpoint("e", config_file="c")', "Config.for_endpoint(*e)", "CONFIG"]
)
def test_other_configurations_are_refused(config: str) -> None:
    assert any("init" in r for r in reasons(f"{HEAD}    remote = FlyteRemote({config})\n    remote.execute(wf)\n"))


UNIONS = {
    "from union import UnionRemote\n": "UnionRemote()",
    "from union.remote import UnionRemote\n": "UnionRemote(config=None)",
    "from unionai.remote import UnionRemote\n": "UnionRemote()",
    "import union\n": "union.UnionRemote()",
}


@pytest.mark.parametrize(("line", "made"), UNIONS.items())
def test_the_remote_of_union_is_rewritten_too(line: str, made: str) -> None:
    call = f'remote = {made}\nex = remote.execute(wf, inputs={{"n": n}}, wait=True)\nreturn ex.outputs["o0"]\n'
    source = line + HEAD + indent(call, "    ")
    after = migrated(source)
    assert after.endswith(
        "    flyte.init_from_config()\n    ex = flyte.run(wf, n=n)\n    ex.wait()\n    return ex.outputs()[0]\n"
    )
    assert "union" not in after
    assert any("project `flytesnacks`" in n.message for n in planned(source).notes)


def test_the_remote_of_union_takes_the_path_of_its_configuration() -> None:
    source = "from union import UnionRemote\n" + HEAD
    after = migrated(source + '    remote = UnionRemote("c.yaml", "p", "d")\n    remote.execute(wf, inputs={"n": n})\n')
    assert after.endswith('    flyte.init_from_config("c.yaml", project="p", domain="d")\n    flyte.run(wf, n=n)\n')


OF_UNION = (
    "remote.deploy_app(n)",
    "remote.get_artifact(n)",
    "remote.search_artifacts(n)",
    "remote.list_projects()",
    "UnionRemote.from_api_key(n)",
)


@pytest.mark.parametrize("use", OF_UNION)
def test_what_the_remote_of_union_alone_had_is_refused(use: str) -> None:
    assert reasons(f"from union import UnionRemote\n{HEAD}    remote = UnionRemote()\n    {use}\n")


def test_a_remote_of_another_union_stays() -> None:
    assert not planned("from union.jobs import UnionRemote\n\nremote = UnionRemote()\n").edits


def test_imports_in_a_branch_go_with_the_remote() -> None:
    after = migrated(
        HEAD.replace("from flytekit.configuration import Config\nfrom flytekit.remote import FlyteRemote\n", "")
        + "    if os.environ.get('C'):\n"
        "        from flytekit.configuration import Config\n"
        "        from flytekit.remote import FlyteRemote\n\n"
        "        remote = FlyteRemote(Config.auto())\n"
        '        return remote.execute(wf, inputs={"n": n}, wait=True).outputs["o0"]\n'
        "    else:\n"
        "        return wf(n=n)\n"
    )
    assert after.endswith(
        "    if os.environ.get('C'):\n        flyte.init_from_config()\n        run = flyte.run(wf, n=n)\n"
        "        run.wait()\n        return run.outputs()[0]\n    else:\n        return wf(n=n)\n"
    )


CHOICES = (
    "try:\n    from flytekit.remote import FlyteRemote\nexcept ImportError:\n    FlyteRemote = None\n",
    "try:\n    from flytekit.remote import FlyteRemote\nexcept:\n    pass\n",
    "if X:\n    from flytekit.remote import FlyteRemote\nelse:\n    from other import FlyteRemote\n",
)


@pytest.mark.parametrize("choice", CHOICES)
def test_an_import_that_is_one_of_several_stays(choice: str) -> None:
    assert any("one of several ways" in r for r in reasons(f"X = 1\n{choice}"))


@pytest.mark.sdk
def test_a_run_gives_what_the_workflow_gives(tmp_path: Path) -> None:
    pytest.importorskip("flyte")
    call = 'ex = remote.execute(wf, inputs={"n": n}, wait=True)\nreturn ex.outputs["o0"]\n'
    (tmp_path / "flow.py").write_text(migrated(HEAD + indent(REMOTE + call, "    ")))
    # a run without an endpoint is a local one
    script = "import json, flyte, flow\nflyte.init_from_config = lambda *a, **k: flyte.init()\nprint(json.dumps(flow.main(4)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == 8
