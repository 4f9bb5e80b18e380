"""The plan as one accessible HTML document: no script, no outside file, readable when printed."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.guidelines.model import Status
from app.plans.icons import icon_array
from app.plans.model import Plan
from app.plans.text import bound, limits, nothing_now, without_strengths


@lru_cache(maxsize=1)
def environment() -> Environment:
    return Environment(
        loader=PackageLoader("app.plans"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: bound(value) if type(value) is str else value,  # not on markup: it is escaped already
    )


def plan_html(plan: Plan) -> str:
    """A whole document in the plan's language; every text of a record is escaped."""
    t = plan.say.t
    template = environment().get_template("plan.html")
    titles = {item.id: item.title for item in plan.items}
    information = [item for item in plan.next if item.status is Status.INFORMATION]
    return template.render(
        t=t, plan=plan, icon_array=icon_array, limits=limits(t), information=information,
        later=[item for item in plan.next if item not in information],
        about={q.fact: t.series(titles[name] for name in q.changes) for q in plan.questions},
        not_for_you=without_strengths(plan), nothing_now=nothing_now(plan),
        doctor_statuses=(Status.SEE_DOCTOR, Status.SPECIALIST),
    )
