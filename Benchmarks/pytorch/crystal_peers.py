"""CGCNN, MEGNet and ALIGNN as they are published, one thread, on crystals that others give.

    crystal_peers.py {cgcnn|megnet|alignn} ROWS.json

ROWS.json holds {"train": {"crystals": [...], "targets": [...]}, "test": {...}}; a crystal is
{"lattice": 3 rows in Å, "numbers": [...], "positions": fractional}.

Prints one JSON object: the version, the parameters of the network, the crystals of a batch and
the passes (epochs) of a whole training. Then it answers each line of standard input with one JSON
object; every time is that of the processor.

    graphs N       the seconds in which the graphs of the first N training rows are made, from
                   structures that were read before, and their edges
    train N        the seconds of N batches of the training rows, forward, backward and step, and
                   the crystals in them; graphs were made before, batches are put together anew
    predict N      the same without backward and step
    learn SECONDS  trains a new network with the published settings until it is done or has used
                   this much time, and gives the seconds, the passes and the mean absolute error of
                   the test rows behind each pass

`Scripts/setup.sh networks alignn` installs them.

CGCNN (cgcnn2 0.6.0, which keeps the public code alive): 12 neighbors within 8 Å,
batches of 256, 30 passes of SGD at 0.01 with momentum 0.9; a tenth of the training rows chooses the
pass whose network is kept.
MEGNet (matgl 4.1.2): radius 4 Å, batches of 64, Adam at 1e-3 that falls by a cosine
over its passes, 100 here since matgl has no number of its own; targets are standardized.
ALIGNN (2026.8.11 on DGL 1.1.3, in an environment of its own: later DGLs want an older PyTorch): 12 neighbors within 8 Å and all their angles, batches of 64, AdamW at 0.01
with one cycle over 300 passes.
"""

import contextlib
import copy
import importlib.metadata
import json
import os
import random
import sys
import tempfile
import time
import warnings

import numpy as np
import torch

warnings.filterwarnings("ignore")
torch.set_num_threads(1)


def version(name, *packages):
    of = importlib.metadata.version
    return f"{name} ({', '.join(f'{package} {of(package)}' for package in packages)})"


