"""E-mail (SMTP, RFC 5321), with one-click unsubscribe (RFC 8058) and an event for calendars.

The hand-over is over once the server has answered to the end of the message. When the connection is lost after the
message was sent and before that answer, nobody can say whether the server took it: `unsure`, and it is not sent again.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as _STRICT
from email.utils import format_datetime
from typing import Final

from app.campaigns.model import Channel
from app.nudges.outgoing import Mail
from app.nudges.parcel import Outcome, Parcel

SMTP = _STRICT.clone(max_line_length=200)
"""Addresses stay on one line: what reads `List-Unsubscribe` does not always unfold it."""
PATIENCE = 30
"""Seconds that a server has for each answer: less than the lease of what was claimed."""
_NO_SUCH_BOX = frozenset({550, 551, 553, 554, 556})


def message_of(parcel: Parcel, mail: Mail, now: datetime) -> EmailMessage:
    """The e-mail, whose Message-ID is the parcel's key."""
    assert isinstance(parcel.to, str)
    made = EmailMessage(policy=SMTP)
    made["From"] = mail.sender
    made["To"] = parcel.to
    made["Subject"] = parcel.subject
    made["Date"] = format_datetime(now.astimezone(UTC))
    made["Message-ID"] = f"<{parcel.id}@{mail.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = "en" if parcel.lang == "en" else "fr"
    made["List-Unsubscribe"] = f"<{parcel.stop}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(parcel.body, cte="quoted-printable")
    if parcel.calendar is not None:
        made.add_attachment(
            parcel.calendar, maintype="text", subtype="calendar", filename="prevention.ics",
            params={"charset": "utf-8", "method": "PUBLISH"},
        )  # fmt: skip
    return made


class EmailSender:
    """One connection, kept from one message to the next."""

    channel: Channel = "email"
    repeatable: Final = False

    def __init__(self, mail: Mail, clock: Callable[[], datetime]) -> None:
        self._mail, self._clock = mail, clock
        self._open: smtplib.SMTP | None = None

    def hand_over(self, parcel: Parcel) -> Outcome:
        made = message_of(parcel, self._mail, self._clock())
        try:
            connection = self._connection()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Outcome("again", "timeout" if isinstance(error, TimeoutError) else "unreachable")
        try:
            refused = self._envelope(connection, str(parcel.to))
        except (OSError, smtplib.SMTPException):
            self._drop()
            return Outcome("again", "interrupted")
        if refused is not None:
            return refused
        return self._data(connection, made)

    def _envelope(self, connection: smtplib.SMTP, to: str) -> Outcome | None:
        code, _ = connection.mail(self._mail.bounces)
        if code >= 400:
            self._reset(connection)
            return Outcome("again", "busy")
        code, _ = connection.rcpt(to)
        if code in _NO_SUCH_BOX:
            self._reset(connection)
            return Outcome("bounced", "address")
        if code >= 400:
            self._reset(connection)
            return Outcome("again", "busy")
        return None

    def _data(self, connection: smtplib.SMTP, made: EmailMessage) -> Outcome:
        try:
            code, _ = connection.data(made.as_bytes(policy=SMTP))
        except smtplib.SMTPDataError as error:  # it did not want the message before a byte of it was sent
            self._reset(connection)
            return Outcome("again", "busy") if error.smtp_code < 500 else Outcome("refused", "refused")
        except (OSError, smtplib.SMTPException):
            self._drop()
            return Outcome("unsure", "interrupted")
        if code == 250:
            return Outcome("sent", "accepted")
        self._reset(connection)
        return Outcome("again", "busy") if code < 500 else Outcome("refused", "refused")

    def _connection(self) -> smtplib.SMTP:
        if self._open is not None:
            with suppress(OSError, smtplib.SMTPException):
                if self._open.noop()[0] == 250:
                    return self._open
            self._drop()
        mail, secure = self._mail, ssl.create_default_context()
        made: smtplib.SMTP
        if mail.tls == "tls":
            made = smtplib.SMTP_SSL(mail.host, mail.port, timeout=PATIENCE, context=secure)
        else:
            made = smtplib.SMTP(mail.host, mail.port, timeout=PATIENCE)
        self._open = made
        if mail.tls == "starttls":
            made.starttls(context=secure)
        if mail.user:
            made.login(mail.user, mail.password)
        made.ehlo_or_helo_if_needed()
        return made

    def _reset(self, connection: smtplib.SMTP) -> None:
        try:
            connection.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def close(self) -> None:
        if self._open is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._open.quit()
            self._drop()
