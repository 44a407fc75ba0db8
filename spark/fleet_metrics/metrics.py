"""The metrics: one row a minute of event time, per region and per vehicle class.

Definitions, the same in SQL over the table that `fleetgen generate` loads (docs/streaming.md):
- a record belongs to the minute of its recorded_at; records counts them, vehicles their distinct vehicles;
- mean_speed_kmh is their average speed; p95_speed_kmh is percentile_cont(0.95), rounded to three decimals, where it is
  exact, for speeds have one;
- an event's count is the number of records that show it; risky_share is the share labelled risky;
- late_records came more than a minute after they were recorded; max_delay_ms is the longest delay.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType, StructType

from .messages import good_records, union

WINDOW = "1 minute"
LATE_AFTER_MS = 60_000
KEY = ["window_start", "dimension", "member"]
DIMENSIONS = ["region", "vehicle_class"]


def event_columns(schema: StructType) -> list[str]:
    """The flags of a record, a user's own events among them: each gets a count, named in the plural."""
    return [field.name for field in schema.fields if isinstance(field.dataType, BooleanType)]


def metric_columns(events: list[str]) -> dict[str, str]:
    """Name and PostgreSQL type of everything beside the key, in order."""
    return {
        "records": "bigint NOT NULL",
        "vehicles": "bigint NOT NULL",
        "mean_speed_kmh": "double precision NOT NULL",
        "p95_speed_kmh": "double precision NOT NULL",
        **{f"{event}s": "bigint NOT NULL" for event in events},
        "risky_share": "double precision NOT NULL",
        "late_records": "bigint NOT NULL",
        "max_delay_ms": "integer NOT NULL",
    }


def by_minute(parts: list[DataFrame], vehicles: DataFrame, schema: StructType, watermark: str) -> DataFrame:
    """The changed minutes of each batch, whole and final so far: a row replaces the one before."""
    events = event_columns(schema)
    used = ["record_id", "vehicle_id", "recorded_at", "network_delay_ms", "speed_kmh", "risk_label", *events]
    records = union([good_records(part).select(*used).withWatermark("recorded_at", watermark) for part in parts])
    placed = records.dropDuplicatesWithinWatermark(["record_id"]).join(F.broadcast(vehicles), "vehicle_id")
    members = F.array(
        *[F.struct(F.lit(name).alias("dimension"), F.col(name).alias("member")) for name in DIMENSIONS]
    )
    counted = placed.withColumn("of", F.explode(members)).groupBy(
        F.window("recorded_at", WINDOW).alias("window"), "of.dimension", "of.member"
    )
    columns = counted.agg(
        F.count("*").alias("records"),
        F.size(F.collect_set("vehicle_id")).cast("bigint").alias("vehicles"),
        F.avg("speed_kmh").alias("mean_speed_kmh"),
        F.round(F.percentile("speed_kmh", 0.95), 3).alias("p95_speed_kmh"),
        *[F.count_if(F.col(event)).alias(f"{event}s") for event in events],
        F.avg((F.col("risk_label") == "risky").cast("double")).alias("risky_share"),
        F.count_if(F.col("network_delay_ms") > LATE_AFTER_MS).alias("late_records"),
        F.max("network_delay_ms").alias("max_delay_ms"),
    )
    return columns.select(F.col("window.start").alias("window_start"), "dimension", "member", *metric_columns(events))
