"""What the tests of this room share."""

import psycopg
import pytest


@pytest.fixture
def trace_table(owner_address: str) -> None:
    """A table for sample jobs to leave traces in."""
    with psycopg.connect(owner_address, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS test_trace")
        connection.execute("CREATE TABLE test_trace (id bigserial, what text NOT NULL, cause text NOT NULL)")
        connection.execute("GRANT SELECT, INSERT ON test_trace TO banyan_app")
        connection.execute("GRANT USAGE ON SEQUENCE test_trace_id_seq TO banyan_app")
