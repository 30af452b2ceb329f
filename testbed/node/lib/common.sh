# shellcheck shell=bash
# What every part uses: how to fail, and the settings of the testbed and of one node.

# shellcheck disable=SC2034  # read by the parts that source this one
OSNAME=fedora-coreos

fail() {
  echo "machine: $*" >&2
  exit 1
}

misuse() {
  echo "machine: $*" >&2
  exit 2
}

arguments() { # WANTED GIVEN
  # shellcheck disable=SC2154  # the command that machine was called with
  [ "$1" -eq "$2" ] || misuse "machine $command takes $1 argument(s) here, not $2; machine help shows them"
}

settings() {
  N=${N:-0}
  STATE=${STATE:-/var/tmp/varve-testbed/$N}
  [[ $N =~ ^[0-9]$ ]] || misuse "N is $N; it is the testbed's number, 0 to 9"
  # These names end up in arguments of nspawn that are split at colons.
  [[ $STATE =~ ^/[A-Za-z0-9._/-]+$ ]] || misuse "STATE is $STATE; it must be an absolute path of plain characters"
  BRIDGE=varve$N
  HOST_IP=10.90.$N.1
  export N STATE
}

node_settings() { # NODE
  NODE=$1
  [[ $NODE =~ ^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$ ]] || misuse "$NODE is no name for a node"
  DIR=$STATE/nodes/$NODE
  SYSROOT=$DIR/sysroot
  NETNS=varve$N-$NODE
  # nspawn keeps a directory per machine name: nodes of two testbeds may have the same name.
  MACHINE=varve$N-$NODE
  CGROUP=varve-testbed-$N/$NODE
}

# The index is known once the node has been created.
index_settings() {
  INDEX=$(<"$DIR/index")
  NODE_IP=10.90.$N.$((10 + INDEX))
  POD_SUBNET=10.$((100 + N)).$INDEX.0/24
  LINK=v${N}n$INDEX
}

created() {
  [ -e "$DIR/created" ] || fail "there is no node $NODE in $STATE; machine create makes it"
  index_settings
}

now() {
  date -u +%Y-%m-%dT%H:%M:%S.%3NZ
}

# locked NAME COMMAND...: one at a time in this testbed. Every command that changes a node has the lock of its name, whatever
# the nodes share has the lock testbed. In a subshell: the lock ends with it, and an outer one stays.
locked() {
  mkdir -p "$STATE/locks"
  (
    exec 7>"$STATE/locks/$1"
    flock 7
    shift
    "$@"
  )
}

# until_true SECONDS COMMAND...: polls COMMAND; fails when it was never true.
until_true() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}
