# shellcheck shell=bash
# A node's control groups. With cgroup v1 the node has one group in every hierarchy, with v2 it has one in all; its processes
# see that group as the root. On a v1 machine the freezer's group, on v2 the only one, lists all processes of the node.

unified() {
  [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]
}

# The mount points that hold a group of ours; symbolic links such as cpu,cpuacct are the same hierarchy again.
hierarchies() {
  local directory
  if unified; then
    echo /sys/fs/cgroup
    return
  fi
  for directory in /sys/fs/cgroup/*/; do
    directory=${directory%/}
    [ -L "$directory" ] || ! mountpoint -q "$directory" || echo "$directory"
  done
}

killing_group() {
  if unified; then echo "/sys/fs/cgroup/$CGROUP"; else echo "/sys/fs/cgroup/freezer/$CGROUP"; fi
}

cgroups_make() {
  local hierarchy group file
  record cgroup "$CGROUP"
  for hierarchy in $(hierarchies); do
    for group in "${CGROUP%/*}" "$CGROUP"; do
      if unified; then enable_controllers "$hierarchy/$(dirname "$group")"; fi
      mkdir -p "$hierarchy/$group"
      # A new v1 cpuset is empty and takes no process.
      for file in cpuset.cpus cpuset.mems; do
        if ! unified && [ -e "$hierarchy/$file" ]; then cat "$hierarchy/$file" >"$hierarchy/$group/$file"; fi
      done
    done
  done
}

enable_controllers() { # GROUP: its children get what it has itself
  local controller
  for controller in $(<"$1/cgroup.controllers"); do
    echo "+$controller" >"$1/cgroup.subtree_control" || fail "cgroup controller $controller cannot be passed on by $1"
  done
}

# cgroups_enter PID
cgroups_enter() {
  local hierarchy
  for hierarchy in $(hierarchies); do
    echo "$1" >"$hierarchy/$CGROUP/cgroup.procs"
  done
}

# processes_of_node: every pid in the node's group and below.
processes_of_node() {
  find "$(killing_group)" -name cgroup.procs -exec cat {} + 2>/dev/null || :
}

no_processes() {
  [ -z "$(processes_of_node)" ]
}

# cgroups_kill [COMMAND...]: stops time in the node, runs COMMAND, and kills everybody: nobody sees anybody else gone.
cgroups_kill() {
  local group
  group=$(killing_group)
  [ -d "$group" ] || return 0
  freeze "$group"
  "$@"
  # All are frozen: no pid here can be anybody else's by now, and nobody can fork.
  processes_of_node | xargs -r kill -KILL 2>/dev/null || :
  thaw "$group"
  until_true 20 no_processes || fail "processes of $NODE do not die: $(processes_of_node | tr '\n' ' ')"
}

freeze() {
  if unified; then
    echo 1 >"$1/cgroup.freeze"
    until_true 5 grep -qx 'frozen 1' "$1/cgroup.events" || fail "the node $NODE cannot be frozen"
  else
    echo FROZEN >"$1/freezer.state"
    until_true 5 grep -qx FROZEN "$1/freezer.state" || { thaw "$1" && fail "the node $NODE cannot be frozen"; }
  fi
}

thaw() {
  if unified; then echo 0 >"$1/cgroup.freeze"; else echo THAWED >"$1/freezer.state"; fi
}

# cgroups_empty: what the last boot left below the node's group.
cgroups_empty() {
  local hierarchy
  for hierarchy in $(hierarchies); do
    [ -d "$hierarchy/$CGROUP" ] || continue
    until_true 10 remove_groups_below "$hierarchy/$CGROUP" || fail "control groups of $NODE stay in $hierarchy/$CGROUP"
  done
}

remove_groups_below() {
  find "$1" -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || :
  [ -z "$(find "$1" -mindepth 1 -type d 2>/dev/null)" ]
}

# cgroups_remove: the node's groups, and the testbed's when it was the last node.
cgroups_remove() {
  local hierarchy
  cgroups_empty
  for hierarchy in $(hierarchies); do
    [ ! -d "$hierarchy/$CGROUP" ] || until_true 10 rmdir "$hierarchy/$CGROUP" 2>/dev/null || fail "$hierarchy/$CGROUP cannot be removed"
    rmdir --ignore-fail-on-non-empty "$hierarchy/${CGROUP%/*}" 2>/dev/null || :
  done
}
