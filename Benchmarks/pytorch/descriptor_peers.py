"""SOAP of DScribe or featomic, one thread, on structures that are given.

    descriptor_peers.py {dscribe|featomic} STRUCTURES.json

STRUCTURES.json holds the settings {"cutoff", "nMax", "lMax", "sigma"} and "structures": by name
{"symbols": [...], "positions": [[x, y, z], ...], "cell": [[...], ...]}; finite without a cell.

Prints one JSON object with the version. Then it answers each line of standard input with one JSON
object:

    rows NAME         the CPU time of describing every atom
    derivatives NAME  that of describing every atom and its derivatives by all positions
    first NAME        the features of the first atom (DScribe alone)

DScribe (pip install dscribe==2.1.2) has analytic derivatives only of finite structures. featomic
(pip install featomic==0.6.7) counts atoms up to the cutoff, DScribe up to the cutoff and 3.7 sigma.
"""

import importlib.metadata
import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["RAYON_NUM_THREADS"] = "1"

from ase import Atoms


class DScribePeer:
    def __init__(self, settings, atoms):
        from dscribe.descriptors import SOAP

        self.version = "DScribe " + importlib.metadata.version("dscribe")
        self.soap = SOAP(
            species=sorted(set(atoms.get_chemical_symbols())), periodic=bool(atoms.pbc.any()),
            r_cut=settings["cutoff"], n_max=settings["nMax"], l_max=settings["lMax"],
            sigma=settings["sigma"])

    def rows(self, atoms):
        return self.soap.create(atoms)

    def derivatives(self, atoms):
        return self.soap.derivatives(
            atoms, method="analytical", attach=True, return_descriptor=True)


class FeatomicPeer:
    def __init__(self, settings, atoms):
        from featomic import SoapPowerSpectrum

        self.version = "featomic " + importlib.metadata.version("featomic")
        self.soap = SoapPowerSpectrum(
            cutoff={
                "radius": settings["cutoff"],
                "smoothing": {"type": "ShiftedCosine", "width": 0.5}},
            density={"type": "Gaussian", "width": settings["sigma"]},
            basis={
                "type": "TensorProduct", "max_angular": settings["lMax"],
                "radial": {"type": "Gto", "max_radial": settings["nMax"] - 1}})

    def rows(self, atoms):
        return self.soap.compute(atoms)

    def derivatives(self, atoms):
        return self.soap.compute(atoms, gradients=["positions"])


def main():
    with open(sys.argv[2]) as file:
        settings = json.load(file)
    kind = {"dscribe": DScribePeer, "featomic": FeatomicPeer}[sys.argv[1]]
    peers = {}
    for name, parts in settings["structures"].items():
        atoms = Atoms(
            parts["symbols"], positions=parts["positions"], cell=parts.get("cell"),
            pbc="cell" in parts)
        peers[name] = (kind(settings, atoms), atoms)
    print(json.dumps({"version": next(iter(peers.values()))[0].version}), flush=True)
    for line in sys.stdin:
        question, name = line.split()
        peer, atoms = peers[name]
        if question == "first":
            print(json.dumps({"features": list(peer.rows(atoms)[0])}), flush=True)
            continue
        start = time.process_time()
        getattr(peer, question)(atoms)
        print(json.dumps({"seconds": time.process_time() - start}), flush=True)


main()
