"""CrabNet and Roost as their authors publish them, one thread, on the rows of one fold.

    composition_peers.py {crabnet|roost} FOLD.json

FOLD.json holds {"train": {"formulas": [...], "targets": [...]}, "test": {...}}, for CrabNet also
"mat2vec": a CSV of element vectors (its wheel on the package index comes without that file).

Prints one JSON object with the version and the number of passes (epochs) that the authors' own
training script makes. Then it answers each line of standard input with one JSON object:

    predict        the CPU time of one prediction of the test rows, at the batch size of the
                   authors' script, from rows that were parsed before
    train SECONDS  trains a new network with the settings of the authors' script until it is done or
                   has used this much CPU time, and gives the time, the rows, the passes and the
                   mean absolute error of the test rows

CrabNet (pip install --no-deps crabnet==1.0.1; scikit-learn, seaborn): 40 passes, batches of
2^round(log2(rows) - 4), a tenth of the training rows to choose averaged weights by, since its
training script asks for such rows. Roost (pip install --no-deps aviary-models==1.2.1; scikit-learn,
pymatgen): 100 passes, batches of 128, AdamW at 3e-4, robust L1 loss, predictions in batches of 2048.
Python packages that only log or draw are replaced by empty ones where they are not installed.
"""

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import sys
import tempfile
import time
import types
import warnings
from unittest.mock import MagicMock

import numpy as np
import pandas as pd
import torch

warnings.filterwarnings("ignore")
torch.set_num_threads(1)


def replace_missing(*names):
    for name in names:
        if importlib.util.find_spec(name.split(".")[0]) is None:
            sys.modules[name] = MagicMock(__spec__=None)


class TimeIsOver(Exception):
    pass


class Clock:
    """CPU time of the passes, and of nothing between them."""

    def __init__(self, limit):
        self.limit, self.seconds, self.rows, self.passes = limit, 0.0, 0, 0

    def measure(self, rows, body):
        start = time.process_time()
        result = body()
        self.seconds += time.process_time() - start
        self.rows += rows
        self.passes += 1
        return result

    def is_over(self):
        return self.seconds >= self.limit


class CrabNetPeer:
    passes = 40

    def __init__(self, fold):
        import crabnet

        sys.modules["CrabNet"] = crabnet  # as its own modules call it
        read = pd.read_csv
        vectors = fold["mat2vec"]
        pd.read_csv = lambda file, *a, **k: read(
            vectors if str(file).endswith("mat2vec.csv") else file, *a, **k)
        from crabnet.kingcrab import CrabNet
        from crabnet.model import Model

        self.network, self.model_type = CrabNet, Model
        self.version = "CrabNet " + importlib.metadata.version("crabnet")
        frames = {
            part: pd.DataFrame({"formula": fold[part]["formulas"], "target": fold[part]["targets"]})
            for part in ("train", "test")}
        order = np.random.default_rng(0).permutation(len(frames["train"]))
        held = len(order) // 10
        self.judges = frames["train"].iloc[order[:held]].reset_index(drop=True)
        self.rows = frames["train"].iloc[order[held:]].reset_index(drop=True)
        self.test = frames["test"]
        size = 2 ** round(np.log2(len(self.rows)) - 4)
        self.batch = int(min(max(size, 2**7), 2**12))
        self.model = None

    def make(self, clock):
        class Timed(self.model_type):
            def train(self):
                if clock.is_over():
                    raise TimeIsOver
                clock.measure(self.train_len, super().train)

        device = torch.device("cpu")
        model = Timed(self.network(compute_device=device).to(device), verbose=False)
        model.load_data(self.rows.copy(), batch_size=self.batch, train=True)
        model.load_data(self.judges.copy(), batch_size=self.batch)
        return model

    def train(self, limit):
        clock = Clock(limit)
        model = self.make(clock)
        judged = model.predict
        # What fit() predicts only to print and to draw is not done.
        with contextlib.suppress(TimeIsOver):
            model.fit(epochs=self.passes, checkin=10**6, learningcurve=False)
        self.model = model
        return clock, self.error(judged)

    def error(self, predict):
        actual, predicted, _, _ = predict(data=self.test.copy())
        return float(np.abs(actual - predicted).mean())

    def prepare(self):
        if self.model is None:
            self.model = self.make(Clock(0))
        self.model.load_data(self.test.copy(), batch_size=self.batch)

    def predict(self):
        self.model.predict(loader=self.model.data_loader)


