"""Daily revenue. Plain tasks and workflows: flyteshift migrates this module by itself."""

from datetime import timedelta

from flytekit import dynamic, task, workflow


@task(retries=2, timeout=timedelta(minutes=10))
def load(day: int) -> list[float]:
    """The amounts of a day's orders, in euros."""
    return [day * 10 + cents / 100 for cents in (150, 299, 1999)]


@task
def total(amounts: list[float], discount: float = 0.1) -> float:
    """What is earned after the discount."""
    return round(sum(amounts) * (1 - discount), 2)


@task
def report(day: int, revenue: float) -> str:
    """One line for the morning's mail."""
    return f"day {day}: {revenue:.2f} €"  # the currency of the shop


@workflow
def daily(day: int = 1) -> str:
    """Load, add up, report."""
    amounts = load(day=day)
    revenue = total(amounts=amounts)
    return report(day=day, revenue=revenue)


@dynamic
def weekly(days: int) -> list[str]:
    """One report for each day: how many there are is known only at run time."""
    lines = []
    for day in range(days):
        lines.append(daily(day=day))
    return lines


if __name__ == "__main__":
    print(daily(day=3))
