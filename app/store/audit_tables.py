"""The tables of the access log and of its tree. Only `app.trust` touches them."""

from __future__ import annotations

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel


class AuditHead(SQLModel, table=True):
    """One row: how many entries the log has. Locking it gives entries numbers without gaps."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True)
    size: int
    log_key: bytes = Field(sa_type=LargeBinary)
    """Key of the commitments of entries that are about nobody in particular."""


class AuditEntry(SQLModel, table=True):
    """One entry of the append-only log (see `app.trust.audit`). No health data; triggers refuse UPDATE and
    DELETE."""

    __tablename__ = "audit_entry"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: str = Field(sa_type=Text)
    tag: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    actor: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    purpose: str = Field(sa_type=Text)
    basis: str = Field(sa_type=Text)
    subject: str | None = Field(default=None, sa_type=Text, index=True)
    categories: str = Field(sa_type=Text)
    commitment: str = Field(sa_type=Text)
    detail: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    """Through what: the version of the guidelines, the digest of an erasure… Never about a person's health."""


class AuditNode(SQLModel, table=True):
    """The root of a perfect subtree of 2^`level` leaves, the first being leaf `number` × 2^`level`. Append-only."""

    __tablename__ = "audit_node"

    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    hash: bytes = Field(sa_type=LargeBinary)


class AuditCheckpoint(SQLModel, table=True):
    """A signed state of the log's tree (C2SP signed note). Append-only."""

    __tablename__ = "audit_checkpoint"

    size: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    note: str = Field(sa_type=Text)
