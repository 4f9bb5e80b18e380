"""Published risk models as pure functions, each with its card; usable without the service."""
