# shellcheck shell=bash disable=SC2016,SC2154
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

# over LOWER WORK COMMAND...: COMMAND with LOWER (directories with : between, the uppermost first) as the root $merged, which
# has a /proc; what it changes is in WORK/upper afterwards. The mounts end with the command.
over() {
  local lower=$1 work=$2
  shift 2
  mkdir -p "$work"/{upper,work,merged}
  unshare --mount --propagation private bash -euc 'lower=$1 work=$2 merged=$2/merged; shift 2; export merged
    mount -t overlay -o "lowerdir=$lower,upperdir=$work/upper,workdir=$work/work,index=off,redirect_dir=off,metacopy=off" \
      overlay "$merged"
    mount -t proc proc "$merged/proc"
    "$@"' bash "$lower" "$work" "$@"
}

# hash INPUT...: one hash of all; an INPUT with a / in front is a file or a directory (names, modes, contents, wherever it
# lies), any other is itself.
hash() {
  local input
  for input; do
    case $input in
      /*) [ -e "$input" ] || fail "$input is missing" ;;
      *) echo "$input" && continue ;;
    esac
    (
      cd "$(dirname "$input")"
      input=$(basename "$input")
      find "$input" -name __pycache__ -prune -o -printf '%P %m %l\n' | LC_ALL=C sort
      find "$input" -name __pycache__ -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum
    )
  done | sha256sum | cut -d' ' -f1
}

# step NAME INPUT...: runs the function make_NAME unless it has already succeeded with the same inputs (see hash; its own
# text is one). It works in the empty directory $new and puts what it makes into place; the stamp is written last, so that a
# kill at any point means that the step is done again from its start.
step() {
  local name=$1 stamp=$out/.stamps/$1 inputs from code
  shift
  inputs=$(hash "$(declare -f "make_$name")" "$@")
  [ "$(head -n 1 "$stamp" 2>/dev/null)" != "$inputs" ] || return 0
  from=$(date +%s)
  say "$name: ${about[$name]}"
  rm -f "$stamp"
  new=$out/.new/$name
  rm -rf "$new"
  mkdir -p "$new"
  # Not "( ... ) || ...": bash would then go on after a command that fails inside.
  set +e
  (set -e; "make_$name") > "$out/.logs/$name" 2>&1
  code=$?
  set -e
  [ $code = 0 ] || {
    tail -n 5 "$out/.logs/$name" >&2
    fail "step $name (${about[$name]}) failed; all it said is in $out/.logs/$name"
  }
  rm -rf "$new"
  # Two runs with the same inputs need not give the same (the mirror moves on): what is made of it is made again too.
  printf '%s\n' "$inputs" "$(date +%s.%N)" > "$stamp.new"
  mv "$stamp.new" "$stamp"
  say "$name: done in $(($(date +%s) - from)) s"
}

# made NAME...: stands for the results of those steps among the inputs of another.
made() {
  local name
  for name; do
    cat "$out/.stamps/$name"
  done
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
