"""Biology (CR-BIO, TROD): the day of a result is that of its sample, not of the report.

Source: CI-SIS volet CR-BIO 2024.01; IHE Laboratory Technical Framework, XD-LAB.
"""

from __future__ import annotations

from app.dates import PartialDate
from app.records.cda.datatypes import effective_time
from app.records.cda.xml import V3, Element, statements, template_ids


def sample_day(group: Element, sample_templates: set[str]) -> PartialDate | None:
    """The day of the sample collected in an act or battery: `high` of its time (the end of the collection).

    None when there is no sample, or several of different days (each result then keeps its own time).
    """
    days = set()
    for link in group.iterchildren(V3 + "entryRelationship", V3 + "component"):
        for statement in statements(link):
            if template_ids(statement) & sample_templates:
                time = effective_time(statement)
                if found := time.end or time.start:
                    days.add(found)
    return days.pop() if len(days) == 1 else None
