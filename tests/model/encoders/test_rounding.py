"""What is rounded stays close, and can be trained."""

import numpy as np
import pytest
import tensorflow as tf

from moodring.model.encoders.rounding import Int8Embedding, RoundedDense, round_table, side_by_side


def test_an_embedding_keeps_within_half_a_step_of_the_table_it_was_given() -> None:
    table = np.random.default_rng(0).normal(0, 0.05, (9, 8)).astype(np.float32)
    embedding = Int8Embedding(9, 8)
    embedding.build(None)
    embedding.load(table)
    read = np.asarray(embedding(np.array([[3, 0], [8, 8]])))
    step = np.abs(table).max(axis=1, keepdims=True) / 127
    assert (np.abs(read - table[[[3, 0], [8, 8]]]) <= step[[[3, 0], [8, 8]]] / 2 * 1.001).all()


def test_a_rounded_dense_layer_has_at_most_255_weights_an_output() -> None:
    dense = RoundedDense(3)
    dense.build((None, 5_000))
    kernel = np.asarray(dense(np.eye(5_000, dtype=np.float32)))  # what it computes with
    assert all(len(np.unique(kernel[:, output])) <= 255 for output in range(3))
    step = np.abs(np.asarray(dense.kernel)).max(axis=0) / 127
    assert (np.abs(kernel - np.asarray(dense.kernel)) <= step / 2 * 1.001).all()


def test_features_apart_are_rounded_by_themselves_and_change_no_product() -> None:
    plain, split = RoundedDense(3), RoundedDense(3, apart=(1, 4), name="split")
    for dense in (plain, split):
        dense.build((None, 6))
    kernel = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
    kernel[[1, 4]] *= 1e-3  # of a size that rounding with the others would lose
    plain.set_weights([kernel, np.ones(3)])
    split.set_weights([kernel, np.ones(3)])
    inputs = np.random.default_rng(1).normal(size=(5, 6)).astype(np.float32)
    inputs[:, [1, 4]] *= 1e3
    exact = inputs @ kernel + 1
    assert np.abs(np.asarray(split(inputs)) - exact).max() < 0.05
    assert np.abs(np.asarray(plain(inputs)) - exact).max() > 0.5


def test_a_large_weight_costs_its_own_group_only() -> None:
    dense = RoundedDense(2, groups=3)
    dense.build((None, 6))
    kernel = np.full((6, 2), 0.123, np.float32)
    kernel[2] = 100
    dense.set_weights([kernel, np.zeros(2)])
    rounded = np.asarray(dense(np.eye(6, dtype=np.float32)))
    np.testing.assert_allclose(rounded[[0, 1, 2, 4, 5]], kernel[[0, 1, 2, 4, 5]], rtol=1e-5)
    assert (rounded[3] == 0).all()


def test_groups_change_no_product() -> None:
    dense = RoundedDense(3, groups=2)
    dense.build((None, 6))
    dense.bias.assign([1, 2, 3])
    inputs = np.random.default_rng(0).normal(0, 2, (5, 6)).astype(np.float32)
    np.testing.assert_allclose(dense(inputs), dense(inputs, training=True), atol=1e-5)


@pytest.mark.parametrize("training", [False, True])
def test_layers_side_by_side_say_what_each_says_alone(training: bool) -> None:
    layers = [RoundedDense(3, apart=(1, 4), name=f"dense_{number}") for number in range(3)]
    for number, layer in enumerate(layers):
        layer.build((None, 6))
        layer.bias.assign([number, 1, 2])
    inputs = np.random.default_rng(0).normal(0, 2, (5, 6)).astype(np.float32)
    for layer, outputs in zip(layers, side_by_side(layers, inputs, training), strict=True):
        np.testing.assert_allclose(outputs, layer(inputs, training=training), atol=1e-5)


def test_every_part_of_a_split_kernel_gets_its_gradient() -> None:
    dense = RoundedDense(2, apart=(0, 2))
    dense.build((None, 4))
    x = tf.constant(np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(dense(x))
    to_kernel, to_inputs = tape.gradient(total, [dense.kernel.value, x])
    np.testing.assert_allclose(to_kernel, np.tile(np.sum(x, axis=0)[:, None], (1, 2)), rtol=1e-5)
    np.testing.assert_allclose(to_inputs, np.tile(np.sum(dense.kernel, axis=1), (3, 1)), atol=0.05)


def test_rounding_lets_every_gradient_through() -> None:
    dense = RoundedDense(2)
    dense.build((None, 4))
    x = tf.constant(np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32))
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(dense(x))
    gradient = tape.gradient(total, dense.kernel.value)
    np.testing.assert_allclose(gradient, np.tile(np.sum(x, axis=0)[:, None], (1, 2)), rtol=1e-5)


def test_a_rounded_row_keeps_within_half_a_step_of_its_own_scale() -> None:
    random = np.random.default_rng(0)
    table = (random.normal(size=(6, 8)) * np.array([[0], [1e-3], [1], [1], [10], [100]])).astype(np.float32)
    rounded, scale = round_table(table)
    assert rounded.dtype == np.int8
    assert scale.shape == (6, 1)
    step = np.abs(table).max(axis=1, keepdims=True) / 127
    assert (np.abs(rounded * scale - table) <= step / 2 * 1.001).all()


def test_rounding_a_rounded_table_changes_nothing() -> None:
    table = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    rounded, scale = round_table(table)
    again, _ = round_table(rounded * scale)
    assert (again == rounded).all()
