"""Wrong use of the command line, told in the language of the other errors; click itself knows English only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from msp_siting.cli.options import asked_language
from msp_siting.errors import Sentence, foreign, problem
from msp_siting.language import Language, translate

# What click says, or a part of it, with values in it.
CLICK_SENTENCES = (
    "Invalid value for {option}",
    "Missing argument {name}.",
    "Missing option {name}.",
    "No such option: {name}",
    "No such option {name}.",
    "No such command {name}.",
    " Did you mean {name}?",
    " (Did you mean one of: {names}?)",
    " (Possible options: {names})",
    "Got unexpected extra argument ({arguments})",
    "Got unexpected extra arguments ({arguments})",
    "Option {name} requires an argument.",
    "Option {name} does not take a value.",
    "{value} is not a valid float.",
    "{value} is not a valid integer.",
    "{value} is not in the range {range}.",
    "{value} is not one of {values}.",
    "{value} does not match the format {format}.",
)


class Misuse(click.UsageError):
    """One of click's errors about its arguments, with its exit code."""

    def __init__(self, error: click.UsageError, language: Language) -> None:
        super().__init__(translate(_sentence(error), language), error.ctx)
        self.language = language

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - click's signature
        """Print the usage, where help is, and what is wrong, as click does."""
        context = self.ctx
        if context is not None:
            usage = context.make_formatter()
            pieces = context.command.collect_usage_pieces(context)
            usage.write_usage(context.command_path, " ".join(pieces), translate(problem("Usage: "), self.language))
            click.echo(usage.getvalue(), file=file, nl=False, err=file is None)
            advice = problem("Try '{command} --help' for help.", command=context.command_path)
            click.echo(f"{translate(advice, self.language)}\n", file=file, err=file is None)
        click.echo(translate(problem("Error: "), self.language) + self.message, file=file, err=file is None)


class Commands(click.Group):
    """Commands in the order in which one meets them; wrong use of any is told in the language asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order they were added."""
        return list(self.commands)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's signature
    ) -> click.Context:
        """Read the group's own arguments; the language is that of the whole command line."""
        language = asked_language(args)
        with _misuse_told(language):
            return super().make_context(info_name, args, parent, obj=language, **extra)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Read the arguments of a command, and run it."""
        with _misuse_told(ctx.obj):
            return super().invoke(ctx)


@contextmanager
def _misuse_told(language: Language) -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:  # no error: it shows the help
        raise
    except click.UsageError as error:
        raise Misuse(error, language) from error


def _sentence(error: click.UsageError) -> Sentence:
    """Return what click says: its message, the option before it, the advice behind it."""
    whole, message = error.format_message(), foreign(error.message, *CLICK_SENTENCES)
    if isinstance(error, click.MissingParameter):  # which has no message
        return foreign(whole, *CLICK_SENTENCES)
    if isinstance(error, click.BadParameter):
        return message.at(foreign(whole.removesuffix(f": {error.message}"), *CLICK_SENTENCES))
    return message + foreign(whole.removeprefix(error.message), *CLICK_SENTENCES)
