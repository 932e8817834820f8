"""What ``--help`` says is short, in the order one meets it, and can be typed as it stands."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from msp_siting.cli import main
from msp_siting.files.projects import bundled_folder

WIDTH = 80


def commands(group: click.Group = main, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command, of groups too."""
    yield above
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*above, name))
        else:
            yield (*above, name)


def help_of(words: tuple[str, ...], option: str = "--help") -> str:
    result = CliRunner().invoke(main, [*words, option], terminal_width=WIDTH)
    assert result.exit_code == 0, result.output
    return result.stdout


def examples_of(words: tuple[str, ...]) -> list[str]:
    """Return the lines that end a command's help."""
    return help_of(words).partition("\n  Examples:\n")[2].splitlines()


EVERY_COMMAND = list(commands())
EVERY_EXAMPLE = [line.strip() for words in EVERY_COMMAND for line in examples_of(words)]


def test_commands_stand_in_the_order_one_meets_them() -> None:
    order = [
        *("new", "check", "diagnose", "solve", "verify", "report", "sweep", "evaluate", "compare", "alternatives"),
        *("travel-times", "territory"),
    ]
    shown = re.findall(r"^  ([\w-]+)  ", help_of(()).partition("Commands:\n")[2], re.MULTILINE)
    assert shown == [name for name in order if name in main.commands]
    assert set(shown) == set(main.commands)


def test_the_help_says_where_to_begin() -> None:
    assert "Begin with 'new'" in help_of(())
    assert examples_of(())[0] == "    msp-siting new my-project"


@pytest.mark.parametrize("words", EVERY_COMMAND, ids=" ".join)
def test_every_help_ends_with_an_example_of_its_own(words: tuple[str, ...]) -> None:
    lines = examples_of(words)
    assert lines
    beginning = " ".join(["    msp-siting", *words])
    assert [line for line in lines if not line.startswith(beginning)] == []


@pytest.mark.parametrize("words", EVERY_COMMAND, ids=" ".join)
def test_every_command_is_said_in_one_line(words: tuple[str, ...]) -> None:
    """The line that stands beside a command's name is not cut short."""
    listed = help_of(words[:-1]).partition("Commands:\n")[2] if words else ""
    assert "..." not in listed


@pytest.mark.parametrize("line", EVERY_EXAMPLE)
def test_every_example_can_be_typed(line: str) -> None:
    """Its command, options and arguments exist: click reads the line without a complaint, and nothing is left over."""
    program, *arguments = shlex.split(line)
    assert program == "msp-siting"
    command: click.Command = main
    context = main.make_context("msp-siting", arguments)
    while isinstance(command, click.Group):
        name, found, arguments = command.resolve_command(context, [*context._protected_args, *context.args])  # noqa: SLF001
        assert found is not None
        assert name is not None
        if arguments == ["--help"]:
            return
        command, context = found, found.make_context(name, list(arguments), parent=context)
    assert context.args == []


def test_an_example_that_is_stale_would_be_found() -> None:
    with pytest.raises(click.NoSuchOption):
        test_every_example_can_be_typed("msp-siting solve isere-5m --budget 3")
    with pytest.raises(click.MissingParameter):
        test_every_example_can_be_typed("msp-siting solve")
    with pytest.raises(click.UsageError, match="No such command 'sole'"):
        test_every_example_can_be_typed("msp-siting sole isere-5m")


def test_scenarios_models_and_territories_of_examples_are_bundled() -> None:
    named = {
        name
        for line in EVERY_EXAMPLE
        for name in re.findall(r" ((?:scenarios|models)/[\w-]+\.yaml)", line)
        if "--out" not in line.partition(name)[0]
    }
    assert len(named) > 2
    assert [name for name in named if not (bundled_folder() / name).is_file()] == []


def test_minus_h_is_help() -> None:
    assert [words for words in EVERY_COMMAND if help_of(words, "-h") != help_of(words)] == []


def test_the_version_is_that_of_the_package() -> None:
    assert CliRunner().invoke(main, ["--version"]).stdout == f"msp-siting, version {version('msp-siting')}\n"


def test_help_loads_nothing_that_takes_seconds() -> None:
    """Nor does completion, at every Tab: what a command runs is loaded when it runs."""
    code = "import sys, msp_siting.cli; print(sorted({'numpy', 'pandas', 'pyomo', 'highspy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
