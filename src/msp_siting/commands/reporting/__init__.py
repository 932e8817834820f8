"""Writes what people read of a finished run again, from its files, in either language."""

from msp_siting.commands.reporting.run import ReportOrder, report_and_write

__all__ = ["ReportOrder", "report_and_write"]
