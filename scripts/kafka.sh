#!/usr/bin/env bash
# A real Kafka broker for trying and testing: one KRaft node on loopback, from the jars that streaming/fetch.sh caches.
#   kafka.sh start [--port N] [--config FILE]   prints host:port; 9092 if it is free, else (or with 0) a free one
#   kafka.sh stop | kill | status               the data stays; kill is SIGKILL, as a crash would be
#   kafka.sh reset                              stops it and deletes the data
#   kafka.sh tool CLASS ARGS...                 runs a class of Kafka's own tools, such as
#                                               org.apache.kafka.tools.TopicCommand
# A --config file's properties are added to the broker's and win over them. A later start keeps port and data.
# Data lies in FLEETGEN_KAFKA_HOME, by default .fleetgen/kafka. Needs Java 17 and Maven; exit code 1 says what is missing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${FLEETGEN_KAFKA_HOME:-.fleetgen/kafka}
ready_seconds=60

fail() {
  echo "kafka.sh: $1" >&2
  exit 1
}

# The process of this home's broker, or nothing. A number that another process took over does not count.
broker_pid() {
  local pid
  pid=$(cat "$home/pid" 2>/dev/null) || return 0
  if grep -qzxF "$home/server.properties" "/proc/$pid/cmdline" 2>/dev/null; then echo "$pid"; fi
}

answers() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_ports COUNT [WISH]: ports that nothing listens on, the wish among them if it is free.
free_ports() {
  node -e '
    const { createServer } = require("node:net");
    const listen = (port) => new Promise((done) => {
      const server = createServer().once("error", () => done(undefined));
      server.listen(port, "127.0.0.1", () => done(server));
    });
    (async () => {
      const [count, wish] = process.argv.slice(1).map(Number);
      const servers = [];
      while (servers.length < count) servers.push((servers.length === 0 && wish && (await listen(wish))) || (await listen(0)));
      console.log(servers.map((server) => server.address().port).join(" "));
      for (const server of servers) server.close();
    })();
  ' "$1" "${2:-}"
}

write_properties() {
  local port=$1 controller=$2
  cat >"$home/server.properties" <<EOF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL
log.dirs=$home/data
auto.create.topics.enable=false
offsets.topic.num.partitions=3
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
EOF
  if [[ -n ${3:-} ]]; then cat "$3" >>"$home/server.properties"; fi
}

start() {
  local port='' config=''
  while [[ $# -gt 0 ]]; do
    [[ $# -ge 2 ]] || fail "$1 needs a value"
    case $1 in
      --port) port=$2 ;;
      --config) config=$2 ;;
      *) fail "start knows --port and --config, not $1" ;;
    esac
    shift 2
  done
  [[ -z $port || ($port =~ ^[0-9]{1,5}$ && 10#$port -le 65535) ]] || fail "--port needs a number from 0 to 65535, not $port"
  [[ -z $port ]] || port=$((10#$port))
  [[ -z $config || -r $config ]] || fail "cannot read $config"
  mkdir -p "$home"
  home=$(cd "$home" && pwd)
  if [[ -n $(broker_pid) ]]; then
    echo "Kafka already runs, process $(broker_pid)." >&2
    cat "$home/address"
    return
  fi
  local jars found controller wish
  jars=$("$here/streaming/fetch.sh" kafka)
  wish=${port:-$(sed 's/.*://' "$home/address" 2>/dev/null || true)}
  read -r found controller < <(free_ports 2 "${wish:-9092}")
  [[ ${port:-0} == 0 || $found == "$port" ]] || fail "port $port is taken: give another --port, or none for a free one"
  write_properties "$found" "$controller" "$config"
  if [[ ! -e $home/data/meta.properties ]]; then
    run_class kafka.tools.StorageTool format --cluster-id "$(run_class kafka.tools.StorageTool random-uuid 2>/dev/null)" \
      --config "$home/server.properties" >"$home/format.log" 2>&1 || fail "formatting the data folder failed: see $home/format.log"
  fi
  # A session of its own: Ctrl-C in the terminal that started it is not meant for the broker.
  setsid java -Xms256m -Xmx768m -Dorg.slf4j.simpleLogger.showDateTime=true -cp "$jars/*" \
    kafka.Kafka "$home/server.properties" </dev/null >>"$home/server.log" 2>&1 &
  echo $! >"$home/pid"
  echo "127.0.0.1:$found" >"$home/address"
  local deadline=$((SECONDS + ready_seconds))
  until answers "$found"; do
    kill -0 $! 2>/dev/null || fail "the broker ended while starting: see $home/server.log"
    ((SECONDS < deadline)) || fail "the broker does not answer after $ready_seconds s: see $home/server.log"
    sleep 0.2
  done
  cat "$home/address"
}

# end SIGNAL: returns once the process is gone.
end() {
  local pid
  pid=$(broker_pid)
  if [[ -z $pid ]]; then
    echo 'Kafka was not running.' >&2
    return
  fi
  kill "-$1" "$pid"
  while [[ -n $(broker_pid) ]]; do sleep 0.1; done
  rm -f "$home/pid"
}

# The comment at the top of this file.
help() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

run_class() {
  java -Xmx512m -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$("$here/streaming/fetch.sh" kafka)/*" "$@"
}

action=${1:-}
[[ $# -eq 0 ]] || shift
if [[ $action != tool ]]; then
  for argument in "$@"; do
    case $argument in -h | --help) action=help ;; esac
  done
fi
case $action in
  stop | kill | reset | status) [[ $# -eq 0 ]] || fail "$action takes nothing more, not $1" ;;
esac
[[ ! -d $home ]] || home=$(cd "$home" && pwd)
case $action in
  start) start "$@" ;;
  stop) end TERM ;;
  kill) end KILL ;;
  reset)
    [[ -z $(broker_pid) ]] || end KILL
    # Only what start made: the folder may be one that the user keeps other things in.
    rm -rf "$home/data" "$home"/{pid,address,server.properties,server.log,format.log}
    rmdir "$home" 2>/dev/null || true
    ;;
  status)
    if [[ -n $(broker_pid) ]]; then
      echo "Kafka runs at $(cat "$home/address"), process $(broker_pid), data in $home."
    else
      echo "Kafka does not run; its data would be in $home."
    fi
    ;;
  tool) run_class "$@" ;;
  -h | --help | help) help ;;
  *) fail 'give an action: start, stop, kill, status, reset or tool; --help says more' ;;
esac
