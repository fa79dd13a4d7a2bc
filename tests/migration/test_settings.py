"""What decorators carry: which parameter goes where."""

from __future__ import annotations

import pytest

from flyteshift.migration import resources
from tests.migration.helpers import migrated, planned, reasons

IMPORTS = (
    "from flytekit import Cache, ImageSpec, PodTemplate, Resources, Secret, WorkflowFailurePolicy, task, workflow\n"
    "from flytekit.core.python_function_task import PythonFunctionTask\n"
    "from flytekit.extras.accelerators import A100, L40S, T4, GPUAccelerator\n\n"
)
BODY = "def f(a: int) -> int:\n    return a\n"


def parts(decorator: str, before: str = "") -> tuple[str, str]:
    """The environment's block and the new decorator."""
    after = migrated(f"{IMPORTS}{before}\n\n{decorator}\n{BODY}")
    head, _, _ = after.partition("def f")
    head = head[head.index("env = flyte.TaskEnvironment") :].rstrip()
    block, _, new = head.rpartition("\n\n\n")
    return block.strip(), new


OPTIONS = {
    "retries=3": "retries=3",
    "timeout=60": "timeout=60",
    "timeout=None": "",
    "interruptible=True": "interruptible=True",
    "interruptible=None": "",
    "cache=False": "",
    'cache=False, cache_version="1"': "",
    "cache=True": 'cache="auto"',
    'cache=True, cache_version="1"': 'cache=flyte.Cache(behavior="override", version_override="1")',
    'cache=True, cache_serialize=True, cache_version="1"': (
        'cache=flyte.Cache(behavior="override", version_override="1", serialize=True)'
    ),
    'cache=True, cache_ignore_input_vars=("a",)': 'cache=flyte.Cache(behavior="auto", ignored_inputs=("a",))',
    'cache=Cache(version="2", salt="s")': 'cache=flyte.Cache(behavior="override", version_override="2", salt="s")',
    "cache=Cache()": 'cache=flyte.Cache(behavior="auto")',
    "enable_deck=True": "report=True",
    "enable_deck=False": "",
    "disable_deck=False": "report=True",
    "disable_deck=True": "",
    "deck_fields=()": "",
    'pod_template_name="p"': 'pod_template="p"',
    'pod_template=PodTemplate(primary_container_name="c", labels={"a": "b"})': (
        'pod_template=flyte.PodTemplate(primary_container_name="c", labels={"a": "b"})'
    ),
    'deprecated="old"': "",
    "pickle_untyped=True": "",
    "execution_mode=PythonFunctionTask.ExecutionBehavior.DEFAULT": "",
    "node_dependency_hints=[]": "",
}

