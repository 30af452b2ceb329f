# shellcheck shell=bash
# shellcheck disable=SC2154  # here: the directory of the script that sources this file
# The power button, the console and the log of boots of one node.

start_node() {
  created
  ! supervisor >/dev/null || return 0
  mountpoint -q "$SYSROOT/boot" || fail "$NODE has lost its boot entries with the tmpfs on $SYSROOT/boot: destroy and create it"
  locked testbed network_up
  # Left over only when the supervisor was killed.
  cgroups_kill
  rm -f "$DIR/stay-off" "$DIR/failed"
  # Locks are this command's, not the supervisor's.
  setsid "$here/supervise" "$NODE" >>"$DIR/supervisor.log" 2>&1 </dev/null 7>&- &
  until_true 10 supervisor_or_failure >/dev/null || fail "the supervisor of $NODE did not start; see $DIR/supervisor.log"
}

supervisor_or_failure() {
  supervisor || [ -e "$DIR/failed" ]
}

stop_node() {
  created
  touch "$DIR/stay-off"
  if no_supervisor; then
    cut_orphans
    return
  fi
  local pressed=
  until_true "${STOP_SECONDS:-30}" powered_off || cut_power off
}

# systemd may be too early in its life to listen to the button: then it is pressed again.
powered_off() {
  no_supervisor && return
  [ -n "$pressed" ] || ! exec_in_node_quietly systemctl poweroff || pressed=yes
  return 1
}

# Processes whose supervisor was killed.
cut_orphans() {
  locked "$NODE.power" cgroups_kill
}

# cut_power on|off: what the node does when power returns; off means it does not return.
cut_power() {
  created
  if no_supervisor; then
    [ "$1" = off ] || fail "$NODE is off: there is no power to cut"
    cut_orphans
    return
  fi
  [ "$1" = on ] || touch "$DIR/stay-off"
  locked "$NODE.power" cut_now
  [ "$1" = on ] || until_true 30 no_supervisor || fail "the supervisor of $NODE does not end"
}

cut_now() {
  [ -d "$(killing_group)" ] && ! no_processes || return 0
  touch "$DIR/power-cut"
  cgroups_kill network_silent
}

exec_in_node() { # COMMAND...
  local init
  if ! init=$(node_init); then
    echo "machine: $NODE does not run, or has not come as far as systemd" >&2
    exit 125
  fi
  enter_node "$init" "$@"
}

exec_in_node_quietly() {
  (exec_in_node "$@") >/dev/null 2>&1
}

# nsenter's own fork would stop itself with its child, which systemd stops at shutdown, and then never take up the child's end:
# the node's first process would wait for that for ever. A shell does not.
# Replaces this process. It goes where the node's processes are frozen and killed: a shell on a node dies with the node.
enter_node() { # INIT COMMAND...
  local init=$1
  shift
  unified || echo "$BASHPID" >"$(killing_group)/cgroup.procs"
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    nsenter --no-fork --target "$init" --mount --pid --net --uts --ipc --cgroup --root --wd \
    sh -c '"$@"; exit $?' sh "$@" 7>&-
}

wait_for_node() { # BOOT
  created
  local deadline=$((SECONDS + ${WAIT_SECONDS:-90})) state=unknown
  while [ "$SECONDS" -lt "$deadline" ]; do
    [ ! -e "$DIR/failed" ] || fail "$(<"$DIR/failed")"
    supervisor_or_failure >/dev/null || fail "$NODE is off"
    if [ "$(boot_number)" -ge "$1" ]; then
      state=$(exec_in_node systemctl is-system-running 2>/dev/null) || :
      case $state in
        running | degraded)
          echo "$NODE runs its boot $(boot_number), $state"
          return
          ;;
      esac
    fi
    sleep 0.1
  done
  fail "$NODE was not up within ${WAIT_SECONDS:-90} s: boot $(boot_number), systemd says ${state:-nothing}; see $DIR/console.log"
}

# boot_number: of the boot that runs; 0 between two.
boot_number() {
  local number=0
  { read -r _ number _ <"$DIR/boot"; } 2>/dev/null || :
  echo "${number:-0}"
}

print_boots() {
  created
  [ ! -e "$DIR/boots" ] || cat "$DIR/boots"
  # Moved to the other file when it ends, perhaps just now.
  { sed 's/$/ running/' "$DIR/boot"; } 2>/dev/null || :
}
