"""Live metrics of a fleet: reads fleetgen's messages from Kafka, keeps one-minute metrics in PostgreSQL.

Two streaming queries over one topic, each with a checkpoint of its own: `metrics` writes <metrics table>, `dead_letters`
keeps bad messages in <metrics table>_dead_letter. Every batch reaches the database exactly once (store.py).
Standard output gets one JSON summary; progress and errors go to standard error. Exit codes: 0 done, 1 failed,
2 wrong request, 130 and 143 interrupted (the next run goes on from the checkpoint).
"""

import argparse
import json
import os
import re
import sys

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from . import messages
from . import metrics
from .database import RequestError, jdbc_address
from .interrupts import Interrupted, Signals
from .progress import Progress
from .store import Store

POLL_SECONDS = 0.5
DATABASE_VARIABLE = "FLEETGEN_DATABASE_URL"


def parse_arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fleet-metrics", description=__doc__.split("\n\n")[0])
    parser.add_argument("--bootstrap-servers", required=True, metavar="HOST:PORT", help="Kafka's address")
    parser.add_argument("--topic", required=True)
    parser.add_argument("--message-schema", required=True, metavar="FILE", help="from: fleetgen schema --format spark")
    parser.add_argument("--checkpoint", required=True, metavar="FOLDER", help="what the next run goes on from")
    parser.add_argument("--database", metavar="URL",
                        help=f"postgresql://..., better in {DATABASE_VARIABLE} where it holds a password")
    parser.add_argument("--schema", default="public", help="of all tables [public]")
    parser.add_argument("--table", default="fleet_telemetry", help="whose NAME_vehicle is joined [fleet_telemetry]")
    parser.add_argument("--metrics-table", metavar="NAME", help="[NAME of --table and _metrics]")
    parser.add_argument("--every", metavar="SECONDS", type=positive_float,
                        help="a batch each so many seconds; without it, what is there now, and then end")
    parser.add_argument("--max-messages", metavar="N", type=positive_int, help="at most so many in a batch")
    parser.add_argument("--lateness-minutes", type=positive_float, default=60, help="the scenario's largest [60]")
    parser.add_argument("--clock-ahead-minutes", type=positive_float, default=5, help="largest of a device [5]")
    parser.add_argument("--kafka-option", action="append", default=[], metavar="KEY=VALUE",
                        help="for Kafka's client, such as security.protocol=SSL; may be repeated")
    options = parser.parse_args(given)
    source = "--database" if options.database is not None else DATABASE_VARIABLE
    options.database = os.environ.get(source) if options.database is None else options.database
    if options.database is None:
        parser.error(f"give --database postgresql://..., or set {DATABASE_VARIABLE}")
    if not options.database.strip():
        parser.error(f"{source} is empty: it must be postgresql://user:password@host:port/database, such as $(fleetgen db url) prints")
    for each in options.kafka_option:
        if "=" not in each:
            parser.error(f"--kafka-option needs KEY=VALUE, not {each}")
    options.metrics_table = options.metrics_table or f"{options.table}_metrics"
    return options


def positive_int(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]*", text):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")
    return int(text)


def positive_float(text: str) -> float:
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) or float(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return float(text)


def run(options: argparse.Namespace, signals: Signals) -> dict:
    """Runs both queries to their end and returns the summary."""
    schema = read_schema(options.message_schema)
    database = jdbc_address(options.database, os.environ)
    spark = open_session()
    signals.take()  # Spark has just put a handler of its own in their place.
    store = Store(spark, database, options.schema, options.metrics_table, metrics.event_columns(schema))
    store.create_tables()
    vehicles = store.read(f"{options.table}_vehicle").select("vehicle_id", "region", "vehicle_class")
    source = messages.Source(
        spark,
        servers=options.bootstrap_servers,
        topic=options.topic,
        client_options=dict(each.split("=", 1) for each in options.kafka_option),
        max_messages=options.max_messages,
    )
    limits = messages.Limits(round(options.lateness_minutes * 60_000), round(options.clock_ahead_minutes * 60_000))
    # Each partition has a watermark of its own and one producer: how far producers are apart doesn't count.
    watermark = f"{limits.lateness_ms + limits.clock_ahead_ms} milliseconds"

    parts = [messages.checked(part, schema, limits) for part in source.partitions()]
    frames = {
        "metrics": metrics.by_minute(parts, vehicles, schema, watermark),
        "dead_letters": messages.dead_letters(messages.checked(source.whole(), schema, limits), vehicles),
    }
    appliers = {"metrics": store.apply_metrics, "dead_letters": store.apply_dead_letters}
    queries = [start(name, frame, appliers[name], options) for name, frame in frames.items()]
    progress = [Progress(query, store) for query in queries]
    try:
        wait(queries, progress, signals, endless=options.every is not None)
    finally:
        for query in queries:
            query.stop()
    return {each.name: each.summary(store.totals(each.name)) for each in progress}


def open_session() -> SparkSession:
    return (
        SparkSession.builder.appName("fleet-metrics")
        .config("spark.sql.session.timeZone", "UTC")
        # What it infers from the checks of each partition's messages fills gigabytes, and filters nothing more.
        .config("spark.sql.constraintPropagation.enabled", "false")
        # Each partition's own watermark counts, and the slowest decides: a catch-up reads them at different speeds.
        .config("spark.sql.streaming.multipleWatermarkPolicy", "min")
        .config("spark.sql.streaming.stateStore.providerClass",
                "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider")
        .config("spark.sql.streaming.stateStore.rocksdb.changelogCheckpointing.enabled", "true")
        .getOrCreate()
    )


def start(name: str, frame, apply, options: argparse.Namespace):
    writer = frame.writeStream.queryName(name).outputMode("update").foreachBatch(apply)
    writer = writer.option("checkpointLocation", os.path.join(os.path.abspath(options.checkpoint), name))
    if options.every is None:
        return writer.trigger(availableNow=True).start()
    return writer.trigger(processingTime=f"{round(options.every * 1000)} milliseconds").start()


def wait(queries: list, progress: list[Progress], signals: Signals, endless: bool) -> None:
    """Until all have ended; an endless job ends by a signal or an error, which is raised."""
    while any(query.isActive for query in queries):
        signals.check()
        for query in queries:
            query.awaitTermination(POLL_SECONDS)
        for each in progress:
            each.report()
        ended = [query.name for query in queries if not query.isActive]
        if endless and ended:
            raise RuntimeError(f"the query {ended[0]} was stopped from outside: run the same command again")
    for query, each in zip(queries, progress):
        each.report()
        query.awaitTermination()  # raises what ended it, if that came after the last look


def one_line(error: Exception) -> str:
    said = error.java_exception.getMessage() if isinstance(error, Py4JJavaError) else str(error)
    return " ".join((said or type(error).__name__).split())


def read_schema(path: str) -> StructType:
    try:
        with open(path, encoding="utf-8") as file:
            return StructType.fromJson(json.load(file))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RequestError(f"--message-schema {path} is not a schema that fleetgen schema --format spark prints: {error}") from error


def main() -> int:
    options = parse_arguments(sys.argv[1:])
    try:
        print(json.dumps(run(options, Signals())))
        return 0
    except Interrupted as error:
        print(f"fleet-metrics: {error}", file=sys.stderr)
        return error.code
    except RequestError as error:
        print(f"fleet-metrics: {error}", file=sys.stderr)
        return 2
    except Exception as error:  # whatever Spark, Kafka or the database object to: one line, the details are in its log
        print(f"fleet-metrics: {one_line(error)}", file=sys.stderr)
        return 1