SETTINGS = {
    'environment={"A": "b"}': 'env_vars={"A": "b"}',
    "environment=None": "",
    'container_image="ghcr.io/a/b:1"': 'image="ghcr.io/a/b:1"',
    'container_image="{{.image.default.fqn}}:{{.image.default.version}}"': 'image="auto"',
    'container_image="{{.images.default.fqn}}:{{.images.default.version}}"': 'image="auto"',
    "container_image=TEMPLATE": 'image=flyte.Image.from_ref_name("gpu")',
    'container_image="{{.image.gpu.fqn}}:{{.image.gpu.version}}"': 'image=flyte.Image.from_ref_name("gpu")',
    'container_image=f"{REGISTRY}/b:1"': 'image=f"{REGISTRY}/b:1"',
    'requests=Resources(cpu="1", mem="1Gi")': 'resources=flyte.Resources(cpu="1", memory="1Gi")',
    "requests=None": "",
    'limits=Resources(mem="1Gi")': 'resources=flyte.Resources(memory="1Gi")',
    'requests=Resources(cpu="1", mem="1Gi"), limits=Resources(cpu="2", mem="1Gi")': (
        'resources=flyte.Resources(cpu=("1", "2"), memory="1Gi")'
    ),
    'requests=Resources(cpu="1"), limits=Resources(gpu="1")': 'resources=flyte.Resources(cpu="1", gpu=1)',
    'requests=(Resources(cpu="1")), limits=Resources(gpu="1")': 'resources=flyte.Resources(cpu="1", gpu=1)',
    'requests=SMALL, limits=Resources(cpu="2")': 'resources=flyte.Resources(cpu=(SMALL.cpu, "2"), memory=SMALL.memory)',
    "requests=SMALL, limits=SMALL": "resources=SMALL",
    'resources=Resources(cpu=["1", "2"], mem=("1Gi", "2Gi"))': (
        'resources=flyte.Resources(cpu=("1", "2"), memory=("1Gi", "2Gi"))'
    ),
    'requests=Resources(ephemeral_storage="1Gi", gpu=2)': 'resources=flyte.Resources(disk="1Gi", gpu=2)',
    "accelerator=T4": 'resources=flyte.Resources(gpu="T4:1")',
    'accelerator=L40S, requests=Resources(gpu="2")': 'resources=flyte.Resources(gpu="L40s:2")',
    'accelerator=GPUAccelerator("nvidia-l4"), requests=Resources(gpu="2")': 'resources=flyte.Resources(gpu="L4:2")',
    "accelerator=None": "",
    "shared_memory=True": 'resources=flyte.Resources(shm="auto")',
    'shared_memory="2Gi", requests=Resources(cpu="1")': 'resources=flyte.Resources(cpu="1", shm="2Gi")',
    "shared_memory=False": "",
    'secret_requests=[Secret(group="g", key="k")]': 'secrets=[flyte.Secret(key="k", group="g")]',
    'secret_requests=(Secret("g", "k"),)': 'secrets=[flyte.Secret(key="k", group="g")]',
    'secret_requests=[Secret(key="k", mount_requirement=Secret.MountType.ENV_VAR)]': 'secrets=[flyte.Secret(key="k")]',
    'secret_requests=[Secret(key="k", env_var="K")]': 'secrets=[flyte.Secret(key="k", as_env_var="K")]',
    'secret_requests=[Secret(key="k", mount_requirement=Secret.MountType.FILE)]': (
        'secrets=[flyte.Secret(key="k", mount=pathlib.Path("/etc/flyte/secrets"))]'
    ),
    "secret_requests=None": "",
}
BEFORE = (
    'REGISTRY = "ghcr.io/a"\nSMALL = Resources(cpu="1", mem="1Gi")\n'
    'TEMPLATE = "{{.image.gpu.fqn}}:{{.image.gpu.version}}"\nTEMPLATES = {"gpu": "{{.image.gpu}}"}\n'
    'def template():\n    return "{{.image.gpu}}"\n'
)

ONE_VALUE = {
    'requests=Resources(gpu="1"), limits=Resources(gpu="2")': "flyte.Resources(gpu=2)",
    'requests=Resources(cpu="1", ephemeral_storage="1Gi"), limits=Resources(cpu="2", ephemeral_storage="3Gi")': (
        'flyte.Resources(cpu=("1", "2"), disk="3Gi")'
    ),
    'requests=Resources(ephemeral_storage="1Gi"), limits=Resources(ephemeral_storage=BIG)': "flyte.Resources(disk=BIG)",
    'resources=Resources(ephemeral_storage=["1Gi", "2Gi"])': 'flyte.Resources(disk="2Gi")',
}
SAME_VALUE = {
    'requests=Resources(gpu="2"), limits=Resources(gpu="2")': "flyte.Resources(gpu=2)",
    'requests=Resources(ephemeral_storage="1Gi"), limits=Resources(cpu="2")': ('flyte.Resources(cpu="2", disk="1Gi")'),
    'resources=Resources(ephemeral_storage=("2Gi", "2Gi"))': 'flyte.Resources(disk="2Gi")',
}

REFUSED = {
    "requests=Resources(mem=1024)": "text such as",
    "requests=Resources(gpu=[1, REGISTRY])": "number of GPUs",
    "requests=Resources(gpu=REGISTRY)": "number of GPUs",
    'requests=unknown(), limits=Resources(cpu="2")': "cannot merge",
    'resources=Resources(cpu="1"), requests=Resources(cpu="1")': "stands beside",
    "requests=Resources(**CFG)": "write the arguments out",
    "accelerator=A100.unpartitioned": "no form",
    "accelerator=REGISTRY": "no form",
    'accelerator=GPUAccelerator("nvidia-tesla-l4")': "no form",
    "accelerator=GPUAccelerator(REGISTRY)": "no form",
    "shared_memory=REGISTRY": "True or a size",
    'secret_requests=[Secret(group="g")]': "needs a key",
    'secret_requests=[Secret(key="k", group_version="1")]': "no versions",
    'secret_requests=[Secret(key="my.key")]': "cannot name an environment variable",
    'secret_requests=[Secret(key="k", env_var="K", mount_requirement=Secret.MountType.FILE)]': "path of a file",
    "secret_requests=load()": "takes a list",
    "cache=Cache(policies=[])": "cache policy",
    'cache=Cache(), cache_version="1"': "older cache parameters",
    "node_dependency_hints=HINTS": "which tasks these hints name",
    'container_image="{{.image.{name}}}"': "image template",
    'container_image=TEMPLATES["gpu"]': "image template",
    "container_image=template()": "image template",
}


