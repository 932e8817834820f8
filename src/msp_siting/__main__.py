"""The command line: ``msp-siting``, and ``python -m msp_siting``."""

import signal


def main() -> None:
    """Load the commands and run the one that is asked for; a Ctrl-C meanwhile is heard as soon as they can tell."""
    asked: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: asked.append(number))
    from msp_siting.cli import end_at_once  # noqa: PLC0415 - it takes a second
    from msp_siting.cli import main as commands  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.default_int_handler)
    if asked:
        end_at_once()
    commands()


if __name__ == "__main__":
    main()
