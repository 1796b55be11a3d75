extension GPAWEngine {
  /// The worker: reads `task.json`, writes `result.json` whole or not at all.
  ///
  /// The energy is the free energy, of which forces and stress are the derivatives. The largest force and
  /// the stress of the free strains decide when a relaxation has come to rest.
  static let script = #"""
    import json, os, sys

    task = json.load(open("task.json"))
    os.environ["GPAW_SETUP_PATH"] = task["setups"]

    import gpaw
    import numpy as np
    from ase import Atoms
    from ase.optimize import BFGS
    from gpaw import GPAW, PW, FermiDirac, KohnShamConvergenceError, Mixer, MixerSum

    try:
        from ase.filters import ExpCellFilter
    except ImportError:
        from ase.constraints import ExpCellFilter

    atoms = Atoms(task["symbols"], positions=task["positions"], cell=task["cell"], pbc=True)
    if task.get("moments"):
        atoms.set_initial_magnetic_moments(task["moments"])
    width = task["smearing"]
    mixer = MixerSum if task.get("moments") else Mixer
    atoms.calc = GPAW(
        mode=PW(task["cutoff"]), xc=task["functional"], txt="gpaw.txt",
        kpts={"size": task["grid"], "gamma": True}, mixer=mixer(task["mixing"], 5, 50.0),
        occupations=FermiDirac(width) if width > 0 else {"name": "fixed-uniform"},
        convergence={"energy": task["convergence"]}, maxiter=task["iterations"])


    def at_rest(freedom):
        largest = np.abs(atoms.get_forces()).max()
        stress = atoms.get_stress()
        strain = {"fixed": 0.0, "volume": abs(stress[:3].mean()), "full": np.abs(stress).max()}
        return largest <= task["force"] and strain[freedom] <= task["stress"]


    result = {"version": f"GPAW {gpaw.__version__}", "converged": True}
    try:
        freedom = task.get("freedom")
        if freedom:
            moving = atoms
            if freedom != "fixed":
                moving = ExpCellFilter(atoms, hydrostatic_strain=freedom == "volume")
            for _ in BFGS(moving, logfile="relaxation.txt").irun(fmax=1e-12, steps=task["steps"]):
                if at_rest(freedom):
                    break
        result["energy"] = atoms.get_potential_energy(force_consistent=True)
        result["forces"] = atoms.get_forces().tolist()
        result["stress"] = atoms.get_stress().tolist()
    except KohnShamConvergenceError:
        result["converged"] = False
    result["positions"] = atoms.get_positions().tolist()
    result["cell"] = atoms.cell.array.tolist()
    with open("result.part", "w") as file:
        json.dump(result, file)
    os.replace("result.part", "result.json")

    """#
}
