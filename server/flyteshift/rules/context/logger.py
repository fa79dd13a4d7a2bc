"""FS607: loggers."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS607",
    name="logger",
    summary="`flytekit.logger` and `current_context().logging` become `flyte.logger`, or the logging module.",
    shift="""\
Both SDKs offer an ordinary `logging.Logger`; calls such as `logger.info(...)` stay as they are. Only the logger's
name and the place of its level change: set it with `flyte.init(user_log_level=...)` or the environment variable
`USER_LOG_LEVEL`; `LOG_LEVEL` is for the SDK's own messages. A logger of your own, `logging.getLogger(__name__)`,
works in both.""",
    guide="cli-and-configuration",
    applicability="unsafe",
    automatic="""\
Migrate rewrites `flytekit.logger`, the user logger and `current_context().logging` to `flyte.logger`. Other loggers and
functions that set them up are refused.""",
    gotchas=(
        "`flytekit.logger` showed warnings by default, `flyte.logger` shows information, too.",
        "The logger is called `flyte.user` and does not propagate; handlers and filters that go by Flyte 1's names "
        "change.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import logger, task


@task
def double(x: int) -> int:
    logger.info("doubling %s", x)
    return 2 * x
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="numbers")


@env.task
def double(x: int) -> int:
    flyte.logger.info("doubling %s", x)
    return 2 * x
""",
            call="double(x=4)",
        ),
        Example(
            before="""\
from flytekit import current_context, task


@task
def double(x: int) -> int:
    current_context().logging.info("doubling %s", x)
    return 2 * x
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="numbers")


@env.task
def double(x: int) -> int:
    flyte.logger.info("doubling %s", x)
    return 2 * x
""",
            call="double(x=4)",
        ),
    ),
    ignores=(
        """\
import logging

logger = logging.getLogger(__name__)
logger.info("started")
""",
        """\
from loguru import logger

logger.info("started")
""",
    ),
)
