"""Migration: the plan of a whole module, environments, imports, and what is refused and why."""

from flyteshift.migration.plan import Note, Obstacle, Plan, plan_module

__all__ = ["Note", "Obstacle", "Plan", "plan_module"]
