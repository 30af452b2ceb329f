# shellcheck shell=bash
# The steps of `build`, in their order. Each runs with `set -e` in $new (see lib.sh).

suite=trixie

declare -A about=(
  [debian]="a plain Debian $suite by debootstrap (about 30 s)"
  [tools]="the node's packages (about 20 s)"
  [pool]="packages for users to install"
  [packages]="the layer of packages (about 15 s)"
  [kubelet]="the layer of the kubelet"
  [node]="the layer of the node's configuration"
  [base]="the OCI image"
  [repo]="its import into an ostree repository (about 10 s)"
  [pause]="the pause image"
  [check]="checks"
)

# debian_mirror: where this machine gets its own Debian from.
debian_mirror() {
  local own
  own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v own="$own" '$1 == own && $2 == "main" && !found { print $3; found = 1 }
      END { if (!found) exit 1 }' || fail "apt's sources name no mirror of Debian's main: see /etc/apt/sources.list"
}

# need_space GIB: fails where a first build would fill the disk.
need_space() {
  local free
  [ ! -e "$out/.stamps/check" ] || return 0
  free=$(($(df --output=avail -k "$out" | tail -n 1) / 1024 / 1024))
  [ "$free" -ge "$1" ] || fail "$out has $free GiB free, and the node's tree with its image and repository needs $1"
}

# need_packages FILE: installs those of this machine's packages that are missing; a line is a package and, where anybody's
# will do, the command that it is wanted for.
need_packages() {
  local name wanted missing=()
  while read -r name wanted; do
    [ -z "$wanted" ] || ! command -v "$wanted" > /dev/null || continue
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done < "$1"
  [ ${#missing[@]} != 0 ] || return 0
  say "installing on this machine: ${missing[*]}"
  {
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
  } > "$out/.logs/machine" 2>&1 || fail "apt could not install ${missing[*]}: see $out/.logs/machine"
}

apt_in() {
  local root=$1
  shift
  in_root "$root" apt-get -q -y -o APT::Install-Recommends=false -o DPkg::Options::=--force-unsafe-io "$@"
}

make_debian() {
  debootstrap --variant=minbase "$suite" "$new/debian" "$mirror"
  rm -rf "$new"/debian/var/cache/apt/*.bin "$new"/debian/var/cache/apt/archives/*.deb
  # Not this machine's.
  : > "$new/debian/etc/resolv.conf"
  rm -f "$new/debian/etc/hostname" "$new/debian/etc/machine-id"
  tar -C "$new/debian" --sort=name --mtime=@0 --numeric-owner --exclude='./var/lib/apt/lists/*' -cf "$new/debian.tar" .
  put debian debian.tar
}

make_tools() {
  cp -a "$out/debian" "$new/tools"
  cp -L /etc/resolv.conf "$new/tools/etc/resolv.conf"
  apt_in "$new/tools" update
  apt_in "$new/tools" install $(cat "$here/packages.node")
  rm -f "$new"/tools/var/cache/apt/archives/*.deb
  put tools
}

make_pool() {
  local root=$out/tools pool=$new/pool wanted=()
  mkdir -p "$pool"
  # The packages with everything they need that the tree has not got; ostree-boot for its files only (make_packages):
  # what it depends on builds an initramfs.
  mapfile -t wanted < <(apt_in "$root" install --simulate $(cat "$here/packages.pool") | awk '$1 == "Inst" { print $2 }')
  [ ${#wanted[@]} != 0 ] || { echo "nothing to download for the pool"; return 1; }
  # As root: apt's own user may not write below this machine's directories.
  in_root "$root" bash -euc 'cd "$1"; shift; apt-get -q -o APT::Sandbox::User=root download "$@"' bash \
    "/host$pool" "${wanted[@]}"
  mkdir "$new/boot"
  in_root "$root" bash -euc 'cd "$1"; apt-get -q -o APT::Sandbox::User=root download ostree-boot' bash "/host$new/boot"
  mv "$new"/boot/ostree-boot_*.deb "$new/ostree-boot.deb"
  put pool ostree-boot.deb
}

make_packages() {
  local tree=$new/packages
  cp -a --reflink=auto "$out/tools" "$tree"
  dpkg-deb -x "$out/ostree-boot.deb" "$new/ostree-boot"
  cp -a "$new/ostree-boot/usr/." "$tree/usr/"
  "$here/shape" "$tree"
  mkdir -p "$tree/usr/share/varve-testbed"
  cp -a "$out/pool" "$tree/usr/share/varve-testbed/packages"
  "$here/layer" "$tree" "$out/layers" packages
  put packages
}

make_kubelet() {
  install -D -m 755 "$KUBERNETES" "$new/kubelet/usr/bin/kubelet"
  "$here/layer" "$new/kubelet" "$out/layers" kubelet
  put kubelet
}

make_node() {
  local upper=$new/upper gone
  over "$out/packages" "$new" bash -euc 'here=$1 version=$2
    cp -a --no-preserve=ownership,timestamps "$here/overlay/." "$merged/"
    "$here/configure" "$merged" "$version"
    if [ -x "$3/install" ]; then "$3/install" "$merged"; fi' bash "$here" "$version" "$stand_in"
  # What is gone from the tree is a device to overlayfs, and a file named .wh.* in an image. (That a directory took the
  # place of another would be an attribute; every new directory has it, so it is not looked at.)
  find "$upper" -type c -print0 | while read -r -d '' gone; do
    rm "$gone"
    : > "$(dirname "$gone")/.wh.$(basename "$gone")"
  done
  mv "$upper" "$new/node"
  "$here/layer" "$new/node" "$out/layers" node
  put node
}

make_base() {
  local name
  mkdir -p "$new/base/blobs/sha256"
  for name in packages kubelet node; do
    ln "$out/layers/$(cut -d' ' -f1 "$out/layers/$name.layer")" "$new/base/blobs/sha256/"
  done
  "$here/layout" "$new/base" "$version" "$(stat -c %Y "$out/debian/etc/debian_version")" \
    "$out"/layers/{packages,kubelet,node}.layer > "$new/base.digest"
  # Layers of earlier builds.
  find "$out/layers" -type f ! -name '*.layer' -links 1 -delete
  put base base.digest
}

make_repo() {
  "$here/ostree" "$out" --repo="/host$new/repo" init --mode=bare
  "$here/ostree" "$out" --repo="/host$new/repo" config set core.fsync false
  over "$out/node:$out/kubelet:$out/packages" "$new" bash -euc 'umount "$merged/proc"; mv "$merged/etc" "$merged/usr/etc"
    find "$merged/var" -mindepth 1 -delete
    "$1/ostree" "$2" --repo="/host$3/repo" commit --branch=base --tree="dir=/host$merged" --no-xattrs --bootable \
      --add-metadata-string="version=$4" --timestamp="@$5"' bash \
    "$here" "$out" "$new" "$version" "$(stat -c %Y "$out/debian/etc/debian_version")"
  put repo
}

make_pause() {
  mkdir "$new/root"
  gcc -Os -static -s -Wall -Werror -Wl,--build-id=none -o "$new/root/pause" "$here/pause.c"
  "$here/docker-archive" localhost/varve-pause:1 '["/pause"]' "$new/root" "$new/pause.tar"
  mkdir "$new/images"
  mv "$new/pause.tar" "$new/images/"
  put images
}

make_check() {
  "$here/check" "$out"
}
