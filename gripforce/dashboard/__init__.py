"""A terminal dashboard on any stream of items."""

from gripforce.dashboard.app import Dashboard, run_dashboard

__all__ = ["Dashboard", "run_dashboard"]
