// The steps of message-passing networks, each fused into one operation with a gradient by hand: no
// temporaries of the size of all messages for sums, gates and normalizations.

#include "Loops.h"
#include "MessageKernels.h"
#include "Support.h"

#include <ATen/Dispatch.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <vector>

namespace ctorch {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

// MARK: - One copy of each loop for each family of processors, in single precision

#define CT_LOOP(name, kernel, parameters, arguments)                       \
  CT_CLONES void name##Float parameters(float) { kernel arguments; }       \
  void name parameters(float) { name##Float arguments; }                   \
  void name parameters(double) { kernel arguments; }

#define ACTIVATE(T) (Activation kind, const T *z, T *y, int64_t count)
CT_LOOP(runActivation, activate, ACTIVATE, (kind, z, y, count))
#define ACTIVATE_BACKWARD(T) (Activation kind, const T *z, const T *up, T *d, int64_t count)
CT_LOOP(runActivationBackward, activateBackward, ACTIVATE_BACKWARD, (kind, z, up, d, count))
#define ADD_ENDS(T) \
  (const MessageRows &g, const T *receivers, const T *senders, T *z, int64_t width)
CT_LOOP(runAddEnds, addEnds, ADD_ENDS, (g, receivers, senders, z, width))
#define ADD_ENDS_BACKWARD(T) \
  (const MessageRows &g, const T *up, T *receivers, T *senders, int64_t width)
CT_LOOP(runAddEndsBackward, addEndsBackward, ADD_ENDS_BACKWARD, (g, up, receivers, senders, width))
#define MOMENTS(T)                                                              \
  (const T *x, const T *counts, const T *mean, double *sums, T *block, int64_t rows, \
   int64_t width, bool squared)
#define MOMENTS_CALL (x, counts, mean, sums, block, rows, width, squared)
template <typename T>
CT_INLINE void anyMoments MOMENTS(T) {
  squared ? columnMoments<T, true>(x, counts, mean, sums, block, rows, width)
          : columnMoments<T, false>(x, counts, mean, sums, block, rows, width);
}
CT_LOOP(runMoments, anyMoments, MOMENTS, MOMENTS_CALL)
#define NORMALIZE(T) (const Columns<T> &n, const T *x, const T *passed, T *y, bool silu)
CT_LOOP(runNormalize, normalizeColumns, NORMALIZE, (n, x, passed, y, silu))
#define NORMALIZE_BACKWARD(T)                                                        \
  (const Columns<T> &n, const T *x, const T *up, T *d, double *sums, double *products, \
   T *block, T *level, bool silu)
CT_LOOP(
    runNormalizeBackward, normalizeColumnsBackward, NORMALIZE_BACKWARD,
    (n, x, up, d, sums, products, block, level, silu))
#define GATED_SUM(T) \
  (const MessageRows &g, const Columns<T> &n, const T *z, const T *weights, T *out)
CT_LOOP(runGatedSum, gatedSum, GATED_SUM, (g, n, z, weights, out))
#define GATED_SUM_BACKWARD(T)                                                              \
  (const MessageRows &g, const Columns<T> &n, const T *z, const T *weights, const T *up, T *d, \
   double *sums, double *products, T *block, T *level)
CT_LOOP(
    runGatedSumBackward, gatedSumBackward, GATED_SUM_BACKWARD,
    (g, n, z, weights, up, d, sums, products, block, level))
#define GATED_MEAN(T)                                                                      \
  (const MessageRows &g, const T *z, const T *values, const T *weights, T *out, T *totals, \
   int64_t width)
CT_LOOP(runGatedMean, gatedMean, GATED_MEAN, (g, z, values, weights, out, totals, width))
#define GATED_MEAN_BACKWARD(T)                                                                   \
  (const MessageRows &g, const T *z, const T *values, const T *weights, const T *out,            \
   const T *totals, const T *up, T *d, T *dValues, int64_t width)
CT_LOOP(
    runGatedMeanBackward, gatedMeanBackward, GATED_MEAN_BACKWARD,
    (g, z, values, weights, out, totals, up, d, dValues, width))
#define WEIGHTED_SUM(T) \
  (const MessageRows &g, const T *rows, const T *weights, T *out, int64_t width)
CT_LOOP(runWeightedSum, weightedSum, WEIGHTED_SUM, (g, rows, weights, out, width))

#define GAUSSIANS(T) \
  (const T *x, const T *centers, T rate, T *y, int64_t rows, int64_t count)
CT_LOOP(runGaussians, gaussians, GAUSSIANS, (x, centers, rate, y, rows, count))
#define GAUSSIANS_BACKWARD(T)                                                                    \
  (const T *x, const T *centers, T rate, const T *y, const T *up, T *d, int64_t rows,            \
   int64_t count)
CT_LOOP(
    runGaussiansBackward, gaussiansBackward, GAUSSIANS_BACKWARD,
    (x, centers, rate, y, up, d, rows, count))

// MARK: - Inputs

/// An input that is not there is written as an empty list, since autograd wants every input defined.
template <typename T>
const T *pointer(const at::Tensor &a) {
  return a.numel() > 0 ? a.const_data_ptr<T>() : nullptr;
}

MessageRows rowsOf(const at::Tensor &offsets, const at::Tensor &from) {
  return MessageRows{
      offsets.const_data_ptr<int64_t>(), from.const_data_ptr<int64_t>(), offsets.size(0) - 1};
}

/// x wᵀ in memory of its own; each row on its own where no gradient is recorded.
at::Tensor product(const at::Tensor &x, const at::Tensor &w, bool tracked) {
  return tracked ? at::mm(x, w.t()) : linearRows(x, w, at::Tensor());
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

// MARK: - Operations

struct Dense : Function<Dense> {
  static at::Tensor forward(
      AutogradContext *context, at::Tensor x, at::Tensor weight, at::Tensor bias, int64_t kind,
      bool tracked) {
    x = x.contiguous();
    weight = weight.contiguous();
    at::Tensor z;
    if (!tracked)
      z = linearRows(x, weight, bias.numel() > 0 ? bias : at::Tensor());
    else
      z = bias.numel() > 0 ? at::addmm(bias, x, weight.t()) : at::mm(x, weight.t());
    const auto activation = static_cast<Activation>(kind);
    at::Tensor out = z;
    if (activation != Activation::none) {
      if (tracked) out = at::empty_like(z);
      AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "dense", [&] {
        runActivation(
            activation, z.const_data_ptr<scalar_t>(), out.mutable_data_ptr<scalar_t>(),
            z.numel());
      });
    }
    context->save_for_backward({x, weight, activation == Activation::none ? at::Tensor() : z, bias});
    context->saved_data["kind"] = kind;
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list upward) {
    const variable_list s = context->get_saved_variables();
    const auto kind = static_cast<Activation>(context->saved_data["kind"].toInt());
    at::Tensor d = upward[0].contiguous();
    if (kind != Activation::none) {
      const at::Tensor up = d;
      d = at::empty_like(up);
      AT_DISPATCH_FLOATING_TYPES(up.scalar_type(), "dense", [&] {
        runActivationBackward(
            kind, s[2].const_data_ptr<scalar_t>(), up.const_data_ptr<scalar_t>(),
            d.mutable_data_ptr<scalar_t>(), d.numel());
      });
    }
    return {
        context->needs_input_grad(0) ? at::mm(d, s[1]) : at::Tensor(), at::mm(d.t(), s[0]),
        s[3].numel() > 0 ? rowSum(d) : at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

/// The gradients of the ends and of the linear layer, from those of the messages before them.
struct EndGradients {
  at::Tensor receivers, senders, rows, weight;

  EndGradients(
      const at::Tensor &d, const at::Tensor &rowsIn, const at::Tensor &weightIn,
      const at::Tensor &offsets, const at::Tensor &from, int64_t sources, bool needsRows) {
    receivers = at::zeros({offsets.size(0) - 1, d.size(1)}, d.options());
    senders = at::zeros({sources, d.size(1)}, d.options());
    AT_DISPATCH_FLOATING_TYPES(d.scalar_type(), "messages", [&] {
      runAddEndsBackward(
          rowsOf(offsets, from), d.const_data_ptr<scalar_t>(),
          receivers.mutable_data_ptr<scalar_t>(), senders.mutable_data_ptr<scalar_t>(), d.size(1));
    });
    if (needsRows) rows = at::mm(d, weightIn);
    weight = at::mm(d.t(), rowsIn);
  }
};

/// rows · weightᵀ with the rows of both ends added.
at::Tensor joined(
    const at::Tensor &receivers, const at::Tensor &senders, const at::Tensor &rows,
    const at::Tensor &weight, const at::Tensor &offsets, const at::Tensor &from, bool tracked) {
  const at::Tensor own = receivers.contiguous(), other = senders.contiguous();
  at::Tensor z = product(rows, weight, tracked);
  AT_DISPATCH_FLOATING_TYPES(z.scalar_type(), "messages", [&] {
    runAddEnds(
        rowsOf(offsets, from), own.const_data_ptr<scalar_t>(), other.const_data_ptr<scalar_t>(),
        z.mutable_data_ptr<scalar_t>(), z.size(1));
  });
  return z;
}

struct EdgeDense : Function<EdgeDense> {
  static at::Tensor forward(
      AutogradContext *context, at::Tensor receivers, at::Tensor senders, at::Tensor rows,
      at::Tensor weight, at::Tensor offsets, at::Tensor from, int64_t kind, bool tracked) {
    rows = rows.contiguous();
    weight = weight.contiguous();
    const at::Tensor z = joined(receivers, senders, rows, weight, offsets, from, tracked);
    const auto activation = static_cast<Activation>(kind);
    at::Tensor out = z;
    if (activation != Activation::none) {
      if (tracked) out = at::empty_like(z);
      AT_DISPATCH_FLOATING_TYPES(z.scalar_type(), "edge_dense", [&] {
        runActivation(
            activation, z.const_data_ptr<scalar_t>(), out.mutable_data_ptr<scalar_t>(),
            z.numel());
      });
    }
    context->save_for_backward(
        {rows, weight, offsets, from, activation == Activation::none ? at::Tensor() : z});
    context->saved_data["kind"] = kind;
    context->saved_data["sources"] = senders.size(0);
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list upward) {
    const variable_list s = context->get_saved_variables();
    const auto kind = static_cast<Activation>(context->saved_data["kind"].toInt());
    at::Tensor d = upward[0].contiguous();
    if (kind != Activation::none) {
      const at::Tensor up = d;
      d = at::empty_like(up);
      AT_DISPATCH_FLOATING_TYPES(up.scalar_type(), "edge_dense", [&] {
        runActivationBackward(
            kind, s[4].const_data_ptr<scalar_t>(), up.const_data_ptr<scalar_t>(),
            d.mutable_data_ptr<scalar_t>(), d.numel());
      });
    }
    const EndGradients g(
        d, s[0], s[1], s[2], s[3], context->saved_data["sources"].toInt(),
        context->needs_input_grad(2));
    return {g.receivers, g.senders, g.rows, g.weight, at::Tensor(), at::Tensor(), at::Tensor(),
            at::Tensor()};
  }
};

struct GatedConvolution : Function<GatedConvolution> {
  static at::Tensor forward(
      AutogradContext *context, at::Tensor receivers, at::Tensor senders, at::Tensor rows,
      at::Tensor weight, at::Tensor normWeight, at::Tensor normBias, at::Tensor mean,
      at::Tensor variance, at::Tensor offsets, at::Tensor from, at::Tensor weights,
      at::Tensor counts, double epsilon, double momentum, bool training, bool tracked) {
    rows = rows.contiguous();
    weight = weight.contiguous();
    normWeight = normWeight.contiguous();
    normBias = normBias.contiguous();
    const at::Tensor z = joined(receivers, senders, rows, weight, offsets, from, tracked);
    const ColumnStatistics n(
        z, counts, mean, variance, Statistics{epsilon, momentum, training});
    at::Tensor out = at::empty({offsets.size(0) - 1, z.size(1) / 2}, z.options());
    AT_DISPATCH_FLOATING_TYPES(z.scalar_type(), "gated_convolution", [&] {
      runGatedSum(
          rowsOf(offsets, from),
          columnsOf<scalar_t>(
              z, normWeight, normBias, n.mean, n.inverse, counts, n.total, n.training),
          z.const_data_ptr<scalar_t>(), pointer<scalar_t>(weights),
          out.mutable_data_ptr<scalar_t>());
    });
    context->save_for_backward(
        {rows, weight, offsets, from, z, normWeight, normBias, n.mean, n.inverse, weights, counts});
    context->saved_data["total"] = n.total;
    context->saved_data["training"] = n.training;
    context->saved_data["sources"] = senders.size(0);
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list upward) {
    const variable_list s = context->get_saved_variables();
    const at::Tensor up = upward[0].contiguous();
    at::Tensor d = at::empty_like(s[4]), dWeight, dBias;
    const size_t width = static_cast<size_t>(d.size(1));
    AT_DISPATCH_FLOATING_TYPES(d.scalar_type(), "gated_convolution", [&] {
      std::vector<double> sums(width), products(width);
      std::vector<scalar_t> block(width), level(width);
      runGatedSumBackward(
          rowsOf(s[2], s[3]),
          columnsOf<scalar_t>(
              s[4], s[5], s[6], s[7], s[8], s[10], context->saved_data["total"].toDouble(),
              context->saved_data["training"].toBool()),
          s[4].const_data_ptr<scalar_t>(), pointer<scalar_t>(s[9]),
          up.const_data_ptr<scalar_t>(), d.mutable_data_ptr<scalar_t>(), sums.data(),
          products.data(), block.data(), level.data());
      dBias = narrowed<scalar_t>(sums, s[6]);
      dWeight = narrowed<scalar_t>(products, s[5]);
    });
    const EndGradients g(
        d, s[0], s[1], s[2], s[3], context->saved_data["sources"].toInt(),
        context->needs_input_grad(2));
    const at::Tensor none;
    return {g.receivers, g.senders, g.rows, g.weight, dWeight, dBias, none, none,
            none,        none,      none,   none,     none,    none,  none, none};
  }
};

struct GatedEdges : Function<GatedEdges> {
  static variable_list forward(
      AutogradContext *context, at::Tensor receivers, at::Tensor senders, at::Tensor values,
      at::Tensor rows, at::Tensor weight, at::Tensor offsets, at::Tensor from, at::Tensor weights,
      bool tracked) {
    rows = rows.contiguous();
    weight = weight.contiguous();
    values = values.contiguous();
    const at::Tensor z = joined(receivers, senders, rows, weight, offsets, from, tracked);
    at::Tensor out = at::empty({offsets.size(0) - 1, z.size(1)}, z.options());
    at::Tensor totals = at::empty_like(out);
    AT_DISPATCH_FLOATING_TYPES(z.scalar_type(), "gated_edges", [&] {
      runGatedMean(
          rowsOf(offsets, from), z.const_data_ptr<scalar_t>(), values.const_data_ptr<scalar_t>(),
          pointer<scalar_t>(weights), out.mutable_data_ptr<scalar_t>(),
          totals.mutable_data_ptr<scalar_t>(), z.size(1));
    });
    context->save_for_backward({rows, weight, offsets, from, z, values, weights, out, totals});
    context->set_materialize_grads(false);
    return {z, out};
  }

  static variable_list backward(AutogradContext *context, variable_list upward) {
    const variable_list s = context->get_saved_variables();
    at::Tensor d = upward[0].defined() ? upward[0].clone() : at::zeros_like(s[4]);
    at::Tensor dValues = at::zeros_like(s[5]);
    if (upward[1].defined()) {
      const at::Tensor up = upward[1].contiguous();
      AT_DISPATCH_FLOATING_TYPES(d.scalar_type(), "gated_edges", [&] {
        runGatedMeanBackward(
            rowsOf(s[2], s[3]), s[4].const_data_ptr<scalar_t>(), s[5].const_data_ptr<scalar_t>(),
            pointer<scalar_t>(s[6]), s[7].const_data_ptr<scalar_t>(),
            s[8].const_data_ptr<scalar_t>(), up.const_data_ptr<scalar_t>(),
            d.mutable_data_ptr<scalar_t>(), dValues.mutable_data_ptr<scalar_t>(), d.size(1));
      });
    }
    const EndGradients g(
        d, s[0], s[1], s[2], s[3], s[5].size(0), context->needs_input_grad(3));
    const at::Tensor none;
    return {g.receivers, g.senders, dValues, g.rows, g.weight, none, none, none, none};
  }
};

struct NormalizeColumns : Function<NormalizeColumns> {
  static at::Tensor forward(
      AutogradContext *context, at::Tensor x, at::Tensor passed, at::Tensor weight,
      at::Tensor bias, at::Tensor mean, at::Tensor variance, at::Tensor counts, double epsilon,
      double momentum, bool training, bool silu) {
    x = x.contiguous();
    passed = passed.contiguous();
    weight = weight.contiguous();
    bias = bias.contiguous();
    const ColumnStatistics n(x, counts, mean, variance, Statistics{epsilon, momentum, training});
    at::Tensor out = at::empty_like(x);
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "normalize_columns", [&] {
      runNormalize(
          columnsOf<scalar_t>(x, weight, bias, n.mean, n.inverse, counts, n.total, n.training),
          x.const_data_ptr<scalar_t>(), pointer<scalar_t>(passed),
          out.mutable_data_ptr<scalar_t>(), silu);
    });
    context->save_for_backward({x, weight, bias, n.mean, n.inverse, counts});
    context->saved_data["total"] = n.total;
    context->saved_data["training"] = n.training;
    context->saved_data["silu"] = silu;
    context->saved_data["passes"] = passed.numel() > 0;
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list upward) {
    const variable_list s = context->get_saved_variables();
    const at::Tensor up = upward[0].contiguous();
    at::Tensor d = at::empty_like(s[0]), dWeight, dBias;
    const size_t width = static_cast<size_t>(d.size(1));
    AT_DISPATCH_FLOATING_TYPES(d.scalar_type(), "normalize_columns", [&] {
      std::vector<double> sums(width), products(width);
      std::vector<scalar_t> block(width), level(width);
      runNormalizeBackward(
          columnsOf<scalar_t>(
              s[0], s[1], s[2], s[3], s[4], s[5], context->saved_data["total"].toDouble(),
              context->saved_data["training"].toBool()),
          s[0].const_data_ptr<scalar_t>(), up.const_data_ptr<scalar_t>(),
          d.mutable_data_ptr<scalar_t>(), sums.data(), products.data(), block.data(),
          level.data(), context->saved_data["silu"].toBool());
      dBias = narrowed<scalar_t>(sums, s[2]);
      dWeight = narrowed<scalar_t>(products, s[1]);
    });
    const at::Tensor none;
    return {d,    context->saved_data["passes"].toBool() ? up : none, dWeight, dBias, none, none,
            none, none, none, none, none};
  }
};

struct MessageSum : Function<MessageSum> {
  static at::Tensor forward(
      AutogradContext *context, at::Tensor rows, at::Tensor offsets, at::Tensor weights) {
    rows = rows.contiguous();
    at::Tensor out = at::empty({offsets.size(0) - 1, rows.size(1)}, rows.options());
    AT_DISPATCH_FLOATING_TYPES(rows.scalar_type(), "message_sum", [&] {
      runWeightedSum(
          rowsOf(offsets, offsets), rows.const_data_ptr<scalar_t>(), pointer<scalar_t>(weights),
          out.mutable_data_ptr<scalar_t>(), rows.size(1));
    });
    context->save_for_backward({offsets, weights});
    context->saved_data["count"] = rows.size(0);
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list upward) {
    const variable_list s = context->get_saved_variables();
    const at::Tensor up = upward[0].contiguous();
    const int64_t width = up.size(1);
    at::Tensor d = at::empty({context->saved_data["count"].toInt(), width}, up.options());
    AT_DISPATCH_FLOATING_TYPES(up.scalar_type(), "message_sum", [&] {
      const int64_t *start = s[0].const_data_ptr<int64_t>();
      const scalar_t *from = up.const_data_ptr<scalar_t>(), *weight = pointer<scalar_t>(s[1]);
      scalar_t *to = d.mutable_data_ptr<scalar_t>();
      for (int64_t i = 0; i + 1 < s[0].size(0); ++i)
        for (int64_t e = start[i]; e < start[i + 1]; ++e) {
          const scalar_t share = weight ? weight[e] : scalar_t(1);
          for (int64_t c = 0; c < width; ++c) to[e * width + c] = share * from[i * width + c];
        }
    });
    return {d, at::Tensor(), at::Tensor()};
  }
};

struct Gaussians : Function<Gaussians> {
  static at::Tensor forward(
      AutogradContext *context, at::Tensor x, at::Tensor centers, double width) {
    x = x.contiguous();
    centers = centers.contiguous();
    at::Tensor out = at::empty({x.numel(), centers.numel()}, x.options());
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "gaussians", [&] {
      runGaussians(
          x.const_data_ptr<scalar_t>(), centers.const_data_ptr<scalar_t>(),
          static_cast<scalar_t>(1 / width), out.mutable_data_ptr<scalar_t>(), x.numel(),
          centers.numel());
    });
    context->save_for_backward({x, centers, out});
    context->saved_data["width"] = width;
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list upward) {
    const variable_list s = context->get_saved_variables();
    const at::Tensor up = upward[0].contiguous();
    at::Tensor d = at::empty_like(s[0]);
    AT_DISPATCH_FLOATING_TYPES(up.scalar_type(), "gaussians", [&] {
      runGaussiansBackward(
          s[0].const_data_ptr<scalar_t>(), s[1].const_data_ptr<scalar_t>(),
          static_cast<scalar_t>(1 / context->saved_data["width"].toDouble()),
          s[2].const_data_ptr<scalar_t>(), up.const_data_ptr<scalar_t>(),
          d.mutable_data_ptr<scalar_t>(), d.numel(), s[1].numel());
    });
    return {d, at::Tensor(), at::Tensor()};
  }
};

// MARK: - Checks

at::Tensor orNone(const ct_tensor *a, const at::Tensor &like) {
  return a ? a->value.contiguous() : at::empty({0}, like.options().requires_grad(false));
}

bool tracks(std::initializer_list<const ct_tensor *> inputs) {
  if (!at::GradMode::is_enabled()) return false;
  for (const ct_tensor *input : inputs)
    if (input != nullptr && input->value.requires_grad()) return true;
  return false;
}

void requireList(const ct_tensor *a, int64_t count, const at::Tensor &like, const char *reason) {
  require(
      a == nullptr ||
          (a->value.numel() == count && a->value.scalar_type() == like.scalar_type()),
      reason);
}

/// The senders, once offsets and senders are known to fit.
at::Tensor checked(
    const ct_messages *g, const at::Tensor &receivers, const at::Tensor &senders,
    const at::Tensor &rows) {
  const at::Tensor list = g->from->value.contiguous();
  const int64_t count = rows.size(0);
  checkOffsets(g->offsets->value, count);
  require(
      g->offsets->value.size(0) == receivers.size(0) + 1, "each receiver needs its row of messages");
  require(
      list.scalar_type() == at::kLong && list.dim() == 1 && list.size(0) == count,
      "each message needs a sender, a 64-bit integer");
  const int64_t *at = list.const_data_ptr<int64_t>();
  for (int64_t e = 0; e < count; ++e)
    require(at[e] >= 0 && at[e] < senders.size(0), "a sender lies outside the nodes");
  requireList(g->weights, count, rows, "each message needs a weight");
  requireList(g->counts, count, rows, "each message needs a count");
  return list;
}

/// The ends as wide as the weight leads, all of one type.
at::Tensor checkedEnds(
    const ct_messages *g, const ct_tensor *receivers, const ct_tensor *senders,
    const ct_tensor *rows, const ct_tensor *weight) {
  const at::Tensor &own = receivers->value, &other = senders->value, &r = rows->value;
  const at::Tensor &w = weight->value;
  require(
      own.dim() == 2 && other.dim() == 2 && r.dim() == 2 && w.dim() == 2,
      "nodes, messages and weight must be matrices");
  require(w.size(1) == r.size(1), "the weight must be as wide as the messages");
  require(
      own.size(1) == w.size(0) && other.size(1) == w.size(0),
      "nodes must be as wide as the weight has rows");
  for (const at::Tensor *a : {&own, &other, &w})
    require(a->scalar_type() == r.scalar_type(), "all inputs must be of one type");
  return checked(g, own, other, r);
}

void checkNorm(const ct_norm *n, int64_t width, const at::Tensor &like) {
  for (const ct_tensor *a : {n->weight, n->bias, (const ct_tensor *)n->mean, (const ct_tensor *)n->variance})
    require(
        a->value.dim() == 1 && a->value.size(0) == width && a->value.is_contiguous() &&
            a->value.scalar_type() == like.scalar_type(),
        "a normalization needs one entry for each column");
}

ct_status dense(
    const ct_tensor *x, const ct_tensor *w, const ct_tensor *b, ct_activation kind,
    ct_tensor **out) {
  return guarded("dense", {x, w, b}, [&] {
    const at::Tensor &a = x->value, &weight = w->value;
    require(a.dim() == 2 && weight.dim() == 2 && a.size(1) == weight.size(1), "inner sizes differ");
    requireList(b, weight.size(0), a, "the bias must have one entry for each output");
    require(a.scalar_type() == weight.scalar_type(), "all inputs must be of one type");
    emit(
        out, Dense::apply(
                 a, weight, b ? b->value : orNone(nullptr, a), static_cast<int64_t>(kind),
                 tracks({x, w, b})));
  });
}

ct_status edgeDense(
    const ct_tensor *receivers, const ct_tensor *senders, const ct_tensor *rows,
    const ct_tensor *weight, const ct_messages *g, ct_activation kind, ct_tensor **out) {
  return guarded("edgeDense", {receivers, senders, rows, weight}, [&] {
    const at::Tensor from = checkedEnds(g, receivers, senders, rows, weight);
    emit(
        out, EdgeDense::apply(
                 receivers->value, senders->value, rows->value, weight->value, g->offsets->value,
                 from, static_cast<int64_t>(kind), tracks({receivers, senders, rows, weight})));
  });
}

ct_status gatedConvolution(
    const ct_tensor *receivers, const ct_tensor *senders, const ct_tensor *rows,
    const ct_tensor *weight, const ct_messages *g, const ct_norm *n, ct_tensor **out) {
  return guarded("gatedConvolution", {receivers, senders, rows, weight}, [&] {
    const at::Tensor from = checkedEnds(g, receivers, senders, rows, weight);
    require(weight->value.size(0) % 2 == 0, "gates and values need an even width");
    checkNorm(n, weight->value.size(0), rows->value);
    emit(
        out, GatedConvolution::apply(
                 receivers->value, senders->value, rows->value, weight->value, n->weight->value,
                 n->bias->value, n->mean->value, n->variance->value, g->offsets->value, from,
                 orNone(g->weights, rows->value), orNone(g->counts, rows->value), n->epsilon,
                 n->momentum, n->training,
                 tracks({receivers, senders, rows, weight, n->weight, n->bias})));
  });
}

ct_status gatedEdges(
    const ct_tensor *receivers, const ct_tensor *senders, const ct_tensor *values,
    const ct_tensor *rows, const ct_tensor *weight, const ct_messages *g, ct_tensor **sums,
    ct_tensor **means) {
  return guarded("gatedEdges", {receivers, senders, values, rows, weight}, [&] {
    const at::Tensor from = checkedEnds(g, receivers, senders, rows, weight);
    require(
        values->value.sizes() == senders->value.sizes() &&
            values->value.scalar_type() == rows->value.scalar_type(),
        "each sender needs its values");
    const variable_list results = GatedEdges::apply(
        receivers->value, senders->value, values->value, rows->value, weight->value,
        g->offsets->value, from, orNone(g->weights, rows->value),
        tracks({receivers, senders, values, rows, weight}));
    emit(sums, results[0]);
    emit(means, results[1]);
  });
}

ct_status normalizeColumnsOf(
    const ct_tensor *x, const ct_tensor *passed, const ct_tensor *counts, const ct_norm *n,
    bool silu, ct_tensor **out) {
  return guarded("normalizeColumns", {x, passed, counts}, [&] {
    const at::Tensor &a = x->value;
    require(a.dim() == 2, "the rows must be a matrix");
    require(
        passed == nullptr || (passed->value.sizes() == a.sizes() &&
                              passed->value.scalar_type() == a.scalar_type()),
        "what is added must be like the rows");
    requireList(counts, a.size(0), a, "each row needs a count");
    checkNorm(n, a.size(1), a);
    emit(
        out, NormalizeColumns::apply(
                 a, passed ? passed->value : orNone(nullptr, a), n->weight->value, n->bias->value,
                 n->mean->value, n->variance->value, orNone(counts, a), n->epsilon, n->momentum,
                 n->training, silu));
  });
}

ct_status messageSum(
    const ct_tensor *rows, const ct_tensor *offsets, const ct_tensor *weights, ct_tensor **out) {
  return guarded("messageSum", {rows, weights}, [&] {
    const at::Tensor &a = rows->value;
    require(a.dim() == 2, "the rows must be a matrix");
    checkOffsets(offsets->value, a.size(0));
    requireList(weights, a.size(0), a, "each message needs a weight");
    emit(out, MessageSum::apply(a, offsets->value, orNone(weights, a)));
  });
}

ct_status gaussiansOf(
    const ct_tensor *x, const ct_tensor *centers, double width, ct_tensor **out) {
  return guarded("gaussians", {x, centers}, [&] {
    require(width > 0, "the width must be greater than zero");
    require(
        x->value.scalar_type() == centers->value.scalar_type(), "all inputs must be of one type");
    emit(out, Gaussians::apply(x->value, centers->value, width));
  });
}

}  // namespace

void addMessageFunctions(ct_api &api) {
  api.dense = dense;
  api.edge_dense = edgeDense;
  api.gated_convolution = gatedConvolution;
  api.gated_edges = gatedEdges;
  api.normalize_columns = normalizeColumnsOf;
  api.message_sum = messageSum;
  api.gaussians = gaussiansOf;
}

}  // namespace ctorch