@pytest.mark.parametrize(("given", "wanted"), OPTIONS.items(), ids=OPTIONS)
def test_options_stay_on_the_decorator(given: str, wanted: str) -> None:
    block, decorator = parts(f"@task({given})")
    assert block == 'env = flyte.TaskEnvironment(name="example")'
    assert decorator == ("@env.task" + (f"({wanted})" if wanted else ""))


COUNTED = {
    'COUNT = "2"': "gpu=int(COUNT)",
    "COUNT = 2": "gpu=int(COUNT)",
    'if REGISTRY:\n    COUNT = "0"\nelse:\n    COUNT = str(len(REGISTRY))': "gpu=int(COUNT)",
    'import os\nCOUNT = os.environ.get("GPUS", "1")': "gpu=int(COUNT)",
    'COUNT = "1" if REGISTRY else "2"': "gpu=int(COUNT)",
}
UNCOUNTED = {
    "several": 'COUNT = "many"',
    "nothing": "COUNT = None",
    "nothing at times": 'COUNT = "1"\nif REGISTRY:\n    COUNT = None',
    "nothing by default": 'import os\nCOUNT = os.environ.get("GPUS")',
    "what a loop says": 'for COUNT in ["1", "2"]:\n    pass',
    "what another module says": "from lib import COUNT",
    "itself": "COUNT = COUNT",
}


@pytest.mark.parametrize(("said", "wanted"), COUNTED.items(), ids=COUNTED)
def test_a_count_of_gpus_is_made_an_int(said: str, wanted: str) -> None:
    after = migrated(f"{IMPORTS}{BEFORE}{said}\n\n\n@task(requests=Resources(gpu=COUNT))\n{BODY}")
    assert f"resources=flyte.Resources({wanted})" in after
    after = migrated(f"{IMPORTS}{BEFORE}{said}\n\n\n@task(accelerator=T4, limits=Resources(gpu=COUNT))\n{BODY}")
    assert 'resources=flyte.Resources(gpu=flyte.GPU("T4", int(COUNT)))' in after


@pytest.mark.parametrize("said", UNCOUNTED.values(), ids=UNCOUNTED)
def test_what_may_be_no_count_of_gpus_is_refused(said: str) -> None:
    found = reasons(f"{IMPORTS}{BEFORE}{said}\n\n\n@task(requests=Resources(gpu=COUNT))\n{BODY}")
    assert any("number of GPUs" in reason for reason in found)


SECRETS = {
    "GROUP, KEY": 'os.environ["G_K"]',
    'GROUP, f"{KEY}"': 'os.environ["G_K"]',
    "ASKED.group, ASKED.key": 'os.environ["G_K"]',
    "key=ASKED.key, group=ASKED.group": 'os.environ["G_K"]',
    "key=OTHER.key": 'os.environ["OTHER"]',
}
READ = "GROUP, KEY = 'g', 'k'\n*REST, LAST = 'g', 'k'\nASKED = Secret(group='g', key='k')\nOTHER = Secret(key='other')\n\n\n@task(secret_requests=[ASKED, OTHER])\n"


@pytest.mark.parametrize(("given", "wanted"), SECRETS.items(), ids=SECRETS)
def test_a_secret_is_read_as_it_is_asked_for(given: str, wanted: str) -> None:
    body = f"def f() -> str:\n    return flytekit.current_context().secrets.get({given})\n"
    assert f"return {wanted}" in migrated("import flytekit\n" + IMPORTS + READ + body)


