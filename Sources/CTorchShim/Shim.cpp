// The table of functions over libtorch's tensors; operations with gradients of our own are in Functions.cpp.

#include "Support.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/add.h>
#include <ATen/ops/bernoulli.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/div.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/full.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/log.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/neg.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/square.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/tanh.h>
#include <torch/version.h>

#include <cstring>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

struct ct_generator {
  at::Generator value;
};

namespace ctorch {
namespace {

at::ScalarType scalarType(ct_type type) {
  switch (type) {
    case CT_FLOAT32: return at::kFloat;
    case CT_FLOAT64: return at::kDouble;
    case CT_INT64: return at::kLong;
  }
  throw Refusal("unknown element type");
}

/// Whose loops this library has: those of segments, attention and rows are for the processor alone
/// (Kernels.h, Loops.h, RowKernels.h). A build with others answers here for what it has.
ct_status useDevice(ct_device device) {
  return guarded("cuda", {}, [&] {
    if (device == CT_CPU) return;
    require(at::hasCUDA(), "the installed libtorch has no CUDA, or finds no device for it");
    throw Refusal("libtorch has it, but the kernels of this build are for the processor alone");
  });
}

at::IntArrayRef sizes(const int64_t *shape, int rank) {
  return at::IntArrayRef(shape, static_cast<size_t>(rank));
}

ct_status fromData(
    const void *data, ct_type type, const int64_t *shape, int rank, ct_tensor **out) {
  return guarded("tensor", {}, [&] {
    at::Tensor tensor = at::empty(sizes(shape, rank), scalarType(type));
    if (tensor.nbytes() > 0) std::memcpy(tensor.mutable_data_ptr(), data, tensor.nbytes());
    emit(out, tensor);
  });
}

ct_status full(double value, ct_type type, const int64_t *shape, int rank, ct_tensor **out) {
  return guarded("full", {}, [&] {
    emit(out, at::full(sizes(shape, rank), value, scalarType(type)));
  });
}

int typeOf(const ct_tensor *a) {
  switch (a->value.scalar_type()) {
    case at::kFloat: return CT_FLOAT32;
    case at::kDouble: return CT_FLOAT64;
    case at::kLong: return CT_INT64;
    default: return -1;
  }
}

ct_status copyOut(const ct_tensor *a, void *destination, int64_t bytes) {
  return guarded("copy", {a}, [&] {
    at::Tensor tensor = a->value.detach().contiguous();
    require(static_cast<int64_t>(tensor.nbytes()) == bytes, "the destination has another size");
    if (bytes > 0) std::memcpy(destination, tensor.const_data_ptr(), tensor.nbytes());
  });
}

ct_status cast(const ct_tensor *a, ct_type type, ct_tensor **out) {
  return guardedExactly("cast", {a}, [&] { emit(out, a->value.to(scalarType(type))); });
}

ct_generator *generatorNew(uint64_t seed) {
  return new ct_generator{at::make_generator<at::CPUGeneratorImpl>(seed)};
}

ct_status randomNormal(
    ct_generator *g, ct_type type, const int64_t *shape, int rank, ct_tensor **out) {
  return guarded("randomNormal", {}, [&] {
    emit(out, at::randn(sizes(shape, rank), g->value, scalarType(type)));
  });
}

ct_status dropout(const ct_tensor *a, double rate, ct_generator *g, ct_tensor **out) {
  return guarded("dropout", {a}, [&] {
    require(rate >= 0 && rate < 1, "the rate must lie in 0 ..< 1");
    at::Tensor mask = at::empty(a->value.sizes(), a->value.options().requires_grad(false));
    mask.bernoulli_(1 - rate, g->value).div_(1 - rate);
    emit(out, at::mul(a->value, mask));
  });
}

ct_status setRequiresGrad(ct_tensor *a, bool required) {
  return guarded("requiresGrad", {a}, [&] { a->value.set_requires_grad(required); });
}

ct_status backward(const ct_tensor *scalar) {
  return guarded("backward", {scalar}, [&] {
    require(scalar->value.numel() == 1, "only a single number has gradients");
    require(scalar->value.requires_grad(), "it does not depend on a tensor that requires gradients");
    scalar->value.backward();
  });
}

ct_status grad(const ct_tensor *a, ct_tensor **out) {
  return guarded("grad", {a}, [&] {
    const at::Tensor &gradient = a->value.grad();
    *out = nullptr;
    if (gradient.defined()) emit(out, gradient);
  });
}

ct_status clearGrad(ct_tensor *a) {
  return guarded("clearGrad", {a}, [&] { a->value.mutable_grad().reset(); });
}

ct_status blend(ct_tensor *a, const ct_tensor *b, double weight) {
  return guarded("blend", {a, b}, [&] {
    require(a->value.sizes() == b->value.sizes(), "shapes differ");
    at::NoGradGuard guard;
    if (weight == 1) {
      a->value.copy_(b->value);
    } else {
      a->value.lerp_(b->value, weight);
    }
  });
}

ct_status unary(ct_unary operation, const ct_tensor *a, ct_tensor **out) {
  static const char *const names[] = {"negate", "exp", "log", "sqrt", "abs", "square", "relu",
                                      "silu", "gelu", "tanh", "sigmoid", "softplus"};
  return guarded(names[operation], {a}, [&] {
    const at::Tensor &x = a->value;
    switch (operation) {
      case CT_NEGATE: return emit(out, at::neg(x));
      case CT_EXP: return emit(out, at::exp(x));
      case CT_LOG: return emit(out, at::log(x));
      case CT_SQRT: return emit(out, at::sqrt(x));
      case CT_ABS: return emit(out, at::abs(x));
      case CT_SQUARE: return emit(out, at::square(x));
      case CT_RELU: return emit(out, at::relu(x));
      case CT_SILU: return emit(out, at::silu(x));
      case CT_GELU: return emit(out, at::gelu(x));
      case CT_TANH: return emit(out, at::tanh(x));
      case CT_SIGMOID: return emit(out, at::sigmoid(x));
      case CT_SOFTPLUS: return emit(out, at::softplus(x));
    }
  });
}

ct_status leakyRelu(const ct_tensor *a, double slope, ct_tensor **out) {
  return guarded("leakyReLU", {a}, [&] { emit(out, at::leaky_relu(a->value, slope)); });
}

bool broadcasts(at::IntArrayRef a, at::IntArrayRef b) {
  for (size_t i = 1; i <= std::min(a.size(), b.size()); ++i) {
    const int64_t left = a[a.size() - i], right = b[b.size() - i];
    if (left != right && left != 1 && right != 1) return false;
  }
  return true;
}

ct_status binary(ct_binary operation, const ct_tensor *a, const ct_tensor *b, ct_tensor **out) {
  static const char *const names[] = {"add", "subtract", "multiply", "divide", "minimum",
                                      "maximum"};
  return guarded(names[operation], {a, b}, [&] {
    const at::Tensor &x = a->value, &y = b->value;
    require(broadcasts(x.sizes(), y.sizes()), "sizes neither agree nor are 1");
    switch (operation) {
      case CT_ADD: return emit(out, at::add(x, y));
      case CT_SUBTRACT: return emit(out, at::sub(x, y));
      case CT_MULTIPLY: return emit(out, at::mul(x, y));
      case CT_DIVIDE: return emit(out, at::div(x, y));
      case CT_MINIMUM: return emit(out, at::minimum(x, y));
      case CT_MAXIMUM: return emit(out, at::maximum(x, y));
    }
  });
}

ct_status affine(const ct_tensor *a, double factor, double offset, ct_tensor **out) {
  return guarded("affine", {a}, [&] {
    at::Tensor scaled = factor == 1 ? a->value : at::mul(a->value, factor);
    emit(out, offset == 0 ? scaled : at::add(scaled, offset));
  });
}

ct_status matmul(const ct_tensor *a, const ct_tensor *b, ct_tensor **out) {
  return guarded("matmul", {a, b}, [&] {
    const at::Tensor &x = a->value, &y = b->value;
    require(x.dim() >= 1 && y.dim() >= 1, "a single number is not a matrix");
    const int64_t inner = y.size(y.dim() == 1 ? 0 : y.dim() - 2);
    require(x.size(x.dim() - 1) == inner, "inner sizes differ");
    emit(out, at::matmul(x, y));
  });
}

ct_status layerNorm(
    const ct_tensor *x, const ct_tensor *w, const ct_tensor *b, double epsilon, ct_tensor **out) {
  return guarded("layerNorm", {x, w, b}, [&] {
    const at::Tensor &a = x->value;
    require(
        a.dim() >= 1 && w->value.dim() == 1 && w->value.size(0) == a.size(a.dim() - 1) &&
            b->value.sizes() == w->value.sizes(),
        "weight and bias must have one entry for each column");
    emit(out, at::layer_norm(a, w->value.sizes(), w->value, b->value, epsilon));
  });
}

ct_status reshape(const ct_tensor *a, const int64_t *shape, int rank, ct_tensor **out) {
  return guarded("reshape", {a}, [&] { emit(out, a->value.reshape(sizes(shape, rank))); });
}

ct_status transpose(const ct_tensor *a, int first, int second, ct_tensor **out) {
  return guarded("transpose", {a}, [&] { emit(out, a->value.transpose(first, second)); });
}

ct_status narrow(
    const ct_tensor *a, int dimension, int64_t start, int64_t count, ct_tensor **out) {
  return guarded("narrow", {a}, [&] { emit(out, a->value.narrow(dimension, start, count)); });
}

ct_status concatenate(const ct_tensor *const *parts, int count, int dimension, ct_tensor **out) {
  const ct_tensor *first = count > 0 ? parts[0] : nullptr;
  const ct_tensor *second = count > 1 ? parts[1] : nullptr;
  return guarded("concatenate", {first, second}, [&] {
    std::vector<at::Tensor> list;
    for (int i = 0; i < count; ++i) list.push_back(parts[i]->value);
    emit(out, at::cat(list, dimension));
  });
}

ct_status reduce(ct_reduction kind, const ct_tensor *a, int dimension, ct_tensor **out) {
  return guarded(kind == CT_MEAN ? "mean" : "sum", {a}, [&] {
    const at::Tensor &x = a->value;
    if (dimension < 0) return emit(out, kind == CT_MEAN ? at::mean(x) : at::sum(x));
    emit(out, kind == CT_MEAN ? at::mean(x, dimension) : at::sum(x, dimension));
  });
}

ct_status adamw(
    ct_tensor *const *parameters, ct_tensor *const *first, ct_tensor *const *second,
    ct_tensor *const *steps, int count, ct_adamw s) {
  return guarded("adamw", {}, [&] {
    at::NoGradGuard guard;
    std::vector<at::Tensor> values, gradients, means, squares, taken;
    for (int i = 0; i < count; ++i) {
      at::Tensor &gradient = parameters[i]->value.mutable_grad();
      if (!gradient.defined()) continue;
      values.push_back(parameters[i]->value);
      gradients.push_back(gradient.contiguous());
      means.push_back(first[i]->value);
      squares.push_back(second[i]->value);
      taken.push_back(steps[i]->value);
      gradient.reset();
    }
    if (values.empty()) return;
    at::_foreach_add_(taken, 1);
    at::_fused_adamw_(
        values, gradients, means, squares, {}, taken, s.learning_rate, s.beta1, s.beta2,
        s.weight_decay, s.epsilon, false, false);
  });
}

/// Keeps freed blocks for the next step: tensors of a few hundred kB come and go thousands of times
/// a second, and the system would clear fresh pages for each.
void keepFreedMemory() {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 128 << 20);
#endif
}

ct_api makeTable() {
  keepFreedMemory();
  at::set_num_threads(1);
  ct_api api = {};
  api.abi_version = CT_ABI_VERSION;
  api.last_error = [] { return lastError.c_str(); };
  api.torch_version = [] { return TORCH_VERSION; };
  api.set_threads = [](int count) { at::set_num_threads(count); };
  api.live_tensors = [] { return liveTensors.load(); };
  api.release = [](ct_tensor *a) {
    delete a;
    liveTensors.fetch_sub(1, std::memory_order_relaxed);
  };
  api.from_data = fromData;
  api.full = full;
  api.rank = [](const ct_tensor *a) { return static_cast<int>(a->value.dim()); };
  api.size = [](const ct_tensor *a, int dimension) { return a->value.sizes()[dimension]; };
  api.type = typeOf;
  api.copy_out = copyOut;
  api.cast = cast;
  api.generator_new = generatorNew;
  api.generator_release = [](ct_generator *g) { delete g; };
  api.random_normal = randomNormal;
  api.dropout = dropout;
  api.set_grad_enabled = [](bool enabled) {
    const bool former = at::GradMode::is_enabled();
    at::GradMode::set_enabled(enabled);
    return former;
  };
  api.set_requires_grad = setRequiresGrad;
  api.requires_grad = [](const ct_tensor *a) { return a->value.requires_grad(); };
  api.backward = backward;
  api.grad = grad;
  api.clear_grad = clearGrad;
  api.detach = [](const ct_tensor *a, ct_tensor **out) {
    return guarded("detach", {a}, [&] { emit(out, a->value.detach()); });
  };
  api.blend = blend;
  api.unary = unary;
  api.leaky_relu = leakyRelu;
  api.binary = binary;
  api.affine = affine;
  api.matmul = matmul;
  api.layer_norm = layerNorm;
  api.reshape = reshape;
  api.transpose = transpose;
  api.narrow = narrow;
  api.concatenate = concatenate;
  api.reduce = reduce;
  api.adamw = adamw;
  api.use_device = useDevice;
  addFunctions(api);
  return api;
}

}  // namespace
}  // namespace ctorch

const ct_api *ct_shim_api(int abi_version) {
  if (abi_version != CT_ABI_VERSION) return nullptr;
  static const ct_api table = ctorch::makeTable();
  return &table;
}
