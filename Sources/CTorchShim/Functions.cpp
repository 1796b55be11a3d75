// Operations whose gradient is written by hand, those on packed segments above all.

#include "Loops.h"
#include "Support.h"

#include <ATen/Dispatch.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

namespace ctorch {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

struct Gather : Function<Gather> {
  static at::Tensor forward(AutogradContext *context, at::Tensor table, at::Tensor index) {
    table = table.contiguous();
    const int64_t width = table.numel() / std::max<int64_t>(table.size(0), 1);
    auto sizes = table.sizes().vec();
    sizes[0] = index.size(0);
    at::Tensor out = at::empty(sizes, table.options());
    const int64_t *rows = index.const_data_ptr<int64_t>();
    AT_DISPATCH_FLOATING_TYPES(table.scalar_type(), "gather", [&] {
      const scalar_t *from = table.const_data_ptr<scalar_t>();
      scalar_t *to = out.mutable_data_ptr<scalar_t>();
      for (int64_t i = 0; i < index.size(0); ++i)
        std::copy(from + rows[i] * width, from + (rows[i] + 1) * width, to + i * width);
    });
    context->save_for_backward({index});
    context->saved_data["sizes"] = table.sizes().vec();
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list up) {
    at::Tensor index = context->get_saved_variables()[0], from = up[0].contiguous();
    at::Tensor out = at::zeros(context->saved_data["sizes"].toIntVector(), from.options());
    const int64_t width = out.numel() / std::max<int64_t>(out.size(0), 1);
    const int64_t *rows = index.const_data_ptr<int64_t>();
    AT_DISPATCH_FLOATING_TYPES(from.scalar_type(), "gather", [&] {
      const scalar_t *source = from.const_data_ptr<scalar_t>();
      scalar_t *table = out.mutable_data_ptr<scalar_t>();
      for (int64_t i = 0; i < index.size(0); ++i)
        for (int64_t c = 0; c < width; ++c) table[rows[i] * width + c] += source[i * width + c];
    });
    return {out, at::Tensor()};
  }
};

struct SegmentReduce : Function<SegmentReduce> {
  static at::Tensor forward(AutogradContext *context, at::Tensor a, at::Tensor offsets, bool mean) {
    a = a.contiguous();
    auto sizes = a.sizes().vec();
    const int64_t segments = offsets.size(0) - 1;
    const int64_t width = a.numel() / std::max<int64_t>(a.size(0), 1);
    sizes[0] = segments;
    at::Tensor out = at::zeros(sizes, a.options());
    const int64_t *start = offsets.const_data_ptr<int64_t>();
    AT_DISPATCH_FLOATING_TYPES(a.scalar_type(), "segment_reduce", [&] {
      const scalar_t *from = a.const_data_ptr<scalar_t>();
      scalar_t *to = out.mutable_data_ptr<scalar_t>();
      for (int64_t s = 0; s < segments; ++s) {
        for (int64_t i = start[s]; i < start[s + 1]; ++i)
          for (int64_t c = 0; c < width; ++c) to[s * width + c] += from[i * width + c];
        if (!mean || start[s + 1] == start[s]) continue;
        const scalar_t count = static_cast<scalar_t>(start[s + 1] - start[s]);
        for (int64_t c = 0; c < width; ++c) to[s * width + c] /= count;
      }
    });
    context->save_for_backward({offsets});
    context->saved_data["sizes"] = a.sizes().vec();
    context->saved_data["mean"] = mean;
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list up) {
    at::Tensor offsets = context->get_saved_variables()[0], from = up[0].contiguous();
    at::Tensor out = at::empty(context->saved_data["sizes"].toIntVector(), from.options());
    const bool mean = context->saved_data["mean"].toBool();
    const int64_t width = out.numel() / std::max<int64_t>(out.size(0), 1);
    const int64_t *start = offsets.const_data_ptr<int64_t>();
    AT_DISPATCH_FLOATING_TYPES(from.scalar_type(), "segment_reduce", [&] {
      const scalar_t *source = from.const_data_ptr<scalar_t>();
      scalar_t *to = out.mutable_data_ptr<scalar_t>();
      for (int64_t s = 0; s + 1 < offsets.size(0); ++s) {
        const scalar_t count = mean ? static_cast<scalar_t>(start[s + 1] - start[s]) : scalar_t(1);
        for (int64_t i = start[s]; i < start[s + 1]; ++i)
          for (int64_t c = 0; c < width; ++c) to[i * width + c] = source[s * width + c] / count;
      }
    });
    return {out, at::Tensor(), at::Tensor()};
  }
};

struct SegmentSoftmax : Function<SegmentSoftmax> {
  static at::Tensor forward(AutogradContext *context, at::Tensor a, at::Tensor offsets) {
    a = a.contiguous();
    at::Tensor out = a.clone();
    const int64_t width = a.numel() / std::max<int64_t>(a.size(0), 1);
    const int64_t *start = offsets.const_data_ptr<int64_t>();
    AT_DISPATCH_FLOATING_TYPES(a.scalar_type(), "segment_softmax", [&] {
      scalar_t *to = out.mutable_data_ptr<scalar_t>();
      for (int64_t s = 0; s + 1 < offsets.size(0); ++s)
        softmaxColumns(to + start[s] * width, start[s + 1] - start[s], width);
    });
    context->save_for_backward({out, offsets});
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list up) {
    variable_list saved = context->get_saved_variables();
    at::Tensor from = up[0].contiguous(), out = at::empty_like(from);
    const int64_t width = from.numel() / std::max<int64_t>(from.size(0), 1);
    const int64_t *start = saved[1].const_data_ptr<int64_t>();
    AT_DISPATCH_FLOATING_TYPES(from.scalar_type(), "segment_softmax", [&] {
      const scalar_t *y = saved[0].const_data_ptr<scalar_t>();
      const scalar_t *dy = from.const_data_ptr<scalar_t>();
      scalar_t *dx = out.mutable_data_ptr<scalar_t>();
      for (int64_t s = 0; s + 1 < saved[1].size(0); ++s)
        for (int64_t c = 0; c < width; ++c) {
          scalar_t mean = 0;
          for (int64_t i = start[s]; i < start[s + 1]; ++i)
            mean += y[i * width + c] * dy[i * width + c];
          for (int64_t i = start[s]; i < start[s + 1]; ++i)
            dx[i * width + c] = y[i * width + c] * (dy[i * width + c] - mean);
        }
    });
    return {out, at::Tensor()};
  }
};

template <typename T>
Attention<T> attentionInputs(
    const at::Tensor &queries, const at::Tensor &keys, const at::Tensor &gate,
    const at::Tensor &bias, const at::Tensor &offsets, double slope) {
  return Attention<T>{
      queries.dim() == 2 ? queries.const_data_ptr<T>() : nullptr, keys.const_data_ptr<T>(),
      keys.size(1), gate.const_data_ptr<T>(), bias.const_data_ptr<T>(),
      offsets.const_data_ptr<int64_t>(), offsets.size(0) - 1, keys.size(1), bias.size(1),
      static_cast<T>(slope)};
}

/// No queries are written as an empty list, since autograd wants every input defined.
struct SegmentAttention : Function<SegmentAttention> {
  static at::Tensor forward(
      AutogradContext *context, at::Tensor queries, at::Tensor keys, at::Tensor gate,
      at::Tensor bias, at::Tensor offsets, double slope) {
    const bool asks = queries.dim() == 2;
    queries = queries.contiguous();
    keys = keys.contiguous();
    gate = gate.contiguous();
    bias = bias.contiguous();
    const int64_t segments = offsets.size(0) - 1, heads = bias.size(1);
    const int64_t *start = offsets.const_data_ptr<int64_t>();
    int64_t pairs = 0;
    for (int64_t s = 0; s < segments; ++s) {
      const int64_t rows = start[s + 1] - start[s];
      pairs += asks ? rows * rows : rows;
    }
    at::Tensor out = at::empty({asks ? keys.size(0) : segments, keys.size(1)}, keys.options());
    at::Tensor weights = at::empty({pairs, heads}, keys.options());
    AT_DISPATCH_FLOATING_TYPES(keys.scalar_type(), "segment_attention", [&] {
      attend(
          attentionInputs<scalar_t>(queries, keys, gate, bias, offsets, slope),
          out.mutable_data_ptr<scalar_t>(), weights.mutable_data_ptr<scalar_t>());
    });
    context->save_for_backward({queries, keys, gate, bias, offsets, weights});
    context->saved_data["slope"] = slope;
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list up) {
    variable_list saved = context->get_saved_variables();
    const double slope = context->saved_data["slope"].toDouble();
    const bool asks = saved[0].dim() == 2;
    at::Tensor from = up[0].contiguous();
    at::Tensor queries = asks ? at::zeros_like(saved[0]) : at::Tensor();
    at::Tensor keys = at::zeros_like(saved[1]), gate = at::zeros_like(saved[2]);
    at::Tensor bias = at::zeros_like(saved[3]);
    // A segment is never longer than all rows.
    at::Tensor scores = at::empty_like(saved[3]);
    AT_DISPATCH_FLOATING_TYPES(keys.scalar_type(), "segment_attention", [&] {
      AttentionGradients<scalar_t> gradients{
          asks ? queries.mutable_data_ptr<scalar_t>() : nullptr, keys.mutable_data_ptr<scalar_t>(),
          gate.mutable_data_ptr<scalar_t>(), bias.mutable_data_ptr<scalar_t>()};
      attendBackward(
          attentionInputs<scalar_t>(saved[0], saved[1], saved[2], saved[3], saved[4], slope),
          saved[5].const_data_ptr<scalar_t>(), from.const_data_ptr<scalar_t>(), gradients,
          scores.mutable_data_ptr<scalar_t>());
    });
    return {queries, keys, gate, bias, at::Tensor(), at::Tensor()};
  }
};

/// The gradients are known when the loss is: they are computed with it and kept.
struct ScaledLoss : Function<ScaledLoss> {
  static at::Tensor forward(
      AutogradContext *context, at::Tensor mean, at::Tensor logScale, at::Tensor target,
      bool absolute) {
    mean = mean.contiguous();
    logScale = logScale.contiguous();
    target = target.contiguous();
    at::Tensor dMean = at::empty_like(mean), dScale = at::empty_like(mean);
    at::Tensor out = at::empty({}, mean.options());
    AT_DISPATCH_FLOATING_TYPES(mean.scalar_type(), "loss", [&] {
      *out.mutable_data_ptr<scalar_t>() = scaledLoss(
          mean.const_data_ptr<scalar_t>(), logScale.const_data_ptr<scalar_t>(),
          target.const_data_ptr<scalar_t>(), dMean.mutable_data_ptr<scalar_t>(),
          dScale.mutable_data_ptr<scalar_t>(), mean.numel(), absolute);
    });
    context->save_for_backward({dMean, dScale});
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list up) {
    variable_list saved = context->get_saved_variables();
    return {
        at::mul(saved[0], up[0]), at::mul(saved[1], up[0]), at::Tensor(), at::Tensor()};
  }
};

ct_status gather(const ct_tensor *table, const ct_tensor *index, ct_tensor **out) {
  return guarded("gather", {table, index}, [&] {
    const at::Tensor &rows = index->value;
    require(
        rows.scalar_type() == at::kLong && rows.dim() == 1,
        "the index must be a list of 64-bit integers");
    require(table->value.dim() >= 1, "the table needs rows");
    at::Tensor list = rows.contiguous();
    const int64_t *at = list.const_data_ptr<int64_t>(), count = table->value.size(0);
    for (int64_t i = 0; i < list.size(0); ++i)
      require(at[i] >= 0 && at[i] < count, "an index lies outside the table");
    emit(out, Gather::apply(table->value, list));
  });
}

ct_status segmentReduce(
    ct_reduction kind, const ct_tensor *a, const ct_tensor *offsets, ct_tensor **out) {
  const char *name = kind == CT_MEAN ? "segmentMean" : "segmentSum";
  return guarded(name, {a, offsets}, [&] {
    require(a->value.dim() >= 1, "there are no rows");
    checkOffsets(offsets->value, a->value.size(0));
    emit(out, SegmentReduce::apply(a->value, offsets->value, kind == CT_MEAN));
  });
}

ct_status segmentSoftmax(const ct_tensor *a, const ct_tensor *offsets, ct_tensor **out) {
  return guarded("segmentSoftmax", {a, offsets}, [&] {
    require(a->value.dim() >= 1, "there are no rows");
    checkOffsets(offsets->value, a->value.size(0));
    emit(out, SegmentSoftmax::apply(a->value, offsets->value));
  });
}

ct_status segmentAttention(
    const ct_tensor *queries, const ct_tensor *keys, const ct_tensor *gate, const ct_tensor *bias,
    const ct_tensor *offsets, double slope, ct_tensor **out) {
  return guarded("segmentAttention", {queries, keys, gate, bias, offsets}, [&] {
    const at::Tensor &k = keys->value;
    require(k.dim() == 2, "keys must be a matrix");
    require(queries == nullptr || queries->value.sizes() == k.sizes(), "queries and keys differ");
    require(
        gate->value.dim() == 1 && gate->value.size(0) == k.size(1),
        "the gate must have one entry for each column of the keys");
    require(
        bias->value.dim() == 2 && bias->value.size(0) == k.size(0) && bias->value.size(1) > 0,
        "the bias must have one row for each row of the keys");
    require(k.size(1) % bias->value.size(1) == 0, "the heads must divide the width");
    const auto type = k.scalar_type();
    require(
        gate->value.scalar_type() == type && bias->value.scalar_type() == type &&
            (queries == nullptr || queries->value.scalar_type() == type),
        "all inputs must be of one type");
    checkOffsets(offsets->value, k.size(0));
    emit(
        out, SegmentAttention::apply(
                 queries ? queries->value : at::empty({0}, k.options().requires_grad(false)), k, gate->value, bias->value,
                 offsets->value, slope));
  });
}

ct_status loss(
    ct_loss kind, const ct_tensor *mean, const ct_tensor *logScale, const ct_tensor *target,
    ct_tensor **out) {
  return guarded("loss", {mean, logScale, target}, [&] {
    const at::Tensor &m = mean->value;
    require(
        m.sizes() == logScale->value.sizes() && m.sizes() == target->value.sizes(),
        "mean, scale and target must have one shape");
    require(m.numel() > 0, "there are no entries");
    require(
        m.scalar_type() == logScale->value.scalar_type() &&
            m.scalar_type() == target->value.scalar_type(),
        "all inputs must be of one type");
    emit(out, ScaledLoss::apply(m, logScale->value, target->value, kind == CT_ROBUST_L1));
  });
}

ct_status linear(const ct_tensor *x, const ct_tensor *w, const ct_tensor *b, ct_tensor **out) {
  return guarded("linear", {x, w, b}, [&] {
    const at::Tensor &a = x->value, &weight = w->value;
    require(a.dim() == 2 && weight.dim() == 2 && a.size(1) == weight.size(1), "inner sizes differ");
    require(
        b == nullptr || (b->value.dim() == 1 && b->value.size(0) == weight.size(0)),
        "the bias must have one entry for each output");
    const bool tracked =
        at::GradMode::is_enabled() && (a.requires_grad() || weight.requires_grad() ||
                                       (b != nullptr && b->value.requires_grad()));
    const at::Tensor bias = b ? b->value : at::Tensor();
    emit(
        out, tracked ? at::linear(a, weight, b ? std::optional(bias) : std::nullopt)
                     : linearRows(a, weight, bias));
  });
}

}  // namespace

void addFunctions(ct_api &api) {
  api.gather = gather;
  api.segment_reduce = segmentReduce;
  api.segment_softmax = segmentSoftmax;
  api.segment_attention = segmentAttention;
  api.loss = loss;
  api.linear = linear;
  addEncoderFunctions(api);
  addEdgeFunctions(api);
  addMessageFunctions(api);
  addRowFunctions(api);
  addScriptFunctions(api);
}

}  // namespace ctorch