@pytest.mark.parametrize(
    "given", ["ASKED.group, ASKED.mount_requirement", "made().group, 'k'", "'g', ASKED.env_var", "'g', LAST"]
)
def test_what_a_secret_says_otherwise_is_refused(given: str) -> None:
    body = f"def f() -> str:\n    return flytekit.current_context().secrets.get({given})\n"
    assert any("which secret" in reason for reason in reasons("import flytekit\n" + IMPORTS + READ + body))


@pytest.mark.parametrize("given", [*ONE_VALUE, *SAME_VALUE])
def test_a_limit_stays_where_flyte_2_takes_one_value(given: str) -> None:
    wanted = {**ONE_VALUE, **SAME_VALUE}[given]
    block, _ = parts(f"@task({given})", BEFORE + 'BIG = "9Gi"\n')
    flat = " ".join(block.replace(",\n)", ")").replace("(\n    ", "(").split())
    assert flat == f'env = flyte.TaskEnvironment(name="example", resources={wanted})'
    notes = planned(f'{IMPORTS}{BEFORE}BIG = "9Gi"\n\n\n@task({given})\n{BODY}').notes
    assert ["one value" in n.message for n in notes] == [True] * (given in ONE_VALUE)


@pytest.mark.parametrize(("given", "wanted"), SETTINGS.items(), ids=SETTINGS)
def test_settings_move_to_the_environment(given: str, wanted: str) -> None:
    block, decorator = parts(f"@task({given})", BEFORE)
    assert decorator == "@env.task"
    flat = " ".join(block.replace(",\n)", ")").replace("(\n    ", "(").split())
    assert flat == 'env = flyte.TaskEnvironment(name="example"' + (f", {wanted}" if wanted else "") + ")"


@pytest.mark.parametrize(("given", "reason"), REFUSED.items(), ids=REFUSED)
def test_settings_that_flyte_2_has_no_form_for_are_refused(given: str, reason: str) -> None:
    found = reasons(f"{IMPORTS}{BEFORE}\n\n@task({given})\n{BODY}")
    assert any(reason in r for r in found), found


WORKFLOW = {
    "": "@env.task",
    "interruptible=False": "@env.task",
    "failure_policy=WorkflowFailurePolicy.FAIL_IMMEDIATELY": "@env.task",
    "pickle_untyped=True": "@env.task",
}


@pytest.mark.parametrize(("given", "wanted"), WORKFLOW.items(), ids=WORKFLOW)
def test_settings_of_workflows(given: str, wanted: str) -> None:
    assert parts(f"@workflow({given})")[1] == wanted


def test_comments_go_where_their_setting_goes() -> None:
    block, decorator = parts(
        "@task(\n"
        "    # often\n"
        "    retries=2,  # flaky\n"
        '    requests=Resources(cpu="1"),  # small\n'
        '    environment={"A": "b"},\n'
        "    # the end\n"
        ")"
    )
    assert decorator == "@env.task(\n    # often\n    retries=2,  # flaky\n)"
    assert '    resources=flyte.Resources(cpu="1"),  # small\n' in block
    assert "    # the end\n" in block


def test_equal_settings_share_an_environment_and_others_are_named_for_what_sets_them_apart() -> None:
    after = migrated(
        IMPORTS
        + 'torch_image = ImageSpec(name="t", packages=["torch"])\n\n\n'
        + '@task(container_image=torch_image, requests=Resources(gpu="1"))\ndef train(a: int) -> int:\n    return a\n\n\n'
        + "@task(container_image=torch_image,\n      requests=Resources(gpu='1'))\ndef tune(a: int) -> int:\n    return a\n\n\n"
        + '@task(container_image=torch_image, requests=Resources( gpu = "1" , ))\ndef test(a: int) -> int:\n    return a\n\n\n'
        + '@task(environment={"A": "b"})\ndef tell(a: int) -> int:\n    return a\n\n\n'
        + "@workflow\ndef wf(a: int) -> int:\n    return tell(a=tune(a=train(a=a)))\n"
    )
    assert 'torch_env = flyte.TaskEnvironment(\n    name="example_torch",' in after
    assert after.count("@torch_env.task") == 3
    assert 'tell_env = flyte.TaskEnvironment(name="example_tell", env_vars={"A": "b"})' in after
    assert 'env = flyte.TaskEnvironment(name="example", depends_on=[torch_env, tell_env])' in after
    assert after.index("torch_env =") < after.index("\nenv =")


