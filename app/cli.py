"""The command line `jalon`. Exit codes: 0 done; 1 done, and the answer is negative; 2 bad input or usage.

Results go to stdout, words about them to stderr. Subcommands are imported when they are used, by name: `jalon --help`
stays quick, and reading a record does not load a web server.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

COMMANDS = {
    "facts": ("app.commands.facts:facts", "Read records and print the facts, and what was set aside."),
    "plan": ("app.commands.plan:plan", "Print the explained prevention plan of a person."),
    "explain": ("app.commands.explain:explain", "Print why a guideline answers so, and what would change it."),
    "cases": ("app.commands.cases:cases", "Run guideline cases kept as data."),
    "guidelines": ("app.commands.guidelines:guidelines", "List, show, check and export the guidelines."),
    "risk": ("app.commands.risk:risk", "List, show, compute and check risk models."),
    "measures": ("app.commands.measures:measures", "Quality measures: populations of FHIR patients."),
    "audit": ("app.commands.audit:audit", "Check the access log: exports, bundles of proofs, the database itself."),
    "donation": ("app.commands.donation:donation", "Data donation: exports, withdrawals, opt-out lists."),
    "keys": ("app.commands.keys:keys", "Make and rotate the keys that protect people's data."),
    "guarantee": ("app.commands.guarantee:guarantee", "The human guarantee: the board, and what it reads again."),
    "monitoring": ("app.commands.monitoring:monitoring", "Drift, overrides, calibration, month after month."),
    "retention": ("app.commands.retention:retention", "Let go of what has had its time."),
    "family": ("app.commands.family:family", "Print the family: a list, a pedigree drawing, JSON or FHIR."),
    "population": ("app.commands.population:population", "Count what the guidelines say of a whole population."),
    "campaigns": ("app.commands.campaigns:campaigns", "Check campaigns, and what they would change."),
    "nudges": ("app.commands.nudges:nudges", "Reminders: check them, see what would go out, send it."),
    "places": ("app.commands.places:places", "Load the open directories of places of care."),
    "serve": ("app.commands.serve:serve", "Run the service (API and pages)."),
}
"""Name → where it is, and its line in the help."""


class BadInput(click.ClickException):
    """Bad input, in one sentence on stderr."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        click.echo(f"jalon: {self.message}", err=True)


class Commands(click.Group):
    """Finds subcommands by name, and turns the errors that bad input raises into exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        from app.errors import JalonError

        try:
            return super().invoke(ctx)
        except JalonError as error:
            raise BadInput(str(error)) from None
        except ValueError as error:
            if (risk_models := sys.modules.get("risk_models.errors")) and isinstance(error, risk_models.RiskModelError):
                raise BadInput(str(error)) from None
            raise


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="jalon", message="jalon %(version)s")
def cli() -> None:
    """Jalon: from a shared health record to an explained prevention plan."""


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    cli()


if __name__ == "__main__":
    main()
