"""Runs that code starts by `FlyteRemote.execute`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migration.helpers import migrated, reasons
from tests.migration.test_differential import run

HEAD = """\
import os
from typing import NamedTuple

from flytekit import task, workflow

Out = NamedTuple("Out", [("n", int), ("total", int)])


@task
def t(a: int) -> int:
    return 2 * a


@workflow
def wf(a: int) -> Out:
    return Out(n=t(a=a), total=a)


"""
MAIN = """\
def on_cluster(config: str, inputs: dict) -> dict:
    if config:
        from flytekit.configuration import Config
        from flytekit.remote import FlyteRemote

        remote = FlyteRemote(
            Config.auto(config_file=config), default_project=os.getenv("PROJECT", "p"), default_domain="d"
        )
        out = remote.execute(wf, inputs=inputs, wait=True).outputs
        one = remote.execute(t, inputs={"a": inputs["a"] + 3}, version="v1", wait=True)
        return {"n": out["n"], "total": out["total"], "one": one.outputs["o0"]}
    else:
        n, total = wf(**inputs)
        return {"n": n, "total": total, "one": t(a=n)}
"""


@pytest.mark.sdk
def test_a_run_gives_its_outputs_by_name(tmp_path: Path) -> None:
    after = migrated(HEAD + MAIN)
    local = after + "\nseen = []\nflyte.init_from_config = lambda *a, **k: (seen.append((a, k)), flyte.init())\n"
    jobs = [
        {"id": "a", "source": local, "call": "[on_cluster('c.yaml', {'a': 3}), seen]"},
        {"id": "b", "source": local, "call": "on_cluster('', {'a': 3})"},
    ]
    found = run("flyte2", jobs, tmp_path)
    wanted = {"n": 6, "total": 3, "one": 12}
    assert found["a"].get("value") == [wanted, [[["c.yaml"], {"project": "p", "domain": "d"}]]], found["a"]
    assert found["b"].get("value") == wanted, found["b"]


def test_the_code_is_short() -> None:
    after = migrated(HEAD + MAIN)
    assert '        flyte.init_from_config(config, project=os.getenv("PROJECT", "p"), domain="d")\n' in after
    assert (
        "        run = flyte.run(wf, **inputs)\n        run.wait()\n        out = run.outputs()\n"
        '        one = flyte.with_runcontext(version="v1").run(t, a=inputs["a"] + 3)\n        one.wait()\n'
    ) in after
    assert '"total": out[1], "one": one.outputs()[0]' in after
    assert "flytekit" not in after


def test_a_sandbox_is_an_endpoint() -> None:
    source = "from flytekit.configuration import Config\nfrom flytekit.remote import FlyteRemote\n" + HEAD
    source += "remote = FlyteRemote(config=Config.for_sandbox())\nex = remote.execute(wf, inputs={'a': 1})\nprint(ex.id.name)\n"
    after = migrated(source)
    assert 'flyte.init(endpoint="dns:///localhost:30080", insecure=True)\n' in after
    assert "ex = flyte.run(wf, a=1)\nprint(ex.name)\n" in after


FROM = "from flytekit.configuration import Config\nfrom flytekit.remote import FlyteRemote\n"


@pytest.mark.parametrize(
    "code",
    [
        "remote = FlyteRemote(Config.auto())\nremote.execute(remote.fetch_workflow(name='w'), inputs={}, wait=True)\n",
        "remote = FlyteRemote(Config.auto())\nprint(remote.client)\nex = remote.execute(wf, inputs={'a': 1})\n",
        "remote = FlyteRemote(Config.auto())\nex = remote.execute(wf, inputs={'a': 1})\nprint(ex.closure.phase)\n",
        "remote = FlyteRemote(Config.auto())\nex = remote.execute(wf, inputs={'a': 1}, execution_name='x')\n",
        "remote = FlyteRemote(Config.auto())\nex = remote.execute(wf, inputs={'a': 1}, wait=bool(1))\n",
        "remote = FlyteRemote(Config.auto())\nout = remote.execute(wf, {'a': 1}, wait=True).outputs\nprint(out.get('n', int))\n",
        "remote = FlyteRemote(Config.for_endpoint('x'))\nex = remote.execute(wf, inputs={'a': 1})\n",
        "remote = FlyteRemote(Config.auto())\n",
        "remote = FlyteRemote(Config.auto())\nex = remote.execute(wf, inputs={'a': 1}, wait=True)\nprint(ex.outputs['o0'])\n",
        "remote = FlyteRemote(Config.auto())\nex = remote.execute(wf, inputs={'a': 1}, wait=True)\nprint(ex.outputs[key])\n",
        "remote = FlyteRemote(Config.auto())\na = remote.execute(t, inputs={'a': 1}, wait=True)\n"
        "b = remote.execute(t, inputs={'a': a.outputs['o0']}, wait=True)\n",
        "def get():\n    return FlyteRemote(Config.auto())\n",
    ],
)
def test_other_uses_of_a_remote_are_refused(code: str) -> None:
    assert any("FlyteRemote" in message for message in reasons(FROM + HEAD + code))


def test_an_import_that_decides_which_is_used_is_refused() -> None:
    source = "import os\n\nif os.name == 'nt':\n    from flytekit import task\nelse:\n    from mine import task\n\n\n@task\ndef f(): ...\n"
    assert any("one of several ways" in message for message in reasons(source))
