"""Many runs of one question, one value of a parameter each, with their work shared."""

from msp_siting.commands.sweeping.question import ask
from msp_siting.commands.sweeping.run import Workers, sweep_and_write

__all__ = ["Workers", "ask", "sweep_and_write"]
