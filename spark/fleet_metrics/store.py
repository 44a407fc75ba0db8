"""Exactly once into PostgreSQL: a batch is staged first; then one transaction notes it in the ledger and takes the rows.

Spark repeats a batch, under the same number, that it could not note as done in its checkpoint. The ledger tells whether
the batch had reached the database before: then its rows are left alone. The batch is computed all the same, as Spark's
state of it must be made anew. Checkpoints are told apart by the id Spark gives each, so a new one starts a new count.
"""

import os
import sys
import uuid
from contextlib import contextmanager

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .metrics import KEY, metric_columns

QUERY_ID_PROPERTY = "sql.streaming.queryId"
FAULT_VARIABLE = "FLEETGEN_METRICS_FAULT"


class Store:
    """The tables of one metrics table: itself, _staging, _batch (the ledger), _dead_letter and its staging."""

    def __init__(self, spark: SparkSession, database: tuple[str, dict[str, str]], schema: str, table: str, events: list[str]):
        self._spark = spark
        self._url, self._login = database  # as jdbc_address gives it
        self._schema = schema
        self._table = table
        self._columns = {"window_start": "timestamptz", "dimension": "text", "member": "text", **metric_columns(events)}
        self._query_ids: dict[str, str] = {}
        self._written: dict[tuple[str, int], int] = {}

    def read(self, table: str) -> DataFrame:
        return self._spark.read.jdbc(self._url, self._name(table), properties=self._properties())

    def create_tables(self) -> None:
        """Makes what is missing. Raises when the metrics table is there with other columns."""
        metrics, ledger, dead = self._names("", "_batch", "_dead_letter")
        columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in self._columns.items())
        dead_columns = "topic text, partition integer, message_offset bigint, reason text NOT NULL, key bytea, value bytea"
        statements = [
            f"CREATE TABLE IF NOT EXISTS {metrics} ({columns}, PRIMARY KEY ({', '.join(KEY)}))",
            f"CREATE TABLE IF NOT EXISTS {ledger} (query text NOT NULL, query_id text, batch_id bigint, "
            "rows bigint NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (query_id, batch_id))",
            f"CREATE TABLE IF NOT EXISTS {dead} ({dead_columns}, PRIMARY KEY (topic, partition, message_offset))",
        ]
        for suffix in ("", "_dead_letter"):
            staging, final = self._names(f"{suffix}_staging", suffix)
            statements.append(
                f"CREATE UNLOGGED TABLE IF NOT EXISTS {staging} (LIKE {final}, query_id text NOT NULL, attempt text NOT NULL)"
            )
        with self._transaction() as connection:
            for statement in statements:
                execute(connection, statement)
            listed = ", ".join(quoted(name) for name in self._columns)
            execute(connection, f"PREPARE fits AS SELECT {listed} FROM {metrics}")

    def apply_metrics(self, batch: DataFrame, batch_id: int) -> None:
        changes = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in self._columns if name not in KEY)
        self._apply(batch, batch_id, "metrics", "", list(self._columns), KEY, f"UPDATE SET {changes}")

    def apply_dead_letters(self, batch: DataFrame, batch_id: int) -> None:
        key = ["topic", "partition", "message_offset"]
        self._apply(batch, batch_id, "dead_letters", "_dead_letter", [*key, "reason", "key", "value"], key, "NOTHING")

    def _apply(self, batch: DataFrame, batch_id: int, query: str, suffix: str, columns: list[str], key: list[str],
               on_conflict: str) -> None:
        query_id = batch.sparkSession.sparkContext.getLocalProperty(QUERY_ID_PROPERTY)
        self._query_ids[query] = query_id
        attempt = str(uuid.uuid4())
        staging, final, ledger = self._names(f"{suffix}_staging", suffix, "_batch")
        staged = batch.withColumns({"query_id": F.lit(query_id), "attempt": F.lit(attempt)})
        staged.write.jdbc(self._url, staging, mode="append", properties=self._properties())
        self._fault(query, "staged", batch_id)
        listed, unique = ", ".join(map(quoted, columns)), ", ".join(map(quoted, key))
        with self._transaction() as connection:
            noted = execute(
                connection,
                f"INSERT INTO {ledger} (query, query_id, batch_id, rows) "
                f"SELECT ?, ?, {batch_id}, count(*) FROM {staging} WHERE attempt = ? ON CONFLICT DO NOTHING",
                query, query_id, attempt,
            )
            written = 0
            if noted == 1:
                # Distinct, as a task of Spark's that is tried twice may have staged its rows twice.
                written = execute(
                    connection,
                    f"INSERT INTO {final} ({listed}) SELECT DISTINCT ON ({unique}) {listed} FROM {staging} "
                    f"WHERE attempt = ? ON CONFLICT ({unique}) DO {on_conflict}",
                    attempt,
                )
            # Also what attempts left that did not get this far.
            execute(connection, f"DELETE FROM {staging} WHERE query_id = ?", query_id)
        self._written[query, batch_id] = written
        self._fault(query, "committed", batch_id)

    def table_of(self, query: str) -> str:
        return self._table + ("_dead_letter" if query == "dead_letters" else "")

    def take_written(self, query: str, batch_id: int) -> int:
        """Rows that this run put into the table for a batch; 0 where an earlier run had. To be asked once."""
        return self._written.pop((query, batch_id), 0)

    def totals(self, query: str) -> dict:
        """Over all runs of the checkpoint: rows put into the table, those that replaced others included."""
        (ledger,) = self._names("_batch")
        with self._transaction() as connection:
            statement = connection.prepareStatement(f"SELECT count(*), coalesce(sum(rows), 0) FROM {ledger} WHERE query_id = ?")
            statement.setString(1, self._query_ids.get(query, ""))
            result = statement.executeQuery()
            result.next()
            return {"batchesInAll": result.getLong(1), "rowsWrittenInAll": result.getLong(2)}

    def _name(self, table: str) -> str:
        return f"{quoted(self._schema)}.{quoted(table)}"

    def _names(self, *suffixes: str) -> list[str]:
        return [self._name(self._table + suffix) for suffix in suffixes]

    def _properties(self) -> dict[str, str]:
        return {"driver": "org.postgresql.Driver", "ApplicationName": "fleet-metrics", **self._login}

    @contextmanager
    def _transaction(self):
        properties = self._spark._jvm.java.util.Properties()
        for key, value in self._properties().items():
            properties.setProperty(key, value)
        connection = self._spark._jvm.java.sql.DriverManager.getConnection(self._url, properties)
        try:
            connection.setAutoCommit(False)
            yield connection
            connection.commit()
        finally:
            # Closing undoes what is not committed.
            connection.close()

    def _fault(self, query: str, point: str, batch_id: int) -> None:
        """For tests: the virtual machine dies at this point, as by a power cut."""
        if os.environ.get(FAULT_VARIABLE) == f"{query}:{point}:{batch_id}":
            print(f"fleet-metrics: dies now, at {query}:{point}:{batch_id}", file=sys.stderr, flush=True)
            self._spark._jvm.java.lang.Runtime.getRuntime().halt(137)


def execute(connection, sql: str, *parameters: str) -> int:
    """Runs one statement and returns how many rows it touched."""
    statement = connection.prepareStatement(sql)
    try:
        for i, value in enumerate(parameters, start=1):
            statement.setString(i, value)
        return statement.executeUpdate()
    finally:
        statement.close()


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
