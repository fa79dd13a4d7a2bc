"""Semantics: names resolved to dotted symbols; tasks, workflows, calls and what values they hold."""
