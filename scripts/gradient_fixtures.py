"""Writes small models, their arguments and the gradients that JAX gives, for GradientsAgainstJaxTest.

Usage: python scripts/gradient_fixtures.py partir-runtime/src/test/resources/dev/partir/grad

Each model is two files: NAME.mlir, the loss as StableHLO, and NAME.txt, a line per argument, then the loss and a line
per gradient: the sizes, a colon, the numbers.
"""

import pathlib
import sys

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)


def mlp(x, y, w1, b1, w2, b2):
    h = jax.nn.relu(x @ w1 + b1)
    return jnp.mean((h @ w2 + b2 - y) ** 2)


def attention(x, wq, wk, wv, wo, scale):
    n = x / jnp.sqrt(jnp.mean(x * x, axis=-1, keepdims=True) + 1e-6) * scale

    def heads(w):
        return (n @ w).reshape(2, 4, 2, 3).transpose(0, 2, 1, 3)

    q, k, v = heads(wq), heads(wk), heads(wv)
    logits = jnp.einsum("bhqd,bhkd->bhqk", q, k) / jnp.sqrt(3.0)
    logits = jnp.where(jnp.tril(jnp.ones((4, 4), bool)), logits, -1e9)
    out = jnp.einsum("bhqk,bhkd->bhqd", jax.nn.softmax(logits), v)
    out = x + out.transpose(0, 2, 1, 3).reshape(2, 4, 6) @ wo
    return -jnp.sum(jax.nn.log_softmax(out)[..., 0])


def convolutions(x, k1, k2, w):
    dims = ("NHWC", "HWIO", "NHWC")
    h = jax.lax.conv_general_dilated(x, k1, (1, 1), "SAME", dimension_numbers=dims)
    h = jax.nn.gelu(h)
    h = jax.lax.reduce_window(h, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    h = jax.lax.conv_general_dilated(
        h, k2, (2, 1), ((1, 0), (2, 1)), rhs_dilation=(1, 2), dimension_numbers=dims, feature_group_count=2)
    return jnp.sum(jnp.tanh(h.mean(axis=(1, 2)) @ w) ** 3)


def recurrence(x, table, w, u):
    def step(h, token):
        h = jnp.tanh(h @ w + table[token] @ u)
        return h, jnp.sum(h * h)

    h, sums = jax.lax.scan(step, jnp.zeros(3), x)
    return jnp.sum(h) + jnp.sum(sums * jnp.arange(5.0))


MODELS = {
    mlp: [(4, 3), (4, 2), (3, 5), (5,), (5, 2), (2,)],
    attention: [(2, 4, 6), (6, 6), (6, 6), (6, 6), (6, 6), (6,)],
    convolutions: [(2, 6, 6, 2), (3, 3, 2, 4), (2, 2, 2, 4), (4, 3)],
    recurrence: [(5,), (7, 4), (3, 3), (4, 3)],
}


def line(array):
    sizes = "x".join(str(size) for size in array.shape)
    return sizes + ": " + " ".join(repr(float(number)) for number in np.asarray(array).ravel())


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for model, shapes in MODELS.items():
        random = np.random.default_rng(len(model.__name__))
        arguments = [np.round(random.uniform(-1, 1, shape), 3) for shape in shapes]
        if model is recurrence:
            arguments[0] = np.array([3, 0, 6, 3, 1], np.int32)
        by = tuple(i for i, a in enumerate(arguments) if a.dtype == np.float64)
        loss, gradients = jax.jit(jax.value_and_grad(model, by))(*arguments)
        text = jax.jit(model).lower(*arguments).as_text()
        (folder / f"{model.__name__}.mlir").write_text(text)
        lines = [line(array) for array in [*arguments, loss, *gradients]]
        (folder / f"{model.__name__}.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
