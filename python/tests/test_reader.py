"""Records as a stream: in bounded memory, read by other libraries, closed early, and cut off."""

from __future__ import annotations

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from conftest import ReplaceCommand

import fleetgen

ENDLESS = 5_000_000
TORN = """
import pathlib, sys
sys.stdout.buffer.write(pathlib.Path({path!r}).read_bytes()[:{size}])
sys.stdout.flush()
sys.exit("fleetgen: the disk is full")
"""


def is_running(reader: fleetgen.Reader) -> bool:
    child = reader._pipe._child
    return child is not None and child._process.poll() is None


def test_batches_are_those_of_the_table_in_bounded_memory() -> None:
    rows, most = 0, 0
    before = pa.total_allocated_bytes()
    with fleetgen.reader(rows=400_000) as reader:
        assert isinstance(reader, pa.RecordBatchReader)
        for batch in reader:
            rows += batch.num_rows
            most = max(most, batch.nbytes)
            assert pa.total_allocated_bytes() - before < 20e6
    assert rows == 400_000
    assert most < 20e6


def test_the_summary_comes_with_the_last_batch() -> None:
    with fleetgen.reader(rows=20_000, seed=7) as reader:
        assert reader.summary is None
        assert reader.read_all().num_rows == 20_000
        summary = reader.summary
    assert summary is not None and summary.labels is not None
    assert (summary.rows, summary.seed, summary.range) == (20_000, 7, (0, 20_000))
    assert summary.labels.best_auc is not None and 0.5 < summary.labels.best_auc < 1


def test_other_libraries_read_from_it() -> None:
    table = fleetgen.read(rows=20_000)
    with fleetgen.reader(rows=20_000) as records:
        counted = duckdb.execute("select count(*), sum(record_id) from records")
        assert counted.fetchall() == [(20_000, 20_000 * 19_999 // 2)]
        assert records.summary is not None and records.summary.rows == 20_000
    with fleetgen.reader(rows=20_000) as records:
        assert pl.DataFrame(records).equals(pl.DataFrame(table))
    with fleetgen.reader(rows=20_000) as records:
        assert records.read_pandas().equals(table.to_pandas())


def test_closing_it_early_ends_the_command() -> None:
    with fleetgen.reader(rows=ENDLESS) as reader:
        reader.read_next_batch()
        assert is_running(reader)
        process = reader._pipe._child._process  # type: ignore[union-attr]
    assert process.poll() is not None
    assert reader.summary is None
    with pytest.raises(ValueError, match="the reader is closed"):
        reader.read_next_batch()
    reader.close()


def test_forgetting_it_ends_the_command() -> None:
    reader = fleetgen.reader(rows=ENDLESS)
    process = reader._pipe._child._process  # type: ignore[union-attr]
    del reader
    assert process.poll() is not None


@pytest.mark.parametrize("share", [0.5, 1])
def test_a_command_that_fails_meanwhile_is_not_the_end_of_the_records(
    share: float, replace_command: ReplaceCommand, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("torn") / "whole.arrows"
    table = fleetgen.read(rows=20_000)
    with pa.ipc.new_stream(str(path), table.schema) as writer:
        writer.write_table(table, max_chunksize=10_000)
    replace_command(TORN.format(path=str(path), size=int(share * path.stat().st_size)))
    with pytest.raises(fleetgen.FleetgenError, match="^the disk is full$") as caught:
        fleetgen.read(rows=20_000)
    assert caught.value.exit_code == 1
    assert not isinstance(caught.value, ValueError)
    with pytest.raises(fleetgen.FleetgenError), fleetgen.reader() as reader:
        for _ in reader:
            pass


def test_a_stream_cut_between_two_batches_is_not_whole(
    replace_command: ReplaceCommand, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("torn") / "whole.arrows"
    table = fleetgen.read(rows=20_000)
    sink = pa.OSFile(str(path), "wb")
    writer = pa.ipc.new_stream(sink, table.schema)
    writer.write_table(table, max_chunksize=10_000)
    size = sink.tell()
    writer.close()
    sink.close()
    replace_command(TORN.format(path=str(path), size=size))
    records = fleetgen.reader()
    with pytest.raises(duckdb.Error, match="the disk is full"):
        duckdb.execute("select count(*) from records").fetchall()
    records.close()
