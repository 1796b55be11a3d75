"""The composition encoder of Athanor written in PyTorch eager, one thread.

Reads the weights and batch that the Swift benchmark wrote (safetensors), checks that both give
the same numbers, and times the same work. The network is packed as one would write it with
PyTorch's own operations: pairs by index_select, segment sums by index_add, and the first linear
layer of a message applied to elements, not to pairs (the same saving that the Swift network has).

    encoder.py FILE STEPS

Prints one JSON object with the version, the difference in the output and the first loss. Then it
answers each line of standard input, "inference", "training" or "run" and a number of repeats,
with the shortest time in seconds, so that the caller can measure both sides in turn.
"""

import json
import sys
import time

import torch
from safetensors.torch import load_file

torch.set_num_threads(1)
SLOPE = 0.01


class Attention(torch.nn.Module):
    def __init__(self, width, hidden, heads, asks):
        super().__init__()
        self.norm = torch.nn.LayerNorm(width)
        if asks:
            self.queries = torch.nn.Linear(width, hidden, bias=False)
        self.keys = torch.nn.Linear(width, hidden)
        self.gate = torch.nn.Parameter(torch.zeros(hidden))
        self.powers = torch.nn.Parameter(torch.zeros(1, heads))
        self.output = torch.nn.Linear(hidden, width)
        self.asks, self.heads = asks, heads

    def forward(self, nodes, batch):
        rows = self.norm(nodes)
        keys, bias = self.keys(rows), batch["log_fractions"] * self.powers
        if self.asks:
            receivers, senders = batch["receivers"], batch["senders"]
            count = nodes.shape[0]
            hidden = self.queries(rows).index_select(0, receivers) + keys.index_select(0, senders)
            bias = bias.index_select(0, senders)
        else:
            receivers, count, hidden = batch["owners"], batch["count"], keys
        hidden = torch.nn.functional.leaky_relu(hidden, SLOPE)
        split = hidden.view(hidden.shape[0], self.heads, -1)
        scores = (split * self.gate.view(self.heads, -1)).sum(2) + bias
        index = receivers.unsqueeze(1).expand_as(scores)
        top = scores.new_full((count, self.heads), -torch.inf)
        top = top.scatter_reduce(0, index, scores.detach(), "amax")
        weights = (scores - top.index_select(0, receivers)).exp()
        total = weights.new_zeros(count, self.heads).index_add(0, receivers, weights)
        weights = weights / total.index_select(0, receivers)
        messages = (split * weights.unsqueeze(2)).flatten(1)
        summed = messages.new_zeros(count, messages.shape[1]).index_add(0, receivers, messages)
        result = self.output(summed)
        return nodes + result if self.asks else result


class Encoder(torch.nn.Module):
    def __init__(self, width, hidden, heads, layers, table):
        super().__init__()
        self.register_buffer("table", table)
        self.properties = torch.nn.Linear(table.shape[1], 2 * width)
        self.embedding = torch.nn.Embedding(table.shape[0], 2 * width)
        self.amounts = torch.nn.Linear(3, width)
        self.messages = torch.nn.ModuleList(
            Attention(width, hidden, heads, True) for _ in range(layers)
        )
        self.pooling = Attention(width, hidden, heads, False)

    def forward(self, batch):
        table = self.properties(self.table) + self.embedding.weight
        base, response = table.index_select(0, batch["elements"]).chunk(2, dim=1)
        nodes = base + response * self.amounts(batch["amounts"])
        for message in self.messages:
            nodes = message(nodes, batch)
        return self.pooling(nodes, batch)


def pack(tensors):
    """Pairs and owners of the packed rows: made once, outside of the timing."""
    offsets = tensors["batch.offsets"]
    sizes = offsets.diff()
    owners = torch.repeat_interleave(torch.arange(len(sizes)), sizes)
    counts = sizes[owners]
    receivers = torch.repeat_interleave(torch.arange(len(owners)), counts)
    first = torch.repeat_interleave(offsets[:-1][owners], counts)
    before = torch.repeat_interleave(counts.cumsum(0) - counts, counts)
    senders = first + torch.arange(len(receivers)) - before
    return {
        "elements": tensors["batch.elements"],
        "amounts": tensors["batch.amounts"],
        "log_fractions": tensors["batch.log_fractions"],
        "owners": owners,
        "receivers": receivers,
        "senders": senders,
        "count": len(sizes),
    }


def contiguous_heads(state, hidden, heads):
    """Moves the columns of each head together, which suits PyTorch; Athanor interleaves them."""
    order = torch.arange(hidden).view(-1, heads).t().flatten()
    result = {}
    for name, value in state.items():
        part = name.split(".")[-2]
        if part in ("queries", "keys") or name.endswith(".gate"):
            value = value[order]
        elif part == "output" and name.endswith(".weight"):
            value = value[:, order]
        result[name] = value.contiguous()
    return result


def shortest(body, repeats):
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        body()
        best = min(best, time.perf_counter() - start)
    return best


def main():
    tensors = load_file(sys.argv[1])
    steps = int(sys.argv[2])
    width = tensors["amounts.bias"].shape[0]
    heads = tensors["pooling.powers"].shape[1]
    hidden = tensors["pooling.gate"].shape[0]
    layers = len({k.split(".")[1] for k in tensors if k.startswith("messages.")})
    encoder = Encoder(width, hidden, heads, layers, tensors["batch.properties"])
    state = {k: v for k, v in tensors.items() if not k.startswith("batch.")}
    state = contiguous_heads(state, hidden, heads)
    missing = encoder.load_state_dict(state, strict=False)
    assert missing.missing_keys == ["table"] and not missing.unexpected_keys, missing
    batch = pack(tensors)
    target = tensors["batch.target"]

    with torch.no_grad():
        difference = (encoder(batch) - tensors["batch.output"]).abs().max().item()
    optimizer = torch.optim.AdamW(encoder.parameters(), lr=1e-3, weight_decay=0.01, fused=True)

    def step():
        loss = (encoder(batch) - target).square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss

    def infer():
        with torch.inference_mode():
            encoder(batch)

    def train():
        for _ in range(steps):
            step()

    first = step().item()
    facts = {"version": torch.__version__, "difference": difference, "loss": first}
    print(json.dumps(facts), flush=True)
    bodies = {"inference": infer, "training": step, "run": train}
    for line in sys.stdin:
        name, repeats = line.split()
        print(shortest(bodies[name], int(repeats)), flush=True)


main()
