"""`python -m app.i18n extract` brings the catalogues up to date; `check` lists what is not translated (exit code 1);
`coverage [FILE.po LANG]` says how much of each part is said, in the catalogues or in one that is being
written; `easy` lists the sentences of a citizen's way that are not easy to read yet, in French or in its easy variant
(exit code 1); `pseudo FOLDER` writes a catalogue that nobody speaks, from right to left, to try the layout."""

from __future__ import annotations

import sys
from pathlib import Path

from app.content import content_dir
from app.i18n import languages, pseudo
from app.i18n.easy import EASY, easy_share, hard_sentences
from app.i18n.extract import coverage, problems, read_catalog, update


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["coverage"] and len(arguments) in (1, 3):
        return _coverage(arguments[1:])
    if arguments == ["easy"]:
        return _easy()
    if arguments[:1] == ["pseudo"] and len(arguments) == 2:
        print(pseudo.write(Path(arguments[1])))
        return 0
    if arguments not in (["extract"], ["check"]):
        print("usage: python -m app.i18n extract|check|coverage [FILE.po LANG]|easy|pseudo FOLDER", file=sys.stderr)
        return 2
    found: list[str] = []
    for lang in languages()[1:] or ("en",):
        path = _path(lang)
        if arguments == ["extract"]:
            total = sum(1 for message in update(path, lang) if message.id)
            print(f"{lang}: {total} sentences, {len(problems(path, lang))} to translate")
        else:
            found += problems(path, lang)
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


def _coverage(one: list[str]) -> int:
    catalogues = [(Path(one[0]), one[1])] if one else [(_path(lang), lang) for lang in languages()[1:]]
    for path, lang in catalogues:
        for part, (done, total) in coverage(path, lang).items():
            print(f"{lang}  {part:<28} {done:>5} / {total:<5} {100 * done / total:5.1f} %")
    return 0


def _easy() -> int:
    found = hard_sentences(read_catalog(_path(EASY), EASY))
    for page, (hard, total) in easy_share(found).items():
        print(f"{page:<20} {total - hard:>4} / {total:<4} easy", file=sys.stderr)
    for page, sentences in found.items():
        for sentence, why in sentences:
            print(f"{page}: {why}: {sentence}")
    return 1 if any(found.values()) else 0


def _path(lang: str) -> Path:
    return content_dir() / "locales" / lang / "LC_MESSAGES" / "jalon.po"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
