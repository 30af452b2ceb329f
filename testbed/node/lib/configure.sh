# shellcheck shell=bash
# shellcheck disable=SC2154  # here: the directory of the script that sources this file
# What an installer would put into /etc of the first deployment; ostree merges it into every later one.

configure_node() { # ETC
  local etc=$1 host
  [ -d "$etc" ] || fail "the first deployment of $NODE has no /etc"
  echo "$NODE" >"$etc/hostname"
  tr -d - </proc/sys/kernel/random/uuid >"$etc/machine-id"
  printf '127.0.0.1 localhost\n%s %s\n' "$NODE_IP" "$NODE" >"$etc/hosts"
  # In a tree it may be a link to a file that only a running resolver makes.
  rm -f "$etc/resolv.conf"
  echo "nameserver $HOST_IP" >"$etc/resolv.conf"

  mkdir -p "$etc/cni/net.d" "$etc/kubernetes"
  fill "$here/cni.conflist" >"$etc/cni/net.d/10-varve.conflist"
  fill "$here/kubelet.yaml" >"$etc/kubernetes/kubelet.yaml"
  if [ -n "${GRACE:-}" ]; then
    printf 'shutdownGracePeriod: 10s\nshutdownGracePeriodCriticalPods: 5s\n' >>"$etc/kubernetes/kubelet.yaml"
  fi
  # Without it the kubelet does not start: a node without a cluster.
  if [ -n "${NODE_KUBECONFIG:-}" ]; then install -m 600 "$NODE_KUBECONFIG" "$etc/kubernetes/kubeconfig"; fi
  configure_credentials "$etc"
  if [ -n "${CA_CERT:-}" ]; then
    install -m 644 "$CA_CERT" "$etc/kubernetes/ca.crt"
    for host in ${REGISTRY_HOSTS:-}; do
      mkdir -p "$etc/containers/certs.d/$host"
      install -m 644 "$CA_CERT" "$etc/containers/certs.d/$host/ca.crt"
    done
  fi
}

# What the node needs to pull the image that it was installed from, as an installer leaves it for every later update.
configure_credentials() { # ETC
  [ -n "${HOST_AUTH:-}" ] || return 0
  install -D -m 600 "$HOST_AUTH" "$1/ostree/auth.json"
}

fill() { # TEMPLATE
  sed -e "s#@NODE_IP@#$NODE_IP#" -e "s#@DNS@#$HOST_IP#" -e "s#@POD_SUBNET@#$POD_SUBNET#" "$1"
}
