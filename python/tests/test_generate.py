"""Loads into files, and what they say of themselves."""

from __future__ import annotations

import datetime
import inspect
import re
import subprocess
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

import fleetgen
from fleetgen._command import command

# What the package itself decides.
OWN_FLAGS = {"json", "quiet", "log-format", "metrics-port", "dry-run", "verbose"}


def test_a_file_has_its_siblings_and_a_summary(tmp_path: Path) -> None:
    path = tmp_path / "fleet.parquet"
    summary = fleetgen.generate(path, rows=5000, vehicles=4, start="2026-02-02", truth=True)
    assert (summary.rows, summary.rows_skipped, summary.vehicles) == (5000, 0, 4)
    assert summary.start == datetime.date(2026, 2, 2)
    assert summary.target == str(path)
    written = [path, tmp_path / "fleet_truth.parquet"]
    assert summary.bytes == sum(file.stat().st_size for file in written)
    assert summary.table is None
    assert re.fullmatch("[0-9a-f]{64}", summary.digest)
    assert summary.labels is not None
    frame = pd.read_parquet(path)
    risky = (frame["risk_label"] == "risky").mean()
    assert summary.labels.risky_share == pytest.approx(risky)
    assert pl.read_parquet(path).height == 5000
    assert pq.read_metadata(tmp_path / "fleet_vehicle.parquet").num_rows == 4
    truth = str(tmp_path / "fleet_truth.parquet")
    connection = duckdb.connect()
    assert connection.execute(f"select count(*) from '{truth}'").fetchall() == [(5000,)]


def test_a_file_is_only_replaced_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "fleet.csv"
    fleetgen.generate(path, rows=10, columns=["record_id", "speed_kmh"])
    before = path.read_text()
    assert before.splitlines()[0] == "record_id,speed_kmh"
    with pytest.raises(fleetgen.RequestError, match="exists"):
        fleetgen.generate(path, rows=20)
    assert path.read_text() == before
    fleetgen.generate(path, rows=20, if_exists="replace", header=False)
    assert len(path.read_text().splitlines()) == 20


def test_a_folder_has_a_format(tmp_path: Path) -> None:
    fleetgen.generate(f"{tmp_path}/fleet/", rows=100, format="csv", header=False)
    (path,) = tmp_path.glob("fleet/telemetry/*.csv")
    assert len(path.read_text().splitlines()) == 100


def test_a_load_that_fails_is_not_a_wrong_request() -> None:
    with pytest.raises(fleetgen.FleetgenError, match="no PostgreSQL answers") as caught:
        fleetgen.generate("postgresql://127.0.0.1:1/none", rows=10, workers=1)
    assert caught.value.exit_code == 1
    assert not isinstance(caught.value, ValueError)


def test_standard_output_is_refused() -> None:
    with pytest.raises(fleetgen.RequestError, match="use read or reader"):
        fleetgen.generate("-", rows=10)


def test_a_load_of_nothing_has_no_labels() -> None:
    assert fleetgen.generate("null", rows=10, range=(5, 5)).labels is None


def test_every_flag_of_the_command_is_an_option() -> None:
    text = subprocess.run([*command(), "generate", "--help"], capture_output=True, check=True)
    flags = set(re.findall(r"^ +(?:-\w, )? *--([a-z-]+)  ", text.stdout.decode(), re.MULTILINE))
    assert {"rows", "columns"} < flags
    options = {name.replace("_", "-") for name in inspect.signature(fleetgen.generate).parameters}
    assert flags - OWN_FLAGS - {"version", "help"} == options


def test_the_functions_share_their_options() -> None:
    def options(function: object) -> list[str]:
        return list(inspect.signature(function).parameters)  # type: ignore[arg-type]

    shared = options(fleetgen.read)
    assert options(fleetgen.reader) == shared
    assert options(fleetgen.generate)[1 : len(shared) + 1] == shared
    assert options(fleetgen.vehicles) == shared[: shared.index("range")]
