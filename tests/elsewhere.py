"""A process that lacks what Windows lacks: ``python elsewhere.py`` checks, makes and solves there.

Nothing of this shows that Windows works. It shows that nothing is asked for that it does not have.
"""

import contextlib
import errno
import importlib.util
import os
import pkgutil
import shutil
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

ABSENT = ("fcntl", "resource", "pty", "termios", "tty", "pwd", "grp", "syslog")
ABSENT_OF_OS = ("getuid", "geteuid", "getgid", "getegid", "fork", "killpg", "getpgid", "setsid")
ABSENT_SIGNALS = ("SIGHUP", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGPIPE", "SIGQUIT", "SIGTSTP")
TESTS = Path(__file__).parent


def hide() -> None:
    """Take away what Windows lacks, from here on, from all of this process."""
    import asyncio  # noqa: F401, PLC0415 - Python's own, which asks for what this Linux has
    import subprocess  # noqa: F401, PLC0415
    import uuid  # noqa: F401, PLC0415

    warnings.filterwarnings("ignore", "only soft file lock is available")  # filelock's, which is told it is on Linux
    for name in ABSENT:
        sys.modules[name] = None  # type: ignore[assignment]
    for name in ABSENT_OF_OS:
        delattr(os, name)
    for name in ABSENT_SIGNALS:
        delattr(signal, name)
    opened = os.open

    def no_folder(path: Any, *arguments: Any, **options: Any) -> int:  # noqa: ANN401 - as Python's own
        if os.path.isdir(path):  # noqa: PTH112
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return opened(path, *arguments, **options)

    os.open = no_folder
    os.supports_dir_fd = os.supports_follow_symlinks = set()  # type: ignore[assignment]
    shutil._use_fd_functions = False  # type: ignore[attr-defined]  # noqa: SLF001 - rmtree's own choice on Windows


def import_all() -> int:
    """Import every module of the package and return how many there are."""
    import msp_siting  # noqa: PLC0415 - where things are hidden

    found = pkgutil.walk_packages(msp_siting.__path__, "msp_siting.")
    names = [name for _, name, _ in found if not name.startswith("msp_siting.bundled")]
    for name in names:
        importlib.import_module(name)
    return len(names)


def import_tests() -> int:
    """Import every module of the tests and return how many there are."""
    import pytest  # noqa: PLC0415 - where things are hidden

    sys.path[:0] = [str(TESTS), str(TESTS / "properties")]
    files = sorted(TESTS.rglob("*.py"))
    for number, file in enumerate(files):
        spec = importlib.util.spec_from_file_location(f"imported_{number}", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module  # dataclasses look there
        with contextlib.suppress(pytest.skip.Exception):
            spec.loader.exec_module(module)
    return len(files)


def run(*arguments: str) -> None:
    """Run a command of the package, which must end well."""
    from msp_siting.cli import main  # noqa: PLC0415 - where things are hidden

    main([*arguments, "--lang", "en"], standalone_mode=False)


def main() -> None:
    """Import everything, and do what a planner does first."""
    hide()
    print(import_all(), "modules")  # noqa: T201
    for arguments in (
        ["check", "data/toy", "scenarios/toy.yaml"],
        ["new", "made", "--territory", "isere"],
        ["solve", "scenarios/toy.yaml", "--quiet"],
        ["solve", "scenarios/toy.yaml", "--quiet"],  # the earlier run is replaced
    ):
        try:
            run(*arguments)
        except SystemExit as end:
            if end.code:
                raise


if __name__ == "__main__":
    if sys.argv[1:] == ["tests"]:
        hide()
        print(import_tests(), "modules of tests")  # noqa: T201
    else:
        main()
