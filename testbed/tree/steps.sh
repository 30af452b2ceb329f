# shellcheck shell=bash disable=SC2016,SC2034,SC2046,SC2154
# The steps of `build`, in their order. Each runs with `set -e` in $new (see lib.sh).

suite=trixie
# What nodes boot from, as the cluster says it: the registry's host is the testbed's own on every node.
pullspec=registry.ci.openshift.org/ocp/4.17-2024-08-19-220527

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

# debian_mirror: where this machine gets its own Debian from, if it is one and debootstrap can read from there.
debian_mirror() {
  local own uri
  own=$(. /etc/os-release && [ "$ID" = debian ] && echo "${VERSION_CODENAME:-}") || own=none
  uri=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v own="$own" '$1 == own && $2 == "main" && !found { print $3; found = 1 }')
  case $uri in
    http://* | https://* | file:*) echo "$uri" ;;
    *) echo http://deb.debian.org/debian/ ;;
  esac
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
  "$here/../install" "${missing[@]}" > "$out/.logs/machine" 2>&1 || fail "apt could not install ${missing[*]}: see $out/.logs/machine"
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
    "$3/install" "$merged"' bash "$here" "$version" "$stand_in"
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
  local repo=$new/repo commit
  # A layer that is in the repository of the last build need not be read again, if the same code read it. Objects never change:
  # links will do.
  hash "$stand_in"/varve_rpmostree/{importer,layer}.py > "$new/importer"
  if [ -d "$out/repo" ] && cmp -s "$new/importer" "$out/repo/importer"; then
    cp -al "$out/repo" "$repo"
    if "$here/ostree" "$out" --repo="/host$repo" fsck --quiet; then
      "$here/ostree" "$out" --repo="/host$repo" refs --delete base ostree/container/image
    else
      rm -rf "$repo"
    fi
  fi
  if [ ! -d "$repo" ]; then
    "$here/ostree" "$out" --repo="/host$repo" init --mode=bare
    "$here/ostree" "$out" --repo="/host$repo" config set core.fsync false
  fi
  in_root "$out/tools" "/host$stand_in/import" "/host$repo" "/host$out/base:base" \
    "$pullspec@$(cat "$out/base.digest")" | tee "$new/import.log"
  commit=$(tail -n 1 "$new/import.log")
  "$here/ostree" "$out" --repo="/host$repo" refs --create=base "$commit"
  drop_old_layers "$repo"
  mv "$new/importer" "$repo/importer"
  put repo
}

# drop_old_layers REPO: what only images of earlier builds had.
drop_old_layers() {
  local ref
  "$here/ostree" "$out" --repo="/host$1" refs --list ostree/container/blob | while read -r ref; do
    [ -e "$out/base/blobs/sha256/${ref##*sha256_3A_}" ] || "$here/ostree" "$out" --repo="/host$1" refs --delete "$ref"
  done
  "$here/ostree" "$out" --repo="/host$1" prune --refs-only
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
