# shellcheck shell=bash
# Removes a node from any state, also after its supervisor or all of it was killed. Only what is in the record is touched.

destroy_node() {
  local name
  if [ ! -d "$DIR" ]; then
    rm -f "$STATE/locks/$NODE.power"
    return
  fi
  touch "$DIR/stay-off"
  kill_recorded "$DIR/supervisor"
  for name in $(recorded_names cgroup); do cgroups_kill; done
  network_unplug
  for name in $(recorded_names cgroup); do locked_testbed cgroups_remove; done
  for name in $(recorded_names mount); do
    ! mountpoint -q "$name" || umount "$name" || fail "$name cannot be unmounted"
  done
  for name in $(recorded_names directory); do rm -rf --one-file-system "$name"; done
  remove_directory
  rm -f "$STATE/locks/$NODE.power"
}

remove_directory() {
  local left
  left=$(awk -v below="$DIR/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo)
  [ -z "$left" ] || fail "$NODE is not removed: something is still mounted on $left"
  # ostree makes the root directories of deployments immutable.
  find "$SYSROOT/ostree/deploy" -mindepth 3 -maxdepth 3 -path '*/deploy/*' -type d -exec chattr -i {} + 2>/dev/null || :
  rm -rf --one-file-system "$DIR"
}
