"""`jalon population`: the same guidelines on a whole population."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from app.commands.options import as_of_option, format_option, print_json, progress
from app.commands.population_compare import compare
from app.commands.population_explain import explain
from app.commands.population_generate import generate
from app.commands.population_snapshot import snapshot


@click.group()
def population() -> None:
    """The same guidelines on a whole population."""


@population.command()
@click.argument("files", nargs=-1, required=True, metavar="IN.parquet…", type=click.Path(exists=True, path_type=Path))
@click.option("--pack", default="fr", show_default=True, help="Pack of guidelines.")
@as_of_option
@click.option("--engine", metavar="NAME", default="duckdb", show_default=True,
              help="duckdb, spark, or another back end of Ibis that reads the people (polars, datafusion).")
@click.option("--spark-master", metavar="URL", default="local[2]", show_default=True, help="Of --engine spark.")
@click.option("--by", metavar="COL,…", help="Split the counts by these columns; small cells are not told.")
@click.option("--memory", metavar="2GB", help="Most memory that the engine takes; the rest goes to disk.")
@click.option("--threads", type=click.IntRange(min=1), help="By default, one a core.")
@click.option("--out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path),
              help="Everyone's answers too, as Parquet files in this folder.")
@click.option("--resume", is_flag=True, help="Go on with what an earlier run left in --out.")
@format_option("json")
def evaluate(
    files: tuple[Path, ...], pack: str, as_of: date, engine: str, spark_master: str, by: str | None,
    memory: str | None, threads: int | None, out: Path | None, resume: bool, form: str,
) -> None:  # fmt: skip
    """Count the statuses of everyone in the files, by guideline (as JSON)."""
    from app.errors import UsageError
    from app.facts.vocabulary import load_vocabulary
    from app.guidelines.pack import load_pack
    from app.population.answers import write_answers
    from app.population.files import open_files, people_of
    from app.population.run import evaluate_files

    if resume and out is None:
        raise UsageError("--resume goes on with what is in --out DIR: name it", code="population")
    if out is not None and (by or engine != "duckdb"):
        raise UsageError("--out goes without --by and with --engine duckdb", code="population")
    rules = load_pack(pack)
    source = open_files(files, as_of, load_vocabulary())
    told = progress(people_of(source))
    if out is not None:
        print_json(write_answers(rules, source, as_of, out, memory=memory, threads=threads, resume=resume, told=told))
        return
    strata = by.split(",") if by else []
    print_json(evaluate_files(rules, source, as_of, by=strata, memory=memory, threads=threads, engine=engine,
                              spark_master=spark_master, told=told))  # fmt: skip


for command in (generate, explain, compare, snapshot):
    population.add_command(command)
