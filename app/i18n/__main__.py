"""`python -m app.i18n extract` brings the catalogues up to date; `check` lists what is not translated (exit code 1)."""

from __future__ import annotations

import sys

from app.content import content_dir
from app.i18n import languages
from app.i18n.extract import problems, update


def main(arguments: list[str]) -> int:
    if arguments not in (["extract"], ["check"]):
        print("usage: python -m app.i18n extract|check", file=sys.stderr)
        return 2
    found: list[str] = []
    for lang in languages()[1:] or ("en",):
        path = content_dir() / "locales" / lang / "LC_MESSAGES" / "jalon.po"
        if arguments == ["extract"]:
            total = sum(1 for message in update(path, lang) if message.id)
            print(f"{lang}: {total} sentences, {len(problems(path, lang))} to translate")
        else:
            found += problems(path, lang)
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
