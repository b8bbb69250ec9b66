"""An analysis as one self-contained page for a clinician. See ``docs/report.md``."""

from gripforce.report.page import refuse_page, render_report, write_report

__all__ = ["refuse_page", "render_report", "write_report"]
