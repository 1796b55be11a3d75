// The steps of message-passing networks, each fused into one operation with a gradient by hand: no
// temporaries of the size of all messages for sums and gates.

#include "MessageSupport.h"

#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

namespace ctorch {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

MessageRows rowsOf(const at::Tensor &offsets, const at::Tensor &from) {
  return MessageRows{
      offsets.const_data_ptr<int64_t>(), from.const_data_ptr<int64_t>(), offsets.size(0) - 1};
}

/// x wᵀ in memory of its own; each row on its own where no gradient is recorded.
at::Tensor product(const at::Tensor &x, const at::Tensor &w, bool tracked) {
  return tracked ? at::mm(x, w.t()) : linearRows(x, w, at::Tensor());
}

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
    const at::Tensor out = activated(activation, z, tracked);
    context->save_for_backward(
        {rows, weight, offsets, from, activation == Activation::none ? at::Tensor() : z});
    context->saved_data["kind"] = kind;
    context->saved_data["sources"] = senders.size(0);
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list upward) {
    const variable_list s = context->get_saved_variables();
    const auto kind = static_cast<Activation>(context->saved_data["kind"].toInt());
    const at::Tensor d = throughActivation(kind, s[4], upward[0].contiguous());
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

}  // namespace

void addMessageFunctions(ct_api &api) {
  api.edge_dense = edgeDense;
  api.gated_convolution = gatedConvolution;
  api.gated_edges = gatedEdges;
  api.message_sum = messageSum;
}

}  // namespace ctorch
