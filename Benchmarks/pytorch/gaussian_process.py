"""Exact Gaussian processes in GPyTorch, double precision.

Reads n rows of d standardized inputs, n standardized targets and m rows to predict (little-endian doubles,
one after the other), fits a process with a Matérn-5/2 covariance with one lengthscale for all columns, as
GPyTorch's documentation does it (Adam, rate 0.1), and predicts.

    gaussian_process.py FILE n d m THREADS

Prints one JSON object with the version. Then it answers each line of standard input, a number of steps,
with a JSON object: seconds of the fit and of the prediction, those of the processor, and what was learned.
Above 800 rows GPyTorch solves by conjugate gradients. `Scripts/setup.sh processes` installs it.
"""

import json
import math
import sys
import time

import gpytorch
import torch

torch.set_default_dtype(torch.float64)


class Process(gpytorch.models.ExactGP):
    def __init__(self, x, y, likelihood):
        super().__init__(x, y, likelihood)
        self.mean_module = gpytorch.means.ZeroMean()
        self.covar_module = gpytorch.kernels.ScaleKernel(gpytorch.kernels.MaternKernel(nu=2.5))
        # Where ours starts as well; at 1, rows of many columns look unrelated.
        self.covar_module.base_kernel.lengthscale = math.sqrt(x.shape[1])
        self.covar_module.outputscale = 1.0

    def forward(self, x):
        return gpytorch.distributions.MultivariateNormal(self.mean_module(x), self.covar_module(x))


def run(x, y, queries, steps):
    torch.manual_seed(0)
    likelihood = gpytorch.likelihoods.GaussianLikelihood()
    likelihood.noise = 0.05
    model = Process(x, y, likelihood)
    begun = time.process_time()
    model.train(), likelihood.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    evidence = gpytorch.mlls.ExactMarginalLogLikelihood(likelihood, model)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = -evidence(model(x), y)
        loss.backward()
        optimizer.step()
    fitted = time.process_time()
    model.eval(), likelihood.eval()
    with torch.no_grad():
        found = model(queries)
        found.mean, found.variance
    done = time.process_time()
    return {
        "fit": fitted - begun,
        "predict": done - fitted,
        "lengthscale": model.covar_module.base_kernel.lengthscale.item(),
        "signalVariance": model.covar_module.outputscale.item(),
        "noiseVariance": likelihood.noise.item(),
    }


def main():
    path, n, d, m, threads = sys.argv[1], *(int(word) for word in sys.argv[2:6])
    torch.set_num_threads(threads)
    values = torch.frombuffer(bytearray(open(path, "rb").read()), dtype=torch.float64)
    x, y, queries = values.split([n * d, n, m * d])
    x, queries = x.view(n, d), queries.view(m, d)
    version = f"GPyTorch {gpytorch.__version__}, PyTorch {torch.__version__.split('+')[0]}"
    print(json.dumps({"version": version}), flush=True)
    for line in sys.stdin:
        print(json.dumps(run(x, y, queries, int(line))), flush=True)


main()
