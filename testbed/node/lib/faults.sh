# shellcheck shell=bash
# What can befall a node, once, the next time that it could.

fault_node() { # KIND
  created
  case $1 in
    pull)
      until_true 30 test -e "/run/netns/$NETNS" || fail "$NODE is off: it has no network to break"
      # One packet only: the first of the next connection to the registry is answered with a reset, and so that pull fails.
      nsenter --net="/run/netns/$NETNS" nft -f - <<NFT
table ip fault {
  chain output {
    type filter hook output priority filter
    ip daddr $HOST_IP tcp dport { 443, 5000 } tcp flags & (syn | ack) == syn quota until 100 bytes reject with tcp reset
  }
}
NFT
      ;;
    boot) touch "$DIR/fall-back" ;;
    return) touch "$DIR/no-return" ;;
    none) rm -f "$DIR/fall-back" "$DIR/no-return" ;;
    *) misuse "machine fault NODE pull, boot, return or none, not $1" ;;
  esac
}

# falls_back DEPLOYMENT: whether the boot loader gives up on a deployment that was not booted before, as one does that counts
# the tries of a boot. Once.
falls_back() {
  local last=
  [ -e "$DIR/fall-back" ] && [ -e "$DIR/boots" ] || return 1
  last=$(tail -n 1 "$DIR/boots" | cut -d' ' -f3)
  [ "$last" != "$1" ] || return 1
  rm "$DIR/fall-back"
}

# does_not_return: once.
does_not_return() {
  [ -e "$DIR/no-return" ] || return 1
  rm "$DIR/no-return"
}
