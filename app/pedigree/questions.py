"""The short questionnaire on the family as a file to fill in, which `--answers` reads (`app.facts.family_answers`)."""

from __future__ import annotations

from textwrap import wrap

from app.i18n import Translator
from app.pedigree.content import load_content


def blank(t: Translator) -> str:
    """YAML with the questions as comments, each with what an answer looks like."""
    content = load_content()
    lines = [*_comment(t(content.questionnaire.help)), "family:", "  adopted: false"]
    asked = [condition for condition in content.conditions if condition.asked]
    lines += ["  asked:", *(f"    - {condition.id}  # {t(condition.label)}" for condition in asked)]
    lines.append("  relatives: []")
    for number, step in enumerate(content.questionnaire.steps, 1):
        lines += ["", *_comment(f"{number}. {t(step.text)}", "  "), *_comment(step.writes, "  ")]
    return "\n".join(lines) + "\n"


def _comment(text: str, indent: str = "") -> list[str]:
    return [f"{indent}# {line}" for line in wrap(text, 100)]
