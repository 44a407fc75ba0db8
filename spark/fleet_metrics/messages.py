"""Kafka messages as rows: reading the topic, telling good messages from bad ones."""

from dataclasses import dataclass
from functools import reduce
import json

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructType

ADMIN_TIMEOUT_SECONDS = 15
CORRUPT = "_corrupt"


@dataclass(frozen=True)
class Limits:
    """What the scenario promises about arrival: how late a record may be, how far ahead a device's clock may run."""

    lateness_ms: int
    clock_ahead_ms: int


class Source:
    """One topic, from its first message; `max_messages` bounds a batch of a query."""

    def __init__(self, spark: SparkSession, servers: str, topic: str, client_options: dict, max_messages: int | None):
        self._spark = spark
        self._topic = topic
        self._client = {"bootstrap.servers": servers, **client_options}
        self._max_messages = max_messages

    def whole(self) -> DataFrame:
        return self._load({"subscribe": self._topic}, self._max_messages)

    def partitions(self) -> list[DataFrame]:
        """One stream a partition. A batch takes from each what it pleases, so only inside a partition are messages
        sure to come in order of arrival, and a watermark of all of them would drop what the slower ones still hold.
        """
        count = self._count_partitions()
        share = None if self._max_messages is None else max(1, self._max_messages // count)
        return [self._load({"assign": json.dumps({self._topic: [each]})}, share) for each in range(count)]

    def _load(self, which: dict, limit: int | None) -> DataFrame:
        options = {f"kafka.{key}": value for key, value in self._client.items()} | which
        if limit is not None:
            options["maxOffsetsPerTrigger"] = str(limit)
        return self._spark.readStream.format("kafka").option("startingOffsets", "earliest").options(**options).load()

    def _count_partitions(self) -> int:
        jvm = self._spark._jvm
        properties = jvm.java.util.Properties()
        for key, value in self._client.items():
            properties.setProperty(key, value)
        properties.setProperty("default.api.timeout.ms", str(ADMIN_TIMEOUT_SECONDS * 1000))
        properties.setProperty("request.timeout.ms", str(ADMIN_TIMEOUT_SECONDS * 1000))
        admin = jvm.org.apache.kafka.clients.admin.AdminClient.create(properties)
        try:
            described = admin.describeTopics(jvm.java.util.List.of(self._topic)).allTopicNames().get()
            return described.get(self._topic).partitions().size()
        except Exception as error:
            where = f"{self._topic} at {self._client['bootstrap.servers']}"
            raise RuntimeError(f"cannot read the topic {where}: check the address and that the topic exists") from error
        finally:
            admin.close()


def checked(stream: DataFrame, schema: StructType, limits: Limits) -> DataFrame:
    """`record` is the message by the schema, `reason` is null for a good one; topic, partition, offset, key, value."""
    parsed = F.from_json(
        F.col("value").cast("string"),
        StructType(list(schema.fields)).add(CORRUPT, StringType()),
        {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": CORRUPT},
    )
    # Exploding a list of one keeps the optimiser from parsing a message again for each field that a filter looks at.
    rows = stream.select("topic", "partition", "offset", "key", "value", F.explode(F.array(parsed)).alias("record"))
    return rows.withColumn("reason", reason_of(schema, limits))


def reason_of(schema: StructType, limits: Limits) -> Column:
    """The first thing that is wrong with a message, in words."""
    required = [field.name for field in schema.fields if not field.nullable]
    missing = F.concat_ws(", ", *[F.when(F.col(f"record.{name}").isNull(), F.lit(name)) for name in required])
    delay_ms = F.unix_millis("record.received_at") - F.unix_millis("record.recorded_at")
    rules = [
        (F.col("value").isNull(), F.lit("it is empty")),
        (F.col("record").isNull() | F.col(f"record.{CORRUPT}").isNotNull(), F.lit("it is not JSON of the schema")),
        (missing != "", F.concat(F.lit("it lacks "), missing)),
        (delay_ms != F.col("record.network_delay_ms"), F.lit("received_at is not recorded_at + network_delay_ms")),
        (delay_ms > limits.lateness_ms, F.lit("it came later than the declared lateness")),
        (delay_ms < -limits.clock_ahead_ms, F.lit("its clock runs further ahead than declared")),
    ]
    return F.coalesce(*[F.when(broken, reason) for broken, reason in rules])


def good_records(messages: DataFrame) -> DataFrame:
    """The columns of the schema."""
    return messages.where("reason IS NULL").select("record.*").drop(CORRUPT)


def dead_letters(messages: DataFrame, vehicles: DataFrame) -> DataFrame:
    """Bad messages, and good ones of a vehicle that the vehicle table lacks, as they came, with the reason."""
    known = F.broadcast(vehicles.select(F.col("vehicle_id").alias("known_id")))
    joined = messages.join(known, F.col("record.vehicle_id") == F.col("known_id"), "left")
    reason = F.coalesce("reason", F.when(F.col("known_id").isNull(), F.lit("its vehicle_id is not in the vehicle table")))
    return joined.withColumn("reason", reason).where("reason IS NOT NULL").select(
        "topic", "partition", F.col("offset").alias("message_offset"), "reason", "key", "value"
    )


def union(parts: list[DataFrame]) -> DataFrame:
    return reduce(DataFrame.unionByName, parts)
