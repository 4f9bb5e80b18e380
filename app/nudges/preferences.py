"""How a person wants to be reminded: where, by which way first, in which hours, and whether at all for now."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import phonenumbers
from pydantic import AfterValidator, EmailStr, Field, ValidationError, field_validator

from app.campaigns.model import LONG, Channel
from app.content import Strict
from app.errors import UsageError
from app.nudges.model import Kind, Lang


def _phone(value: str) -> str:
    """An international number of a phone that can get an SMS; French numbers may be written as they are said."""
    try:
        number = phonenumbers.parse(value, "FR")
    except phonenumbers.NumberParseException:
        raise ValueError("not a phone number") from None
    kinds = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in kinds:
        raise ValueError("not the number of a mobile phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _plain(value: str) -> str:
    text = " ".join(value.split())
    if not text or not text.isprintable():
        raise ValueError("expected plain words")
    return text


Line = Annotated[str, Field(max_length=80), AfterValidator(_plain)]


class Address(Strict):
    """A postal address as it is printed (at most six lines of 38 characters are usual; ours are bounded by 80)."""

    name: Line
    street: Line
    more: Annotated[str, Field(max_length=80)] = ""
    postcode: Annotated[str, Field(pattern=r"^\d{5}$")]
    city: Line

    @property
    def lines(self) -> list[str]:
        return [one for one in (self.name, self.more, self.street, f"{self.postcode} {self.city}") if one]


class Preferences(Strict):
    """`named`: letters and e-mails say what is due. `bounced`: channels whose address was refused, until it changes."""

    email: EmailStr | None = None
    phone: Annotated[str, AfterValidator(_phone)] | None = None
    address: Address | None = None
    first: Channel | None = None
    hours: str | None = None
    named: bool = False
    paused: bool = False
    paused_until: date | None = None
    lang: Lang = "fr"
    bounced: frozenset[Channel] = frozenset()

    @field_validator("email")
    @classmethod
    def _short(cls, value: str | None) -> str | None:
        if value is not None and len(value) > 254:
            raise ValueError("an address has at most 254 characters")
        return value

    def rests(self, today: date) -> bool:
        """Everything is paused, on this day."""
        return self.paused and (self.paused_until is None or today < self.paused_until)

    def reaches(self, channel: Channel, devices: int = 0) -> bool:
        """Is there somewhere to send it?"""
        if channel in self.bounced:
            return False
        held = {"email": self.email, "sms": self.phone, "letter": self.address, "push": devices}
        return bool(held[channel])

    def changed(self, new: Preferences) -> Preferences:
        """The new ones; an address that changed is tried again, one that bounced and did not change is not."""
        same = {"email": new.email == self.email, "sms": new.phone == self.phone, "letter": new.address == self.address}
        return new.model_copy(update={"bounced": frozenset(one for one in self.bounced if same.get(one, True))})


def preferences_of(data: dict[str, Any]) -> Preferences:
    """Raises UsageError (`reminders`) that says where, never what was sent."""
    try:
        return Preferences.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = "/" + "/".join(str(part) for part in first["loc"])
        told = "not an e-mail address" if where == "/email" else first["msg"].removeprefix("Value error, ")
        raise UsageError(told, code="reminders", where=where) from None


def channels_for(kind: Kind, allowed: frozenset[Channel], wants: Preferences, devices: int) -> list[Channel]:
    """By which ways one reminder goes, of those that are allowed: one that can be read at length, and one short one
    added to it. A short one goes alone only to who allows no other: it takes no letter away."""
    able = [one for one in kind.channels if one in allowed and wants.reaches(one, devices)]
    ranked = sorted(able, key=lambda one: (one != wants.first, {"email": 0, "letter": 1, "push": 0, "sms": 1}[one]))
    long = [one for one in ranked if one in LONG][:1]
    short = [one for one in ranked if one not in LONG][:1]
    return long + short
