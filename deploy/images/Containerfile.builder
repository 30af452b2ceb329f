# What build pods run: a shell, tar, buildah, and skopeo, which brings the base along byte for byte.
ARG BASE=docker.io/library/debian:trixie-slim
FROM $BASE
# Of buildah's package only its program is needed, since builds run by chroot on the pod's own network; without netavark it
# does not start all the same. The logs and the cache of ldconfig would make every build of this image another one.
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
      buildah ca-certificates fuse-overlayfs netavark skopeo tar uidmap >/dev/null \
 && apt-get clean \
 && rm -rf /usr/libexec/buildah /usr/lib/cni /usr/lib/podman/netavark-dhcp-proxy-client \
      /usr/share/doc /usr/share/man /usr/share/info /usr/share/locale /usr/share/lintian \
      /var/lib/apt/lists/* /var/cache/debconf/*-old /var/cache/ldconfig/aux-cache /var/lib/dpkg/*-old /var/log/* /etc/machine-id
COPY containers.conf storage.conf /etc/containers/
COPY subids /etc/subuid
COPY subids /etc/subgid
# For clusters that let no pod be root: buildah then works in a user namespace. No date: it would change from day to day.
RUN useradd --create-home --uid 1000 build \
 && chage --lastday -1 build \
 && rm -f /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow- /etc/sub?id- /var/log/*
ENV LANG=C.UTF-8 BUILDAH_ISOLATION=chroot
CMD ["buildah", "version"]
