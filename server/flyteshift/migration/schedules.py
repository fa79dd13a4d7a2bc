"""Schedules: `CronSchedule` becomes `flyte.Cron`, a `FixedRate` of a `timedelta` one of whole minutes.

What an artifact starts is read here too: `OnArtifact` with the name of the artifact (see plainer/watched.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from tree_sitter import Node

from flyteshift.migration import constants, launch_calls
from flyteshift.migration.arguments import by_name
from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text

CRON = "flytekit.CronSchedule"
RATE = "flytekit.FixedRate"
ON_SCHEDULE = "flytekit.core.schedule.OnSchedule"
ON_ARTIFACT = "union.artifacts.OnArtifact"
ORDER = ("trigger_on", "inputs")
"""The parameters of `OnArtifact` (union 0.1)."""
TRIGGERED = "flyte.TriggeredArtifact"

ALIASES = {
    "hourly": "0 * * * *", "hours": "0 * * * *", "@hourly": "0 * * * *",
    "daily": "0 0 * * *", "days": "0 0 * * *", "@daily": "0 0 * * *",
    "weekly": "0 0 * * 0", "weeks": "0 0 * * 0", "@weekly": "0 0 * * 0",
    "monthly": "0 0 1 * *", "months": "0 0 1 * *", "@monthly": "0 0 1 * *",
    "annually": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    "yearly": "0 0 1 1 *", "years": "0 0 1 1 *", "@yearly": "0 0 1 1 *",
}  # fmt: skip
"""The aliases that flytekit takes (core/schedule.py), in any case, with the expressions that they stand for."""

OFFSET = "`flyte.Cron` has no offset: write it into the expression, e.g. `5 0 * * *` for five past midnight."
UNSEEN = "flyteshift cannot see this cron expression; write it as a text of five fields, then migrate."
FIELDS = "`flyte.Cron` takes five fields: minute, hour, day of month, month, day of week; this has {0}."
AWS = "flyteshift cannot carry this expression of six fields over; write it with five: `CronSchedule(schedule=...)`."
NO_SPAN = "`flyte.FixedRate` takes whole minutes and flyteshift cannot see that this is a `timedelta`."
UNEVEN = "`flyte.FixedRate` takes whole minutes; this is {0}."
NEITHER = "This schedule says no time; Flyte 2 needs a cron expression."
UNKNOWN = "flyteshift cannot see what this schedule is; write `CronSchedule(...)` or `FixedRate(...)` here."
ARTIFACT = (
    "An artifact started this: write `automation=flyte.OnArtifact({0})` in a `flyte.Trigger` by hand, and give the "
    "input that gets it as `flyte.TriggeredArtifact`."
)
_NAME = "flyteshift cannot see the name of this input; write it as a text."
_AWS_DAY = re.compile(r"\*|\?|(SUN|MON|TUE|WED|THU|FRI|SAT)([,-](SUN|MON|TUE|WED|THU|FRI|SAT))*", re.IGNORECASE)


@dataclass(frozen=True)
class Schedule:
    """What a schedule becomes: the automation of a trigger, and the input that gets the time of the start."""

    code: str
    kickoff: Node | None = None
    """The expression of that input's name."""
    input: str = ""
    inputs: Mapping[str, Node] = field(default_factory=dict)
    """What the schedule itself gives to inputs; TRIGGERED for the artifact that started it."""


