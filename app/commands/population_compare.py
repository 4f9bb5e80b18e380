"""`jalon population compare`: two versions of a pack on the same people."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.options import as_of_option, format_option, lang_option, print_json

if TYPE_CHECKING:
    from app.guidelines.pack import Pack


@click.command()
@click.argument("old", metavar="OLD_PACK")
@click.argument("new", metavar="NEW_PACK")
@click.argument("files", nargs=-1, required=True, metavar="IN.parquet…", type=click.Path(exists=True, path_type=Path))
@as_of_option
@lang_option
@format_option("markdown", "json", "html")
def compare(old: str, new: str, files: tuple[Path, ...], as_of: date, lang: str, form: str) -> None:
    """Who changes status between two packs (a name, or a folder with pack.yaml), and what changed in words."""
    from app.errors import ContentError, UsageError
    from app.facts.vocabulary import load_vocabulary
    from app.i18n import translator
    from app.population.compare import compare_packs
    from app.population.compare_words import Said, as_json, html, markdown
    from app.population.files import open_files

    after = _pack(new)
    try:
        before = _pack(old)
    except ContentError as error:  # written before a rule of today
        raise UsageError(f"the former pack does not follow today's rules ({error})", code="former_pack") from None
    found = compare_packs(before, after, open_files(files, as_of, load_vocabulary()), as_of)
    said = Said(before, after, as_of, translator(lang))
    if form == "json":
        print_json(as_json(found, said))
    else:
        click.echo(html(found, said, lang) if form == "html" else markdown(found, said))


def _pack(name: str) -> Pack:
    from app.facts.vocabulary import load_vocabulary
    from app.guidelines.pack import load_pack, read_pack

    folder = Path(name)
    if (folder / "pack.yaml").is_file():
        folder = folder.resolve()
        return read_pack(folder.name, folder.parent, load_vocabulary())
    return load_pack(name)
