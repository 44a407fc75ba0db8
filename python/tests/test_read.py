"""Tables of records, vehicles and columns: what the options ask for is what is read."""

from __future__ import annotations

import datetime
import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import fleetgen


def identity(table: pa.Table) -> dict[str, Any]:
    """What the stream says of the dataset."""
    found: dict[str, Any] = json.loads((table.schema.metadata or {})[b"fleetgen"])
    return found


def test_the_same_seed_gives_the_same_records() -> None:
    first = fleetgen.read(rows=3000, seed=7, workers=1)
    assert first.num_rows == 3000
    assert first.equals(fleetgen.read(rows=3000, seed=7))
    assert not first.equals(fleetgen.read(rows=3000, seed=8))


def test_options_reach_the_command() -> None:
    table = fleetgen.read(
        vehicles=3, days=2, interval=30, start="2026-03-02", seed=5, range=(100, 250)
    )
    found = identity(table)
    assert found["vehicles"] == 3
    assert found["days"] == 2
    assert found["intervalSeconds"] == 30
    assert found["start"] == "2026-03-02"
    assert found["seed"] == 5
    assert table["record_id"].to_pylist() == list(range(100, 250))


@pytest.mark.parametrize("interval", [120, "2m", datetime.timedelta(minutes=2)])
def test_an_interval_has_several_forms(interval: int | str | datetime.timedelta) -> None:
    assert identity(fleetgen.read(rows=10, interval=interval))["intervalSeconds"] == 120


@pytest.mark.parametrize("start", ["2026-03-02", datetime.date(2026, 3, 2)])
def test_days_have_several_forms(start: str | datetime.date) -> None:
    end = datetime.date(2026, 3, 4)
    found = identity(fleetgen.read(vehicles=1, start=start, end=end, range=(0, 5)))
    assert (found["start"], found["days"]) == ("2026-03-02", 3)


def test_columns_are_a_subset_in_their_order() -> None:
    names = ["risk_label", "speed_kmh", "record_id"]
    table = fleetgen.read(rows=500, columns=names)
    assert table.column_names == names
    assert table.equals(fleetgen.read(rows=500).select(names).cast(table.schema))


def test_a_scenario_is_a_name_a_path_or_a_dict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    contents = {"events": {"braking_event": {"per_hour": 3}}}
    path = tmp_path / "braking.yaml"
    path.write_text("events: {braking_event: {per_hour: 3}}\n")
    table = fleetgen.read(rows=10_000, scenario=contents)
    assert table.equals(fleetgen.read(rows=10_000, scenario=path))
    assert table.equals(fleetgen.read(rows=10_000, set={"events.braking_event.per_hour": 3}))
    assert list(folder.iterdir()) == []
    plain = fleetgen.read(rows=10_000, scenario="default")

    def braking(records: pa.Table) -> int:
        return int(pc.sum(records["braking_event"]).as_py() or 0)

    assert braking(table) > 1.2 * braking(plain)


def test_vehicles_are_those_of_the_records() -> None:
    fleet = fleetgen.vehicles(rows=20_000, seed=3)
    records = fleetgen.read(rows=20_000, seed=3, columns=["vehicle_id"])
    assert set(records["vehicle_id"].to_pylist()) <= set(fleet["vehicle_id"].to_pylist())
    assert fleet.num_rows == identity(records)["vehicles"]
    assert "vehicle_class" in fleet.column_names


def test_a_schema_is_that_of_the_records_with_units() -> None:
    schema = fleetgen.schema(columns=["speed_kmh", "weather"])
    assert schema.names == ["speed_kmh", "weather"]
    assert schema == fleetgen.read(rows=5, columns=["speed_kmh", "weather"]).schema
    assert (schema.field("speed_kmh").metadata or {})[b"unit"] == b"km/h"
    assert schema.metadata is None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"rows": 0}, '--rows "0" is not valid'),
        ({"scenario": "nowhere"}, "no scenario file nowhere"),
        ({"scenario": {"evnts": {}}}, 'unknown key "evnts"'),
        ({"columns": ["speed"]}, "--columns"),
        ({"set": {"a.b": 1}}, 'unknown key "a"'),
    ],
)
def test_a_wrong_request_is_one_line_and_a_value_error(options: dict[str, Any], says: str) -> None:
    with pytest.raises(fleetgen.RequestError) as caught:
        fleetgen.read(**options)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not str(caught.value).startswith("fleetgen:")
    assert caught.value.exit_code == 2
    assert isinstance(caught.value, ValueError)


def test_a_fraction_is_not_a_number_of_rows() -> None:
    with pytest.raises(TypeError):
        fleetgen.read(rows=2.5)  # type: ignore[arg-type]
