#!/usr/bin/env bash
# Runs the job on this machine, on a Spark that scripts/streaming/fetch.sh installs once. All flags are the job's own:
# fleet-metrics.sh --help. SPARK_DRIVER_MEMORY (2g) and SPARK_MASTER (local[*]) may be set.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fetch=$here/../scripts/streaming/fetch.sh
python=$("$fetch" pyspark)/bin/python
jars=$("$fetch" spark)
list=$(printf '%s,' "$jars"/*.jar)
# Drivers of JDBC are only found on the class path that the virtual machine starts with, hence the same jars twice.
export PYSPARK_SUBMIT_ARGS="--master ${SPARK_MASTER:-local[*]} --driver-memory ${SPARK_DRIVER_MEMORY:-2g} \
  --jars ${list%,} --driver-class-path $jars/* --properties-file $here/spark.properties pyspark-shell"
export PYSPARK_PYTHON=$python SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-127.0.0.1}
export PYTHONPATH=$here${PYTHONPATH:+:$PYTHONPATH}
exec "$python" -m fleet_metrics "$@"
