#include "Loops.h"

#include "Support.h"

#include <ATen/Dispatch.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>

namespace ctorch {
namespace {

CT_CLONES void attendFloat(const Attention<float> &a, float *out, float *weights, bool asks) {
  asks ? attendAnyHeads<float, true>(a, out, weights) : attendAnyHeads<float, false>(a, out, weights);
}

CT_CLONES void attendBackwardFloat(
    const Attention<float> &a, const float *w, const float *up, AttentionGradients<float> d,
    float *scores, bool asks) {
  asks ? attendBackwardAnyHeads<float, true>(a, w, up, d, scores)
       : attendBackwardAnyHeads<float, false>(a, w, up, d, scores);
}

/// - Parameter wide: Whether there are 32 registers of 16 floats.
CT_CLONES void multiplyFloat(
    const float *x, const float *w, const float *b, float *y, int64_t rows, int64_t in,
    int64_t out, float *panel, bool wide) {
  wide ? multiplyRows<2, 8>(x, w, b, y, rows, in, out, panel)
       : multiplyRows<1, 6>(x, w, b, y, rows, in, out, panel);
}

bool hasWideRegisters() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("x86-64-v4");
#else
  return false;
#endif
}

CT_CLONES void normalizeFloat(
    const float *x, const float *weight, const float *bias, float *y, float *stats, int64_t rows,
    int64_t width, float epsilon) {
  normalizeRows(x, weight, bias, y, stats, rows, width, epsilon);
}

CT_CLONES void normalizeBackwardFloat(
    const float *x, const float *weight, const float *stats, const float *up, const float *passed,
    float *dx, float *dWeight, float *dBias, int64_t rows, int64_t width) {
  normalizeRowsBackward(x, weight, stats, up, passed, dx, dWeight, dBias, rows, width);
}

CT_CLONES void addRowsFloat(const float *x, float *sum, int64_t rows, int64_t width) {
  addRows(x, sum, rows, width);
}

CT_CLONES void mixFloat(const ElementMix<float> &a, float *out, float *columns) {
  mixElements(a, out, columns);
}

CT_CLONES void mixBackwardFloat(
    const ElementMix<float> &a, const float *up, float *dTable, float *dColumns, float *dBias,
    float *columns, float *row) {
  mixElementsBackward(a, up, dTable, dColumns, dBias, columns, row);
}

}  // namespace

void attend(const Attention<float> &a, float *out, float *weights) {
  attendFloat(a, out, weights, a.queries != nullptr);
}

void attend(const Attention<double> &a, double *out, double *weights) {
  a.queries ? attendAnyHeads<double, true>(a, out, weights)
            : attendAnyHeads<double, false>(a, out, weights);
}

void attendBackward(
    const Attention<float> &a, const float *weights, const float *up,
    AttentionGradients<float> gradients, float *scores) {
  attendBackwardFloat(a, weights, up, gradients, scores, a.queries != nullptr);
}

void attendBackward(
    const Attention<double> &a, const double *weights, const double *up,
    AttentionGradients<double> gradients, double *scores) {
  a.queries ? attendBackwardAnyHeads<double, true>(a, weights, up, gradients, scores)
            : attendBackwardAnyHeads<double, false>(a, weights, up, gradients, scores);
}

void normalize(
    const float *x, const float *weight, const float *bias, float *y, float *stats, int64_t rows,
    int64_t width, float epsilon) {
  normalizeFloat(x, weight, bias, y, stats, rows, width, epsilon);
}

void normalize(
    const double *x, const double *weight, const double *bias, double *y, double *stats,
    int64_t rows, int64_t width, double epsilon) {
  normalizeRows(x, weight, bias, y, stats, rows, width, epsilon);
}

void normalizeBackward(
    const float *x, const float *weight, const float *stats, const float *up, const float *passed,
    float *dx, float *dWeight, float *dBias, int64_t rows, int64_t width) {
  normalizeBackwardFloat(x, weight, stats, up, passed, dx, dWeight, dBias, rows, width);
}

void normalizeBackward(
    const double *x, const double *weight, const double *stats, const double *up,
    const double *passed, double *dx, double *dWeight, double *dBias, int64_t rows,
    int64_t width) {
  normalizeRowsBackward(x, weight, stats, up, passed, dx, dWeight, dBias, rows, width);
}

void mix(const ElementMix<float> &a, float *out, float *columns) { mixFloat(a, out, columns); }

void mix(const ElementMix<double> &a, double *out, double *columns) {
  mixElements(a, out, columns);
}

void mixBackward(
    const ElementMix<float> &a, const float *up, float *dTable, float *dColumns, float *dBias,
    float *columns, float *row) {
  mixBackwardFloat(a, up, dTable, dColumns, dBias, columns, row);
}

void mixBackward(
    const ElementMix<double> &a, const double *up, double *dTable, double *dColumns,
    double *dBias, double *columns, double *row) {
  mixElementsBackward(a, up, dTable, dColumns, dBias, columns, row);
}

at::Tensor linearRows(const at::Tensor &x, const at::Tensor &w, const at::Tensor &b) {
  const bool single = x.scalar_type() == at::kFloat && w.scalar_type() == at::kFloat &&
                      (!b.defined() || b.scalar_type() == at::kFloat);
  if (!single) return at::linear(x, w, b.defined() ? std::optional(b) : std::nullopt);
  at::Tensor rows = x.contiguous(), matrix = w.contiguous();
  at::Tensor bias = b.defined() ? b.contiguous() : at::Tensor();
  at::Tensor result = at::empty({x.size(0), w.size(0)}, x.options().requires_grad(false));
  at::Tensor panel = at::empty({x.size(1), panelWidth}, result.options());
  static const bool wide = hasWideRegisters();
  multiplyFloat(
      rows.const_data_ptr<float>(), matrix.const_data_ptr<float>(),
      b.defined() ? bias.const_data_ptr<float>() : nullptr, result.mutable_data_ptr<float>(),
      x.size(0), x.size(1), w.size(0), panel.mutable_data_ptr<float>(), wide);
  return result;
}

at::Tensor rowSum(const at::Tensor &x) {
  at::Tensor sum = at::zeros({x.size(1)}, x.options());
  if (x.scalar_type() == at::kFloat) {
    addRowsFloat(
        x.const_data_ptr<float>(), sum.mutable_data_ptr<float>(), x.size(0), x.size(1));
  } else {
    addRows(x.const_data_ptr<double>(), sum.mutable_data_ptr<double>(), x.size(0), x.size(1));
  }
  return sum;
}

void checkOffsets(const at::Tensor &offsets, int64_t rows) {
  require(
      offsets.scalar_type() == at::kLong && offsets.dim() == 1 && offsets.is_contiguous() &&
          offsets.size(0) >= 1,
      "offsets must be a list of 64-bit integers");
  const int64_t *at = offsets.const_data_ptr<int64_t>();
  const int64_t last = offsets.size(0) - 1;
  require(at[0] == 0 && at[last] == rows, "offsets must rise from 0 to the number of rows");
  for (int64_t s = 0; s < last; ++s)
    require(at[s] <= at[s + 1], "offsets must rise from 0 to the number of rows");
}

}  // namespace ctorch
