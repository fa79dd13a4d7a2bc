"""FS5xx: files, directories, dataframes and other types."""

from __future__ import annotations

from flyteshift.rules.data import (
    artifact,
    file_formats,
    flyte_directory,
    flyte_file,
    flyte_schema,
    framework_types,
    hash_method,
    iterator_pickle,
    literal_models,
    structured_dataset,
    type_transformer,
)
from flyteshift.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    flyte_file.RULE,
    flyte_directory.RULE,
    structured_dataset.RULE,
    flyte_schema.RULE,
    type_transformer.RULE,
    literal_models.RULE,
    artifact.RULE,
    file_formats.RULE,
    iterator_pickle.RULE,
    hash_method.RULE,
    framework_types.RULE,
)
