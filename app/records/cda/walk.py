"""From an entry to the reader of its kind: by entry template first, then by element and section."""

from __future__ import annotations

from dataclasses import replace

from app.records.cda import acts, attachments, family, observations, problems, substances
from app.records.cda.authors import own_author
from app.records.cda.context import STATES, Context, refusal_of
from app.records.cda.datatypes import effective_time
from app.records.cda.laboratory import sample_day
from app.records.cda.xml import V3, Element, attribute, child, name, statements, template_ids
from app.records.model import Reason, Refusal

_FR = "1.2.250.1.213.1.1.3."
_IHE = "1.3.6.1.4.1.19376.1.5.3.1.4."
PROBLEM = {_FR + "37", _IHE + "5"}
ALLERGY = {_FR + "41", _IHE + "6"}
FAMILY = {_FR + "51", _IHE + "13.3"}
FAMILY_ORGANIZER = {_FR + "59", _IHE + "15"}
CONCERNS = {_FR + "39", _FR + "40", _IHE + "5.1", _IHE + "5.2", _IHE + "5.3"}
SAMPLE = {_FR + "77", "1.3.6.1.4.1.19376.1.3.1.2"}
POINTERS = {_FR + "36", _IHE + "4.1"}
"""Internal references: they repeat the code of a statement that stands elsewhere."""
ATTACHMENT = {_FR + "18"}
_ON_THEIR_OWN = {"RSON", "REFR"}
"""A reason or a reference is true whatever becomes of the statement that cites it."""
_MANIFESTATION = Refusal(Reason.NO_CONTENT, "Signe d'une réaction, pas une maladie.")
COMMENT = "48767-8"
INSTRUCTIONS = {_FR + "32", _FR + "33", _FR + "207", _FR + "206"}


def read_section(context: Context) -> None:
    """Read every entry of one section."""
    context = replace(context, author=own_author(context.section.element, context.author))
    for index, entry in enumerate(context.section.entries, 1):
        for statement in statements(entry):
            read(statement, context, index)


def read(statement: Element, context: Context, index: int) -> None:
    """Read one clinical statement and what it holds."""
    templates = template_ids(statement)
    code = attribute(child(statement, "code"), "code")
    if code == COMMENT or templates & (POINTERS | INSTRUCTIONS | SAMPLE):
        return
    path = context.label(statement, index)
    context = replace(context, author=own_author(statement, context.author))
    match name(statement):
        case "organizer":
            _organizer(statement, context, path, templates)
        case "act":
            _act(statement, context, path, templates)
        case "observation" if templates & ALLERGY:
            problems.read_allergy(statement, context, path)
        case "observation" if templates & FAMILY or _family_value(statement, context):
            family.read_relative(statement, None, context, path)
        case "observation" if templates & PROBLEM:
            problems.read_problem(statement, context, path)
            _inside(statement, _held(statement, context, path, STATES), path)
        case "observation":
            observations.read_observation(statement, context, path)
            _inside(statement, _held(statement, context, path), path)
        case "procedure":
            acts.read_procedure(statement, context, path)
            _inside(statement, replace(_held(statement, context, path), when=None), path)
        case "substanceAdministration":
            substances.read_substance(statement, context, path)
        case "supply":
            substances.read_supply(statement, context, path)
        case "encounter":
            acts.read_encounter(statement, context, path)


def _family_value(statement: Element, context: Context) -> bool:
    return context.section.kind == "family" and child(statement, "value") is not None


def _organizer(organizer: Element, context: Context, path: str, templates: set[str]) -> None:
    if templates & ATTACHMENT:
        attachments.read_attachment(organizer, context, path)
        return
    if templates & FAMILY_ORGANIZER or (
        context.section.kind == "family" and child(organizer, "subject/relatedSubject") is not None
    ):
        family.read_organizer(organizer, context, path)
        return
    _inside(organizer, _enclosed(organizer, context, path), path)


def _act(act: Element, context: Context, path: str, templates: set[str]) -> None:
    if templates & CONCERNS:
        # a concern may be given up ("aborted") while the disease is true
        inner = _enclosed(act, context, path, STATES | {"aborted"})
        # the act's time is when the concern was written down, not when the disease began
        _inside(act, replace(inner, when=None, part_of=None), path)
        return
    inside = [item for link in act.iterchildren(V3 + "entryRelationship") for item in statements(link)]
    if any(not template_ids(item) & (POINTERS | INSTRUCTIONS) for item in inside):
        _inside(act, _enclosed(act, context, path), path)
    elif attribute(child(act, "code"), "code"):
        acts.read_act(act, context, path)


def _enclosed(group: Element, context: Context, path: str, allowed: frozenset[str] = STATES) -> Context:
    """What an organizer or act hands down: its day, its sample's day, its refusal, its path."""
    return replace(
        context,
        when=effective_time(group).best or context.when,
        sample=sample_day(group, SAMPLE) or context.sample,
        path=path,
        part_of=path,
        refusal=refusal_of(group, context, allowed=allowed),
    )


def _held(statement: Element, context: Context, path: str, allowed: frozenset[str] = frozenset()) -> Context:
    """What a statement hands down to those that it holds: what is said against it holds against them."""
    return replace(context, part_of=path, refusal=refusal_of(statement, context, allowed=allowed))


def _inside(statement: Element, context: Context, path: str) -> None:
    """The statements that another one holds, by `entryRelationship` or `component`."""
    context = replace(context, path=path)
    links = (link for link in statement.iterchildren(V3 + "entryRelationship", V3 + "component"))
    for index, link in enumerate(links, 1):
        role = attribute(link, "typeCode")
        own = replace(context, refusal=None) if role in _ON_THEIR_OWN else context
        if role == "MFST":
            own = replace(context, refusal=_MANIFESTATION)
        for inner in statements(link):
            if not _modifier(inner):
                read(inner, own, index)


def _modifier(statement: Element) -> bool:
    """Severity, status, certainty, rank…: they are read with the statement that they sharpen."""
    code = attribute(child(statement, "code"), "code")
    return code in problems.MODIFIERS or bool(template_ids(statement) & problems.MODIFIER_TEMPLATES)