class RoostPeer:
    passes = 100
    batch = 128

    def __init__(self, fold):
        replace_missing("wandb", "tensorboard", "torch.utils.tensorboard")
        if isinstance(sys.modules.get("tensorboard"), MagicMock):
            board = types.ModuleType("torch.utils.tensorboard")
            board.SummaryWriter = type("SummaryWriter", (), {})
            sys.modules["torch.utils.tensorboard"] = board
        from aviary.core import Normalizer
        from aviary.losses import robust_l1_loss
        from aviary.roost.data import CompositionData, collate_batch
        from aviary.roost.model import Roost

        self.network, self.normalizer_type, self.loss = Roost, Normalizer, robust_l1_loss
        self.version = "Roost (aviary) " + importlib.metadata.version("aviary-models")

        def loader(part, size, shuffle):
            frame = pd.DataFrame({
                "material_id": range(len(fold[part]["formulas"])),
                "composition": fold[part]["formulas"], "target": fold[part]["targets"]})
            data = CompositionData(frame, {"target": "regression"})
            return torch.utils.data.DataLoader(
                data, batch_size=size, shuffle=shuffle, collate_fn=collate_batch)

        self.rows = loader("train", self.batch, True)
        self.test = loader("test", 16 * self.batch, False)
        self.targets = torch.tensor(fold["train"]["targets"])
        self.model = None

    def make(self, clock):
        rows = len(self.rows.dataset)

        class Timed(self.network):
            def evaluate(self, *arguments, **settings):
                if clock.is_over():
                    raise KeyboardInterrupt  # which fit() takes as its end
                return clock.measure(rows, lambda: super(Timed, self).evaluate(
                    *arguments, **settings))

        return Timed(
            robust=True, n_targets=[1], task_dict={"target": "regression"}, device="cpu")

    def train(self, limit):
        clock = Clock(limit)
        torch.manual_seed(0)
        self.model = self.make(clock)
        self.normalizer = self.normalizer_type()
        self.normalizer.fit(self.targets)
        optimizer = torch.optim.AdamW(self.model.parameters(), lr=3e-4, weight_decay=1e-6)
        self.model.fit(
            self.rows, None, optimizer, torch.optim.lr_scheduler.MultiStepLR(optimizer, []),
            self.passes, {"target": ("regression", self.loss)}, {"target": self.normalizer},
            "roost", 0, checkpoint=False, verbose=False)
        return clock, self.error()

    def error(self):
        actual, (answers,), _ = self.model.predict(self.test)
        predicted = self.normalizer.denorm(answers[:, 0]).numpy()
        return float(np.abs(actual[0] - predicted).mean())

    def prepare(self):
        if self.model is None:
            self.model = self.make(Clock(0))
        for _ in self.test:  # its rows are kept once they were parsed
            pass

    def predict(self):
        self.model.predict(self.test)


def answer(peer, question):
    if question[0] == "predict":
        peer.prepare()
        start = time.process_time()
        peer.predict()
        return {"seconds": time.process_time() - start}
    clock, error = peer.train(float(question[1]))
    return {
        "seconds": clock.seconds, "rows": clock.rows, "passes": clock.passes, "error": error}


def main():
    with open(sys.argv[2]) as file:
        fold = json.load(file)
    output = sys.stdout
    # CrabNet writes its learning curve into the current folder.
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        os.chdir(folder)
        peer = {"crabnet": CrabNetPeer, "roost": RoostPeer}[sys.argv[1]](fold)

        def say(value):
            print(json.dumps(value), file=output, flush=True)

        say({"version": peer.version, "torch": torch.__version__, "passes": peer.passes})
        for line in sys.stdin:
            say(answer(peer, line.split()))
        os.chdir("/")


main()
