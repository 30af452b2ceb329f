# shellcheck shell=bash
# Whether this machine can run nodes: everything that is missing at once, one sentence each.

check_machine() {
  local missing=0
  check_system
  check_commands
  check_capabilities
  check_cgroups
  check_disk
  [ "$missing" -eq 0 ] || exit 2
  echo "this machine can run nodes"
}

lacks() {
  missing=$((missing + 1))
  echo "machine: $*" >&2
}

check_system() {
  [ "$(uname -s)" = Linux ] || lacks "nodes need Linux; this is $(uname -s)"
  [ "$(id -u)" -eq 0 ] || lacks "nodes need root: they mount, make network namespaces and control groups"
  grep -qw overlay /proc/filesystems || modprobe --quiet overlay || lacks "the kernel has no overlay file system, which containerd in the nodes needs"
}

check_commands() {
  local pair
  for pair in systemd-nspawn:systemd-container ip:iproute2 nft:nftables nsenter:util-linux setsid:util-linux \
    flock:util-linux mountpoint:util-linux unshare:util-linux pgrep:procps chattr:e2fsprogs; do
    command -v "${pair%%:*}" >/dev/null || lacks "the command ${pair%%:*} is missing; on Debian and Ubuntu it is in the package ${pair#*:}"
  done
}

check_capabilities() {
  local effective pair
  effective=$((16#$(awk '/^CapEff:/ { print $2 }' /proc/self/status)))
  for pair in chown:0 dac_override:1 kill:5 setpcap:8 net_admin:12 sys_chroot:18 sys_ptrace:19 sys_admin:21 mknod:27 syslog:34; do
    (((effective >> ${pair#*:}) & 1)) || lacks "this process lacks the capability cap_${pair%%:*}"
  done
}

check_cgroups() {
  local controller
  if unified; then
    for controller in cpu cpuset io memory pids; do
      grep -qw "$controller" /sys/fs/cgroup/cgroup.controllers || lacks "cgroup v2 lacks the controller $controller"
    done
    return
  fi
  for controller in systemd freezer cpu cpuacct cpuset memory blkio devices pids; do
    mountpoint -q "/sys/fs/cgroup/$controller" || [ -L "/sys/fs/cgroup/$controller" ] \
      || lacks "there is no cgroup v1 hierarchy on /sys/fs/cgroup/$controller"
  done
}

check_disk() {
  local directory=$STATE free
  while [ ! -d "$directory" ]; do directory=$(dirname "$directory"); done
  free=$(df --output=avail -BM "$directory" | tail -n 1 | tr -dc 0-9)
  [ "$free" -ge 3072 ] || lacks "$directory has $free MiB free; three nodes and their images need 3072 MiB"
  if [ -n "${TREE:-}" ] && [ -d "$TREE" ] && [ "$(stat -c %d "$TREE")" != "$(stat -c %d "$directory")" ]; then
    lacks "$TREE and $STATE are on two file systems; nodes are made by hard links from one to the other"
  fi
}
