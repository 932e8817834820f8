"""Writes what people read of a finished run again, from its files, in either language."""

from msp_siting.commands.reporting.run import report_and_write

__all__ = ["report_and_write"]
