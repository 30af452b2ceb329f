# shellcheck shell=bash
# Processes by pid and start time: a pid alone may belong to somebody else by now.

start_time() { # PID: field 22 of its stat; the command name before it may hold spaces and brackets
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  echo "${20}"
}

# A process records itself, as the first thing it does.
record_self() { # FILE
  local pid=$BASHPID
  echo "$pid $(start_time "$pid")" >"$1.new"
  mv "$1.new" "$1"
}

# recorded FILE: prints the pid of the process recorded in FILE when it still lives.
recorded() {
  local pid started state
  [ -s "$1" ] || return 1
  read -r pid started <"$1" || return 1
  [ "$(start_time "$pid")" = "$started" ] || return 1
  # A zombie that nobody waits for is no living process.
  { state=$(<"/proc/$pid/stat"); } 2>/dev/null || return 1
  state=${state##*) }
  [ "${state%% *}" != Z ] || return 1
  echo "$pid"
}

kill_recorded() { # FILE
  local pid
  if pid=$(recorded "$1"); then
    kill -KILL "$pid" 2>/dev/null || :
    until_true 10 not_recorded "$1" || fail "process $pid of $NODE does not die"
  fi
}

not_recorded() {
  ! recorded "$1" >/dev/null
}

supervisor() {
  recorded "$DIR/supervisor"
}

no_supervisor() {
  not_recorded "$DIR/supervisor"
}

# node_init: PID 1 of the node, as this machine numbers it; fails while the node is off or in its initramfs.
node_init() {
  local nspawn child
  nspawn=$(recorded "$DIR/nspawn") || return 1
  for child in $(pgrep -P "$nspawn" || :); do
    if grep -qs $'^NSpid:.*\t1$' "/proc/$child/status" && [ "$(cat "/proc/$child/comm" 2>/dev/null)" = systemd ]; then
      echo "$child"
      return
    fi
  done
  return 1
}
