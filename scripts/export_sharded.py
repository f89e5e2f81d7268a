"""Exports small sharded JAX functions as StableHLO with the annotations of Shardy or GSPMD.

    python scripts/export_sharded.py DIR [--gspmd]

Writes mlp, attention, train_step, scan, shard_map, shard_map_partial, groups and two_meshes to DIR/NAME.mlir, for a mesh of 8 devices
(data=4, model=2). Needs JAX on the CPU (pip install "jax<0.11" on Python 3.11). Not part of the build or of its tests: they hold
programs of their own.
"""

import os
import pathlib
import sys

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=8"
if "--gspmd" in sys.argv:
    os.environ["JAX_USE_SHARDY_PARTITIONER"] = "0"

import jax  # noqa: E402  (the flags must be set before)
import jax.numpy as jnp  # noqa: E402
from jax.sharding import NamedSharding, PartitionSpec as P  # noqa: E402

MESH = jax.make_mesh((4, 2), ("data", "model"), axis_types=(jax.sharding.AxisType.Auto,) * 2)
OTHER = jax.make_mesh((2, 4), ("rows", "columns"), axis_types=(jax.sharding.AxisType.Auto,) * 2)


def on(*axes, mesh=MESH):
    return NamedSharding(mesh, P(*axes))


def array(*sizes, type=jnp.float32):
    return jax.ShapeDtypeStruct(sizes, type)


def mlp(x, up, down):
    hidden = jax.lax.with_sharding_constraint(jax.nn.gelu(x @ up), on("data", "model"))
    return hidden @ down


def attention(x, q, k, v, o):
    def heads(w):
        return jnp.einsum("bse,ehd->bhsd", x, w)

    scores = jnp.einsum("bhsd,bhtd->bhst", heads(q), heads(k)) / 4.0
    scores = jax.lax.with_sharding_constraint(scores, on("data", "model", None, None))
    mixed = jnp.einsum("bhst,bhtd->bshd", jax.nn.softmax(scores), heads(v))
    return jnp.einsum("bshd,hde->bse", mixed, o)


def train_step(weights, x, y):
    def loss(weights):
        return jnp.mean((mlp(x, *weights) - y) ** 2)

    value, gradients = jax.value_and_grad(loss)(weights)
    return value, [w - 0.1 * g for w, g in zip(weights, gradients)]


def scan(x, weights):
    def step(carry, w):
        carry = jax.lax.with_sharding_constraint(jnp.tanh(carry @ w), on("data", None))
        return carry, jnp.sum(carry)

    return jax.lax.scan(step, x, weights)


def shard_map(x, w):
    def body(x, w):
        return jax.lax.psum(x @ w, "model")

    return jax.shard_map(
        body, mesh=MESH, in_specs=(P("data", "model"), P("model", None)), out_specs=P("data", None)
    )(x, w) + 1


def shard_map_partial(x, w):
    def body(x, w):
        whole = jax.lax.all_gather(x @ w, "data", axis=0, tiled=True)
        mine = jax.lax.psum_scatter(whole, "data", scatter_dimension=0, tiled=True)
        moved = jax.lax.ppermute(mine, "data", [(k, (k + 1) % 4) for k in range(4)])
        turned = jax.lax.all_to_all(moved, "data", 1, 0, tiled=True)
        return turned + jax.lax.axis_index("data")

    y = jax.shard_map(
        body, mesh=MESH, in_specs=(P("data", None), P()), out_specs=P("data", None), axis_names={"data"}, check_vma=False
    )(x, w)
    return jnp.sin(y)


def two_meshes(x):
    y = jax.lax.with_sharding_constraint(x * 2, on("data", "model"))
    return jax.lax.with_sharding_constraint(y + 1, on("rows", "columns", mesh=OTHER))


EXPORTS = {
    "mlp": (mlp, (on("data"), on(None, "model"), on("model", None)), on("data"), [array(8, 16), array(16, 32), array(32, 16)]),
    "attention": (
        attention,
        (on("data"),) + (on(None, "model", None),) * 3 + (on("model", None, None),),
        None,
        [array(4, 8, 16)] + [array(16, 4, 4)] * 3 + [array(4, 4, 16)],
    ),
    "train_step": (
        train_step,
        ([on(None, "model"), on("model", None)], on("data"), on("data")),
        (on(), [on(None, "model"), on("model", None)]),
        [[array(16, 32), array(32, 16)], array(8, 16), array(8, 16)],
    ),
    "scan": (scan, (on("data"), on(None, None, "model")), None, [array(8, 16), array(3, 16, 16)]),
    "shard_map": (shard_map, (on("data", "model"), on("model")), None, [array(8, 16), array(16, 32)]),
    "shard_map_partial": (shard_map_partial, None, None, [array(8, 16), array(16, 32)]),
    "two_meshes": (two_meshes, None, None, [array(8, 8)]),
}


def main():
    folder = pathlib.Path(next(word for word in sys.argv[1:] if not word.startswith("--")))
    folder.mkdir(parents=True, exist_ok=True)
    for name, (function, inputs, outputs, arguments) in EXPORTS.items():
        options = {}
        if inputs is not None:
            options["in_shardings"] = inputs
        if outputs is not None:
            options["out_shardings"] = outputs
        text = jax.jit(function, **options).lower(*arguments).as_text()
        (folder / f"{name}.mlir").write_text(text)
        print(folder / f"{name}.mlir")


if __name__ == "__main__":
    main()
