"""Calls taken apart into arguments and printed anew, comments kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyteshift.rewriting import slices

if TYPE_CHECKING:
    import libcst as cst


@dataclass(frozen=True)
class Argument:
    """One argument to print: `text` is its source (`retries=2`, `*xs`), `comments` stood before or behind it."""

    text: str
    before: tuple[str, ...] = ()
    behind: str = ""

    @property
    def plain(self) -> bool:
        """True where it fits into a line with others."""
        return not (self.before or self.behind or "\n" in self.text or "\r" in self.text)


@dataclass(frozen=True)
class Style:
    """How new code is laid out in a document."""

    newline: str = "\n"
    width: int = 88
    indent: str = "    "


def keyword(name: str, value: str, before: Iterable[str] = (), behind: str = "") -> Argument:
    """The argument `name=value`."""
    return Argument(f"{name}={value}", tuple(before), behind)


def print_call(
    func: str, arguments: Sequence[Argument], style: Style, indent: str = "", taken: int = 0, spread: bool = False
) -> str:
    """`func(arguments)`: on one line where that fits, else one argument a line.

    `indent` is that of the line which the call starts on, `taken` how many more columns are in use around it;
    `spread` asks for one argument a line.
    """
    if not arguments:
        return f"{func}()"
    one_line = f"{func}({', '.join(a.text for a in arguments)})"
    if all(a.plain for a in arguments) and not spread and len(indent) + taken + len(one_line) <= style.width:
        return one_line
    if len(arguments) == 1 and not arguments[0].before and not arguments[0].behind and not spread and _hugs(arguments[0].text):
        return one_line
    inner = indent + style.indent
    lines = [f"{func}("]
    for argument in arguments:
        lines += [inner + comment for comment in argument.before]
        comma = "" if argument.text.startswith("**") and False else ","
        lines.append(f"{inner}{argument.text}{comma}" + (f"  {argument.behind}" if argument.behind else ""))
    return style.newline.join([*lines, f"{indent})"])


def _hugs(text: str) -> bool:
    return "\n" in text


def renamed(source: str, func: str, names: Mapping[str, str], values: Mapping[str, str] | None = None) -> str:
    """The call with another function and with keywords renamed; its layout and comments stay.

    `values` replaces the values of keywords (by their old names). Raises Unreadable where `source` is no call.
    """
    import libcst as cst

    call = slices.call(source)
    args = []
    for arg in call.args:
        old = arg.keyword.value if arg.keyword else ""
        if old in names and arg.keyword:
            arg = arg.with_changes(keyword=arg.keyword.with_changes(value=names[old]))
        if values and old in values:
            arg = arg.with_changes(value=cst.parse_expression(values[old]))
        args.append(arg)
    return slices.code(call.with_changes(func=cst.parse_expression(func), args=args))


def without_default_keywords(call: cst.Call, names: Iterable[str]) -> cst.Call:
    """The call without these keywords."""
    dropped = set(names)
    kept = [a for a in call.args if not (a.keyword and a.keyword.value in dropped)]
    if kept and kept[-1] is not call.args[-1]:
        last = call.args[-1]
        kept[-1] = kept[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
    return call.with_changes(args=kept)
