"""Vehicle-fleet telemetry from a seed, as Arrow tables.

>>> import fleetgen
>>> table = fleetgen.read(vehicles=50, days=7, columns=["vehicle_id", "recorded_at", "speed_kmh"])
>>> frame = table.to_pandas()
"""

from importlib.metadata import version

from ._api import generate, read, reader, schema, vehicles
from ._errors import FleetgenError, NodeNotFoundError, RequestError
from ._reader import Reader
from ._request import Scenario
from ._summary import LabelQuality, Summary

__version__ = version("fleetgen")

__all__ = [
    "FleetgenError",
    "LabelQuality",
    "NodeNotFoundError",
    "Reader",
    "RequestError",
    "Scenario",
    "Summary",
    "generate",
    "read",
    "reader",
    "schema",
    "vehicles",
]
