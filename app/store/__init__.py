"""The database: tables, engine, migrations. It decides nothing: who may read what is `app.trust`'s business,
and only `app.trust` may import the tables of health data (checked by tests/trust/test_one_door.py)."""
