# shellcheck shell=bash
# The checks of the test beside this file, and the traces that nodes leave on the machine.
passed=0
failed=0

pass() {
  passed=$((passed + 1))
  echo "PASS $1"
}

fail() { # NAME, then what was seen
  failed=$((failed + 1))
  printf 'FAIL %s\n' "$1"
  shift
  printf '     %s\n' "$@"
}

# check NAME COMMAND...: succeeds.
check() {
  local name=$1 output code=0
  shift
  output=$("$@" 2>&1) || code=$?
  if [ "$code" -eq 0 ]; then pass "$name"; else fail "$name" "exit code $code: ${output##*$'\n'}"; fi
}

# refuses NAME CODE TEXT COMMAND...: ends with CODE, and says TEXT.
refuses() {
  local name=$1 wanted=$2 text=$3 output code=0
  shift 3
  output=$("$@" 2>&1) || code=$?
  if [ "$code" -eq "$wanted" ] && [[ $output == *"$text"* ]]; then pass "$name"; else fail "$name" "exit code $code: $output"; fi
}

is() { # NAME WANTED GIVEN
  if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "wanted: $2" "is:     $3"; fi
}

isnt() { # NAME UNWANTED GIVEN
  if [ "$2" != "$3" ] && [ -n "$3" ]; then pass "$1"; else fail "$1" "is: $3"; fi
}

# traces: all that can be seen of the testbed N outside its state directory. Other testbeds may come and go meanwhile.
traces() {
  local process
  awk -v state="$STATE/" -v machine="varve$N-" 'index($5, state) || index($5, machine) { print "mount " $5 }' /proc/self/mountinfo
  ip -o link show | sed -nE "s/^[0-9]+: ((varve$N|v${N}n[0-9]+)[@:].*)/link \1/p"
  ip route show | sed -n "s/^10\.$((100 + N))\./route &/p"
  find /run/netns /run/systemd/nspawn -name "varve$N-*" -printf 'file %p\n' 2>/dev/null
  find /sys/fs/cgroup -type d -path "*/varve-testbed-$N*" -printf 'cgroup %p\n' 2>/dev/null
  for process in /proc/[0-9]*; do
    if grep -qs "/varve-testbed-$N/" "$process/cgroup" || supervises "$process"; then
      echo "process ${process##*/}: $({ tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null)"
    fi
  done
}

supervises() { # PROCESS
  grep -qsa "/supervise" "$1/cmdline" && grep -qsaz "^STATE=$STATE$" "$1/environ"
}

summary() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
