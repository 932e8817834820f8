"""``python -m msp_siting`` is the command line."""

from msp_siting.cli import main

main()
