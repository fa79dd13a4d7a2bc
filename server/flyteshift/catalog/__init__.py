"""Catalog: what Flyte 1 has and where it went in Flyte 2, as data, and its loader."""
