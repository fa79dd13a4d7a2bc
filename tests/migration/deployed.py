"""What a deploy would send of launch plans (Flyte 1) and triggers (Flyte 2), in one form that can be compared.

Both functions are put behind the modules that they look at, so each imports what it needs. Neither needs a cluster.
"""

from __future__ import annotations

from typing import Any


def of_launch_plans(namespace: dict[str, Any]) -> dict[str, Any]:
    """By name: the workflow, when it starts, its inputs, and the rest that a registration with flytekit 1.16 sends."""
    from collections import OrderedDict

    from flytekit.configuration import Image, ImageConfig, SerializationSettings
    from flytekit.core.context_manager import FlyteContextManager, FlyteEntities
    from flytekit.core.launch_plan import LaunchPlan
    from flytekit.core.type_engine import TypeEngine
    from flytekit.models.core.execution import WorkflowExecutionPhase
    from flytekit.models.literals import Literal
    from flytekit.tools.translator import get_serializable
    from google.protobuf.json_format import MessageToDict

    ends = ("SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT")
    phases = {getattr(WorkflowExecutionPhase, name): name for name in ends}
    units = {"MINUTE": 1, "HOUR": 60, "DAY": 24 * 60}
    image = Image(name="default", fqn="image", tag="1")
    settings = SerializationSettings(
        project="p", domain="d", version="v", image_config=ImageConfig(default_image=image, images=[image])
    )
    found = {}
    for plan in [e for e in FlyteEntities.entities if isinstance(e, LaunchPlan)]:
        if plan.workflow.name.rpartition(".")[0] != namespace["__name__"] or plan.name == plan.workflow.name:
            continue
        spec = get_serializable(OrderedDict(), settings, plan).to_flyte_idl().spec
        schedule = spec.entity_metadata.schedule
        when: Any = None
        if schedule.WhichOneof("ScheduleExpression") == "rate":
            rate = MessageToDict(schedule.rate)
            when = int(rate["value"]) * units[rate.get("unit", "MINUTE")]
        elif schedule.WhichOneof("ScheduleExpression"):
            when = schedule.cron_expression or schedule.cron_schedule.schedule
        given = dict(spec.fixed_inputs.literals)
        for name, parameter in spec.default_inputs.parameters.items():
            if parameter.HasField("default"):
                given[name] = parameter.default
        kinds = plan.workflow.python_interface.inputs
        context = FlyteContextManager.current_context()
        inputs = {}
        for name, sent in given.items():
            literal = Literal.from_flyte_idl(sent)
            inputs[name] = repr(TypeEngine.to_python_value(context, literal, kinds[name]))
        mails = []
        for mail in spec.entity_metadata.notifications:
            kind = next(k for k in ("email", "slack", "pager_duty") if mail.HasField(k))
            recipients = list(getattr(mail, kind).recipients_email)
            mails.append([[phases[p] for p in mail.phases], recipients])
        found[plan.name] = {
            "starts": plan.workflow.name.rpartition(".")[2],
            "when": when,
            "time goes to": schedule.kickoff_time_input_arg,
            "inputs": inputs,
            "active": bool(plan.should_auto_activate),
            "labels": dict(spec.labels.values),
            "annotations": dict(spec.annotations.values),
            "mails": mails,
            "at once": spec.max_parallelism,
            "overwrites": spec.overwrite_cache,
        }
    return found


def of_triggers(namespace: dict[str, Any]) -> dict[str, Any]:
    """The same of what `flyte.deploy` of flyte 2.12 sends; raises what a deploy would raise."""
    import asyncio
    from pathlib import Path

    import flyte
    from flyte._internal.runtime.convert import convert_upload_default_inputs
    from flyte._internal.runtime.task_serde import translate_task_to_wire
    from flyte._internal.runtime.trigger_serde import to_task_trigger
    from flyte._task import TaskTemplate
    from flyte.models import SerializationContext
    from flyte.types import TypeEngine

    flyte.init()
    root = Path(namespace["__file__"]).parent
    context = SerializationContext(version="v", project="p", domain="d", org="o", root_dir=root)

    async def sent(task: Any, trigger: Any) -> Any:
        default = await convert_upload_default_inputs(task.interface)
        spec = translate_task_to_wire(task, context, default_inputs=default)
        inputs, given = spec.task_template.interface.inputs, list(spec.default_inputs)
        made = await to_task_trigger(t=trigger, task_name=task.name, task_inputs=inputs, task_default_inputs=given)
        kinds = task.native_interface.get_input_types()
        literals = {one.name: one.value for one in made.spec.inputs.literals}
        read = {n: repr(await TypeEngine.to_python_value(v, kinds[n])) for n, v in literals.items()}
        return made, read

    found = {}
    for task in [v for v in namespace.values() if isinstance(v, TaskTemplate)]:
        for trigger in task.triggers:
            made, inputs = asyncio.run(sent(task, trigger))
            schedule = made.automation_spec.schedule
            when: Any = None
            if schedule.HasField("rate"):
                when = schedule.rate.value
            elif schedule.HasField("cron"):
                when = schedule.cron.expression
            run = made.spec.run_spec
            found[made.name] = {
                "starts": task.short_name,
                "when": when,
                "time goes to": schedule.kickoff_time_input_arg,
                "inputs": inputs,
                "active": made.spec.active,
                "labels": dict(run.labels.values),
                "annotations": dict(run.annotations.values),
                "mails": [[[p.name for p in m.on_phase], list(m.recipients)] for m in trigger.notifications or ()],
                "at once": run.max_action_concurrency,
                "overwrites": run.overwrite_cache,
            }
    return found
