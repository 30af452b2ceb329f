# shellcheck shell=bash
# The testbed's bridge, and the cable of a node: a network namespace of its own for every boot, joined to the bridge.

network_up() {
  if ! ip link show "$BRIDGE" >/dev/null 2>&1; then
    echo "$BRIDGE" >"$STATE/network"
    # A fixed address: else the bridge takes its newest port's, and everybody's neighbour table is wrong for a while.
    ip link add "$BRIDGE" address "02:56:00:00:$(printf %02x "$N"):01" type bridge
  fi
  ip link set "$BRIDGE" up
  ip addr replace "$HOST_IP/24" dev "$BRIDGE"
}

# network_down: the bridge, when network_up made it.
network_down() {
  [ -e "$STATE/network" ] || return 0
  ! ip link show "$BRIDGE" >/dev/null 2>&1 || ip link del "$BRIDGE"
  rm "$STATE/network"
}

# network_plug: a fresh network for the next boot, as after power on.
network_plug() {
  local ip=(ip -n "$NETNS")
  network_unplug
  record netns "$NETNS"
  record link "$LINK"
  ip netns add "$NETNS"
  ip link add "$LINK" type veth peer name eth0 address "$(hardware_address)" netns "$NETNS"
  ip link set "$LINK" master "$BRIDGE" up
  "${ip[@]}" link set lo up
  "${ip[@]}" addr add "$NODE_IP/24" dev eth0
  "${ip[@]}" link set eth0 up
  "${ip[@]}" route add default via "$HOST_IP"
  route_to_pods
  nsenter --net="/run/netns/$NETNS" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward && exec nft -f -' < <(node_rules)
}

hardware_address() {
  printf '02:56:00:00:%02x:%02x' "$N" $((10 + INDEX))
}

# Every node knows the pods of the others, and this machine those of all: there is no router that could.
route_to_pods() {
  local other
  for other in {0..9}; do
    [ "$other" = "$INDEX" ] || ip -n "$NETNS" route add "10.$((100 + N)).$other.0/24" via "10.90.$N.$((10 + other))"
  done
  record route "$POD_SUBNET"
  ip route replace "$POD_SUBNET" via "$NODE_IP" dev "$BRIDGE"
}

# One rule stands in for kube-proxy: the API server is the only service that anybody calls by its service address.
# Pods leave the cluster's own networks with the node's address, as behind any cloud router.
node_rules() {
  cat <<NFT
table ip varve {
  chain prerouting {
    type nat hook prerouting priority dstnat
    ip daddr 10.96.0.1 tcp dport 443 dnat to $HOST_IP:6443
  }
  chain output {
    type nat hook output priority -100
    ip daddr 10.96.0.1 tcp dport 443 dnat to $HOST_IP:6443
  }
  chain postrouting {
    type nat hook postrouting priority srcnat
    ip saddr $POD_SUBNET ip daddr != 10.$((100 + N)).0.0/16 masquerade
  }
}
NFT
}

# network_silent: nothing leaves or enters the node any more. A dead machine sends no reset to its peers.
network_silent() {
  ip link set "$LINK" down 2>/dev/null || :
}

# network_unplug: from the record, so that it also works for a half-made node.
network_unplug() {
  local name
  for name in $(recorded_names link); do
    ! ip link show "$name" >/dev/null 2>&1 || ip link del "$name"
  done
  for name in $(recorded_names netns); do
    [ ! -e "/run/netns/$name" ] || ip netns del "$name"
  done
  for name in $(recorded_names route); do
    ! ip route show "$name" | grep -q . || ip route del "$name"
  done
}
