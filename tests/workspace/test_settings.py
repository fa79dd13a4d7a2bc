from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.workspace.settings import KEYS, Settings, from_mapping, load


def settings(mapping: object) -> Settings:
    found, problems = from_mapping(mapping, "here")
    assert problems == []
    return found


def problems(mapping: object) -> list[str]:
    return from_mapping(mapping, "here")[1]


def project(folder: Path, toml: str) -> Path:
    (folder / "pyproject.toml").write_text(toml, "utf-8")
    return folder


def test_defaults_select_everything() -> None:
    assert Settings().selects("FS101", "flytekit-import")
    assert Settings().severity_of("FS101", "flytekit-import", "import", "information") == "information"
    assert not Settings().ignored_in("a.py", "FS101", "flytekit-import")
    assert Settings().orchestration == "parallel"


@pytest.mark.parametrize(
    "selector", ["FS401", "fs401", "FS4", "FS40", "FS", "ALL", "all", "map-task", "Map-Task", " FS401 "]
)
def test_a_selector_names_a_rule(selector: str) -> None:
    assert settings({"select": [selector]}).selects("FS401", "map-task")
    assert not settings({"ignore": [selector]}).selects("FS401", "map-task")


@pytest.mark.parametrize("selector", ["FS402", "FS41", "FS5", "map", "map_task", ""])
def test_a_selector_leaves_other_rules(selector: str) -> None:
    assert not settings({"select": [selector]}).selects("FS401", "map-task")
    assert settings({"ignore": [selector]}).selects("FS401", "map-task")


def test_the_closest_selector_decides() -> None:
    assert settings({"select": ["FS401"], "ignore": ["FS4"]}).selects("FS401", "map-task")
    assert not settings({"select": ["FS401"], "ignore": ["FS4"]}).selects("FS402", "conditional")
    assert not settings({"select": ["FS4"], "ignore": ["map-task"]}).selects("FS401", "map-task")
    assert not settings({"select": ["FS4"], "ignore": ["FS4"]}).selects("FS401", "map-task")
    assert not settings({"select": []}).selects("FS401", "map-task")


def test_severity_by_change_group_and_rule() -> None:
    table = {"FS401": "error", "breaks": "hint", "FS4": "warning", "conditional": "information"}
    found = settings({"severity": table})
    assert found.severity_of("FS401", "map-task", "breaks", "warning") == "error"
    assert found.severity_of("FS402", "conditional", "breaks", "warning") == "information"
    assert found.severity_of("FS403", "node-order", "moves", "information") == "warning"
    assert found.severity_of("FS501", "flyte-file", "breaks", "warning") == "hint"
    assert found.severity_of("FS501", "flyte-file", "moves", "information") == "information"


@pytest.mark.parametrize("key", ["per-file-ignores", "per_file_ignores", "perFileIgnores"])
def test_keys_in_any_case(key: str) -> None:
    found = settings({key: {"tests/**": ["FS1"], "conf.py": ["map-task"]}})
    assert found.ignored_in("tests/a/b.py", "FS101", "flytekit-import")
    assert found.ignored_in("x/conf.py", "FS401", "map-task")
    assert not found.ignored_in("tests/a/b.py", "FS401", "map-task")
    assert not found.ignored_in("src/b.py", "FS101", "flytekit-import")
    assert not found.ignored_in(None, "FS101", "flytekit-import")


def test_per_file_ignores_are_relative_to_the_project(tmp_path: Path) -> None:
    project(tmp_path, '[tool.flyteshift.per-file-ignores]\n"tests/" = ["ALL"]\n')
    found, wrong = load(tmp_path)
    assert wrong == []
    assert found.ignored_in(tmp_path / "tests" / "a.py", "FS101", "flytekit-import")
    assert not found.ignored_in(tmp_path / "src" / "a.py", "FS101", "flytekit-import")
    assert not found.ignored_in("/elsewhere/src/a.py", "FS101", "flytekit-import")


def test_excludes_add_to_the_usual_ones(tmp_path: Path) -> None:
    found = Settings(exclude=("gen/", "!build"), root=tmp_path)
    assert found.excludes(tmp_path / "gen" / "a" / "b.py")
    assert found.excludes(tmp_path / "x" / "node_modules" / "a.py")
    assert not found.excludes(tmp_path / "build" / "a.py")
    assert not found.excludes(tmp_path / "gen.py")
    assert not found.excludes(tmp_path / "src" / "a" / "b.py")
    assert not found.excludes(tmp_path)


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"selct": ["FS1"]}, ["selct", "did you mean `select`?"]),
        ({"per-file-ignore": {}}, ["per-file-ignore", "`per-file-ignores`"]),
        ({"xyzzy": 1}, ["no setting `xyzzy`"]),
        ({"select": "FS1"}, ["`select`", "'FS1'", "list"]),
        ({"ignore": [1]}, ["`ignore`", "1"]),
        ({"severity": ["FS1"]}, ["`severity`", "a list"]),
        ({"severity": {"FS1": "fatal"}}, ["`severity`", "FS1", "'fatal'", "warning"]),
        ({"severity": {"FS1": ["x"]}}, ["`severity`", "FS1"]),
        ({"exclude": {"a": 1}}, ["`exclude`", "a table"]),
        ({"exclude": ["a", 2]}, ["`exclude`", "2"]),
        ({"per-file-ignores": ["a"]}, ["`per-file-ignores`", "a list"]),
        ({"per-file-ignores": {"a": "FS1"}}, ["`per-file-ignores`", "`a`", "'FS1'"]),
        ({"orchestration": "both"}, ["`orchestration`", "'both'", "parallel"]),
        ({"orchestration": ["parallel"]}, ["`orchestration`"]),
        ({"interpreter": 3}, ["`interpreter`", "3"]),
        ([], ["a table", "a list"]),
        ("x", ["a table", "'x'"]),
    ],
)
def test_a_wrong_setting_is_named(mapping: object, words: list[str]) -> None:
    [message] = problems(mapping)
    for word in ["here", *words]:
        assert word in message


