// The steps of the composition encoder, each fused into one operation with a gradient by hand.
//
// One node of the record instead of a dozen: no temporaries for views, sums and products, and
// queries and keys from one multiplication.

#include "Loops.h"
#include "Support.h"

#include <ATen/Dispatch.h>
#include <ATen/ops/add.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

namespace ctorch {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

/// The attention inside of a layer; `projected` holds queries and keys side by side, or keys.
template <typename T>
Attention<T> attentionOf(
    const at::Tensor &projected, const at::Tensor &gate, const at::Tensor &offsets, bool asks,
    int64_t heads, double slope) {
  const int64_t hidden = gate.size(0);
  const T *start = projected.const_data_ptr<T>();
  return Attention<T>{
      asks ? start : nullptr, start + (asks ? hidden : 0), projected.size(1),
      gate.const_data_ptr<T>(), nullptr, offsets.const_data_ptr<int64_t>(), offsets.size(0) - 1,
      hidden, heads, static_cast<T>(slope)};
}

int64_t pairCount(const at::Tensor &offsets, bool asks) {
  const int64_t *start = offsets.const_data_ptr<int64_t>();
  int64_t pairs = 0;
  for (int64_t s = 0; s + 1 < offsets.size(0); ++s) {
    const int64_t rows = start[s + 1] - start[s];
    pairs += asks ? rows * rows : rows;
  }
  return pairs;
}

/// Where autograd keeps what the gradient needs.
enum Saved { nodes, stats, rows, projection, projected, gate, weights, message, output, fractions,
             offsets, normWeight };

/// No queries are written as an empty list, since autograd wants every input defined.
struct AttentionLayer : Function<AttentionLayer> {
  static at::Tensor forward(
      AutogradContext *context, at::Tensor x, at::Tensor normWeight, at::Tensor normBias,
      at::Tensor queries, at::Tensor keys, at::Tensor keysBias, at::Tensor gate,
      at::Tensor powers, at::Tensor output, at::Tensor outputBias, at::Tensor fractions,
      at::Tensor offsets, double epsilon, double slope) {
    const bool asks = queries.dim() == 2;
    x = x.contiguous();
    normWeight = normWeight.contiguous();
    normBias = normBias.contiguous();
    gate = gate.contiguous();
    powers = powers.contiguous();
    fractions = fractions.contiguous();
    const int64_t count = x.size(0), width = x.size(1), heads = powers.numel();
    at::Tensor rows = at::empty_like(x), stats = at::empty({count, 2}, x.options());
    at::Tensor projection = asks ? at::cat({queries, keys}) : keys.contiguous();
    at::Tensor bias = asks ? at::cat({at::zeros_like(keysBias), keysBias}) : keysBias;
    at::Tensor scores = at::empty({count, heads}, x.options());
    at::Tensor weights = at::empty({pairCount(offsets, asks), heads}, x.options());
    at::Tensor message = at::empty({asks ? count : offsets.size(0) - 1, gate.size(0)}, x.options());
    at::Tensor projected;
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "attention_layer", [&] {
      normalize(
          x.const_data_ptr<scalar_t>(), normWeight.const_data_ptr<scalar_t>(),
          normBias.const_data_ptr<scalar_t>(), rows.mutable_data_ptr<scalar_t>(),
          stats.mutable_data_ptr<scalar_t>(), count, width, static_cast<scalar_t>(epsilon));
      projected = linearRows(rows, projection, bias);
      const scalar_t *power = powers.const_data_ptr<scalar_t>();
      const scalar_t *logarithm = fractions.const_data_ptr<scalar_t>();
      scalar_t *score = scores.mutable_data_ptr<scalar_t>();
      for (int64_t i = 0; i < count; ++i)
        for (int64_t h = 0; h < heads; ++h) score[i * heads + h] = logarithm[i] * power[h];
      auto inputs = attentionOf<scalar_t>(projected, gate, offsets, asks, heads, slope);
      inputs.bias = score;
      attend(
          inputs, message.mutable_data_ptr<scalar_t>(), weights.mutable_data_ptr<scalar_t>());
    });
    at::Tensor out = linearRows(message, output, outputBias);
    if (asks) out.add_(x);
    context->save_for_backward(
        {x, stats, rows, projection, projected, gate, weights, message, output, fractions, offsets,
         normWeight});
    context->saved_data["slope"] = slope;
    context->saved_data["asks"] = asks;
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list upward) {
    const variable_list saved = context->get_saved_variables();
    const double slope = context->saved_data["slope"].toDouble();
    const bool asks = context->saved_data["asks"].toBool();
    const at::Tensor up = upward[0].contiguous();
    const int64_t count = saved[nodes].size(0), width = saved[nodes].size(1);
    const int64_t hidden = saved[gate].size(0), heads = saved[weights].size(1);
    at::Tensor dMessage = at::mm(up, saved[output]);
    at::Tensor dProjected = at::zeros_like(saved[projected]), dGate = at::zeros_like(saved[gate]);
    at::Tensor dBias = at::zeros({count, heads}, up.options()), scores = at::empty_like(dBias);
    at::Tensor dPowers = at::zeros({1, heads}, up.options()), dRows;
    at::Tensor dNodes = at::empty_like(saved[nodes]);
    at::Tensor dNormWeight = at::zeros({width}, up.options()), dNormBias = at::zeros_like(dNormWeight);
    AT_DISPATCH_FLOATING_TYPES(up.scalar_type(), "attention_layer", [&] {
      scalar_t *start = dProjected.mutable_data_ptr<scalar_t>();
      attendBackward(
          attentionOf<scalar_t>(saved[projected], saved[gate], saved[offsets], asks, heads, slope),
          saved[weights].const_data_ptr<scalar_t>(), dMessage.const_data_ptr<scalar_t>(),
          AttentionGradients<scalar_t>{
              asks ? start : nullptr, start + (asks ? hidden : 0),
              dGate.mutable_data_ptr<scalar_t>(), dBias.mutable_data_ptr<scalar_t>()},
          scores.mutable_data_ptr<scalar_t>());
      const scalar_t *logarithm = saved[fractions].const_data_ptr<scalar_t>();
      const scalar_t *score = dBias.const_data_ptr<scalar_t>();
      scalar_t *power = dPowers.mutable_data_ptr<scalar_t>();
      for (int64_t i = 0; i < count; ++i)
        for (int64_t h = 0; h < heads; ++h) power[h] += logarithm[i] * score[i * heads + h];
      dRows = at::mm(dProjected, saved[projection]);
      normalizeBackward(
          saved[nodes].const_data_ptr<scalar_t>(), saved[normWeight].const_data_ptr<scalar_t>(),
          saved[stats].const_data_ptr<scalar_t>(), dRows.const_data_ptr<scalar_t>(),
          asks ? up.const_data_ptr<scalar_t>() : nullptr, dNodes.mutable_data_ptr<scalar_t>(),
          dNormWeight.mutable_data_ptr<scalar_t>(), dNormBias.mutable_data_ptr<scalar_t>(), count,
          width);
    });
    const at::Tensor dProjection = at::mm(dProjected.t(), saved[rows]), dShift = rowSum(dProjected);
    const int64_t first = asks ? hidden : 0;
    return {
        dNodes, dNormWeight, dNormBias, asks ? dProjection.narrow(0, 0, hidden) : at::Tensor(),
        dProjection.narrow(0, first, hidden), dShift.narrow(0, first, hidden), dGate, dPowers,
        at::mm(up.t(), saved[message]), rowSum(up), at::Tensor(), at::Tensor(), at::Tensor(),
        at::Tensor()};
  }
};

