"""`ImageSpec` becomes a chain of `flyte.Image` methods (each measured with flyte 2.12).

`with_pip_packages` and `with_apt_packages` take packages as arguments, `with_commands` a list, `python_version` a pair
of numbers; a base image takes layers only as a named, extendable clone.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from flyteshift.catalog.load import catalog
from flyteshift.migration import constants, layout, pythons, setting_objects
from flyteshift.migration.arguments import Given, arguments, keyword_of
from flyteshift.migration.draft import Draft, Handler
from flyteshift.migration.names import slug
from flyteshift.migration.packages import packages
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Argument, keyword, print_call
from flyteshift.semantics.values import Instance

SPEC = "flytekit.ImageSpec"
BUILDER = "Flyte 2 chooses the image builder in `flyte.init(image_builder=...)` or its configuration."
SOURCES = "Flyte 2 bundles the code by itself; see `copy_style` of `flyte.deploy` and `flyte.with_runcontext`."
CUDA = (
    "Flyte 2 installs no CUDA, nor does the image builder of flytekit 1.16: Python packages for GPUs bring it along."
    " Where other code needs it, start from an image that has it: `flyte.Image.from_base(...)`."
)
REQUIREMENTS = "The requirements must name `flyte` in the place of `flytekit`."
COPIED = "Flyte 1 copied these below /root, Flyte 2 into the working directory of the image; check paths that are read."
UNSEEN_COPY = "flyteshift cannot see which files these are; write their paths as texts."
_PATH = re.compile(r"""["'](?:\./)?([\w][\w./ -]*)["']""")
UNCLEAR_BASE = "flyteshift cannot see whether this is an image or its name; say so by an annotation, then migrate."
NONE_AT_TIMES = (
    "`{0}` may be None here, which adds nothing to an image in Flyte 1 and fails in Flyte 2; write both images."
)
NO_TXT = "Flyte 2 takes files of requirements that end in `.txt`; rename this one, then migrate."

Link = tuple[str, list[Argument], str]
"""One method of the chain, its arguments and the comment behind it."""


def spec(draft: Draft, node: Node) -> str | None:
    """`ImageSpec(...)` as a chain."""
    function = node.child_by_field_name("function")
    given = _given(draft, node)
    if given is None or function is None:
        return None
    draft.claim(function)
    head = _head(draft, given)
    links = _links(draft, node, given)
    if head is None or links is None:
        return None
    return _chain(draft, node, head, links)


def _given(draft: Draft, node: Node) -> dict[str, Given] | None:
    """The arguments by name; those that Flyte 2 has no form for stay unclaimed."""
    found = {}
    for index, argument in enumerate(arguments(draft, node)):
        name = argument.name or ("name" if index == 0 else "")
        if not name or name in ("*", "**"):
            draft.refuse(
                argument.node,
                f"flyteshift cannot see what `{text(argument.node)}` passes; write the arguments out.",
                SPEC,
            )
            return None
        if name not in _KNOWN:
            if argument.value.type == "none" or (text(argument.value) in _EMPTY and name != "entrypoint"):
                draft.claim_within(argument.node)
                continue
            row = catalog().param(SPEC, name)
            draft.refuse(
                argument.node, row.message if row else f"`ImageSpec` has no parameter `{name}`.", f"{SPEC}({name})"
            )
            draft.claim_within(node)
            return None
        draft.claim(keyword_of(argument))
        if name in _NEVER_NONE and setting_objects.may_be_none(argument.value):
            draft.refuse(argument.value, NONE_AT_TIMES.format(text(argument.value)), f"{SPEC}({name})")
            return None
        if argument.value.type != "none":
            found[name] = argument
    return found


def _head(draft: Draft, given: dict[str, Given]) -> list[Link] | None:
    """What the chain starts with: Flyte's own image or another."""
    named = [keyword(n, _name(draft, given[n]), given[n].before, given[n].behind) for n in ("name",) if n in given]
    kept = (
        [keyword("registry", _lower(draft, given["registry"]), given["registry"].before, given["registry"].behind)]
        if "registry" in given
        else []
    )
    base = given.get("base_image")
    platform = _platform(draft, given["platform"]) if "platform" in given else []
    version = pythons.version(draft, given["python_version"]) if "python_version" in given else []
    if platform is None or version is None:
        return None
    if base is None:
        return [("flyte.Image.from_debian_base", [*named, *version, *kept, *platform], "")]
    known = pythons.of_base(base.value)
    if version and (known is None or known != pythons.numbers(given["python_version"].value)):
        draft.refuse(given["python_version"].node, pythons.BASE_PYTHON, pythons.PARAMETER)
        return None
    if known is not None and known < pythons.OLDEST and not version:
        draft.note(base.value, pythons.OLD_BASE.format(*known))
    value = draft.model.value(base.value)
    if setting_objects.is_unclear(base.value):
        draft.refuse(base.value, UNCLEAR_BASE, f"{SPEC}(base_image)")
        return None
    if isinstance(value, Instance) and draft.model.names.role(value.of) == SPEC:
        clone = [*named, *kept, *platform]
        return [(draft.source(base.value), [], ""), *([(".clone", clone, "")] if clone else [])]
    if base.value.type in ("identifier", "attribute") and draft.model.value(base.value) is not None:
        draft.refuse(base.value, UNCLEAR_BASE, f"{SPEC}(base_image)")
        return None
    if not named:
        uri = text(base.value).strip("\"'")
        named = [
            keyword(
                "name",
                f'"{slug(uri.rpartition("/")[2].partition(":")[0])}"' if base.value.type == "string" else '"base"',
            )
        ]
    head: Link = ("flyte.Image.from_base", [Argument(draft.source(base.value), base.before, base.behind)], "")
    return [head, (".clone", [*named, *kept, *platform, keyword("extendable", "True")], "")]


def _links(draft: Draft, node: Node, given: dict[str, Given]) -> list[Link] | None:
    """What is added to the base, in the order in which Flyte 1 did: its commands ran last, with the files copied."""
    links: list[Link] = []
    if "apt_packages" in given:
        found = packages(draft, given["apt_packages"])
        if found is None:
            return None
        links.append((".with_apt_packages", found, given["apt_packages"].behind))
    if "env" in given:
        links.append((".with_env_vars", [_plain(draft, given["env"])], given["env"].behind))
    options = [
        keyword(new, draft.source(given[old].value), given[old].before, given[old].behind)
        for old, new in _PIP.items()
        if old in given
    ]
    if "requirements" in given:
        if not _is_readable(draft, given["requirements"].value):
            draft.refuse(given["requirements"].value, NO_TXT, f"{SPEC}(requirements)")
            return None
        links.append(_requirements(draft, given["requirements"], options))
    pip = packages(draft, given["packages"], python=True) if "packages" in given else []
    if pip is None:
        return None
    base = given.get("base_image")
    if base is not None and not isinstance(draft.model.value(base.value), Instance):
        pip = [Argument('"flyte"'), *pip]
    if pip:
        links.append((".with_pip_packages", [*pip, *options], given["packages"].behind if "packages" in given else ""))
    elif options and "requirements" not in given:
        draft.refuse(node, "There are options for pip here but no packages.", f"{SPEC}(pip_index)")
        return None
    if "copy" in given:
        copied = _copied(draft, given["copy"])
        if copied is None:
            return None
        links += copied
    if "commands" in given:
        links.append((".with_commands", [_plain(draft, given["commands"])], given["commands"].behind))
    for name in (name for name in _DROPPED if name in given):
        draft.claim_within(given[name].node)
        if name != "cudnn" or "cuda" not in given:
            draft.note(given[name].node, _DROPPED[name])
    if "builder" in given and "noop" in text(given["builder"].value):
        draft.refuse(
            given["builder"].node, "Flyte 2 has no builder `noop`; give the image by its name.", f"{SPEC}(builder)"
        )
        return None
    return links


def _plain(draft: Draft, given: Given) -> Argument:
    return Argument(draft.source(given.value), given.before)


def _lower(draft: Draft, given: Given) -> str:
    """A text; Flyte 1 made the name and the registry lower case."""
    code = draft.source(given.value)
    return code.lower() if re.fullmatch(r"([\"'])[^\\{}]*\1", code) else code


def _copied(draft: Draft, given: Given) -> list[Link] | None:
    """`copy=["a.txt", "src"]`: a link for each file or folder. Flyte 1 put them below /root, where its code ran."""
    items = given.value.named_children if given.value.type in ("list", "tuple") else [given.value]
    links: list[Link] = []
    above = given.before
    for item in items:
        path = _PATH.fullmatch(text(item)) if item.type == "string" else None
        if path is None:
            draft.refuse(item, UNSEEN_COPY, f"{SPEC}(copy)")
            return None
        folder, _, last = path.group(1).strip("/").rpartition("/")
        file = "." in last.lstrip(".")
        where = f"{folder}/" if file else f"{folder}/{last}"
        source = [Argument(f"pathlib.Path({text(item)})", above), *([keyword("dst", f'"{where}"')] if folder else [])]
        links.append((".with_source_file" if file else ".with_source_folder", source, ""))
        above = ()
    if links:
        draft.imports.add("import pathlib")
        draft.note(given.node, COPIED)
    return links


_name = _lower


def _is_readable(draft: Draft, value: Node) -> bool:
    """False for a file of requirements, where its name shows, that Flyte 2 raises for (flyte 2.12)."""
    known = constants.evaluate(draft, value)
    written = re.findall(r"""([\"'])([^\"']*)\1""", text(value))
    name = str(known.value) if known is not None else written[-1][1] if written else ""
    locked = value.type == "string" and name.rpartition("/")[2] in ("uv.lock", "poetry.lock")
    return not name or name.endswith(".txt") or locked


def _requirements(draft: Draft, given: Given, options: list[Argument]) -> Link:
    code = draft.source(given.value)
    file = code.strip("\"'")
    draft.note(given.node, REQUIREMENTS)
    for lock, method, parameter in (
        ("uv.lock", ".with_uv_project", "uvlock"),
        ("poetry.lock", ".with_poetry_project", "poetry_lock"),
    ):
        if given.value.type == "string" and file.rpartition("/")[2] == lock:
            draft.imports.add("import pathlib")
            folder = file[: -len(lock)]
            first = Argument(f'"{folder}pyproject.toml"', given.before, given.behind)
            return method, [first, keyword(parameter, f"pathlib.Path({code})"), *options], ""
    return ".with_requirements", [Argument(code, given.before, given.behind), *options], ""


def _platform(draft: Draft, given: Given) -> list[Argument] | None:
    """`"linux/amd64"` is `("linux/amd64",)`."""
    plain = re.fullmatch(r"[\"']([\w/.,-]+)[\"']", draft.source(given.value))
    if not plain:
        draft.refuse(given.node, "flyteshift cannot see which platforms these are.", f"{SPEC}(platform)")
        return None
    parts = [f'"{p.strip()}"' for p in plain.group(1).split(",") if p.strip()]
    return [keyword("platform", f"({', '.join(parts)}{',' if len(parts) == 1 else ''})", given.before, given.behind)]


def _chain(draft: Draft, node: Node, head: list[Link], links: list[Link]) -> str:
    """The chain on one line where it fits, else a link a line in brackets."""
    style, lines = draft.style, draft.document.lines
    start = draft.document.span(node).start
    line = lines.line_of(start)
    head_of_line = draft.document.text[lines.starts[line] : start]
    indent = layout.start(draft, node)
    chain = [*head, *links]
    whole = "".join(_link(draft, link, "", len(head_of_line)) for link in chain)
    short = "\n" not in whole and len(head_of_line) + len(whole) <= style.width and len(chain) <= 3
    if short and all(a.plain for _, given, _ in chain for a in given) and not any(c for _, _, c in chain):
        return whole
    if len(chain) == 1 and not chain[0][2]:
        return _link(draft, chain[0], indent, max(0, len(head_of_line) - len(indent)))
    inner = indent + style.indent
    rows = [inner + _link(draft, link, inner, 0) + (f"  {link[2]}" if link[2] else "") for link in chain]
    return style.newline.join(["(", *rows, f"{indent})"])


def _link(draft: Draft, link: Link, indent: str, taken: int) -> str:
    method, given, _ = link
    if not given and not method.startswith((".", "flyte.")):
        return method
    return print_call(method, given, draft.style, indent, taken)


_NEVER_NONE = frozenset({"python_version", "requirements", "env", "commands"})
"""What is a layer of its own, or is taken apart, so that it cannot be None."""
_EMPTY = frozenset({"[]", "()", "{}", '""', "''"})
"""What adds nothing to an image; only an empty `entrypoint` says something."""
_PIP = {"pip_index": "index_url", "pip_extra_index_url": "extra_index_urls", "pip_extra_args": "extra_args"}
_DROPPED = {"builder": BUILDER, "source_root": SOURCES, "source_copy_mode": SOURCES, "cuda": CUDA, "cudnn": CUDA}
"""What is left out, with a note."""
_KNOWN = frozenset(
    [
        "name",
        "python_version",
        "registry",
        "packages",
        "requirements",
        "apt_packages",
        "base_image",
        "platform",
        "env",
        "commands",
        "copy",
    ]
).union(_PIP, _DROPPED)


def _method(new: str, *, python: bool = False, listed: bool = False) -> Handler:
    """The handler of `image.with_...(...)`."""

    def handler(draft: Draft, node: Node) -> str | None:
        found = _addition(draft, node)
        if found is None:
            return None
        of, given = found
        if listed:
            code = draft.source(given.value)
            added: list[Argument] | None = [Argument(f"[{code}]" if given.value.type == "string" else code)]
        elif given.value.type == "string" and not python:
            added = [Argument(draft.source(given.value))]
        else:
            added = packages(draft, given, python=python)
        if added is None:
            return None
        return draft.source(of) + (print_call(new, added, draft.style) if added else "")

    return handler


def _addition(draft: Draft, node: Node) -> tuple[Node, Given] | None:
    """The image that a method adds something to, and that thing; None (refused) where it does not show."""
    function = node.child_by_field_name("function")
    of = function.child_by_field_name("object") if function is not None else None
    given = arguments(draft, node)
    if function is None or of is None or len(given) != 1 or given[0].name in ("*", "**"):
        draft.refuse(node, "flyteshift cannot see what this adds to the image.", SPEC)
        return None
    draft.claim(keyword_of(given[0]))
    _claim_method(draft, function)
    return of, given[0]


def _with_copy(draft: Draft, node: Node) -> str | None:
    """`image.with_copy("src")`."""
    found = _addition(draft, node)
    links = _copied(draft, found[1]) if found is not None else None
    if found is None or links is None:
        return None
    return draft.source(found[0]) + "".join(_link(draft, link, "", 0) for link in links)


def _force_push(draft: Draft, node: Node) -> str | None:
    function = node.child_by_field_name("function")
    of = function.child_by_field_name("object") if function is not None else None
    if function is None or of is None:
        return None
    _claim_method(draft, function)
    draft.note(node, "To build an image anew, Flyte 2 has `flyte.build(image, force=True)`.")
    return draft.source(of)


def _claim_method(draft: Draft, function: Node) -> None:
    end = draft.document.span(function).end
    for reference in draft.uses(function):
        if reference.kind == "attribute" and reference.span.end == end:
            draft.claim(reference.span)


HANDLERS: dict[str, Handler] = {
    f"{SPEC}()": spec,
    f"{SPEC}.with_packages()": _method(".with_pip_packages", python=True),
    f"{SPEC}.with_apt_packages()": _method(".with_apt_packages"),
    f"{SPEC}.with_commands()": _method(".with_commands", listed=True),
    f"{SPEC}.with_copy()": _with_copy,
    f"{SPEC}.force_push()": _force_push,
}
