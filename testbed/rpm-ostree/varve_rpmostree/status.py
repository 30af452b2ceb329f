"""`rpm-ostree status`, in the real one's layout."""

import json
from datetime import datetime, timezone

KEY_WIDTH = 25


def print_status(properties, as_json):
    if as_json:
        active = properties["ActiveTransaction"]
        print(json.dumps({"deployments": properties["Deployments"], "transaction": active if active[0] else None}, indent=2))
        return
    method = properties["ActiveTransaction"][0]
    print("State: busy\nTransaction: " + method if method else "State: idle")
    print("Deployments:")
    print("\n\n".join(deployment(one) for one in properties["Deployments"]))


def deployment(one):
    lines = [("* " if one["booted"] else "  ") + one.get("container-image-reference", one["checksum"])]
    facts = {
        "Digest": one.get("container-image-reference-digest"),
        "Version": version(one),
        "Commit": None if "container-image-reference" in one else one["checksum"],
        "Staged": "yes" if one["staged"] else None,
        "Pinned": "yes" if one["pinned"] else None,
        "Unlocked": one["unlocked"] if one["unlocked"] != "none" else None,
    }
    lines += [f"{key:>{KEY_WIDTH}}: {value}" for key, value in facts.items() if value]
    return "\n".join(lines)


def version(one):
    created = datetime.fromtimestamp(one["timestamp"], timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{one['version']} ({created})" if "version" in one else None
