"""Migration: the plan of a whole module, with what no single rule can decide: environments, imports, what is refused."""

from flyteshift.migration.plan import Note, Obstacle, Plan, plan_module

__all__ = ["Note", "Obstacle", "Plan", "plan_module"]
