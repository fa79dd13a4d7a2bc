"""Apps of the Union SDK: `App` is an app environment, its inputs are parameters.

What Flyte 1 added by itself is written out: a size of the disk, and that inputs are not downloaded (union 0.1).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from flyteshift.migration import constants, resources
from flyteshift.migration.actors import is_module_variable
from flyteshift.migration.arguments import Given, arguments, by_name
from flyteshift.migration.draft import Draft, Handler
from flyteshift.migration.layout import indent, is_spread, taken
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Argument, keyword, print_call
from flyteshift.semantics.values import Instance, Symbol

APP = "union.app.App"
INPUT = "union.app.Input"
ENDPOINT = f"{APP}.query_endpoint"
ARTIFACT_VALUE = "flyte.app.ArtifactValue"
"""What `Model.query()` has become before (see plainer/watched.py)."""
ORDER = (
    "name", "container_image", "port", "limits", "requests", "secrets", "args", "command", "min_replicas",
    "max_replicas", "scaledown_after", "scaling_metric", "include", "inputs", "env", "cluster_pool", "accelerator",
    "requires_auth", "type", "description", "framework_app", "dependencies", "config", "subdomain", "custom_domain",
    "links", "shared_memory", "request_timeout",
)  # fmt: skip
"""The parameters of `App` (union 0.1.202, app/_models.py)."""
_INPUT = ("value", "name", "env_var", "type", "download", "mount", "ignore_patterns")
_RENAMED = {"container_image": "image", "env": "env_vars", "dependencies": "depends_on", "inputs": "parameters",
            "framework_app": "app"}  # fmt: skip
_RESOURCES = ("requests", "limits", "accelerator", "shared_memory")
_TOGETHER = {
    "Scaling": {
        "min_replicas": "",
        "max_replicas": "",
        "scaling_metric": "metric",
        "scaledown_after": "scaledown_after",
    },
    "Domain": {"subdomain": "subdomain", "custom_domain": "custom_domain"},
    "Timeouts": {"request_timeout": "request"},
}
"""The objects that several parameters make together, and what each is there."""
_PLACE = {"Scaling": "scaling", "Domain": "domain", "Timeouts": "timeouts"}
_STORES = ("s3://", "gs://", "abfs://")
_UNION_STORES = ("union://", "ufs://", "unionmeta://", "ums://")

PLACE = "An app becomes an app environment, which must stand in a variable of the module."
CONFIG = "This configuration has no Flyte 2 form; set what it sets by hand: environment variables, secrets and links."
POD = "Flyte 2 takes an image and a `pod_template` apart; write both by hand, then migrate."
IMAGE = "The image of an app must have `flyte` in the place of `union-runtime`."
FRAMEWORK = "flyteshift knows no framework but FastAPI here; give `args` that start the app."
ARGS = "Flyte 2 starts the app of a framework itself; drop `args` or `framework_app`, then migrate."
SECRET = "Give each secret of an app an `env_var`, by which the app reads it, then migrate."
INCLUDE = "flyteshift cannot see which files these are; write paths of files or folders as texts."
RUNS = "`{0}`, which this app runs, uses Flyte 1, which the image of a Flyte 2 app does not have; migrate that first."
RELATIVE = "Flyte 2 takes these paths from the folder of this file, Flyte 1 from where it was deployed."
VALUE = "An input of Flyte 2 is a text, a file, a folder, `flyte.app.AppEndpoint` or `flyte.app.ArtifactValue`."
READ = "What reads this input by `union_runtime.get_input` must use `flyte.app.get_parameter`."


def source(draft: Draft, node: Node) -> str | None:
    """`App(...)` as `flyte.app.AppEnvironment(...)`; None where it is refused."""
    if not is_module_variable(node):
        _refuse(draft, node, node, PLACE)
        return None
    given = by_name(draft, node, ORDER)
    if given is None:
        return None
    given = {n: g for n, g in given.items() if text(g.value) != "None"}
    obstacle = _obstacle(draft, given)
    if obstacle is not None:
        _refuse(draft, node, *obstacle)
        return None
    said = _merged(draft, given)
    if said is None:
        return None
    out = [said[name] for name in given if name in said]
    name = "FastAPIAppEnvironment" if "framework_app" in given else "AppEnvironment"
    draft.imports.add(f"from flyte.app{'.extras' if 'framework_app' in given else ''} import {name}")
    _note(draft, given)
    return print_call(name, out, draft.style, indent(draft, node), taken(draft, node), is_spread(node))


def _refuse(draft: Draft, node: Node, at: Node, message: str) -> None:
    draft.claim_within(node)
    draft.refuse(at, message, APP)


def _obstacle(draft: Draft, given: Mapping[str, Given]) -> tuple[Node, str] | None:
    """The argument that no app environment can have, with the reason."""
    if "config" in given:
        return given["config"].node, CONFIG
    image = given.get("container_image")
    if image is not None and _made(draft, image.value) == "flytekit.PodTemplate":
        return image.node, POD
    framework = given.get("framework_app")
    if framework is not None and _made(draft, framework.value) != "fastapi.FastAPI":
        return framework.node, FRAMEWORK
    if framework is not None and "args" in given:
        return given["args"].node, ARGS
    secrets = given.get("secrets")
    if secrets is not None and not _are_read(draft, secrets.value):
        return secrets.node, SECRET
    include = given.get("include")
    if include is not None and not _are_paths(include.value):
        return include.node, INCLUDE
    stays = next(_in_flyte1(draft, include.value), None) if include is not None else None
    if stays is not None:
        return stays, RUNS.format(_content(stays))
    return None


def _in_flyte1(draft: Draft, paths: Node) -> Iterator[Node]:
    """The files that an app brings along which use Flyte 1: its image loses the packages that they need."""
    if draft.outside is None:
        return
    for node in paths.named_children:
        file = draft.outside.path.parent / _content(node)
        model = draft.outside.project.model(file) if file.suffix == ".py" else None
        if model is not None and model.uses_flyte1:
            yield node


def _made(draft: Draft, value: Node) -> str:
    """The class of an object that is made here, or that a variable of the module is set to."""
    made = constants.assigned(draft, text(value)) if value.type == "identifier" else value
    function = made.child_by_field_name("function") if made is not None and made.type == "call" else None
    known = draft.model.value(function) if function is not None else draft.model.value(value)
    if isinstance(known, Symbol):
        return draft.model.names.role(known.name)
    return draft.model.names.role(known.of) if isinstance(known, Instance) else ""


def _are_read(draft: Draft, value: Node) -> bool:
    """True for a list of secrets that all go to environment variables of their own names."""
    items = [n for n in value.named_children if n.type != "comment"]
    return value.type == "list" and all(
        n.type == "call" and any(a.name == "env_var" for a in arguments(draft, n)) for n in items
    )


def _are_paths(value: Node) -> bool:
    """True for plain texts; of patterns, for those of all that is in a folder."""
    items = [n for n in value.named_children if n.type != "comment"]
    plain = all(n.type == "string" and not any(c.type == "interpolation" for c in n.named_children) for n in items)
    return value.type == "list" and plain and not any(set("*?[") & set(_content(n).removesuffix("/**")) for n in items)


def _content(node: Node) -> str:
    return text(node).strip("\"'")


def _merged(draft: Draft, given: Mapping[str, Given]) -> dict[str, Argument] | None:
    """The new arguments, each under the first old one that it is made of; None where one is refused."""
    out: dict[str, Argument] = {}
    for name, argument in given.items():
        code = _alone(draft, name, argument)
        if code is not None:
            out[name] = keyword(_RENAMED.get(name, name), code, argument.before, argument.behind)
    parts = {n: g for n, g in given.items() if n in _RESOURCES}
    if parts:
        code = resources.merged(draft, parts, '"20Gi"' if "limits" in parts else '"10Gi"')
        if code is None:
            return None
        out[next(iter(parts))] = _together("resources", code, parts)
    for kind, names in _TOGETHER.items():
        parts = {n: g for n, g in given.items() if n in names}
        if parts:
            out[next(iter(parts))] = _together(_PLACE[kind], _object(draft, kind, names, parts), parts)
    return out


def _alone(draft: Draft, name: str, given: Given) -> str | None:
    """The code of an argument that one parameter takes; None where several make one."""
    if name in _RESOURCES or any(name in names for names in _TOGETHER.values()):
        return None
    code = draft.source(given.value)
    return _files(given.value, code) if name == "include" else code


def _files(value: Node, code: str) -> str:
    """The code of a list of files as a tuple; a folder is taken with all that is in it."""
    code = re.sub(r"/\*\*([\"'])", r"\1", code)
    items = [n for n in value.named_children if n.type != "comment"]
    if not items or len(items) < len(value.named_children):
        return code  # a list will do
    inner = code[1:-1].strip().rstrip(",")
    return f"({inner},)" if len(items) == 1 else f"({inner})"


def _together(name: str, code: str, parts: Mapping[str, Given]) -> Argument:
    """One argument with the comments of all that it is made of."""
    loose = [c for g in parts.values() for c in (*g.before, *([g.behind] if g.behind else []))]
    return keyword(name, code, loose)


def _object(draft: Draft, kind: str, names: Mapping[str, str], parts: Mapping[str, Given]) -> str:
    """`Scaling(replicas=(0, 2))` and the like."""
    said = {n: draft.source(g.value) for n, g in parts.items()}
    out = []
    if "min_replicas" in said or "max_replicas" in said:
        out.append(f"replicas=({said.get('min_replicas', '0')}, {said.get('max_replicas', '1')})")
    out += [f"{new}={said[old]}" for old, new in names.items() if new and old in said]
    draft.imports.add(f"from flyte.app import {kind}")
    return f"{kind}({', '.join(out)})"


def _note(draft: Draft, given: Mapping[str, Given]) -> None:
    image, include = given.get("container_image"), given.get("include")
    if image is not None and image.value.type == "string":
        draft.note(image.node, IMAGE)
    paths = include.value.named_children if include is not None else []
    if include is not None and any(not _content(n).startswith("./") for n in paths if n.type == "string"):
        draft.note(include.node, RELATIVE)


def parameter(draft: Draft, node: Node) -> str | None:
    """`Input(...)` as `flyte.app.Parameter(...)`; None where it is refused."""
    given = by_name(draft, node, _INPUT)
    if given is None or "value" not in given:
        return None
    given = {n: g for n, g in given.items() if text(g.value) != "None"}
    found = _value(draft, given)
    if found is None:
        draft.claim_within(node)
        draft.refuse(given["value"].node, VALUE, INPUT)
        return None
    name, value, is_data = found
    out = [keyword("name", draft.source(given["name"].value)) if "name" in given else keyword("name", name)]
    out.append(keyword("value", value))
    kept = ("env_var", "download", "mount", "ignore_patterns")
    out += [keyword(n, draft.source(given[n].value), given[n].before, given[n].behind) for n in kept if n in given]
    if is_data and "download" not in given:
        out.append(Argument("download=False"))
    if "env_var" not in given:
        draft.note(node, READ)
    draft.imports.add("from flyte.app import Parameter")
    return print_call("Parameter", out, draft.style, indent(draft, node), taken(draft, node), is_spread(node))


def _value(draft: Draft, given: Mapping[str, Given]) -> tuple[str, str, bool] | None:
    """The name that an input has by its value, the value, and whether that is a file or a folder."""
    node = given["value"].value
    function = node.child_by_field_name("function") if node.type == "call" else None
    if function is not None and draft.symbol(function) == ENDPOINT and "type" not in given:
        return f"{text(function.child_by_field_name('object'))}.name", draft.source(node), False
    if function is not None and text(function) == ARTIFACT_VALUE and "type" not in given:
        name = arguments(draft, node)[0].value
        draft.imports.add("from flyte.app import ArtifactValue")
        return text(name), f"ArtifactValue(name={text(name)})", True
    known = constants.evaluate(draft, node)
    if known is None or not isinstance(known.value, str):
        return None
    kind = ""
    if "type" in given:
        kind = text(given["type"].value).rpartition(".")[2]
        draft.claim_within(given["type"].value)
    is_stored = known.value.startswith(_STORES)
    code = text(node)
    if not kind and known.value.startswith(_UNION_STORES):
        return None
    if kind == "String" or (not kind and not is_stored):
        return (code, code, False) if not known.value.startswith((*_STORES, *_UNION_STORES)) else None
    if kind not in ("", "File", "Directory") or not is_stored:
        return None
    is_file = kind == "File" or (not kind and bool(posixpath.splitext(known.value)[1]))
    draft.imports.add(f"from flyte.io import {'File' if is_file else 'Dir'}")
    return code, f"{'File' if is_file else 'Dir'}(path={code})", True


def endpoint(draft: Draft, node: Node) -> str | None:
    """`app.query_endpoint(public=True)` as `AppEndpoint(app_name=app.name, public=True)`."""
    function = node.child_by_field_name("function")
    given = by_name(draft, node, ("public",))
    if function is None or given is None:
        return None
    public = f", public={draft.source(given['public'].value)}" if "public" in given else ""
    draft.claim_within(function)
    draft.imports.add("from flyte.app import AppEndpoint")
    return f"AppEndpoint(app_name={text(function.child_by_field_name('object'))}.name{public})"


def _renamed(new: str, *order: str) -> Handler:
    """The handler of a class that has the same parameters in Flyte 2."""

    def handler(draft: Draft, node: Node) -> str | None:
        given = by_name(draft, node, order)
        if given is None:
            return None
        draft.imports.add(f"from flyte.app import {new.partition('.')[0]}")
        out = [g.printed(draft) for g in given.values()]
        return print_call(new, out, draft.style, indent(draft, node), taken(draft, node))

    return handler


HANDLERS: dict[str, Handler] = {
    f"{APP}()": source,
    f"{INPUT}()": parameter,
    f"{ENDPOINT}()": endpoint,
    f"{APP}.Port()": _renamed("Port", "port", "name"),
    "union.app.Link()": _renamed("Link", "path", "title", "is_relative"),
    "union.app.ScalingMetric.Concurrency()": _renamed("Scaling.Concurrency", "val"),
    "union.app.ScalingMetric.RequestRate()": _renamed("Scaling.RequestRate", "val"),
}
