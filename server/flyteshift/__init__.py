"""flyteshift: a language server that moves Flyte 1 (flytekit) code to Flyte 2 (flyte)."""

__version__ = "0.1.0"