def read(draft: Draft, node: Node) -> Schedule | None:
    """The Flyte 2 form of a schedule; None where it is refused. Claims what it reads."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    symbol = draft.symbol(function) if function is not None else None
    if symbol == CRON:
        return _cron(draft, node)
    if symbol == RATE:
        return _rate(draft, node)
    if symbol == ON_SCHEDULE:
        given = by_name(draft, node, ("schedule",))
        return read(draft, given["schedule"].value) if given and "schedule" in given else None
    if symbol == ON_ARTIFACT and (waits := _on_artifact(draft, node)) is not None:
        return waits
    if "OnArtifact" in text(function):
        draft.claim_within(node)
        draft.refuse(node, ARTIFACT.format(_artifact(draft, node)), symbol or "")
    else:
        draft.refuse(node, UNKNOWN)
    return None


def _on_artifact(draft: Draft, node: Node) -> Schedule | None:
    """What an artifact starts, where its name and the inputs show."""
    given = by_name(draft, node, ORDER)
    known = constants.evaluate(draft, given["trigger_on"].value) if given and "trigger_on" in given else None
    if given is None or known is None or not isinstance(known.value, str):
        return None
    inputs = given.get("inputs")
    said = inputs is not None and text(inputs.value) != "None"
    found = launch_calls.entries(draft, inputs.value) if inputs is not None and said else {}
    if found is None:
        return None
    return Schedule(f"flyte.OnArtifact({text(given['trigger_on'].value)})", inputs=found)


def _artifact(draft: Draft, node: Node) -> str:
    """The name, as written, of the artifact that `OnArtifact(trigger_on=...)` waits for."""
    found: Node | None = next((n for n in _given(node) if n.type in ("identifier", "call")), None)
    if found is not None and found.type == "identifier":
        found = constants.assigned(draft, text(found))
    holder = found.child_by_field_name("arguments") if found is not None and found.type == "call" else None
    named = [n for n in holder.named_children if text(n).startswith("name")] if holder is not None else []
    return text(named[0].child_by_field_name("value")) if named else '"<its name>"'


def _cron(draft: Draft, node: Node) -> Schedule | None:
    given = by_name(draft, node, ("cron_expression", "schedule", "offset", "kickoff_time_input_arg"))
    if given is None:
        return None
    said = {name: g.value for name, g in given.items() if text(g.value) != "None"}
    if "offset" in said:
        draft.refuse(said["offset"], OFFSET, f"{CRON}(offset)")
        return None
    old, new = said.get("cron_expression"), said.get("schedule")
    if old is not None:
        code = _six_fields(draft, old)
    elif new is not None:
        code = _five_fields(draft, new)
    else:
        draft.refuse(node, NEITHER)
        return None
    return _kicked_off(draft, code and f"flyte.Cron({code})", said.get("kickoff_time_input_arg"))


def _five_fields(draft: Draft, node: Node) -> str | None:
    """The expression as it stands where it has five fields; an alias written out."""
    known = constants.evaluate(draft, node)
    if known is None or not isinstance(known.value, str):
        draft.refuse(node, UNSEEN, f"{CRON}(schedule)")
        return None
    alias = ALIASES.get(known.value.lower())
    if alias is not None:
        return f'"{alias}"'
    fields = len(known.value.split())
    if fields != 5:
        draft.refuse(node, FIELDS.format(fields), f"{CRON}(schedule)")
        return None
    return text(node)


def _six_fields(draft: Draft, node: Node) -> str | None:
    """An expression in the style of AWS, where it means the same with five fields.

    Its year goes, `?` is `*`. Its days of the week count from 1, so only names of days are taken.
    """
    known = constants.evaluate(draft, node)
    fields = known.value.split() if known is not None and isinstance(known.value, str) else []
    plain = all(re.fullmatch(r"[\d*/,?-]+", f) for f in fields[:3])
    if len(fields) != 6 or fields[5] != "*" or not plain or not _AWS_DAY.fullmatch(fields[4]):
        draft.refuse(node, AWS, f"{CRON}(cron_expression)")
        return None
    if "?" not in (fields[2], fields[4]) or not re.fullmatch(r"[\w*/,-]+", fields[3]):
        draft.refuse(node, AWS, f"{CRON}(cron_expression)")
        return None
    return '"' + " ".join(f.replace("?", "*") for f in fields[:5]) + '"'


def _rate(draft: Draft, node: Node) -> Schedule | None:
    given = by_name(draft, node, ("duration", "kickoff_time_input_arg"))
    if given is None or "duration" not in given:
        return None
    minutes = _minutes(draft, given["duration"].value)
    kickoff = given.get("kickoff_time_input_arg")
    named = kickoff.value if kickoff is not None and text(kickoff.value) != "None" else None
    return _kicked_off(draft, minutes and f"flyte.FixedRate(interval_minutes={minutes})", named)


def _minutes(draft: Draft, node: Node) -> str | None:
    """The minutes of a time span: their number where it is written here, else the author's expression divided."""
    source = constants.assigned(draft, text(node)) if node.type == "identifier" else node
    if source is None or not constants.is_span_of_time(draft, source):
        draft.refuse(node, NO_SPAN, f"{RATE}(duration)")
        return None
    known = constants.evaluate(draft, source)
    if known is not None and isinstance(known.value, timedelta):
        minutes, rest = divmod(known.value, timedelta(minutes=1))
        if rest or minutes < 1:
            draft.refuse(node, UNEVEN.format(known.value), f"{RATE}(duration)")
            return None
        if node is source and not any(n.type == "identifier" for n in _given(source)):
            draft.gone.append(draft.span(node))
            return str(minutes)
    return f"{text(node)} // {text(source.child_by_field_name('function'))}(minutes=1)"


def _given(call: Node) -> list[Node]:
    """The values that a call is given."""
    holder = call.child_by_field_name("arguments")
    found = [n for n in holder.named_children if n.type != "comment"] if holder is not None else []
    return [n.child_by_field_name("value") or n if n.type == "keyword_argument" else n for n in found]


def _kicked_off(draft: Draft, code: str | None, kickoff: Node | None) -> Schedule | None:
    if not code:
        return None
    if kickoff is None:
        return Schedule(code)
    known = constants.evaluate(draft, kickoff)
    if known is None or not isinstance(known.value, str):
        draft.refuse(kickoff, _NAME)
        return None
    return Schedule(code, kickoff, known.value)
