"""The names of the rules that rows may name. The catalog stands below the rules, so a test keeps the two lists equal."""

from __future__ import annotations

RULE_NAMES = frozenset(
    """
    flytekit-import union-import flyteidl-import flytekit-symbol task workflow dynamic eager imperative-workflow
    environment reference-entity kwtypes lazy-module
    container-image task-resources task-environment secret-requests task-cache retries timeout interruptible
    enable-deck pod-template task-config task-docs task-labels task-internals task-metadata accelerator
    image-spec resources secret cache default-images security-context
    map-task conditional node-order with-overrides on-failure exceptions gate-node node-outputs promise
    parallel-branches
    flyte-file flyte-directory structured-dataset flyte-schema type-transformer literal-models artifact file-formats
    iterator-pickle hash-method framework-types
    current-context context-secrets working-directory deck deck-renderers checkpoint logger flyte-context
    launch-plan cron-schedule fixed-rate notifications flyte-remote flyte-config serialization launch-options testing
    pyflyte
    spark ray dask kfpytorch pod bigquery snowflake papermill pandera polars mlflow wandb dbt slurm omegaconf
    huggingface plugin-without-successor container-task shell-task sql-task sensor agent task-extension interactive
    webhook union-actor union-app union-remote

    """.split()
)
