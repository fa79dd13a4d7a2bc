"""FS706: configuration objects become arguments of `flyte.init`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS706",
    name="flyte-config",
    summary=(
        "`Config`, `PlatformConfig`, `S3Config` ... become arguments of `flyte.init(...)` or "
        "`flyte.init_from_config(path)`."
    ),
    shift="""\
Flyte 1 built a tree of configuration objects and handed it to a client or to serialization. Flyte 2 initialises the
process: `flyte.init_from_config("config.yaml")` reads a file, `flyte.init(endpoint=..., auth_type=...,
insecure=...)` takes the fields of `PlatformConfig` as keywords, and storage goes in as
`storage=flyte.storage.S3(...)`, `GCS(...)` or `ABFS(...)`. Images by name are `images=` of either call. The file is
another one: `flyte create config` writes it.""",
    guide="cli-and-configuration",
    applicability="display-only",
    automatic="Never by itself: where the process is initialised is your decision.",
    gotchas=(
        "The variables that name a configuration file are `UCTL_CONFIG` and `FLYTECTL_CONFIG`; "
        "`FLYTE_CONFIG`, which the guide names, is not read.",
        "`Config.for_sandbox()` has no counterpart.",
        "`File.from_local_sync` and other calls that touch storage need `flyte.init()` first, even in a local run.",
    ),
    examples=(
        Example(
            before="""\
from flytekit.configuration import Config, DataConfig, PlatformConfig, S3Config
from flytekit.remote import FlyteRemote


def connect() -> FlyteRemote:
    config = Config(
        platform=PlatformConfig(endpoint="flyte.example.com", insecure=False, client_id="ci"),
        data_config=DataConfig(s3=S3Config(endpoint="http://minio:9000")),
    )
    return FlyteRemote(config, default_project="reports", default_domain="development")
""",
            after="""\
import flyte
from flyte.storage import S3


def connect() -> None:
    flyte.init(
        endpoint="flyte.example.com",
        insecure=False,
        client_id="ci",
        storage=S3(endpoint="http://minio:9000"),
        project="reports",
        domain="development",
    )
""",
            why_not_run="It needs a Flyte backend.",
        ),
    ),
    ignores=(
        """\
import flyte
from flyte.config import Config

flyte.init_from_config(Config.auto())
""",
        """\
class Config:
    @classmethod
    def auto(cls) -> "Config":
        return cls()


config = Config.auto()
""",
    ),
)
