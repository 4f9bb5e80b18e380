"""The one family of errors that bad input may raise.

    JalonError
    ├── RecordError    a record file that cannot be read (empty, truncated, too large, two patients…)
    ├── ContentError   a file of content/ that breaks its schema (carries file, line and remedy)
    └── UsageError     a wrong question (unknown guideline, impossible date, unknown language…)

The command line prints `str(error)` and exits with 2; the API answers problem details.
Messages say what, where and what to do; they never hold health data, names or identifiers.
"""

from __future__ import annotations


class JalonError(Exception):
    """Bad input, told in one sentence that says what and where."""

    code = "error"

    def __init__(self, message: str, *, where: str | None = None) -> None:
        self.message = message
        self.where = where
        super().__init__(f"{where}: {message}" if where else message)


class RecordError(JalonError):
    """A record cannot be read as a whole; nothing of it is used or stored.

    `code` (a stable word for the API's problem `type`): `empty`, `truncated`, `encoding`, `forbidden_xml`,
    `too_large`, `too_deep`, `zip_bomb`, `unknown_format`, `several_patients`, `no_patient`, `other_person`,
    `not_found`.
    """

    def __init__(self, message: str, *, code: str, where: str | None = None) -> None:
        self.code = code
        super().__init__(message, where=where)


class ContentError(JalonError):
    """A content file is wrong: `where` is `file:line`, `remedy` says how to mend it."""

    code = "content"

    def __init__(self, message: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.problem, self.remedy = message, remedy
        super().__init__(f"{message} → {remedy}" if remedy else message, where=where)


class UsageError(JalonError):
    """A question that has no answer: `code` names which (`unknown_guideline`, `as_of`, `language`, `answers`)."""

    def __init__(self, message: str, *, code: str = "usage", where: str | None = None) -> None:
        self.code = code
        super().__init__(message, where=where)
