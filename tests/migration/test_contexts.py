"""What is read off `current_context()`; programs/contexts.txt shows that the values are the same."""

from __future__ import annotations

import pytest

from tests.migration.helpers import migrated, planned, reasons

HEAD = "from flytekit import current_context, dynamic, task, workflow\n\n\n"


def body(statements: str, decorator: str = "@task") -> str:
    lines = "".join(f"    {line}\n" for line in statements.splitlines())
    return f"{HEAD}{decorator}\ndef f(x: int) -> str:\n{lines}"


def new(statements: str, decorator: str = "@task") -> str:
    """The body of the migrated function."""
    return migrated(body(statements, decorator)).split("-> str:\n")[1]


def test_a_folder_that_is_read_once_is_made_where_it_is_read() -> None:
    assert new("return current_context().working_directory") == "    return tempfile.mkdtemp()\n"
    assert new('return f"{current_context().working_directory}/a"') == '    return f"{tempfile.mkdtemp()}/a"\n'
    assert "import tempfile\n" in migrated(body("return current_context().working_directory"))


def test_a_variable_that_held_the_context_goes() -> None:
    assert new("ctx = current_context()\nreturn ctx.working_directory") == "    return tempfile.mkdtemp()\n"
    assert "ctx" not in migrated(
        body("if x:\n    ctx = current_context()\n    return ctx.working_directory\nreturn ''")
    )


@pytest.mark.parametrize(
    "statements",
    [
        "a = current_context().working_directory\nreturn a + current_context().working_directory",
        "for _ in range(x):\n    a = current_context().working_directory\nreturn a",
        "return str([current_context().working_directory for _ in range(x)])",
        "def inner() -> str:\n    return current_context().working_directory\nreturn inner() + inner()",
        "get = lambda: current_context().working_directory\nreturn get() + get()",
    ],
)
def test_a_folder_that_may_be_read_again_is_made_once(statements: str) -> None:
    after = new(statements)
    assert after.startswith("    working_directory = tempfile.mkdtemp()\n")
    assert after.count("mkdtemp") == 1 and "current_context" not in after


def test_the_line_that_makes_the_folder_stands_below_the_text_of_documentation() -> None:
    after = new('"""Says."""\nctx = current_context()\nreturn ctx.working_directory + ctx.working_directory')
    assert after == (
        '    """Says."""\n    working_directory = tempfile.mkdtemp()\n'
        "    return working_directory + working_directory\n"
    )


def test_the_variable_gets_a_name_that_is_free() -> None:
    after = new(
        "working_directory = 'a'\nctx = current_context()\nreturn ctx.working_directory + ctx.working_directory"
    )
    assert after.startswith("    flyte_working_directory = tempfile.mkdtemp()\n    working_directory = 'a'\n")


def test_a_helper_that_one_task_calls_once_makes_the_folder() -> None:
    source = HEAD + (
        "def folder() -> str:\n    return current_context().working_directory\n\n\n"
        "@task\ndef f(x: int) -> str:\n    return folder()\n"
    )
    assert "return tempfile.mkdtemp()" in migrated(source)


@pytest.mark.parametrize(
    ("calls", "reason"),
    [
        ("    return folder() + folder()\n", "the folder as an argument"),
        ("    return [folder() for _ in range(x)][0]\n", "the folder as an argument"),
        ("    return folder() + current_context().working_directory\n", "the folder as an argument"),
        ("    return ''.join(map(folder, [1]))\n", "the folder as an argument"),
    ],
)
def test_a_helper_that_could_make_two_folders_of_one_is_refused(calls: str, reason: str) -> None:
    source = HEAD + (
        "def folder(n: int = 0) -> str:\n    return current_context().working_directory\n\n\n"
        f"@task\ndef f(x: int) -> str:\n{calls}"
    )
    assert any(reason in message for message in reasons(source))


def test_the_folder_of_a_workflow_or_of_the_module_is_refused() -> None:
    assert any("workflow" in m for m in reasons(body("return current_context().working_directory", "@workflow")))
    assert any(
        "module" in m
        for m in reasons(
            HEAD + "FOLDER = current_context().working_directory\n\n\n@task\ndef f() -> str:\n    return ''\n"
        )
    )


def test_the_identity_is_local_where_it_was() -> None:
    assert new("return current_context().execution_id.name") == (
        '    return flyte.ctx().action.run_name if flyte.ctx().is_in_cluster() else "local"\n'
    )
    assert new("return 'a' + current_context().execution_id.project") == (
        "    return 'a' + (flyte.ctx().action.project if flyte.ctx().is_in_cluster() else \"local\")\n"
    )
    assert "else 'local'}" in new('return f"{current_context().execution_id.domain}"')


def test_the_date_fits_to_what_the_module_calls_datetime() -> None:
    assert "or datetime.datetime.now(datetime.timezone.utc)" in new("return str(current_context().execution_date)")
    imported = "from datetime import datetime, timezone\n" + body("return str(current_context().execution_date)")
    assert "or datetime.now(timezone.utc)" in migrated(imported)
    other = "from datetime import datetime\n" + body("return str(current_context().execution_date)")
    assert any("`datetime` is something else" in message for message in reasons(other))


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        ("return str(current_context().execution_id)", "execution_id"),
        ("return str(current_context().stats)", "stats"),
        ("return current_context().task_id.name", "task_id"),
        ("return current_context().output_metadata_prefix", "output_metadata_prefix"),
        ("return str(current_context())", "current_context"),
        ("ctx = current_context()\nprint(ctx)\nreturn ctx.working_directory", "current_context"),
        ("cp = current_context().checkpoint\nreturn str(cp.restore('a'))", "restore"),
        ("cp = current_context().checkpoint\nprint(cp)\ncp.restore('a')\nreturn ''", "restore"),
    ],
)
def test_what_has_no_equal_form_is_refused(statements: str, reason: str) -> None:
    assert any(reason in message for message in reasons(body(statements)))


def test_the_prefix_of_outputs_is_a_folder_outside_of_a_run() -> None:
    after = new("return current_context().raw_output_prefix + '/a'")
    assert "(flyte.ctx().raw_data_path.path if flyte.ctx() else tempfile.mkdtemp()) + '/a'" in after
    at_import = "from flytekit import current_context\n\nPREFIX = current_context().raw_output_prefix\n"
    assert any("folder" in message for message in reasons(at_import + body("return PREFIX")))


def test_loggers_are_one() -> None:
    source = "import flytekit\nfrom flytekit import logger, task\n\n\n@task\ndef f() -> None:\n"
    source += "    logger.info('a')\n    flytekit.logger.info('b')\n    flytekit.current_context().logging.info('c')\n"
    assert migrated(source).count("flyte.logger.info(") == 3


def test_bytes_of_a_checkpoint_are_read_from_the_path_that_flyte_gives() -> None:
    after = new("cp = current_context().checkpoint\nseen = cp.read()\ncp.write(b'a')\nreturn str(seen)")
    assert "seen = saved.read_bytes() if (saved := cp.load_sync()) else None\n" in after
    assert "    cp.save_sync(b'a')\n" in after


def test_another_current_context_is_left_alone() -> None:
    source = (
        "from decimal import getcontext as current_context\n\nfrom flytekit import task\n\n\n@task\ndef f() -> int:\n"
    )
    assert "return current_context().prec\n" in migrated(source + "    return current_context().prec\n")


def test_notes_tell_what_a_local_run_gives() -> None:
    notes = [n.message for n in planned(body("return current_context().execution_id.name")).notes]
    assert any("gives `local`" in note for note in notes)
