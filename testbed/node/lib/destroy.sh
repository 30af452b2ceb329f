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
  for name in $(recorded_names cgroup); do locked testbed cgroups_remove; done
  for name in $(recorded_names mount); do
    ! mountpoint -q "$name" || umount "$name" || fail "$name cannot be unmounted"
  done
  for name in $(recorded_names file); do rm -f "$name"; done
  for name in $(recorded_names directory); do rm -rf --one-file-system "$name"; done
  remove_directory
  rm -f "$STATE/locks/$NODE.power"
}

remove_directory() {
  local left
  left=$(awk -v below="$DIR/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo)
  [ -z "$left" ] || fail "$NODE is not removed: something is still mounted on $left"
  # Immutable: the root directories of deployments, by ostree, and the directory below the boot entries, by us.
  find "$SYSROOT/boot" "$SYSROOT/ostree/deploy" -maxdepth 3 \( -path "$SYSROOT/boot" -o -path '*/deploy/*/deploy/*' \) -type d \
    -exec chattr -i {} + 2>/dev/null || :
  rm -rf --one-file-system "$DIR"
}
