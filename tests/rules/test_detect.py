"""Findings: code, severity, message, span and applicability of each usage, and what statements keep."""

from __future__ import annotations

from flyteshift.rules import detect
from flyteshift.rules.finding import Finding
from flyteshift.rules.registry import RULES, by_code
from flyteshift.semantics.model import build
from flyteshift.text import Change, Document, Span

SOURCE = """\
from flytekit import task, ImageSpec, Resources, current_context, kwtypes
import flytekit

image = ImageSpec(packages=["a"])

@task(container_image=image, requests=Resources(cpu="1"), timeout=3)
def f() -> int:
    return len(current_context().working_directory) + flytekit.core.tracker.x()
"""


def found(source: str) -> list[tuple[str, str, str, str]]:
    document = Document("u", source)
    return [(f.code, source[f.span.start : f.span.end], f.symbol, f.severity) for f in detect.find(build(document))]


def test_one_finding_for_each_usage() -> None:
    assert found(SOURCE) == [
        ("FS101", "task", "flytekit.task", "information"),
        ("FS101", "ImageSpec", "flytekit.ImageSpec", "information"),
        ("FS101", "Resources", "flytekit.Resources", "information"),
        ("FS101", "current_context", "flytekit.current_context", "information"),
        ("FS101", "kwtypes", "flytekit.kwtypes", "information"),
        ("FS101", "flytekit", "flytekit", "information"),
        ("FS301", "ImageSpec", "flytekit.ImageSpec", "warning"),
        ("FS301", "packages", "flytekit.ImageSpec(packages)", "warning"),
        ("FS111", "task", "flytekit.task", "warning"),
        ("FS201", "container_image", "flytekit.task(container_image)", "warning"),
        ("FS202", "requests", "flytekit.task(requests)", "warning"),
        ("FS302", "Resources", "flytekit.Resources", "warning"),
        ("FS302", "cpu", "flytekit.Resources(cpu)", "information"),
        ("FS207", "timeout", "flytekit.task(timeout)", "information"),
        ("FS601", "current_context", "flytekit.current_context", "warning"),
        ("FS603", "working_directory", "flytekit.current_context().working_directory", "warning"),
        ("FS104", "flytekit.core.tracker.x", "flytekit.core.tracker.x", "warning"),
    ]


def test_messages_are_one_line_and_name_the_thing() -> None:
    findings = detect.find(build(Document("u", SOURCE)))
    assert all("\n" not in f.message and len(f.message) <= 160 for f in findings)
    assert all(f.url.startswith("https://") for f in findings)
    assert next(f for f in findings if f.symbol == "flytekit.ImageSpec(packages)").message.startswith("`packages`")


def test_a_parameter_points_to_what_it_names() -> None:
    finding = next(f for f in detect.find(build(Document("u", SOURCE))) if f.code == "FS201")
    assert [SOURCE[r.span.start : r.span.end] for r in finding.related] == ['image = ImageSpec(packages=["a"])']


def test_a_related_place_moves_with_its_statement() -> None:
    model = build(Document("u", SOURCE))
    detect.find(model)
    after = model.document.changed([Change(Span(0, 0), "# a comment\n")])
    finding = next(f for f in detect.find(build(after, model)) if f.code == "FS201")
    assert [after.text[r.span.start : r.span.end] for r in finding.related] == ['image = ImageSpec(packages=["a"])']


def test_unchanged_statements_keep_the_very_same_findings() -> None:
    model = build(Document("u", SOURCE))
    before = detect.blocks(model)
    document = model.document.changed([Change(Span(0, 0), "\n\n")])
    after = detect.blocks(build(document, model))
    assert [b.findings is a.findings for b, a in zip(before, after, strict=True)].count(False) == 1  # the related place
    assert [a.line - b.line for b, a in zip(before, after, strict=True)] == [2] * len(before)


def test_statements_behind_a_semicolon_know_their_column() -> None:
    block = detect.blocks(build(Document("u", "from flytekit import task; x = task\n")))[-1]
    assert (block.line, block.character, block.findings[0].span) == (0, 27, Span(4, 8))


def applicable(finding: Finding) -> bool:
    rank = ("safe", "unsafe", "display-only", None)
    return rank.index(finding.applicability) >= rank.index(by_code[finding.code].applicability)


def test_a_finding_never_promises_more_than_its_rule() -> None:
    for rule in RULES:
        for example in rule.examples:
            findings = detect.find(build(Document("u", example.before)))
            assert all(applicable(f) for f in findings if not f.code.startswith("FS10"))


def test_examples_and_ignores() -> None:
    for rule in RULES:
        for example in rule.examples:
            assert not found(example.after), rule.name
        for source in rule.ignores:
            assert rule.code not in {code for code, *_ in found(source)}, rule.name
