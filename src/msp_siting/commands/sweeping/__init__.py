"""Answers one question for many values of a parameter, sharing their work."""

from msp_siting.commands.sweeping.question import ask
from msp_siting.commands.sweeping.run import Workers, caveats_of_sweep, sweep_and_write, sweep_into

__all__ = ["Workers", "ask", "caveats_of_sweep", "sweep_and_write", "sweep_into"]
