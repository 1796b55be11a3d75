// The steps of the networks on graphs, each fused into one operation with a gradient by hand.

#include "EdgeKernels.h"
#include "Loops.h"
#include "Support.h"

#include <ATen/Dispatch.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/log.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

namespace ctorch {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

CT_CLONES void attendFloat(
    const EdgeAttention<float> &a, float *out, float *sums, float *messages, float *weights) {
  edgeAttendAnyHeads(a, out, sums, messages, weights);
}

CT_CLONES void attendBackwardFloat(
    const EdgeAttention<float> &a, const float *sums, const float *messages, const float *weights,
    const float *up, EdgeGradients<float> d, float *scores) {
  edgeAttendBackwardAnyHeads(a, sums, messages, weights, up, d, scores);
}

void attendEdges(
    const EdgeAttention<float> &a, float *out, float *sums, float *messages, float *weights) {
  attendFloat(a, out, sums, messages, weights);
}

void attendEdges(
    const EdgeAttention<double> &a, double *out, double *sums, double *messages,
    double *weights) {
  edgeAttendAnyHeads(a, out, sums, messages, weights);
}

void attendEdgesBackward(
    const EdgeAttention<float> &a, const float *sums, const float *messages, const float *weights,
    const float *up, EdgeGradients<float> d, float *scores) {
  attendBackwardFloat(a, sums, messages, weights, up, d, scores);
}

void attendEdgesBackward(
    const EdgeAttention<double> &a, const double *sums, const double *messages,
    const double *weights, const double *up, EdgeGradients<double> d, double *scores) {
  edgeAttendBackwardAnyHeads(a, sums, messages, weights, up, d, scores);
}

template <typename T>
EdgeAttention<T> attentionOf(
    const at::Tensor &receivers, const at::Tensor &senders, const at::Tensor &edges,
    const at::Tensor &gate, const at::Tensor &bias, const at::Tensor &offsets,
    const at::Tensor &from, int64_t heads) {
  return EdgeAttention<T>{
      receivers.const_data_ptr<T>(), senders.const_data_ptr<T>(), edges.const_data_ptr<T>(),
      gate.const_data_ptr<T>(), bias.numel() > 0 ? bias.const_data_ptr<T>() : nullptr, offsets.const_data_ptr<int64_t>(), from.const_data_ptr<int64_t>(),
      receivers.size(0), gate.size(0), heads};
}

int64_t longestRow(const at::Tensor &offsets) {
  const int64_t *start = offsets.const_data_ptr<int64_t>();
  int64_t longest = 0;
  for (int64_t i = 0; i + 1 < offsets.size(0); ++i)
    longest = std::max(longest, start[i + 1] - start[i]);
  return longest;
}

struct AttendEdges : Function<AttendEdges> {
  static at::Tensor forward(
      AutogradContext *context, at::Tensor receivers, at::Tensor senders, at::Tensor edges,
      at::Tensor gate, at::Tensor bias, at::Tensor offsets, at::Tensor from, int64_t heads) {
    receivers = receivers.contiguous();
    senders = senders.contiguous();
    edges = edges.contiguous();
    gate = gate.contiguous();
    const int64_t count = edges.size(0), width = gate.size(0);
    at::Tensor out = at::empty_like(receivers), sums = at::empty({count, width}, edges.options());
    at::Tensor messages = at::empty_like(sums), weights = at::empty({count, heads}, edges.options());
    AT_DISPATCH_FLOATING_TYPES(edges.scalar_type(), "edge_attention", [&] {
      attendEdges(
          attentionOf<scalar_t>(receivers, senders, edges, gate, bias, offsets, from, heads),
          out.mutable_data_ptr<scalar_t>(), sums.mutable_data_ptr<scalar_t>(),
          messages.mutable_data_ptr<scalar_t>(), weights.mutable_data_ptr<scalar_t>());
    });
    context->save_for_backward(
        {receivers, senders, edges, gate, offsets, from, sums, messages, weights, bias});
    return out;
  }

