"""Makes script_encoder.pt and script_saver.pt: a network over the edges of crystals with arbitrary weights, in the forms
in which others export theirs, and one that writes a file. `python script_encoder.py` with torch 2.13 and pymatgen 2026.10
writes them and prints the values that ScriptEncoderTests expects."""

from typing import Dict

import numpy
import torch


class Encoder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = torch.nn.Embedding(3, 4)
        self.edge = torch.nn.Linear(9, 4)

    def sites(
        self, z: torch.Tensor, index: torch.Tensor, length: torch.Tensor
    ) -> torch.Tensor:
        h = self.embed(z)
        pairs = torch.cat([h[index[0]], h[index[1]], length.unsqueeze(1)], 1)
        return h.index_add(0, index[0], torch.tanh(self.edge(pairs)))

    def forward(
        self, z: torch.Tensor, index: torch.Tensor, length: torch.Tensor
    ) -> torch.Tensor:
        return self.sites(z, index, length)

    @torch.jit.export
    def pooled(self, data: Dict[str, torch.Tensor]) -> Dict[str, torch.Tensor]:
        place, index = data["positions"], data["edge_index"]
        vectors = place[index[1]] - place[index[0]] + data["shifts"]
        lengths = torch.sqrt((vectors * vectors).sum(1))
        rows = self.sites(data["z"].argmax(1), index, lengths.to(torch.float32))
        sums = torch.zeros(data["ptr"].numel() - 1, 4).index_add(0, data["batch"], rows)
        return {"energy": sums, "sites": rows}

    @torch.jit.export
    def forces(self, place: torch.Tensor, index: torch.Tensor, shifts: torch.Tensor):
        place = place.clone().requires_grad_(True)
        vectors = place[index[1]] - place[index[0]] + shifts
        energy = torch.exp(-(vectors * vectors).sum(1)).sum()
        gradient = torch.autograd.grad([energy], [place])[0]
        assert gradient is not None
        return energy, (gradient * gradient).sum(1)

    @torch.jit.export
    def infinite(self, z: torch.Tensor) -> torch.Tensor:
        return z.to(torch.float32) / 0.0

    @torch.jit.export
    def refuses(self, z: torch.Tensor) -> torch.Tensor:
        if int(z.max()) > 1:
            raise ValueError("no potassium, please")
        return z.to(torch.float32)


class Saver(torch.nn.Module):
    def forward(self, z: torch.Tensor) -> torch.Tensor:
        torch.save(z, "athanor-was-here")
        return z


def main():
    from pymatgen.core import Lattice, Structure

    torch.manual_seed(0)
    module = torch.jit.script(Encoder().eval())
    module.save("script_encoder.pt")
    torch.jit.script(Saver()).save("script_saver.pt")
    numbers = {"Na": 0, "Cl": 1, "K": 2}
    crystals = [
        Structure(Lattice.cubic(4.11), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
        Structure(
            Lattice([[3, 0, 0], [0.5, 4, 0], [-0.4, 0.6, 5]]), ["K", "Cl", "Na"],
            [[0.1, 0.2, 0.3], [0.6, 0.55, 0.7], [0.9, 0.1, 0.8]]),
    ]
    for crystal in crystals:
        center, neighbor, image, length = crystal.get_neighbor_list(4, exclude_self=True)
        z = torch.tensor([numbers[site.specie.symbol] for site in crystal])
        index = torch.tensor(numpy.stack([center, neighbor])).long()
        rows = module(z, index, torch.tensor(length, dtype=torch.float32))
        print("edges", len(center))
        print("mean", rows.mean(0).tolist())
        print("sum", rows.sum(0).tolist())
        print("max", rows.max(0).values.tolist())
        shifts = torch.tensor(image @ crystal.lattice.matrix)
        energy, squares = module.forces(torch.tensor(crystal.cart_coords), index, shifts)
        print("forces", energy.item(), squares.sum().item())


if __name__ == "__main__":
    main()
