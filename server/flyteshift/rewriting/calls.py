"""Calls taken apart into arguments and printed anew, comments kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flyteshift.rewriting import slices


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
    inner = indent + style.indent
    lines = [f"{func}("]
    for argument in arguments:
        lines += [inner + comment for comment in argument.before]
        lines.append(f"{inner}{argument.text}," + (f"  {argument.behind}" if argument.behind else ""))
    return style.newline.join([*lines, f"{indent})"])


def print_list(items: Sequence[str], style: Style, indent: str = "", taken: int = 0) -> str:
    """`[a, b]`: on one line where that fits, else one item a line; `indent` and `taken` as for `print_call`."""
    one_line = f"[{', '.join(items)}]"
    if len(indent) + taken + len(one_line) <= style.width:
        return one_line
    inner = indent + style.indent
    return style.newline.join(["[", *(f"{inner}{item}," for item in items), f"{indent}]"])


def renamed(source: str, func: str, names: Mapping[str, str]) -> str:
    """The call with another function and with keywords renamed; its layout and comments stay.

    Raises Unreadable where `source` is no call.
    """
    import libcst as cst

    call = slices.call(source)
    args = []
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value in names:
            arg = arg.with_changes(keyword=arg.keyword.with_changes(value=names[arg.keyword.value]))
        args.append(arg)
    return slices.code(call.with_changes(func=cst.parse_expression(func), args=args))