def test_the_rest_works_beside_a_wrong_setting() -> None:
    found, wrong = from_mapping({"selct": [], "ignore": ["FS1", 3], "severity": {"FS4": "error", "FS5": "no"}}, "here")
    assert len(wrong) == 3
    assert not found.selects("FS101", "flytekit-import")
    assert found.severity_of("FS401", "map-task", "breaks", "warning") == "error"
    assert found.severity_of("FS501", "flyte-file", "breaks", "warning") == "warning"


def test_a_wrong_value_keeps_what_stood_below() -> None:
    base = settings({"orchestration": "sequential", "ignore": ["FS1"]})
    found, wrong = from_mapping({"orchestration": "no", "ignore": None, "select": ["FS4"]}, "editor", base)
    assert [("orchestration" in each) for each in wrong] == [True]
    assert found.orchestration == "sequential"
    assert found.ignore == ("FS1",)
    assert found.select == ("FS4",)


def test_selectors_of_no_rule_are_named() -> None:
    known = {"FS401", "map-task", "FS101", "flytekit-import"}
    found = settings({"select": ["FS4", "map-tsk"], "ignore": ["FS9"], "severity": {"breaks": "error", "FS8": "error"}})
    assert found.unknown(known) == [
        "`select`: no rule is called `map-tsk`; did you mean `map-task`?",
        "`ignore`: no rule is called `FS9`",
        "`severity`: no rule is called `FS8`",
    ]
    assert settings({"per-file-ignores": {"a": ["nope"]}}).unknown(known) == [
        "`per-file-ignores`: no rule is called `nope`"
    ]


def test_the_nearest_pyproject_counts(tmp_path: Path) -> None:
    project(tmp_path, '[tool.flyteshift]\nignore = ["FS1"]\n')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert load(inner)[0].ignore == ("FS1",)
    assert load(inner)[0].root == tmp_path
    project(inner, "[tool.other]\n")
    assert load(inner)[0].ignore == ()


@pytest.mark.parametrize(
    "content", [b"[tool", b"\xff\xfe", b"a = " + b"[" * 5000, b"[tool.flyteshift]\nselect = 1\nselect = 2\n"]
)
def test_a_broken_pyproject_gives_a_message_and_the_defaults(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content)
    found, [message] = load(tmp_path)
    assert found == Settings(root=tmp_path)
    assert str(tmp_path / "pyproject.toml") in message


@pytest.mark.parametrize("content", ["tool = 1", "[tool]\n", "", "[tool.flyteshift]\n", "\ufeff[tool.flyteshift]\n"])
def test_a_pyproject_without_settings_is_silent(tmp_path: Path, content: str) -> None:
    assert load(project(tmp_path, content)) == (Settings(root=tmp_path), [])


def test_a_wrong_table_in_pyproject(tmp_path: Path) -> None:
    _, [message] = load(project(tmp_path, "[tool]\nflyteshift = 3\n"))
    assert "[tool.flyteshift]" in message


def test_a_repository_cannot_choose_the_interpreter(tmp_path: Path) -> None:
    found, [message] = load(project(tmp_path, '[tool.flyteshift]\ninterpreter = "./evil"\n'))
    assert found.interpreter is None
    assert "`interpreter`" in message
    assert settings({"interpreter": "/usr/bin/python3"}).interpreter == "/usr/bin/python3"


def test_keys_are_the_documented_ones() -> None:
    assert KEYS == (
        "select",
        "ignore",
        "severity",
        "exclude",
        "per-file-ignores",
        "orchestration",
        "diagnostics",
        "baseline",
        "interpreter",
    )


def test_paths_with_dots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path, '[tool.flyteshift.per-file-ignores]\n"tests/a.py" = ["ALL"]\n')
    (tmp_path / "src").mkdir()
    monkeypatch.chdir(tmp_path / "src")
    found, _ = load(Path("..") / "tests")
    assert found.root == tmp_path
    assert found.ignored_in("../tests/a.py", "FS101", "flytekit-import")
    assert not found.ignored_in("../src/tests/a.py", "FS101", "flytekit-import")
