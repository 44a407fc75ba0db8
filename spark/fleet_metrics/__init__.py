"""A Spark job over fleetgen's messages: one-minute metrics of a fleet, exactly once in PostgreSQL."""
