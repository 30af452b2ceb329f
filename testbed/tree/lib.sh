# shellcheck shell=bash
# What the scripts here share: messages, steps that are done once, commands in a root of their own.

began=$(date +%s)

say() { printf '%s +%ss %s\n' "$(date +%T)" "$(($(date +%s) - began))" "$*" >&2; }
fail() { echo "testbed/tree: $*" >&2; exit 1; }

# in_root ROOT COMMAND...: COMMAND with ROOT as /, this machine's / at /host, and a /proc and /dev. Mounts and processes
# are in namespaces of their own and end with it, also when the caller is killed.
in_root() {
  unshare --mount --pid --fork --kill-child --propagation private \
    bash -euc 'root=$1; shift
      mkdir -p "$root/host"
      mount --rbind / "$root/host"
      mount --rbind /dev "$root/dev"
      mount -t proc proc "$root/proc"
      exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"' bash "$@"
}

# hash FILE-OR-DIRECTORY...: one hash of names, modes and contents.
hash() {
  local path
  for path; do
    [ -e "$path" ] || fail "$path is missing"
    (cd "$(dirname "$path")" && find "$(basename "$path")" \( -type f -printf '%p %m\n' -o -type l -printf '%p %l\n' \) | LC_ALL=C sort)
    find "$path" -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum | cut -d' ' -f1
  done | sha256sum | cut -d' ' -f1
}

# step NAME INPUTS: runs the function make_NAME unless it has already succeeded with the same INPUTS (a hash). It works in
# the empty directory $new and leaves what it makes there; the stamp is written last, so that a kill at any point means
# that the step is done again from its start.
step() {
  local name=$1 inputs=$2 stamp=$out/.stamps/$1 from
  [ "$(cat "$stamp" 2>/dev/null)" != "$inputs" ] || return 0
  from=$(date +%s)
  say "$name: ${about[$name]}"
  rm -f "$stamp"
  new=$out/.new/$name
  rm -rf "$new"
  mkdir -p "$new"
  # Not "( ... ) || ...": bash would then go on after a command that fails inside.
  set +e
  (set -e; "make_$name") > "$out/.logs/$name" 2>&1
  local code=$?
  set -e
  [ $code = 0 ] || {
    tail -n 15 "$out/.logs/$name" >&2
    fail "step $name failed; all it said is in $out/.logs/$name"
  }
  rm -rf "$new"
  echo "$inputs" > "$stamp.new"
  mv "$stamp.new" "$stamp"
  say "$name: done in $(($(date +%s) - from)) s"
}

# put NAME...: moves results of the running step into their place.
put() {
  local name
  for name; do
    mkdir -p "$(dirname "$out/$name")"
    rm -rf "${out:?}/$name"
    mv "$new/$(basename "$name")" "$out/$name"
  done
}
