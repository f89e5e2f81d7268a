"""Runs a program whole, and as partir emits it for every device, on XLA's CPU, and compares; counts XLA's collectives.

    partir plan PROGRAM.mlir --schedule S.json --emit local -o local.mlir
    partir plan PROGRAM.mlir --schedule S.json --emit sdy   -o sdy.mlir
    python scripts/compare_with_xla.py PROGRAM.mlir local.mlir sdy.mlir

Needs JAX on the CPU (pip install "jax<0.11" on Python 3.11). The shardings of arguments and results are read from the form with
Shardy's annotations; arguments are random, integers from 0 to 15. Exits with 1 when a device differs by more than 1e-4 of the largest
number. Not part of the build or of its tests.
"""

import os
import re
import sys

whole_file, local_file, sdy_file = sys.argv[1:4]
sdy = open(sdy_file).read()
axes = [(n, int(s)) for n, s in re.findall(r'"([^"]+)"=(\d+)', re.search(r"sdy\.mesh @mesh = <\[(.*?)\]>", sdy).group(1))]
devices = 1
for _, size in axes:
    devices *= size
os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={devices}"

import jax  # noqa: E402  (the flag must be set before)
import numpy as np  # noqa: E402
from jax._src.lib import xla_client  # noqa: E402

TYPES = {"f32": np.float32, "f64": np.float64, "i32": np.int32, "i64": np.int64, "ui32": np.uint32, "i1": np.bool_}
VALUE = re.compile(r"tensor<((?:\d+x)*)(\w+)> \{sdy\.sharding = #sdy\.sharding<@mesh, \[(.*?)\]>")


def values(text):
    """Returns (sizes, element type, axes per dimension) of the annotated values in a part of a signature."""
    return [
        ([int(s) for s in sizes.split("x") if s], element, [re.findall(r'"([^"]+)"', d) for d in re.findall(r"\{(.*?)\}", dims)])
        for sizes, element, dims in VALUE.findall(text)
    ]


def coordinate(device, name):
    stride = 1
    for axis, size in reversed(axes):
        if axis == name:
            return device // stride % size
        stride *= size
    raise KeyError(name)


def block(array, dims, device):
    for d, names in enumerate(dims):
        for name in names:
            array = np.split(array, dict(axes)[name], axis=d)[coordinate(device, name)]
    return array


def run(text, replicas, arguments):
    """Runs a program on replicas; arguments and results are lists per device."""
    options = xla_client.CompileOptions()
    options.num_replicas = replicas
    options.num_partitions = 1
    options.device_assignment = xla_client.DeviceAssignment.create(np.arange(replicas).reshape(replicas, 1))
    used = jax.devices()[:replicas]
    executable = used[0].client.compile_and_load(text, xla_client.DeviceList(tuple(used)), options)
    placed = []
    for i in range(len(arguments[0])):
        shards = [jax.device_put(arguments[d][i], used[d]) for d in range(replicas)]
        layout = jax.sharding.NamedSharding(jax.sharding.Mesh(np.array(used), ("r",)), jax.sharding.PartitionSpec())
        placed.append(jax.make_array_from_single_device_arrays(shards[0].shape, layout, shards))
    results = executable.execute_sharded(placed).disassemble_into_single_device_arrays()
    return [[np.asarray(x) for x in per_device] for per_device in results], executable


head, tail = sdy[sdy.index("@main(") :].split(") -> ", 1)
inputs, outputs = values(head), values(tail[: tail.index("{\n")])
random = np.random.default_rng(0)
arguments = []
for sizes, element, _ in inputs:
    if element.startswith(("i", "ui")):
        arguments.append(random.integers(0, 16, sizes).astype(TYPES[element]))
    else:
        scale = np.sqrt(max(1, sizes[-2] if len(sizes) > 1 else 1))
        arguments.append((random.standard_normal(sizes) / scale).astype(TYPES[element]))

whole, _ = run(open(whole_file).read(), 1, [arguments])
local, executable = run(
    open(local_file).read(), devices, [[block(a, dims, d) for a, (_, _, dims) in zip(arguments, inputs)] for d in range(devices)]
)
worst = 0.0
for r, (_, _, dims) in enumerate(outputs):
    largest = max(float(np.abs(whole[r][0]).max()), 1e-30)
    for device in range(devices):
        error = float(np.abs(local[r][device] - block(whole[r][0], dims, device)).max()) / largest
        worst = max(worst, error)
text = executable.hlo_modules()[0].to_string()
counts = {op: len(re.findall(rf" {op}\(", text)) for op in ("all-gather", "all-reduce", "reduce-scatter", "all-to-all", "collective-permute")}
print(f"{devices} devices, largest difference {worst:.1e} of the largest number; XLA's collectives: {counts}")
sys.exit(0 if worst <= 1e-4 else 1)
