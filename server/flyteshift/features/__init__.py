"""Features: findings, hover, explanations and actions as plain functions over a model, giving plain data."""