  static variable_list backward(AutogradContext *context, variable_list upward) {
    const variable_list s = context->get_saved_variables();
    const at::Tensor up = upward[0].contiguous();
    const int64_t heads = s[8].size(1);
    at::Tensor dReceivers = at::zeros_like(s[0]), dSenders = at::zeros_like(s[1]);
    at::Tensor dEdges = at::empty_like(s[2]), dGate = at::zeros_like(s[3]);
    at::Tensor scores = at::empty({longestRow(s[4]), heads}, up.options());
    AT_DISPATCH_FLOATING_TYPES(up.scalar_type(), "edge_attention", [&] {
      attendEdgesBackward(
          attentionOf<scalar_t>(s[0], s[1], s[2], s[3], s[9], s[4], s[5], heads),
          s[6].const_data_ptr<scalar_t>(), s[7].const_data_ptr<scalar_t>(),
          s[8].const_data_ptr<scalar_t>(), up.const_data_ptr<scalar_t>(),
          EdgeGradients<scalar_t>{
              dReceivers.mutable_data_ptr<scalar_t>(), dSenders.mutable_data_ptr<scalar_t>(),
              dEdges.mutable_data_ptr<scalar_t>(), dGate.mutable_data_ptr<scalar_t>()},
          scores.mutable_data_ptr<scalar_t>());
    });
    return {
        dReceivers, dSenders, dEdges, dGate, at::Tensor(), at::Tensor(), at::Tensor(),
        at::Tensor()};
  }
};

ct_status edgeAttention(
    const ct_tensor *receivers, const ct_tensor *senders, const ct_tensor *edges,
    const ct_tensor *gate, const ct_tensor *weights, const ct_tensor *offsets,
    const ct_tensor *from, int heads, ct_tensor **out) {
  return guarded("edgeAttention", {receivers, senders, edges, gate, from}, [&] {
    const at::Tensor &own = receivers->value, &other = senders->value, &rows = edges->value;
    require(
        own.dim() == 2 && other.dim() == 2 && rows.dim() == 2 && gate->value.dim() == 1,
        "nodes and edges must be matrices, the gate a list");
    const int64_t width = gate->value.size(0), count = rows.size(0);
    require(
        own.size(1) == width && other.size(1) == width && rows.size(1) == 2 * width,
        "nodes must be as wide as the gate, edges twice as wide");
    require(heads > 0 && width % heads == 0, "the heads must divide the width of the gate");
    require(
        own.scalar_type() == rows.scalar_type() && other.scalar_type() == rows.scalar_type() &&
            gate->value.scalar_type() == rows.scalar_type(),
        "all inputs must be of one type");
    checkOffsets(offsets->value, count);
    require(offsets->value.size(0) == own.size(0) + 1, "each receiver needs its row of edges");
    const at::Tensor list = from->value.contiguous();
    require(
        list.scalar_type() == at::kLong && list.dim() == 1 && list.size(0) == count,
        "each edge needs a sender, a 64-bit integer");
    const int64_t *at = list.const_data_ptr<int64_t>();
    for (int64_t e = 0; e < count; ++e)
      require(at[e] >= 0 && at[e] < other.size(0), "a sender lies outside the nodes");
    require(
        weights == nullptr || (weights->value.numel() == count &&
                               weights->value.scalar_type() == rows.scalar_type()),
        "each edge needs a weight");
    const at::Tensor bias =
        weights ? at::log(weights->value.detach()).contiguous()
                : at::empty({0}, rows.options().requires_grad(false));
    emit(
        out, AttendEdges::apply(
                 own, other, rows, gate->value, bias, offsets->value.contiguous(), list,
                 static_cast<int64_t>(heads)));
  });
}

}  // namespace

void addEdgeFunctions(ct_api &api) { api.edge_attention = edgeAttention; }

}  // namespace ctorch
