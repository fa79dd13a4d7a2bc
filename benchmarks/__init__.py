"""Measures flyteshift beside ruff, the least that pygls can do, and jedi-language-server: `python -m benchmarks`.

Nothing here asserts a time: what comes out is a table (docs/benchmarks.md) and a JSON file.
"""