template <typename T>
ElementMix<T> mixOf(
    const at::Tensor &table, const at::Tensor &elements, const at::Tensor &amounts,
    const at::Tensor &weight, const at::Tensor &bias) {
  return ElementMix<T>{
      table.const_data_ptr<T>(), elements.const_data_ptr<int64_t>(), amounts.const_data_ptr<T>(),
      weight.const_data_ptr<T>(), bias.const_data_ptr<T>(), elements.size(0), weight.size(1),
      weight.size(0)};
}

struct MixElements : Function<MixElements> {
  static at::Tensor forward(
      AutogradContext *context, at::Tensor table, at::Tensor elements, at::Tensor amounts,
      at::Tensor weight, at::Tensor bias) {
    table = table.contiguous();
    elements = elements.contiguous();
    amounts = amounts.contiguous();
    weight = weight.contiguous();
    bias = bias.contiguous();
    at::Tensor out = at::empty({elements.size(0), weight.size(0)}, table.options());
    at::Tensor columns = at::empty_like(weight);
    AT_DISPATCH_FLOATING_TYPES(table.scalar_type(), "mix_elements", [&] {
      mix(mixOf<scalar_t>(table, elements, amounts, weight, bias),
          out.mutable_data_ptr<scalar_t>(), columns.mutable_data_ptr<scalar_t>());
    });
    context->save_for_backward({table, elements, amounts, weight, bias});
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list upward) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor up = upward[0].contiguous();
    const int64_t width = saved[3].size(0), features = saved[3].size(1);
    at::Tensor dTable = at::zeros_like(saved[0]), dBias = at::zeros_like(saved[4]);
    at::Tensor dColumns = at::zeros({features, width}, up.options());
    at::Tensor columns = at::empty_like(dColumns), row = at::empty_like(dBias);
    AT_DISPATCH_FLOATING_TYPES(up.scalar_type(), "mix_elements", [&] {
      mixBackward(
          mixOf<scalar_t>(saved[0], saved[1], saved[2], saved[3], saved[4]),
          up.const_data_ptr<scalar_t>(), dTable.mutable_data_ptr<scalar_t>(),
          dColumns.mutable_data_ptr<scalar_t>(), dBias.mutable_data_ptr<scalar_t>(),
          columns.mutable_data_ptr<scalar_t>(), row.mutable_data_ptr<scalar_t>());
    });
    return {dTable, at::Tensor(), at::Tensor(), dColumns.t().contiguous(), dBias};
  }
};

