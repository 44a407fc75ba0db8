#!/usr/bin/env bash
# Fetches what the streaming parts need, once, into a cache folder, and prints where it is:
#   fetch.sh kafka     the folder with the jars of a Kafka broker
#   fetch.sh spark     the folder with the jars that PySpark lacks
#   fetch.sh pyspark   the folder of a Python environment with PySpark
# The cache is FLEETGEN_STREAMING_CACHE, by default fleetgen/streaming in the user's cache folder.
# Exit code 1, with one line on standard error, where a program is missing or a download fails.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=versions.env
source "$here/versions.env"
cache=${FLEETGEN_STREAMING_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/fleetgen/streaming}

fail() {
  echo "$1" >&2
  exit 1
}

need_java() {
  command -v java >/dev/null || fail 'streaming needs Java 17 or newer: on Debian, apt-get install openjdk-17-jre-headless'
  local major
  major=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = //p')
  [[ $major =~ ^[0-9]+$ && $major -ge 17 ]] || fail "streaming needs Java 17 or newer, and java here is ${major:-unknown}: install openjdk-17-jre-headless"
}

# fetch_jars POM NAME WITHOUT_TRANSITIVE: the folder's name tells what is in it, so that another version is fetched anew.
fetch_jars() {
  need_java
  local sum folder
  sum=$(cat "$here/versions.env" "$here/$1" | cksum)
  folder=$cache/$2-${sum%% *}
  if [[ ! -d $folder ]]; then
    command -v mvn >/dev/null || fail 'streaming needs Maven to fetch its jars: on Debian, apt-get install maven'
    mkdir -p "$cache"
    local partial
    partial=$(mktemp -d "$cache/partial.XXXXXX")
    # A pom file leaves a target folder beside it unless the build has a folder of its own.
    cp "$here/$1" "$partial/pom.xml"
    mvn --quiet --batch-mode --file "$partial/pom.xml" \
      "org.apache.maven.plugins:maven-dependency-plugin:$MAVEN_DEPENDENCY_PLUGIN_VERSION:copy-dependencies" \
      -DincludeScope=runtime -DoutputDirectory="$partial/jars" -DexcludeTransitive="$3" \
      -Dkafka.version="$KAFKA_VERSION" -Dslf4j.version="$SLF4J_VERSION" -Dscala.binary="$SCALA_BINARY" \
      -Dspark.version="$SPARK_VERSION" -Dspark.kafka.clients.version="$SPARK_KAFKA_CLIENTS_VERSION" \
      -Dcommons.pool2.version="$COMMONS_POOL2_VERSION" -Dpgjdbc.version="$PGJDBC_VERSION" >&2 \
      || { rm -rf "$partial"; fail "Maven could not fetch the jars of $1 (its words are above): check the network and run again"; }
    # Whoever came first has the same jars.
    mv -T "$partial/jars" "$folder" 2>/dev/null || [[ -d $folder ]]
    rm -rf "$partial"
  fi
  echo "$folder"
}

# A Python environment can't be moved once it is made: a marker says that it is whole.
fetch_pyspark() {
  need_java
  local folder=$cache/pyspark-$SPARK_VERSION
  mkdir -p "$cache"
  exec 9>"$cache/pyspark.lock"
  flock 9
  if [[ ! -e $folder/complete ]]; then
    command -v python3 >/dev/null || fail 'the Spark job needs Python 3.10 or newer: on Debian, apt-get install python3-venv'
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "the Spark job needs Python 3.10 or newer, and python3 here is $(python3 -V 2>&1)"
    rm -rf "$folder"
    python3 -m venv "$folder" >&2 || fail 'python3 could not make a virtual environment: on Debian, apt-get install python3-venv'
    "$folder/bin/pip" install --quiet --no-cache-dir "pyspark==$SPARK_VERSION" >&2 || fail "pip could not install pyspark $SPARK_VERSION: check the network and run again"
    touch "$folder/complete"
  fi
  echo "$folder"
}

case ${1:-} in
  kafka) fetch_jars kafka.pom.xml "kafka-$KAFKA_VERSION" false ;;
  spark) fetch_jars spark.pom.xml "spark-jars-$SPARK_VERSION" true ;;
  pyspark) fetch_pyspark ;;
  # The comment at the top of this file.
  -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" ;;
  *) fail 'fetch.sh needs what to fetch: kafka, spark or pyspark' ;;
esac
