// Layers, normalizations and Gaussians of rows, each one operation with a gradient by hand.

#include "MessageSupport.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/mm.h>
#include <torch/csrc/autograd/custom_function.h>

namespace ctorch {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

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
    const at::Tensor out = activated(activation, z, tracked);
    context->save_for_backward({x, weight, activation == Activation::none ? at::Tensor() : z, bias});
    context->saved_data["kind"] = kind;
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list upward) {
    const variable_list s = context->get_saved_variables();
    const auto kind = static_cast<Activation>(context->saved_data["kind"].toInt());
    const at::Tensor d = throughActivation(kind, s[2], upward[0].contiguous());
    return {
        context->needs_input_grad(0) ? at::mm(d, s[1]) : at::Tensor(), at::mm(d.t(), s[0]),
        s[3].numel() > 0 ? rowSum(d) : at::Tensor(), at::Tensor(), at::Tensor()};
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

void addRowFunctions(ct_api &api) {
  api.dense = dense;
  api.normalize_columns = normalizeColumnsOf;
  api.gaussians = gaussiansOf;
}

}  // namespace ctorch
