"""Answers one question for many values of a parameter, sharing their work."""

from msp_siting.commands.sweeping.question import ask
from msp_siting.commands.sweeping.run import Workers, sweep_and_write

__all__ = ["Workers", "ask", "sweep_and_write"]
