#ifndef CTORCH_MESSAGE_SUPPORT_H
#define CTORCH_MESSAGE_SUPPORT_H

// What the operations on messages and on rows share.

#include "Loops.h"
#include "MessageLoops.h"
#include "Support.h"

#include <ATen/Dispatch.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include <vector>

namespace ctorch {

/// An input that is not there is written as an empty list, since autograd wants every input defined.
template <typename T>
const T *pointer(const at::Tensor &a) {
  return a.numel() > 0 ? a.const_data_ptr<T>() : nullptr;
}

/// The activation of `z`: in its place, unless a gradient will ask for `z` itself.
inline at::Tensor activated(Activation kind, const at::Tensor &z, bool tracked) {
  if (kind == Activation::none) return z;
  const at::Tensor out = tracked ? at::empty_like(z) : z;
  AT_DISPATCH_FLOATING_TYPES(z.scalar_type(), "activation", [&] {
    runActivation(
        kind, z.const_data_ptr<scalar_t>(), out.mutable_data_ptr<scalar_t>(), z.numel());
  });
  return out;
}

/// The gradient by `z` from the contiguous one by its activation.
inline at::Tensor throughActivation(Activation kind, const at::Tensor &z, const at::Tensor &up) {
  if (kind == Activation::none) return up;
  const at::Tensor d = at::empty_like(up);
  AT_DISPATCH_FLOATING_TYPES(up.scalar_type(), "activation", [&] {
    runActivationBackward(
        kind, z.const_data_ptr<scalar_t>(), up.const_data_ptr<scalar_t>(),
        d.mutable_data_ptr<scalar_t>(), d.numel());
  });
  return d;
}

/// A normalization's settings besides its tensors.
struct Statistics {
  double epsilon, momentum;
  bool training;
};

/// Mean and reciprocal deviation of the columns of `x`, or the running ones; the former enter the
/// latter.
struct ColumnStatistics {
  at::Tensor mean, inverse;
  double total = 0;
  bool training;

  ColumnStatistics(
      const at::Tensor &x, const at::Tensor &counts, at::Tensor &runningMean,
      at::Tensor &runningVariance, const Statistics &s) {
    const int64_t rows = x.size(0), width = x.size(1);
    mean = at::empty({width}, x.options());
    inverse = at::empty({width}, x.options());
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "normalization", [&] {
      const scalar_t *count = pointer<scalar_t>(counts);
      for (int64_t i = 0; i < rows; ++i) total += count ? count[i] : 1;
      training = s.training && total > 0;
      scalar_t *m = mean.mutable_data_ptr<scalar_t>(), *v = inverse.mutable_data_ptr<scalar_t>();
      scalar_t *meanSoFar = runningMean.mutable_data_ptr<scalar_t>();
      scalar_t *varianceSoFar = runningVariance.mutable_data_ptr<scalar_t>();
      if (!training) {
        for (int64_t c = 0; c < width; ++c) {
          m[c] = meanSoFar[c];
          v[c] = static_cast<scalar_t>(1 / std::sqrt(varianceSoFar[c] + s.epsilon));
        }
        return;
      }
      std::vector<double> sums(static_cast<size_t>(width));
      std::vector<scalar_t> block(static_cast<size_t>(width));
      const scalar_t *from = x.const_data_ptr<scalar_t>();
      runMoments(from, count, m, sums.data(), block.data(), rows, width, false);
      for (int64_t c = 0; c < width; ++c) m[c] = static_cast<scalar_t>(sums[c] / total);
      runMoments(from, count, m, sums.data(), block.data(), rows, width, true);
      const double unbiased = total > 1 ? total / (total - 1) : 1;
      for (int64_t c = 0; c < width; ++c) {
        const double variance = sums[c] / total;
        v[c] = static_cast<scalar_t>(1 / std::sqrt(variance + s.epsilon));
        meanSoFar[c] += static_cast<scalar_t>(s.momentum * (m[c] - meanSoFar[c]));
        varianceSoFar[c] +=
            static_cast<scalar_t>(s.momentum * (variance * unbiased - varianceSoFar[c]));
      }
    });
  }
};

template <typename T>
Columns<T> columnsOf(
    const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias, const at::Tensor &mean,
    const at::Tensor &inverse, const at::Tensor &counts, double total, bool training) {
  return Columns<T>{
      weight.const_data_ptr<T>(), bias.const_data_ptr<T>(), mean.const_data_ptr<T>(),
      inverse.const_data_ptr<T>(), pointer<T>(counts), total, x.size(0), x.size(1), training};
}

template <typename T>
at::Tensor narrowed(const std::vector<double> &values, const at::Tensor &like) {
  at::Tensor out = at::empty_like(like);
  T *to = out.mutable_data_ptr<T>();
  for (size_t c = 0; c < values.size(); ++c) to[c] = static_cast<T>(values[c]);
  return out;
}

inline at::Tensor orNone(const ct_tensor *a, const at::Tensor &like) {
  return a ? a->value.contiguous() : at::empty({0}, like.options().requires_grad(false));
}

inline bool tracks(std::initializer_list<const ct_tensor *> inputs) {
  if (!at::GradMode::is_enabled()) return false;
  for (const ct_tensor *input : inputs)
    if (input != nullptr && input->value.requires_grad()) return true;
  return false;
}

inline void requireList(
    const ct_tensor *a, int64_t count, const at::Tensor &like, const char *reason) {
  require(
      a == nullptr ||
          (a->value.numel() == count && a->value.scalar_type() == like.scalar_type()),
      reason);
}

inline void checkNorm(const ct_norm *n, int64_t width, const at::Tensor &like) {
  const ct_tensor *const mean = n->mean, *const variance = n->variance;
  for (const ct_tensor *a : {n->weight, n->bias, mean, variance})
    require(
        a->value.dim() == 1 && a->value.size(0) == width && a->value.is_contiguous() &&
            a->value.scalar_type() == like.scalar_type(),
        "a normalization needs one entry for each column");
}

}  // namespace ctorch
#endif