bool isMatrix(const ct_tensor *a, int64_t rows, int64_t columns) {
  return a->value.dim() == 2 && a->value.size(0) == rows && a->value.size(1) == columns;
}

bool isList(const ct_tensor *a, int64_t count) {
  return a->value.dim() == 1 && a->value.size(0) == count;
}

void requireOneType(const ct_tensor *first, std::initializer_list<const ct_tensor *> others) {
  for (const ct_tensor *other : others)
    require(
        other == nullptr || other->value.scalar_type() == first->value.scalar_type(),
        "all inputs must be of one type");
}

ct_status attentionLayer(
    const ct_tensor *nodes, const ct_attention_layer *l, const ct_tensor *fractions,
    const ct_tensor *offsets, ct_tensor **out) {
  return guarded("attentionLayer", {nodes, l->queries, l->keys, fractions, offsets}, [&] {
    const at::Tensor &x = nodes->value;
    require(x.dim() == 2, "the rows must be a matrix");
    require(l->gate->value.dim() == 1, "the gate must be a list");
    const int64_t width = x.size(1), hidden = l->gate->value.size(0);
    const int64_t heads = l->powers->value.numel();
    require(
        isMatrix(l->keys, hidden, width) && isList(l->keys_bias, hidden) &&
            (l->queries == nullptr || isMatrix(l->queries, hidden, width)),
        "queries and keys must lead from the rows to the gate");
    require(
        isList(l->norm_weight, width) && isList(l->norm_bias, width) &&
            isMatrix(l->output, width, hidden) && isList(l->output_bias, width),
        "norm and output must be as wide as the rows");
    require(isMatrix(l->powers, 1, heads), "the powers must be one row");
    require(heads > 0 && hidden % heads == 0, "the heads must divide the width of the gate");
    require(fractions->value.numel() == x.size(0), "each row needs a fraction");
    requireOneType(
        nodes, {l->norm_weight, l->norm_bias, l->queries, l->keys, l->keys_bias, l->gate,
                l->powers, l->output, l->output_bias, fractions});
    checkOffsets(offsets->value, x.size(0));
    const at::Tensor none = at::empty({0}, x.options().requires_grad(false));
    emit(
        out, AttentionLayer::apply(
                 x, l->norm_weight->value, l->norm_bias->value,
                 l->queries ? l->queries->value : none, l->keys->value, l->keys_bias->value,
                 l->gate->value, l->powers->value, l->output->value, l->output_bias->value,
                 fractions->value, offsets->value, l->epsilon, l->slope));
  });
}

ct_status mixElements(
    const ct_tensor *table, const ct_tensor *elements, const ct_tensor *amounts,
    const ct_tensor *weight, const ct_tensor *bias, ct_tensor **out) {
  return guarded("mixElements", {table, elements, amounts, weight}, [&] {
    const at::Tensor &list = elements->value, &w = weight->value;
    require(w.dim() == 2 && isList(bias, w.size(0)), "weight and bias must be of one width");
    require(
        list.scalar_type() == at::kLong && list.dim() == 1,
        "the elements must be a list of 64-bit integers");
    require(
        table->value.dim() == 2 && table->value.size(1) == 2 * w.size(0),
        "the table must be twice as wide as the weight");
    require(isMatrix(amounts, list.size(0), w.size(1)), "each element needs its amounts");
    requireOneType(table, {amounts, weight, bias});
    const at::Tensor places = list.contiguous();
    const int64_t *at = places.const_data_ptr<int64_t>();
    for (int64_t i = 0; i < list.size(0); ++i)
      require(at[i] >= 0 && at[i] < table->value.size(0), "an element lies outside the table");
    emit(
        out,
        MixElements::apply(table->value, places, amounts->value, w, bias->value));
  });
}

}  // namespace

void addEncoderFunctions(ct_api &api) {
  api.attention_layer = attentionLayer;
  api.mix_elements = mixElements;
}

}  // namespace ctorch
