# shellcheck shell=bash
# A node's sysroot: what its disk would hold, made by ostree from the testbed's base image.

# ostree of the tree, which sees this machine's files under /host.
ostree() {
  "${OSTREE:-$here/../tree/ostree}" "$TREE" "$@"
}

create_node() { # INDEX
  [[ $1 =~ ^[0-9]$ ]] || misuse "the index of a node is 0 to 9, not $1"
  [ -d "${TREE:-}/repo" ] || misuse "TREE is ${TREE:-not set}; it must be the output directory of tree/build, with repo in it"
  if [ -e "$DIR/created" ]; then
    [ "$(<"$DIR/index")" = "$1" ] || fail "$NODE exists already, with index $(<"$DIR/index")"
    return
  fi
  # What an attempt that was killed left behind.
  [ ! -e "$DIR" ] || destroy_node
  locked testbed take_index "$1"
  index_settings
  mkdir -p "$STATE/images" "$SYSROOT/boot"
  mount_boot
  deploy_base
  configure_node "$(echo "$SYSROOT/ostree/deploy/$OSNAME/deploy"/*.0/etc)"
  touch "$DIR/created"
}

# Before anything can write boot entries: libostree freezes the file system that holds them (FIFREEZE) for a moment, and
# without this tmpfs it is the whole machine's root. A power cut just then would leave the machine frozen for good.
# The directory below is immutable, so that whoever should not see the tmpfs fails before the freeze.
mount_boot() {
  chattr +i "$SYSROOT/boot" || fail "the file system of $STATE has no immutable directories (chattr +i)"
  record mount "$SYSROOT/boot"
  mount -t tmpfs -o mode=755,size=64m varve-boot "$SYSROOT/boot"
}

take_index() { # INDEX
  local other
  for other in "$STATE"/nodes/*/index; do
    [ ! -e "$other" ] || [ "$(<"$other")" != "$1" ] || fail "index $1 is $(basename "$(dirname "$other")")'s already"
  done
  mkdir -p "$DIR"
  echo "$1" >"$DIR/index"
}

deploy_base() {
  local root=/host$SYSROOT repo=/host$SYSROOT/ostree/repo commit origin=()
  ostree admin init-fs --epoch=1 "$root"
  # A node here survives a power cut of the node, never of the machine: nothing needs to reach the disk.
  ostree --repo="$repo" config set core.fsync false
  ostree admin os-init "$OSNAME" --sysroot="$root"
  # All refs, the image's layers with it, by hard links: the next image then needs only its new layers.
  ostree --repo="$repo" pull-local "/host$TREE/repo" >/dev/null
  commit=$(ostree --repo="$repo" rev-parse "${BASE_REF:-base}")
  if [ -n "${BASE_PULLSPEC:-}" ]; then
    printf '[origin]\ncontainer-image-reference=ostree-unverified-registry:%s\n' "$BASE_PULLSPEC" >"$DIR/origin"
    origin=(--origin-file="/host$DIR/origin")
  fi
  ostree admin deploy --sysroot="$root" --os="$OSNAME" "${origin[@]}" --karg=root=UUID=none --karg=rw "$commit" >/dev/null
}