class Peer:
    """What the three have in common; `rows` are all crystals, those to learn from first."""

    def __init__(self, content):
        self.rows = content["train"]["crystals"] + content["test"]["crystals"]
        self.targets = content["train"]["targets"] + content["test"]["targets"]
        self.count = len(content["train"]["targets"])
        self.read()
        self.graphs = {}
        torch.manual_seed(0)
        self.network = self.make()
        self.optimizer = self.optimizer_of(self.network)

    def graph(self, row):
        if row not in self.graphs:
            self.graphs[row] = self.graph_of(row)
        return self.graphs[row]

    def batches(self, rows, shuffled=False):
        rows = list(rows)
        if shuffled:
            random.shuffle(rows)
        return [rows[start:start + self.batch] for start in range(0, len(rows), self.batch)]

    def step(self, rows):
        self.optimizer.zero_grad()
        loss = self.loss(rows)
        loss.backward()
        self.optimizer.step()

    def facts(self):
        return {
            "version": self.version, "torch": torch.__version__, "batch": self.batch,
            "parameters": sum(p.numel() for p in self.network.parameters()),
            "passes": self.passes}

    def time_graphs(self, count):
        start = time.process_time()
        graphs = [self.graph_of(row) for row in range(count)]
        seconds = time.process_time() - start
        self.graphs.update(enumerate(graphs))
        return {"seconds": seconds, "edges": sum(self.edges(graph) for graph in graphs)}

    def time_batches(self, count, body):
        batches = self.batches(range(self.count))[:count]
        for rows in batches:
            for row in rows:
                self.graph(row)
        start = time.process_time()
        for rows in batches:
            body(rows)
        return {
            "seconds": time.process_time() - start, "crystals": sum(len(rows) for rows in batches)}

    def predict(self, rows):
        self.network.eval()
        with torch.no_grad():
            return self.answer(rows)

    def train(self, rows):
        self.network.train()
        self.step(rows)

    def error(self, rows):
        rows = list(rows)
        answers = torch.cat([self.predict(part).reshape(-1) for part in self.batches(rows)])
        return float(np.abs(answers.numpy() - np.array([self.targets[row] for row in rows])).mean())

    def learn(self, limit):
        torch.manual_seed(0)
        random.seed(0)
        order = np.random.default_rng(0).permutation(self.count).tolist()
        held = self.count // 10 if self.chooses_pass else 0
        judges, rows = order[:held], order[held:]
        for row in range(len(self.rows)):
            self.graph(row)
        self.standardize(rows)
        self.network = self.make()
        self.optimizer = self.optimizer_of(self.network)
        self.schedule(len(self.batches(rows)))
        points, seconds, best = [], 0.0, np.inf
        for passes in range(1, self.passes + 1):
            self.network.train()
            start = time.process_time()
            for part in self.batches(rows, shuffled=True):
                self.step(part)
                self.did_step()
            self.did_pass()
            seconds += time.process_time() - start
            chosen = self.error(judges) if held else -passes
            if chosen < best:
                best, error = chosen, self.error(range(self.count, len(self.rows)))
            points.append({"seconds": seconds, "passes": passes, "error": error})
            print(points[-1], file=sys.stderr, flush=True)
            if seconds >= limit:
                break
        return {"rows": len(rows), "points": points}

    chooses_pass = False

    def standardize(self, rows):
        targets = np.array([self.targets[row] for row in rows])
        self.mean, self.deviation = float(targets.mean()), float(targets.std())

    def schedule(self, steps):
        pass

    def did_step(self):
        pass

    def did_pass(self):
        pass

    mean, deviation = 0.0, 1.0


def structures(rows):
    from pymatgen.core import Structure

    return [Structure(row["lattice"], row["numbers"], row["positions"]) for row in rows]


class CGCNN(Peer):
    batch, passes, chooses_pass = 256, 30, True

    def read(self):
        import cgcnn2.data as data

        self.version = version("CGCNN", "cgcnn2")
        self.data = data
        kept = structures(self.rows)

        class Kept:
            """Gives the structures that were read in the place of those of files."""

            @staticmethod
            def from_file(path):
                return kept[int(os.path.basename(path).removesuffix(".cif"))]

        data.Structure = Kept
        with open("id_prop.csv", "w") as file:
            file.writelines(f"{row},{target}\n" for row, target in enumerate(self.targets))
        asset = os.path.join(os.path.dirname(data.__file__), "asset", "atom_init.json")
        os.symlink(asset, "atom_init.json")
        self.set = data.CIFData(".", cache_size=0)

    def graph_of(self, row):
        return self.set[row]

    def edges(self, graph):
        return graph[0][2].numel()

    def make(self):
        from cgcnn2.model import CrystalGraphConvNet

        atoms, bonds, _ = self.graph(0)[0]
        return CrystalGraphConvNet(atoms.shape[-1], bonds.shape[-1])

    def optimizer_of(self, network):
        return torch.optim.SGD(network.parameters(), 0.01, momentum=0.9)

    def call(self, rows):
        inputs, targets, _ = self.data.collate_pool([self.graph(row) for row in rows])
        return self.network(*inputs)[0], targets

    def loss(self, rows):
        answers, targets = self.call(rows)
        return torch.nn.functional.mse_loss(answers, (targets - self.mean) / self.deviation)

    def answer(self, rows):
        return self.call(rows)[0] * self.deviation + self.mean

    def standardize(self, rows):
        # As the public code does it: from 500 rows.
        super().standardize(random.sample(rows, min(500, len(rows))))