def test_environments_that_need_each_other_are_refused() -> None:
    source = (
        IMPORTS
        + '@task(environment={"A": "1"})\ndef f(a: int) -> int:\n    return g(a=a) if a else 0\n\n\n'
        + '@task(environment={"A": "2"})\ndef g(a: int) -> int:\n    return f(a=a - 1)\n'
    )
    assert any("no order" in r for r in reasons(source))


LATE = "@task\ndef g(a: int) -> int:\n    return {}\n\n\nimage = ImageSpec()\n\n\n@task(container_image=image)\n" + BODY
FLOW = "\n\n@workflow\ndef wf(a: int) -> int:\n    return f(a=g(a=a))\n"


def test_an_environment_stands_below_what_it_uses() -> None:
    after = migrated(IMPORTS + LATE.format("a") + FLOW)
    early, _, late = after.partition("image = flyte.Image.from_debian_base()\n")
    assert 'env = flyte.TaskEnvironment(name="example")\n\n@env.task\ndef g' in early
    assert late.startswith('\nf_env = flyte.TaskEnvironment(name="example_f", image=image)\nwf_env = ')
    assert 'wf_env = flyte.TaskEnvironment(name="example_wf", depends_on=[env, f_env])\n\n\n@f_env.task' in late
    assert "@wf_env.task\ndef wf" in late


def test_a_task_above_the_image_of_one_that_it_calls_is_refused() -> None:
    found = reasons(IMPORTS + LATE.format("f(a=a)"))
    assert any("further down" in r for r in found), found


def test_a_name_that_is_set_twice_is_no_setting() -> None:
    source = IMPORTS + 'image = "a"\nimage = "b"\n\n\n@task(container_image=image)\n' + BODY
    assert any("set more than once" in r for r in reasons(source))


def test_drivers_get_an_image_that_can_import_the_module() -> None:
    source = (
        "import pandas as pd\n" + IMPORTS + 'image = ImageSpec(packages=["pandas"])\n\n\n'
        "@task(container_image=image)\n" + BODY + "\n\n@workflow\ndef wf(a: int) -> int:\n    return f(a=a)\n"
    )
    assert migrated(source).count("@env.task") == 2
    assert "image=image" in migrated(source)
    assert not [n for n in planned(source).notes if "default image" in n.message]
    bare = source.replace("(container_image=image)", "")
    assert any("`pandas`" in n.message for n in planned(bare).notes)


def test_secrets_are_read_from_the_variable_that_flyte_2_sets() -> None:
    after = migrated(
        """\
        import sys

        from flytekit import Secret, current_context, task

        GROUP = "my-group"


        @task(secret_requests=[Secret(group=GROUP, key="key"), Secret(key="other", env_var="OTHER_ONE")])
        def f() -> str:
            ctx = current_context()
            a = ctx.secrets.get(GROUP, "key")
            b = current_context().secrets.get(key="other")
            return a + b
        """
    )
    assert after.startswith("import os\nimport sys\n\nimport flyte\n")
    assert 'a = os.environ["MY_GROUP_KEY"]' in after
    assert 'b = os.environ["OTHER_ONE"]' in after


def test_secrets_that_cannot_be_seen_are_refused() -> None:
    source = """\
    from flytekit import current_context, task


    @task
    def f(name: str) -> str:
        return current_context().secrets.get("g", name)
    """
    assert any("which secret" in r for r in reasons(source))


def test_a_module_of_settings_alone_imports_flyte_as_well() -> None:
    after = migrated('from flytekit import Resources\n\nSMALL = Resources(cpu="1", mem="1Gi")\n')
    assert after == 'import flyte\n\nSMALL = flyte.Resources(cpu="1", memory="1Gi")\n'


def test_a_module_that_imports_flyte_in_a_function_gets_an_import_of_its_own() -> None:
    source = "from flytekit import task\n\n\n@task\ndef f() -> int:\n    return 1\n\n\ndef main():\n    import flyte\n    flyte.init()\n"
    assert migrated(source).startswith("import flyte\n\nenv = ")


@pytest.mark.sdk
def test_the_devices_are_those_of_flytekit() -> None:
    accelerators = pytest.importorskip("flytekit.extras.accelerators")
    named = {getattr(accelerators, name).to_flyte_idl().device: name for name in resources.SPELT.values()}
    assert named == dict(resources.SPELT)
