"""Runs a program whole, and as partir emits it for every device, on XLA's CPU, and compares; counts XLA's collectives.

    partir plan PROGRAM.mlir --schedule S.json --emit local -o local.mlir
    partir plan PROGRAM.mlir --schedule S.json --emit sdy   -o sdy.mlir
    partir plan PROGRAM.mlir --schedule S.json --emit local --mode partition -o partitions.mlir
    python scripts/compare_with_xla.py PROGRAM.mlir local.mlir sdy.mlir [partitions.mlir]

The same without --schedule for a program that carries shardings. The form with Shardy's annotations is also given to XLA to partition,
and its collectives are counted beside ours. Where the program itself cannot run on one device, for it has manual computations, what XLA
makes of that form is what the others are compared with.

Needs JAX on the CPU (pip install "jax<0.11" on Python 3.11). The shardings of arguments and results are read from the form with
Shardy's annotations; arguments are random, integers from 0 to 15; with MAGNITUDES=1 in the environment none is below zero. Exits with 1
when a device differs by more than 1e-4 of the largest number. Not part of the build or of its tests.
"""

import os
import re
import sys

whole_file, local_file, sdy_file = sys.argv[1:4]
partition_file = sys.argv[4] if len(sys.argv) > 4 else None
sdy = open(sdy_file).read()
axes = [(n, int(s)) for n, s in re.findall(r'"([^"]+)"=(\d+)', re.search(r"sdy\.mesh @mesh = <\[(.*?)\]>", sdy).group(1))]
devices = 1
for _, size in axes:
    devices *= size
os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={devices}"

import jax  # noqa: E402  (the flag must be set before)
import numpy as np  # noqa: E402
from jax._src.lib import xla_client  # noqa: E402

TYPES = {"f32": np.float32, "f64": np.float64, "i32": np.int32, "i64": np.int64, "ui32": np.uint32, "ui64": np.uint64, "i8": np.int8, "ui8": np.uint8, "i1": np.bool_}
VALUE = re.compile(r"tensor<((?:\d+x)*)(\w+)> \{[^{}]*?sdy\.sharding = #sdy\.sharding<@mesh, \[(.*?)\]>")
AXIS = re.compile(r'"([^"]+)"(?::\((\d+)\)(\d+))?')


def values(text):
    """Returns (sizes, element type, axes per dimension) of the annotated values in a part of a signature."""
    return [
        ([int(s) for s in sizes.split("x") if s], element, [AXIS.findall(d) for d in re.findall(r"\{(.*?)\}", dims)])
        for sizes, element, dims in VALUE.findall(text)
    ]


def place(device, axis):
    """Returns (number of devices, the device's place among them) along an axis or a part of one."""
    name, before, size = axis
    stride = 1
    for other, count in reversed(axes):
        if other == name:
            size = int(size) if size else count
            inner = stride * count // (int(before or 1) * size)
            return size, device // inner % size
        stride *= count
    raise KeyError(name)


def block(array, dims, device):
    for d, names in enumerate(dims):
        for axis in names:
            count, at = place(device, axis)
            size = -(-array.shape[d] // count)
            padding = [(0, 0)] * array.ndim
            padding[d] = (0, size * count - array.shape[d])
            array = np.split(np.pad(array, padding), count, axis=d)[at]
    return array


def run(text, replicas, arguments, partitions=1):
    """Runs a program on devices; arguments and results are lists per device."""
    options = xla_client.CompileOptions()
    options.num_replicas = replicas
    options.num_partitions = partitions
    options.executable_build_options.num_replicas = replicas
    options.executable_build_options.num_partitions = partitions
    options.executable_build_options.use_spmd_partitioning = partitions > 1
    options.executable_build_options.use_shardy_partitioner = partitions > 1
    count = replicas * partitions
    options.device_assignment = xla_client.DeviceAssignment.create(np.arange(count).reshape(replicas, partitions))
    used = jax.devices()[:count]
    executable = used[0].client.compile_and_load(text, xla_client.DeviceList(tuple(used)), options)
    placed = []
    for i in range(len(arguments[0])):
        shards = [jax.device_put(arguments[d][i], used[d]) for d in range(count)]
        layout = jax.sharding.NamedSharding(jax.sharding.Mesh(np.array(used), ("r",)), jax.sharding.PartitionSpec())
        placed.append(jax.make_array_from_single_device_arrays(shards[0].shape, layout, shards))
    results = executable.execute_sharded(placed).disassemble_into_single_device_arrays()
    return [[np.asarray(x) for x in per_device] for per_device in results], executable


def collectives(executable):
    text = executable.hlo_modules()[0].to_string()
    kinds = ("all-gather", "all-reduce", "reduce-scatter", "all-to-all", "collective-permute")
    counts = {kind: len(re.findall(rf" {kind}\(", text)) for kind in kinds}
    return {kind: count for kind, count in counts.items() if count} or "none"


head, tail = sdy[sdy.index("@main(") :].split(") -> ", 1)
inputs, outputs = values(head), values(tail[: tail.index("{\n")])
random = np.random.default_rng(0)
arguments = []
for sizes, element, _ in inputs:
    if element.startswith(("i", "ui")):
        arguments.append(random.integers(0, 16, sizes).astype(TYPES[element]))
    else:
        scale = np.sqrt(max(1, sizes[-2] if len(sizes) > 1 else 1))
        numbers = random.standard_normal(sizes) / scale
        # What an optimizer keeps has no root below zero.
        arguments.append((np.abs(numbers) if os.environ.get("MAGNITUDES") else numbers).astype(TYPES[element]))

blocks = [[block(a, dims, d) for a, (_, _, dims) in zip(arguments, inputs)] for d in range(devices)]
annotated, by_xla = run(sdy, 1, blocks, devices)
source = open(whole_file).read()
manual = "sdy.manual_computation" in source or "SPMDFullToShardShape" in source
if manual:
    expected = annotated
else:
    whole, _ = run(source, 1, [arguments])
    expected = [[block(whole[r][0], dims, d) for d in range(devices)] for r, (_, _, dims) in enumerate(outputs)]
largest = [max(max(float(np.abs(np.asarray(part, np.float64)).max(initial=0)) for part in parts), 1e-30) for parts in expected]


def worst(actual):
    return max(
        float(np.abs(actual[r][d].astype(np.float64) - expected[r][d].astype(np.float64)).max(initial=0)) / largest[r]
        for r in range(len(outputs))
        for d in range(devices)
    )


forms = [("replicas", *run(open(local_file).read(), devices, blocks))]
if partition_file:
    # Such a program pads what does not divide itself, so that it must not be needed here.
    forms.append(("partitions", *run(open(partition_file).read(), 1, blocks, devices)))
if not manual:
    forms.append(("annotated, partitioned by XLA", annotated, by_xla))
failed = False
for name, results, executable in forms:
    error = worst(results)
    failed |= not error <= 1e-4
    print(f"{devices} devices as {name}: largest difference {error:.1e} of the largest number; XLA's collectives: {collectives(executable)}")
if manual:
    print(f"{devices} devices, annotated, partitioned by XLA: what the others are compared with; collectives: {collectives(by_xla)}")
sys.exit(1 if failed else 0)
