"""Reads one dataset in every format with the tools of data people and prints, as JSON, what differs from its CSV.

compare.py FOLDER: FOLDER has fleet.csv, its siblings, and the same in the other formats.
"""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet as pq

folder = Path(sys.argv[1])


def plain(table: pa.Table) -> pa.Table:
    """Dictionaries as their texts, no metadata."""
    columns = []
    for column in table.columns:
        kind = column.type
        if pa.types.is_dictionary(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
            column = column.cast(pa.string())
        columns.append(column)
    return pa.table(columns, names=table.column_names)


def differences(found: pa.Table, wanted: pa.Table) -> list[str]:
    """The columns that differ; values are compared in the types of the CSV's table."""
    if found.column_names != wanted.column_names:
        return [f"columns {found.column_names}"]
    found = plain(found)
    different = []
    for name in wanted.column_names:
        have, want = found.column(name), wanted.column(name)
        if pa.types.is_decimal(have.type):
            # Exact, while a double made of a decimal may be the next one.
            decimal = pa.decimal128(18, have.type.scale)
            have, want = have.cast(decimal), want.cast(decimal)
        elif have.type != want.type:
            have = have.cast(want.type)
        if not have.combine_chunks().equals(want.combine_chunks()):
            different.append(name)
    return different


def table_of_csv(path: Path, schema: pa.Schema) -> pa.Table:
    """Fractions are read as doubles first, as single precision rounds a text only once."""
    read = {field.name: pa.float64() if field.type == pa.float32() else field.type for field in schema}
    options = pa.csv.ConvertOptions(
        column_types=read, true_values=["1"], false_values=["0"], strings_can_be_null=False, null_values=[""]
    )
    return pa.csv.read_csv(path, convert_options=options).cast(schema)


def duck(relation: str) -> pa.Table:
    connection = duckdb.connect()
    connection.sql("set timezone = 'UTC'")
    return connection.sql(f"select * from {relation}").to_arrow_table()


def stream(path: Path) -> pa.Table:
    with open(path, "rb") as file:
        return pa.ipc.open_stream(file).read_all()


def of_pandas(path: Path) -> pa.Table:
    return pa.Table.from_pandas(pd.read_parquet(path), preserve_index=False)


report = {}
for sibling in ("", "_vehicle", "_truth"):
    arrow = folder / f"fleet{sibling}.arrow"
    file_table = pa.ipc.open_file(arrow).read_all()
    file_table.validate(full=True)
    schema = pa.schema([field.remove_metadata() for field in plain(file_table).schema])
    # The CSV is the reference: only the names and types of its columns come from the Arrow file.
    wanted = table_of_csv(folder / f"fleet{sibling}.csv", schema)
    found = {"pyarrow arrow": file_table, "polars arrow": pl.read_ipc(arrow).to_arrow()}
    for name in ("fleet", "none", "decimals", "small"):
        path = folder / f"{name}{sibling}.parquet"
        found[f"pyarrow {name}.parquet"] = pq.read_table(path)
        found[f"duckdb {name}.parquet"] = duck(f"'{path}'")
        found[f"polars {name}.parquet"] = pl.read_parquet(path).to_arrow()
        found[f"pandas {name}.parquet"] = of_pandas(path)
    found["duckdb ndjson"] = duck(f"read_json('{folder}/fleet{sibling}.ndjson', format = 'newline_delimited')")
    if sibling == "":
        found["pyarrow arrow stream"] = stream(folder / "stream.arrows")
    for reader, table in found.items():
        report[f"{reader}{sibling}"] = {"rows": table.num_rows, "different": differences(table, wanted)}

facts = {"report": report}
metadata = pq.ParquetFile(folder / "small.parquet").metadata
facts["row_groups"] = metadata.num_row_groups
facts["sorted_by"] = [
    metadata.schema.column(order.column_index).name for order in metadata.row_group(0).sorting_columns
]
facts["identity"] = json.loads(metadata.metadata[b"fleetgen"])
facts["units"] = {field.name: (field.metadata or {}).get(b"unit", b"").decode() for field in pq.read_schema(folder / "fleet.parquet")}

# Whether bounds are right shows in what is found with them: a value that its bounds exclude is lost.
whole = pq.read_table(folder / "small.parquet")
lost = []
for row in range(0, whole.num_rows, 977):
    for name in ("record_id", "vehicle_id", "recorded_at", "speed_kmh", "latitude", "weather", "collision_alert"):
        value = whole.column(name)[row].as_py()
        if value is None:
            continue
        found = pl.scan_parquet(folder / "small.parquet").filter(
            (pl.col("record_id") == row) & (pl.col(name) == value)
        )
        kept = pq.read_table(
            folder / "small.parquet", columns=["record_id"], filters=[("record_id", "=", row), (name, "=", value)]
        )
        if found.select(pl.len()).collect().item() != 1 or kept.num_rows != 1:
            lost.append(f"{name} of row {row}")
facts["lost"] = lost

# The same records as other tools write them.
rewritten = folder / "rewritten"
rewritten.mkdir()
table = pq.read_table(folder / "fleet.parquet")
times = table.schema.get_field_index("recorded_at")
for unit in ("us", "ns"):
    column = table.column("recorded_at").cast(pa.timestamp(unit, "UTC"))
    timed = table.set_column(times, "recorded_at", column)
    pq.write_table(timed, rewritten / f"{unit}.parquet")
    pa.feather.write_feather(timed, rewritten / f"{unit}.arrow", compression="lz4")
pq.write_table(table.select(table.column_names[::-1]), rewritten / "reversed.parquet", compression="gzip")
pa.feather.write_feather(table, rewritten / "plain.arrow", compression="uncompressed")
table.to_pandas().to_parquet(rewritten / "pandas.parquet", index=True)
pl.read_parquet(folder / "fleet.parquet").write_parquet(rewritten / "polars.parquet", compression="snappy")
pl.read_parquet(folder / "fleet.parquet").write_ipc(rewritten / "polars.arrow")
duckdb.sql(f"copy (select * from '{folder}/fleet.parquet') to '{rewritten}/duckdb.parquet'")
print(json.dumps(facts))
