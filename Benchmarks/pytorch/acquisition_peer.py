"""BoTorch's joint log expected improvement (qLogEI), one thread, on a table that others give.

    acquisition_peer.py ROWS.json

ROWS.json holds {"inputs": rows in the unit cube, "targets": standardized numbers}. `Scripts/setup.sh
processes` installs it.

Fits a SingleTaskGP and prints one JSON object: the versions and the hyperparameters. Then it answers
each line of standard input with one JSON object; every time is that of the processor.

    suggest SEED   the seconds of a suggestion of 4 points by optimize_acqf (10 restarts, 512 raw
                   samples, 128 draws: the settings of its tutorials), and the points
    value POINTS   the qLogEI of points (JSON) over 8,192 draws
"""

import json
import sys
import time
import warnings

import botorch
import gpytorch
import torch
from botorch.acquisition.logei import qLogExpectedImprovement
from botorch.fit import fit_gpytorch_mll
from botorch.models import SingleTaskGP
from botorch.optim import optimize_acqf
from botorch.sampling.normal import SobolQMCNormalSampler
from gpytorch.mlls import ExactMarginalLogLikelihood

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
torch.set_default_dtype(torch.double)

with open(sys.argv[1]) as file:
    content = json.load(file)
inputs = torch.tensor(content["inputs"])
targets = torch.tensor(content["targets"]).unsqueeze(-1)
model = SingleTaskGP(inputs, targets, outcome_transform=None)
fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
model.eval()
kernel = model.covar_module
assert isinstance(kernel, gpytorch.kernels.RBFKernel), type(kernel)


def acquisition(draws, seed):
    sampler = SobolQMCNormalSampler(torch.Size([draws]), seed=seed)
    return qLogExpectedImprovement(model, best_f=targets.max(), sampler=sampler)


def suggest(seed):
    torch.manual_seed(seed)
    start = time.process_time()
    points, _ = optimize_acqf(
        acquisition(128, seed),
        bounds=torch.stack([torch.zeros(inputs.shape[1]), torch.ones(inputs.shape[1])]),
        q=4, num_restarts=10, raw_samples=512)
    return {"seconds": time.process_time() - start, "points": points.tolist()}


def value(points):
    with torch.no_grad():
        return {"value": acquisition(8192, 7)(torch.tensor(points)).item()}


print(json.dumps({
    "version": f"BoTorch {botorch.__version__}, GPyTorch {gpytorch.__version__}, "
               f"PyTorch {torch.__version__}",
    "lengthscales": kernel.lengthscale.flatten().tolist(),
    "noise": model.likelihood.noise.item(),
    "mean": model.mean_module.constant.item(),
}), flush=True)
for line in sys.stdin:
    verb, argument = line.split(" ", 1)
    answer = suggest(int(argument)) if verb == "suggest" else value(json.loads(argument))
    print(json.dumps(answer), flush=True)
