"""`jalon population generate`: a synthetic French population."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import click

from app.commands.options import as_of_option, print_json, progress


@click.command()
@click.argument("file", required=False, metavar="[OUT.parquet]", type=click.Path(path_type=Path))
@click.option("--people", "--size", type=click.IntRange(min=1), required=True, metavar="N", help="How many people.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Same seed, same people.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="A folder of files, instead of one file.")
@click.option("--format", "form", type=click.Choice(["parquet"]), default="parquet", show_default=True)
@click.option("--fhir", type=click.IntRange(min=1, max=10_000), metavar="N",
              help="N of the people as FHIR bundles too, in a folder `fhir`.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that make a folder; by default, one a core.")
@as_of_option
def generate(
    file: Path | None, people: int, seed: int, out: Path | None, form: str, fhir: int | None, workers: int | None,
    as_of: date,
) -> None:  # fmt: skip
    """A synthetic population in fact columns: nobody of it exists (parameters: content/population)."""
    from app.errors import UsageError
    from app.population.synthetic.write import NOTE, Order, write_bundles, write_population

    if (file is None) == (out is None):
        raise UsageError("name one place: OUT.parquet, or --out DIR", code="population")
    place = file or out
    assert place is not None
    if file is not None and file.suffix != ".parquet":
        raise UsageError("the file's name ends in .parquet (--out DIR makes a folder)", code="population",
                         where=file.name)
    order, started = Order(people, seed, as_of), time.perf_counter()
    written = write_population(order, place, workers=workers, told=progress(people))
    seconds = time.perf_counter() - started
    summary = {
        "people": people, "seed": seed, "as_of": as_of.isoformat(), "note": NOTE, "files": len(written),
        "seconds": round(seconds, 3), "people_per_second": round(people / seconds),
        "parameters": order.metadata()["parameters"],
    }  # fmt: skip
    if fhir:
        folder = (place if file is None else place.parent) / "fhir"
        summary["bundles"] = write_bundles(order, fhir, folder)
    print_json(summary)