class MEGNet(Peer):
    batch, passes = 64, 100

    def read(self):
        from matgl.config import DEFAULT_ELEMENTS
        from matgl.ext.pymatgen import Structure2Graph

        self.version = version("MEGNet", "matgl")
        self.structures = structures(self.rows)
        self.converter = Structure2Graph(DEFAULT_ELEMENTS, cutoff=4.0)

    def graph_of(self, row):
        graph, lattice, state = self.converter.get_graph(self.structures[row])
        return graph, lattice, torch.as_tensor(state)

    def edges(self, graph):
        return graph[0].edge_index.shape[1]

    def make(self):
        from matgl.models import MEGNet as Network
        from matgl.utils.training import ModelLightningModule

        return ModelLightningModule(
            Network(), data_mean=self.mean, data_std=self.deviation, lr=1e-3,
            decay_steps=self.passes)

    def optimizer_of(self, network):
        (optimizer,), (self.scheduler,) = network.configure_optimizers()
        return optimizer

    def did_pass(self):
        self.scheduler.step()

    def collated(self, rows):
        from matgl.graph.data import collate_fn_graph

        return collate_fn_graph([
            (*copy.copy(self.graph(row)), {"target": self.targets[row]}) for row in rows])

    def loss(self, rows):
        return self.network.step(self.collated(rows))[0]["Total_Loss"]

    def answer(self, rows):
        graph, lattices, state, _ = self.collated(rows)
        answers = self.network(g=graph, lat=lattices, state_attr=state)
        return answers * self.deviation + self.mean


class ALIGNN(Peer):
    batch, passes = 64, 300

    def read(self):
        from ase.data import chemical_symbols
        from jarvis.core.atoms import Atoms

        self.version = version("ALIGNN", "alignn", "dgl")
        self.atoms = [
            Atoms(
                lattice_mat=row["lattice"], coords=row["positions"], cartesian=False,
                elements=[chemical_symbols[number] for number in row["numbers"]])
            for row in self.rows]

    def graph_of(self, row):
        from alignn.graphs import Graph

        return Graph.atom_dgl_multigraph(
            self.atoms[row], neighbor_strategy="k-nearest", cutoff=8.0, max_neighbors=12)

    def edges(self, graph):
        return graph[0].num_edges()

    def make(self):
        from alignn.models.alignn import ALIGNN as Network, ALIGNNConfig

        return Network(ALIGNNConfig(name="alignn"))

    def optimizer_of(self, network):
        from alignn.utils import group_decay

        return torch.optim.AdamW(group_decay(network), lr=1e-2, weight_decay=0)

    def schedule(self, steps):
        self.scheduler = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, max_lr=1e-2, epochs=self.passes, steps_per_epoch=steps, pct_start=0.3)

    def did_step(self):
        self.scheduler.step()

    def call(self, rows):
        import dgl

        graphs, lines = zip(*(self.graph(row) for row in rows))
        return self.network((dgl.batch(graphs), dgl.batch(lines), None)).reshape(-1)

    def loss(self, rows):
        targets = [(self.targets[row] - self.mean) / self.deviation for row in rows]
        return torch.nn.functional.l1_loss(self.call(rows), torch.tensor(targets))

    def answer(self, rows):
        return self.call(rows) * self.deviation + self.mean


def answer(peer, question):
    word, number = question
    if word == "graphs":
        return peer.time_graphs(int(number))
    if word == "learn":
        return peer.learn(float(number))
    return peer.time_batches(int(number), peer.train if word == "train" else peer.predict)


def main():
    with open(sys.argv[2]) as file:
        content = json.load(file)
    output = sys.stdout
    # CGCNN asks for a folder with a list of its rows.
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        os.chdir(folder)
        peer = {"cgcnn": CGCNN, "megnet": MEGNet, "alignn": ALIGNN}[sys.argv[1]](content)

        def say(value):
            print(json.dumps(value), file=output, flush=True)

        say(peer.facts())
        for line in sys.stdin:
            say(answer(peer, line.split()))
        os.chdir("/")


main()
