"""Two devices that train side by side take the steps that one alone would take."""

import json
import subprocess
import sys

import numpy as np

TRAIN = """
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import keras
from moodring.model.backend import on_replicas
from moodring.model.run import TrainingSettings
from moodring.model.trainer import Trainer
from tests.model import small

replicas = int(sys.argv[1])
strategy = on_replicas(replicas)
keras.layers.Dropout.call = lambda self, inputs, training=False: inputs  # chance would tell them apart
with strategy.scope():
    classifier = small.small_classifier("text")
    settings = TrainingSettings(tower_rate=1e-3, head_rate=1e-2, warmup=0.0)
    trainer = Trainer(classifier, settings, 10)
    losses = [
        float(trainer.train_step({"token_ids": small.sentences(6, 5, seed), **small.labels(6, seed)}, seed))
        for seed in range(3)
    ]
weights = [np.asarray(weight).tolist() for weight in classifier.heads.get_weights()]
print(json.dumps({"replicas": strategy.num_replicas_in_sync, "losses": losses, "weights": weights}))
"""


def trained(replicas: int) -> dict[str, object]:
    command = [sys.executable, "-c", TRAIN, str(replicas)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_two_logical_processors_take_the_same_steps_as_one() -> None:
    one, two = trained(1), trained(2)
    assert (one["replicas"], two["replicas"]) == (1, 2)
    np.testing.assert_allclose(two["losses"], one["losses"], rtol=1e-4)
    for mine, theirs in zip(one["weights"], two["weights"], strict=True):
        np.testing.assert_allclose(theirs, mine, atol=2e-4)
