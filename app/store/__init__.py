"""Tables and transactions (SQLModel; SQLite or PostgreSQL)."""
