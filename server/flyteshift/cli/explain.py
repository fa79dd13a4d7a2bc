"""`flyteshift explain`: the page of a rule or a symbol, as the editor's hover shows it."""

from __future__ import annotations

from flyteshift.cli import ERROR, OK
from flyteshift.cli.console import Console


def run(key: str, console: Console) -> int:
    """Print the page as Markdown; gives the exit code."""
    from flyteshift.features.explain import explain, nearest

    page = explain(key)
    if page is None:
        near = " or ".join(f"`{each}`" for each in nearest(key))
        console.error(f"flyteshift: nothing is known of `{key}`" + (f"; did you mean {near}?" if near else ""))
        return ERROR
    console.line(page.rstrip("\n"))
    return OK
