"""The modules that the cases of parameters.toml are put into, one form for each owner of parameters."""

from __future__ import annotations

MODULE = """import datetime
{imports}
from flytekit import Cache, Documentation, ImageSpec, PodTemplate, Resources, Secret, WorkflowFailurePolicy
from flytekit import dynamic, eager, task, workflow
from flytekit.core.python_function_task import PythonFunctionTask
from flytekit.extras.accelerators import A100, GPUAccelerator, K80, T4, V5E
from kubernetes.client import V1PodSpec

IMAGE = ImageSpec(name="base")
PACKAGES = ["pandas"]
SMALL = Resources(cpu="1", mem="1Gi")
VERSION = "1"


def make():
    return None


{above}@task(requests=Resources(cpu="3"))
def other(a: int) -> int:
    return a


@task
def clean(a: int) -> None:
    pass


{below}"""
TASK = "@task({})\ndef f(a: int) -> int:\n    return a\n"
WORKFLOW = "@workflow\ndef wf(a: int) -> int:\n    return other(a=a)\n"
STEPS = "@workflow\ndef wf(a: int) -> int:\n    {}\n    return other(a=a)\n"
PLANNED = (
    "@workflow\ndef wf(a: int, at: datetime.datetime = datetime.datetime(2026, 1, 1)) -> int:\n"
    "    return other(a=a)\n\n\nlp = {}\n"
)
TIMED = PLANNED.replace("{}", 'LaunchPlan.get_or_create(wf, name="lp", default_inputs={{"a": 1}}, schedule={})')
REFERENCE = "@{}\ndef far(a: int) -> int:\n    return a\n\n\n" + WORKFLOW
FILE = """@task
def made(a: int) -> FlyteFile:
    {result}


@task
def read(file: FlyteFile, a: int) -> int:
    {body}
    return a


@workflow
def wf(a: int) -> int:
    return read(file=made(a=a), a=a)
"""
WRITE_FILE = 'pathlib.Path("one.txt").write_text("1")'
WRITE_FOLDER = 'os.makedirs("one", exist_ok=True)\n    pathlib.Path("one/a.txt").write_text("1")'
FRAME = "pd.DataFrame({{'a': [1]}})"
FOLDER = FILE.replace("FlyteFile", "FlyteDirectory").replace("file", "folder")
TABLE = FILE.replace("FlyteFile", "StructuredDataset").replace("file", "table")
FORMS = {
    "flytekit.task": TASK,
    "flytekit.workflow": "@workflow({})\ndef wf(a: int) -> int:\n    return other(a=a)\n",
    "flytekit.dynamic": "@dynamic({})\ndef f(a: int) -> int:\n    return other(a=a)\n",
    "flytekit.eager": "@eager({})\nasync def f(a: int) -> int:\n    return a\n",
    "flytekit.ImageSpec": TASK.format("container_image=image"),
    "flytekit.Resources": TASK.format("requests={}"),
    "flytekit.Secret": TASK.format("secret_requests=[{}]"),
    "flytekit.Cache": TASK.format("cache={}"),
    "flytekit.PodTemplate": TASK.format("pod_template={}"),
    "flytekit.Documentation": TASK.format("docs={}"),
    "flytekit.map_task": (
        "@task\ndef add(a: int, b: int) -> int:\n    return a + b\n\n\n"
        "@task\ndef first(found: List[int]) -> int:\n    return 1\n\n\n"
        "@task\ndef some(found: List[Optional[int]]) -> int:\n    return 1\n\n\n"
        "@workflow\ndef wf(a: int) -> int:\n    return {}\n"
    ),
    "flytekit.ContainerTask": "box = {}\n\n\n" + WORKFLOW,
    "flytekit.FlyteFile": FILE.format(result=WRITE_FILE + '\n    return FlyteFile("one.txt")', body="{}"),
    "a file as result": FILE.format(result=WRITE_FILE + "\n    {}", body="print(file.download())"),
    "flytekit.FlyteDirectory": FOLDER.format(result=WRITE_FOLDER + '\n    return FlyteDirectory("one")', body="{}"),
    "a folder as result": FOLDER.format(result=WRITE_FOLDER + "\n    {}", body="print(folder.download())"),
    "flytekit.StructuredDataset": TABLE.format(result=f"return StructuredDataset(dataframe={FRAME})", body="{}"),
    "a table as result": TABLE.format(result="{}", body="print(table.open(pd.DataFrame).all())"),
    "a table as input": TABLE.replace("table: StructuredDataset", "table: {body}", 1)
    .replace("    {body}\n", "    print(a)\n")
    .format(result=f"return StructuredDataset(dataframe={FRAME})", body="{}"),
    "a frame as result": TABLE.replace("-> StructuredDataset", "-> pd.DataFrame", 1).format(
        result=f"return {FRAME}", body="{}"
    ),
    "flytekit.LaunchPlan.create": PLANNED,
    "flytekit.LaunchPlan.get_or_create": PLANNED,
    "flytekit.CronSchedule": TIMED,
    "flytekit.FixedRate": TIMED,
    "node.with_overrides": "@workflow\ndef wf(a: int) -> int:\n    return other(a=a).with_overrides({})\n",
    "flytekit.current_context()": "@task(enable_deck=True)\ndef f(a: int) -> int:\n    {}\n    return a\n",
    "flytekit.conditional": (
        "@task\ndef yes(a: int) -> bool:\n    return True\n\n\n"
        "@task\ndef maybe(a: int) -> Optional[int]:\n    return None\n\n\n"
        "@workflow\ndef wf(a: int) -> int:\n    {}\n"
    ),
    "flytekit.Deck": "@task(enable_deck=True)\ndef f(a: int) -> int:\n    {}\n    return a\n",
    "flytekit.reference_task": REFERENCE,
    "flytekit.reference_workflow": REFERENCE,
    "flytekit.reference_launch_plan": REFERENCE,
    "flytekit.approve": STEPS,
    "flytekit.wait_for_input": STEPS,
    "flytekit.sleep": STEPS,
    "flytekit.FlyteRemote": (
        WORKFLOW + "\n\ndef launch():\n"
        '    remote = FlyteRemote(Config.auto(), default_project="p", default_domain="d")\n    {}\n'
    ),
    "the remote": WORKFLOW + '\n\ndef launch():\n    remote = {}\n    return remote.execute(wf, inputs={{"a": 1}})\n',
}
"""The module's end for the owner of a parameter; the case's code goes into it, or above for an image."""
FILES = "import os\nimport pathlib\n"
TIMES = "from flytekit import CronSchedule, FixedRate, LaunchPlan"
FRAMES = "from typing import Annotated\n\nimport pandas as pd\nfrom flytekit import StructuredDataset, kwtypes"
IMPORTS = {
    "flytekit.map_task": "import functools\nfrom typing import List, Optional\n\nfrom flytekit import map_task",
    "flytekit.ContainerTask": "from flytekit import ContainerTask, TaskMetadata, kwtypes",
    "flytekit.FlyteFile": FILES + "\nfrom flytekit.types.file import FlyteFile",
    "flytekit.FlyteDirectory": FILES + "\nfrom flytekit.types.directory import FlyteDirectory",
    "flytekit.StructuredDataset": FRAMES,
    "flytekit.LaunchPlan.create": TIMES + ", Annotations, AuthRole, ConcurrencyPolicy, Email, Labels, SecurityContext\n"
    "from flytekit.core.schedule import OnSchedule\nfrom flytekit.models.common import RawOutputDataConfig\n"
    "from flytekit.models.core.execution import WorkflowExecutionPhase",
    "flytekit.CronSchedule": TIMES,
    "flytekit.FixedRate": TIMES,
    "flytekit.current_context()": "import flytekit\nfrom flytekit import Deck, current_context",
    "flytekit.conditional": "from typing import Optional\n\nfrom flytekit import conditional",
    "flytekit.Deck": "from flytekit import Deck",
    "flytekit.reference_task": "from flytekit import reference_task",
    "flytekit.reference_workflow": "from flytekit import reference_workflow",
    "flytekit.reference_launch_plan": "from flytekit import reference_launch_plan",
    "flytekit.approve": "from flytekit import approve",
    "flytekit.wait_for_input": "from flytekit import wait_for_input",
    "flytekit.sleep": "from flytekit import sleep",
    "flytekit.FlyteRemote": "from flytekit.configuration import Config\nfrom flytekit.remote import FlyteRemote",
}
"""What else the modules of an owner import."""
IMPORTS["flytekit.LaunchPlan.get_or_create"] = IMPORTS["flytekit.LaunchPlan.create"]
