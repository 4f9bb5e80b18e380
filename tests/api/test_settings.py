"""Settings: demo mode never starts beside the real thing."""

from __future__ import annotations

import pytest

from app.errors import UsageError
from app.settings import from_environment, is_local


def test_nothing_set_is_an_embedded_database() -> None:
    settings = from_environment({})
    assert settings.database_url == "sqlite:///var/jalon.db"
    assert not settings.demo
    assert settings.accepted_identity == {"production", "production_nia"}


def test_demo_has_its_own_file_and_accepts_invented_identities_only() -> None:
    settings = from_environment({"JALON_DEMO": "1", "JALON_DATA_DIR": "/tmp/x"})
    assert settings.database_url == "sqlite:////tmp/x/demo.db"
    assert settings.accepted_identity == {"test", "demonstration", "none"}


def test_postgres_is_reached_by_its_driver() -> None:
    for url in ("postgres://h/d", "postgresql://h/d", "postgresql+psycopg://h/d"):
        assert from_environment({"DATABASE_URL": url}).database_url == "postgresql+psycopg://h/d"


@pytest.mark.parametrize(
    "environment",
    [
        {"DATABASE_URL": "postgresql://db.example/jalon"},
        {"DATABASE_URL": "postgresql://user:secret9177@10.0.0.4:5432/jalon"},
        {"DATABASE_URL": "postgresql://localhost,db.example/jalon"},
        {"DATABASE_URL": "postgresql:///jalon?host=db.example"},
        {"DATABASE_URL": "postgresql://localhost/jalon?hostaddr=10.0.0.4"},
        {"DATABASE_URL": "postgresql:///jalon?service=prod"},
        {"DATABASE_URL": "postgresql://localhost.example/jalon"},
        {"DATABASE_URL": "postgresql://127.0.0.1@db.example/jalon"},
        {
            "JALON_OIDC_CITIZEN_ISSUER": "https://issuer.example",
            "JALON_OIDC_CITIZEN_CLIENT_ID": "a",
            "JALON_OIDC_CITIZEN_CLIENT_SECRET": "b",
        },
        {"JALON_ACCEPTED_IDENTITY": "test,production"},
        {"JALON_ACCEPTED_IDENTITY": "anything"},
        {"DATABASE_URL": "mysql://localhost/x"},
        {"JALON_HTTPS": "maybe"},
    ],
)
def test_demo_refuses(environment: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        from_environment(environment, demo=True)
    assert caught.value.code == "settings"
    assert "secret9177" not in str(caught.value)
    assert "example/jalon" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///x.db",
        "postgresql+psycopg://localhost/d",
        "postgresql+psycopg://u:p@127.0.0.1:5433/d",
        "postgresql+psycopg://[::1]:5432/d",
        "postgresql+psycopg:///d?host=/run/postgresql",
        "postgresql+psycopg:///d",
    ],
)
def test_local_databases(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    assert is_local(url)


def test_a_host_named_by_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example")
    assert not is_local("postgresql+psycopg:///d")
