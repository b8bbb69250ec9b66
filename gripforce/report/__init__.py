"""An analysis as one self-contained page for a clinician. See ``docs/report.md``."""

from gripforce.report.page import render_report, write_report

__all__ = ["render_report", "write_report"]
