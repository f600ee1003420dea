"""Reading and checking the environment variable TF_CONFIG, which names the machines of a cluster.

TensorFlow waits for minutes, or ends with a long trace, if something is wrong with it.
"""

import json
import os
import re
import socket

EXAMPLE = '{"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]}, "task": {"type": "worker", "index": 0}}'


def workers() -> list[str]:
    """Returns the addresses of all machines, the chief's first; none if TF_CONFIG is not set.

    Raises ValueError if TF_CONFIG does not describe a cluster and a task in it.
    """
    cluster, _ = _read()
    return [address for addresses in cluster.values() for address in addresses]


def check_port() -> None:
    """Raises ValueError if another program listens on this machine's port."""
    cluster, (kind, index) = _read()
    port = int(cluster[kind][index].rpartition(":")[2])
    with socket.socket() as probe:
        # The last connections of an earlier run do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError as error:
            raise ValueError(
                f"Port {port}, which TF_CONFIG gives to this machine, cannot be used ({error.strerror}): end the "
                "program that uses it, or choose another port in the TF_CONFIG of all machines."
            ) from error


def _read():
    """Returns the cluster, {"chief" or "worker": [addresses]}, and the task (type, index)."""
    try:
        config = json.loads(os.environ.get("TF_CONFIG") or "{}")
    except ValueError as error:
        raise _bad(f"is not valid JSON ({error})") from error
    if config == {}:
        return {}, None
    if not isinstance(config, dict):
        raise _bad("is not a dict")
    cluster, task = config.get("cluster"), config.get("task")
    if not isinstance(cluster, dict) or not cluster:
        raise _bad("has no cluster")
    for kind, addresses in cluster.items():
        if kind not in ("chief", "worker"):
            raise _bad(f"has machines of the unknown type {kind!r}, not chief or worker")
        if not isinstance(addresses, list) or not addresses:
            raise _bad(f"has no list of addresses for {kind!r}")
        for address in addresses:
            port = re.fullmatch(r".+:(\d{1,5})", address) if isinstance(address, str) else None
            if not port or not 0 < int(port[1]) < 2**16:
                raise _bad(f"has the address {address!r}, which is not host:port")
    known = [address for addresses in cluster.values() for address in addresses]
    if len(set(known)) < len(known):
        raise _bad("names an address twice")
    if not isinstance(task, dict):
        raise _bad("has no task")
    kind, index = task.get("type"), task.get("index")
    if kind not in cluster:
        raise _bad(f"has the task type {kind!r}, which is not in its cluster")
    if not str(index).isdecimal() or int(index) >= len(cluster[kind]):
        raise _bad(f"has the index {index!r}, which is not from 0 to {len(cluster[kind]) - 1}")
    return {kind: cluster[kind] for kind in sorted(cluster)}, (kind, int(index))


def _bad(fault):
    return ValueError(f"TF_CONFIG {fault}: set it on each machine, for instance to {EXAMPLE}, each with its own index.")
