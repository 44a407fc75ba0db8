"""What users call."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import pyarrow as pa

from ._errors import RequestError
from ._process import run, summary_in
from ._reader import Reader
from ._request import Scenario, flags_of
from ._summary import Summary, summary_of


def read(
    *,
    rows: int | None = None,
    vehicles: int | None = None,
    days: int | None = None,
    interval: int | datetime.timedelta | str | None = None,
    start: datetime.date | str | None = None,
    end: datetime.date | str | None = None,
    seed: int | None = None,
    scenario: Scenario | None = None,
    set: Mapping[str, Any] | None = None,
    range: tuple[int, int] | None = None,
    columns: Sequence[str] | None = None,
    workers: int | None = None,
) -> pa.Table:
    """Generates records into a table. A million records take some 110 MB, fewer columns less.

    Args:
        rows: Exactly this many records. Default: 1,000,000, or all of the vehicles and days.
        vehicles: Size of the fleet. Default: what the rows need.
        days: Length of the window. Default: 14, or what the rows need.
        interval: Time between two records of a trip: whole seconds, a timedelta, or a text such
            as "1m"; 1 s to 300 s. Default: 10 s.
        start: First day: a date, or a text such as "2026-01-05", "today" or "today-30d" (UTC).
        end: Last day (inclusive), instead of days.
        seed: 0 to 2**53 - 1; the same seed gives the same records. Default: 42.
        scenario: The name of a shipped scenario, the path of a file, or the contents of one as a
            dict. Paths in a dict must be absolute.
        set: Single values of the scenario, such as {"events.braking_event.per_hour": 3}.
        range: Only the records from (inclusive) to (exclusive).
        columns: Only these columns, in this order. Default: all.
        workers: Threads, 1 to 256. Default: one per core.

    Raises:
        RequestError: An option is wrong.
        FleetgenError: The command failed.
    """
    with reader(
        rows=rows,
        vehicles=vehicles,
        days=days,
        interval=interval,
        start=start,
        end=end,
        seed=seed,
        scenario=scenario,
        set=set,
        range=range,
        columns=columns,
        workers=workers,
    ) as records:
        return records.read_all()


def reader(
    *,
    rows: int | None = None,
    vehicles: int | None = None,
    days: int | None = None,
    interval: int | datetime.timedelta | str | None = None,
    start: datetime.date | str | None = None,
    end: datetime.date | str | None = None,
    seed: int | None = None,
    scenario: Scenario | None = None,
    set: Mapping[str, Any] | None = None,
    range: tuple[int, int] | None = None,
    columns: Sequence[str] | None = None,
    workers: int | None = None,
) -> Reader:
    """Generates records batch by batch, while they are read, in bounded memory.

    The options are those of `read`. Returns a pyarrow.RecordBatchReader, best used in a `with`
    statement: closing it ends the command.

    Raises:
        RequestError: An option is wrong.
        FleetgenError: The command failed.
    """
    flags = flags_of(
        rows=rows,
        vehicles=vehicles,
        days=days,
        interval=interval,
        start=start,
        end=end,
        seed=seed,
        set=set,
        range=range,
        columns=columns,
        workers=workers,
    )
    return Reader(["generate", "--to=-", "--format=arrow", "--json", *flags], scenario)


def generate(
    to: str | os.PathLike[str],
    *,
    rows: int | None = None,
    vehicles: int | None = None,
    days: int | None = None,
    interval: int | datetime.timedelta | str | None = None,
    start: datetime.date | str | None = None,
    end: datetime.date | str | None = None,
    seed: int | None = None,
    scenario: Scenario | None = None,
    set: Mapping[str, Any] | None = None,
    range: tuple[int, int] | None = None,
    columns: Sequence[str] | None = None,
    workers: int | None = None,
    first_record_id: int | None = None,
    parts: int | None = None,
    part: int | None = None,
    truth: bool = False,
    if_exists: Literal["fail", "append", "replace", "resume"] | None = None,
    format: Literal["csv", "ndjson", "parquet", "arrow"] | None = None,
    partition_by: Literal["day"] | None = None,
    file_rows: int | None = None,
    header: bool = True,
    codec: Literal["snappy", "zstd", "none"] | None = None,
    row_group_rows: int | None = None,
    decimals: bool = False,
    table: str | None = None,
    schema: str | None = None,
    copy_format: Literal["binary", "csv"] | None = None,
    unlogged: bool = False,
    keep_previous: int | None = None,
    swap_timeout: int | datetime.timedelta | str | None = None,
    terminate_blockers: bool = False,
) -> Summary:
    """Generates records into a file or a database, as `fleetgen generate` does.

    The options up to `workers` are those of `read`, and the others those of the command's flags.

    Args:
        to: FILE.parquet, FILE.arrow, FILE.csv or FILE.ndjson (the last two also .gz, .zst),
            "FOLDER/" for a file for each shard, a postgresql:// URL, "postgres" (the PG*
            environment), or "null" to measure. The vehicles stand beside the records, in
            FILE_vehicle.parquet and so on.
        first_record_id: Added to every record_id.
        parts: Cut the dataset into so many parts, for as many machines.
        part: Generate only this one of them, from 1.
        truth: Also the ground truth of each record, in FILE_truth.parquet or TABLE_truth.
        if_exists: When the file or table exists. Default: "fail".
        format: Of the files in a folder. Default: "parquet".
        partition_by: "day" for subfolders such as day=2026-01-05 in a folder.
        file_rows: Fewest records of a file in a folder. Default: 65,536.
        header: Header line in CSV files.
        codec: Compression of Parquet's pages. Default: "snappy".
        row_group_rows: Most rows of a Parquet row group, from 1024.
        decimals: Fractions as DECIMAL in Parquet.
        table: Table of a database. Default: "fleet_telemetry".
        schema: Its schema. Default: "public".
        copy_format: COPY format into a database. Default: "binary".
        unlogged: Create UNLOGGED tables: faster, but emptied by a crash of the server.
        keep_previous: How many replaced tables to keep.
        swap_timeout: How long a replacement waits for sessions that block it: whole seconds, a
            timedelta, or a text such as "5m". Default: 5 min.
        terminate_blockers: Terminate those sessions after that time.

    Raises:
        RequestError: An option is wrong, or the target exists; nothing was changed.
        FleetgenError: The command failed; its text says what is left.
    """
    if to == "-":
        raise RequestError('to="-" would mix records into the summary: use read or reader')
    flags = flags_of(
        to=to,
        rows=rows,
        vehicles=vehicles,
        days=days,
        interval=interval,
        start=start,
        end=end,
        seed=seed,
        set=set,
        range=range,
        columns=columns,
        workers=workers,
        first_record_id=first_record_id,
        parts=parts,
        part=part,
        truth=truth,
        if_exists=if_exists,
        format=format,
        partition_by=partition_by,
        file_rows=file_rows,
        no_header=not header,
        codec=codec,
        row_group_rows=row_group_rows,
        decimals=decimals,
        table=table,
        schema=schema,
        copy_format=copy_format,
        unlogged=unlogged,
        keep_previous=keep_previous,
        swap_timeout=swap_timeout,
        terminate_blockers=terminate_blockers,
    )
    return summary_of(summary_in(run(["generate", "--json", "--quiet", *flags], scenario)))


def vehicles(
    *,
    rows: int | None = None,
    vehicles: int | None = None,
    days: int | None = None,
    interval: int | datetime.timedelta | str | None = None,
    start: datetime.date | str | None = None,
    end: datetime.date | str | None = None,
    seed: int | None = None,
    scenario: Scenario | None = None,
    set: Mapping[str, Any] | None = None,
) -> pa.Table:
    """The vehicles of the dataset that `read` generates with the same options, one row each.

    Their class, region, home, driver and device; `vehicle_id` joins the records. No records are
    generated for it, so it takes a moment even for a large dataset.

    Raises:
        RequestError: An option is wrong.
        FleetgenError: The command failed.
    """
    with TemporaryDirectory(prefix="fleetgen-") as folder:
        generate(
            Path(folder, "fleet.arrow"),
            rows=rows,
            vehicles=vehicles,
            days=days,
            interval=interval,
            start=start,
            end=end,
            seed=seed,
            scenario=scenario,
            set=set,
            range=(0, 0),
        )
        with pa.ipc.open_file(Path(folder, "fleet_vehicle.arrow").read_bytes()) as file:
            return file.read_all()


def schema(
    *,
    scenario: Scenario | None = None,
    set: Mapping[str, Any] | None = None,
    columns: Sequence[str] | None = None,
) -> pa.Schema:
    """Names and types of the columns, with each one's `comment` and `unit` as metadata.

    A scenario's own events and metrics are columns too.

    Raises:
        RequestError: An option is wrong.
        FleetgenError: The command failed.
    """
    with reader(rows=1, scenario=scenario, set=set, columns=columns) as records:
        return records.schema.remove_metadata()
