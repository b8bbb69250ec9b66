"""Print the budget: ``python -m hardware.budget``."""

import sys

from hardware.budget.report import inputs_table, report

if __name__ == "__main__":
    sys.stdout.write(report() + ("\n" + inputs_table() if "--inputs" in sys.argv else ""))
