"""Why, when, and what is assumed: the sentences around one recommendation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from app.dates import age_on
from app.facts.model import FactSheet
from app.facts.vocabulary import Vocabulary
from app.guidelines import criteria as c
from app.guidelines.model import Status, Urgency
from app.guidelines.recommendation import Recommendation, Step
from app.i18n import N_, Translator
from app.plans.words import Words

if TYPE_CHECKING:
    from app.facts.reduce import ReducedValue

MOST_FACTS = 5
"""In a why: the trace holds them all."""

MOST_MISSING = 2
"""Named for an answer that waits: the first decide most."""

ESTIMATED_FROM = {
    "eisinger": ("family_breast_cancer", "family_ovarian_cancer"),
    "colorectal-family-level": ("family_colorectal_cancer",),
    "score2": ("tobacco_status", "systolic_bp", "total_cholesterol", "hdl_cholesterol"),
    "score2-op": ("tobacco_status", "systolic_bp", "total_cholesterol", "hdl_cholesterol"),
    "findrisc": ("bmi", "waist", "family_diabetes"),
    "audit-c": ("audit_c", "audit_c_1", "audit_c_2", "audit_c_3"), "phq": ("phq9", "phq_1", "phq_2"),
    "phq-2": ("phq2", "phq_1", "phq_2"), "gad-7": ("gad7",),
}
"""The facts to tell when an estimate decided (age and sex are known to the reader)."""

WHEN = {
    Status.OVERDUE: N_("C'est le moment : recommandé depuis le {day}. Il n'est pas trop tard."),
    Status.DUE: N_("C'est le moment : recommandé depuis le {day}."),
    Status.DUE_SOON: N_("Bientôt : à partir du {day}."),
    Status.UP_TO_DATE: N_("À jour. La prochaine fois : à partir du {day}."),
}

STATUS = {
    Status.NOT_ELIGIBLE: N_("Ne vous concerne pas aujourd'hui."),
    Status.NOT_NEEDED: N_("Pas nécessaire pour vous."),
    Status.UP_TO_DATE: N_("À jour."),
    Status.DUE_SOON: N_("Bientôt."),
    Status.DUE: N_("C'est le moment."),
    Status.OVERDUE: N_("C'est le moment. Il n'est pas trop tard."),
    Status.ASK: N_("Une information nous manque pour vous répondre."),
    Status.SPECIALIST: N_("Un suivi particulier est à voir avec un médecin."),
    Status.SEE_DOCTOR: N_("À montrer à un médecin."),
    Status.INFORMATION: N_("Pour information : c'est à vous de choisir, avec un professionnel si vous le voulez."),
}


SOON: dict[Status, dict[Urgency, str]] = {
    Status.SEE_DOCTOR: {
        "today": N_("À montrer à un médecin aujourd'hui."),
        "days": N_("À montrer à un médecin dans les jours qui viennent."),
        "weeks": N_("À montrer à un médecin dans les semaines qui viennent."),
        "routine": N_("À montrer à un médecin à votre prochain rendez-vous."),
    },
    Status.SPECIALIST: {
        "today": N_("À voir avec un médecin aujourd'hui."),
        "days": N_("Un suivi particulier est à voir avec un médecin dans les jours qui viennent."),
        "weeks": N_("Un suivi particulier est à voir avec un médecin dans les semaines qui viennent."),
        "routine": N_("Un suivi particulier est à voir avec un médecin à votre prochain rendez-vous."),
    },
}


class Sentences:
    """Words for one person's recommendations in one language; built only when they are read."""

    __slots__ = ("_words", "sheet", "t", "titles", "vocabulary")

    def __init__(self, sheet: FactSheet, t: Translator, vocabulary: Vocabulary, titles: Mapping[str, str]) -> None:
        self.sheet, self.t, self.vocabulary, self.titles = sheet, t, vocabulary, titles
        self._words: Words | None = None

    @property
    def words(self) -> Words:
        if self._words is None:
            self._words = Words(self.sheet, self.t, self.vocabulary, self.titles)
        return self._words

    def why(self, found: Recommendation) -> list[str]:
        """The reason in general, then the person's own facts, each with its day and source."""
        guideline, track = found.guideline, found.track
        if found.covered_by is not None:
            return [self.t("Déjà compris dans : {title}.", title=self.t(found.covered_by.wording.title))]
        if track is not None:
            reason = track.wording.why or guideline.wording.why
        else:
            reason = guideline.wording.why if found.status is Status.ASK else guideline.otherwise.why
        out = [self.t(reason)]
        if found.deferral is not None and found.status is not Status.ASK:
            out.append(self.t(found.deferral.defer.why))
        out += [*islice(dict.fromkeys(self._facts(found)), MOST_FACTS)]
        if self._no_trace(found):
            out.append(self.t("Votre dossier n'en garde pas trace. Si c'est déjà fait, dites-le : la date suffit."))
        return out

    def when(self, found: Recommendation) -> str:
        if found.track is not None and found.track.urgency is not None and found.status in SOON:
            return self.t(SOON[found.status][found.track.urgency])
        if found.deferral is not None and found.status is Status.INFORMATION:
            return self.t("À faire plus tard : voyez avec un professionnel de santé à partir de quand.")
        if found.due_from is not None and found.status in WHEN:
            if found.status is Status.UP_TO_DATE and found.last_done is None:
                return self.t("Rien à faire avant le {day}.", day=self.t.date(found.due_from))
            return self.t(WHEN[found.status], day=self.t.date(found.due_from))
        if found.status is Status.ASK and found.asks:
            missing = dict.fromkeys(self.words.label(name) for name in found.asks[:MOST_MISSING])
            return self.t("Pour vous répondre, il nous manque : {list}.", list=self.t.series(missing))
        return self.t(STATUS[found.status])

    def assumptions(self, assumed: tuple[str, ...]) -> list[str]:
        """What silence was taken to mean, grouped by the reason for it."""
        t, by_reason = self.t, dict[str, list[str]]()
        for name in assumed:
            definition = self.words.definition(name)
            reason = definition.absence_because if definition else None
            by_reason.setdefault(reason or "", []).append(self.words.label(name))
        return [
            t("Nous supposons que ceci ne vous concerne pas : {list}. {because} Si ce n'est pas le cas, dites-le.",
              list=t.series(labels), because=t(reason) if reason else "")
            for reason, labels in by_reason.items()
        ]

    def age(self) -> str | None:
        birth = self.sheet.subject.birth_date if self.sheet.subject else None
        if birth is None:
            return None
        low, high = age_on(birth.latest, self.sheet.as_of), age_on(birth.earliest, self.sheet.as_of)
        if low != high:
            return self.t("Vous avez entre {low} et {high} ans.", low=low, high=high)
        return self.t.plural("Vous avez {n} an.", "Vous avez {n} ans.", low)

    def _facts(self, found: Recommendation) -> Iterator[str]:
        """The last act first, then what decided; each statement of the record once."""
        told: set[int] = set()

        def news(reading: ReducedValue) -> bool:
            known = {id(fact) for fact in reading.facts}
            fresh = not known <= told
            told.update(known)
            return fresh

        track = found.track
        looked = [step for step in found.trace if step.track is track] if track else [
            step for step in found.trace if step.track.level in ("average", "outside")
        ] or found.trace[:1]
        for step in looked:
            if step.reading is not None and news(step.reading):
                yield self.words.reading(step.reading)
        for step in looked:
            for leaf in deciding(step.step):
                if isinstance(leaf.criterion, c.Age | c.Born):
                    if age := self.age():
                        yield age
                elif isinstance(leaf.criterion, c.Risk):
                    for name in ESTIMATED_FROM.get(leaf.criterion.risk, ()):
                        if values := self.sheet.facts.get(name):
                            yield self.words.latest(values)
                if leaf.reading is not None and tells(leaf.reading) and news(leaf.reading):
                    yield self.words.reading(leaf.reading)
                yield from (self.words.reading(other) for other in leaf.also if tells(other) and news(other))

    def _no_trace(self, found: Recommendation) -> bool:
        """Due, and nothing in the record or the answers says that the act was ever done."""
        schedule = found.track.schedule if found.track else None
        if found.status not in (Status.DUE, Status.OVERDUE) or schedule is None or found.last_done is not None:
            return False
        acts = [definition.id for name in schedule.events if (definition := self.words.definition(name))]
        return not any(fact.value is False for act in acts for fact in self.sheet.facts.get(act, ()))


def deciding(step: Step) -> Iterator[Step]:
    """The leaves that made a criterion true or false (not those looked at in vain)."""
    if step.truth is None:
        return
    if not step.steps:
        yield step
        return
    for child in step.steps:
        if isinstance(step.criterion, c.Not | c.GuidelineIs) or child.truth is step.truth:
            yield from deciding(child)


def tells(reading: ReducedValue) -> bool:
    """A value that someone stated (silence and presumption are told apart, as assumptions)."""
    return reading.state == "known" and bool(reading.facts)
