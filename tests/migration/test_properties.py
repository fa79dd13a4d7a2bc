"""What holds for every migration, on random task modules."""

from __future__ import annotations

import ast
import difflib
import io
import tokenize

from hypothesis import given, settings
from hypothesis import strategies as st

from flyteshift.migration import plan_module
from flyteshift.semantics.model import build
from flyteshift.text import Document, apply_edits
from tests.migration.helpers import SEQUENTIAL

NAMES = st.sampled_from(["load", "fit", "env", "train", "task_1", "report"])
COMMENTS = st.sampled_from(["", "  # why", "  # caf\u00e9 \U0001f600"])
PARAMETERS = st.lists(
    st.sampled_from(
        [
            "retries=2",
            "timeout=60",
            "interruptible=True",
            "cache=False",
            'cache=True, cache_version="1"',
            'requests=Resources(cpu="1", mem="1Gi")',
            'environment={"A": "b"}',
            "container_image=image",
            "enable_deck=True",
            'secret_requests=[Secret(group="g", key="k")]',
        ]
    ),
    unique_by=lambda p: p.partition("=")[0],
    max_size=4,
)
SPELLINGS = {
    "from flytekit import ImageSpec, Resources, Secret, dynamic, task, workflow": "",
    "import flytekit as fk": "fk.",
    "import os, flytekit": "flytekit.",
    "from flytekit import (\n    ImageSpec, Resources,  # settings\n    Secret,\n    dynamic,\n    task,\n    workflow,\n)": "",
}


@st.composite
def modules(draw: st.DrawFn) -> str:
    spelling = draw(st.sampled_from(sorted(SPELLINGS)))
    prefix = SPELLINGS[spelling]
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    out = ['"""Doc."""', spelling, "", f'image = {prefix}ImageSpec(packages=["a"])' + draw(COMMENTS)]
    if draw(st.booleans()):
        out.append("env = {'a': 1}")
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    for name in [n for n in names if f"{n} = {{'a': 1}}" not in out]:
        given_ = [
            p.replace("Resources(", f"{prefix}Resources(").replace("Secret(", f"{prefix}Secret(")
            for p in draw(PARAMETERS)
        ]
        arguments = ", ".join(given_)
        if given_ and draw(st.booleans()):
            arguments = "".join(f"\n    {p},{draw(COMMENTS)}" for p in given_) + "\n"
        kind = draw(st.sampled_from(["task", "task", "dynamic"]))
        out += ["", "", f"# About {name}.", f"@{prefix}{kind}" + (f"({arguments})" if given_ else "")]
        out += [f"def {name}(a: int = 1) -> int:" + draw(COMMENTS), "    b = a  # b", "    return b"]
    called = [n for n in names if f"{n} = {{'a': 1}}" not in out]
    if called:
        out += ["", "", f"@{prefix}workflow", "def wf(a: int = 2) -> int:"]
        out += [f"    a = {n}(a=a)" for n in called] + ["    return a"]
    text = "\n".join(out) + draw(st.sampled_from(["", "\n", "\n\n# end\n"]))
    return text.replace("\n", newline)


def comments(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sorted(t.string for t in tokens if t.type == tokenize.COMMENT)


@settings(max_examples=120, deadline=None)
@given(modules())
def test_random_modules(source: str) -> None:
    document = Document("file:///a.py", source)
    plan = plan_module(build(document), "a", SEQUENTIAL)
    assert plan.left == []
    after = apply_edits(source, plan.edits)
    ast.parse(after)
    # Tasks that share an environment share an equal comment on its settings too.
    assert set(comments(after)) == set(comments(source)) and len(comments(after)) <= len(comments(source))
    assert ("\r\n" in after) == ("\r\n" in source) and after.count("\r\n") in (0, after.count("\n"))
    again = build(Document("file:///a.py", after))
    assert not [r for r in again.references() if r.flyte1]
    assert plan_module(again, "a").edits == []
    touched = {document.lines.line_of(o) for e in plan.edits for o in range(e.span.start, e.span.end + 1)}
    kept = [document.lines.line_text(i) for i in range(len(document.lines)) if i not in touched]
    lines = Document("b", after).lines
    new = [lines.line_text(i) for i in range(len(lines))]
    matcher = difflib.SequenceMatcher(None, kept, new, autojunk=False)
    assert sum(block.size for block in matcher.get_matching_blocks()) == len(kept)


@settings(max_examples=60, deadline=None)
@given(modules(), st.randoms())
def test_broken_modules_are_refused_whole_or_migrated_whole(source: str, random: object) -> None:
    at = random.randrange(len(source))  # type: ignore[attr-defined]
    broken = source[:at] + source[at + random.randrange(1, 20) :]  # type: ignore[attr-defined]
    plan = plan_module(build(Document("file:///a.py", broken)), "a")
    assert not (plan.left and plan.edits)
    if plan.edits:
        assert not [r for r in build(Document("b", apply_edits(broken, plan.edits))).references() if r.flyte1]
