#ifndef CTORCH_LOOPS_H
#define CTORCH_LOOPS_H

// The hot loops of Kernels.h and RowKernels.h, one copy for each family of processors in single
// precision (Loops.cpp). The copies differ in the last bits (fused multiply-add): results are
// equal from run to run on one family, not from family to family.

#include "RowKernels.h"

#include <ATen/core/Tensor.h>

namespace ctorch {

void attend(const Attention<float> &a, float *out, float *weights);
void attend(const Attention<double> &a, double *out, double *weights);

/// `scores` is scratch of [rows of the longest segment, heads].
void attendBackward(
    const Attention<float> &a, const float *weights, const float *up,
    AttentionGradients<float> gradients, float *scores);
void attendBackward(
    const Attention<double> &a, const double *weights, const double *up,
    AttentionGradients<double> gradients, double *scores);

void normalize(
    const float *x, const float *weight, const float *bias, float *y, float *stats, int64_t rows,
    int64_t width, float epsilon);
void normalize(
    const double *x, const double *weight, const double *bias, double *y, double *stats,
    int64_t rows, int64_t width, double epsilon);
void normalizeBackward(
    const float *x, const float *weight, const float *stats, const float *up, const float *passed,
    float *dx, float *dWeight, float *dBias, int64_t rows, int64_t width);
void normalizeBackward(
    const double *x, const double *weight, const double *stats, const double *up,
    const double *passed, double *dx, double *dWeight, double *dBias, int64_t rows,
    int64_t width);

void mix(const ElementMix<float> &a, float *out, float *columns);
void mix(const ElementMix<double> &a, double *out, double *columns);
void mixBackward(
    const ElementMix<float> &a, const float *up, float *dTable, float *dColumns, float *dBias,
    float *columns, float *row);
void mixBackward(
    const ElementMix<double> &a, const double *up, double *dTable, double *dColumns,
    double *dBias, double *columns, double *row);

/// x wᵀ + b outside of autograd; in single precision each row is computed on its own.
at::Tensor linearRows(const at::Tensor &x, const at::Tensor &w, const at::Tensor &b);

/// Sum of the rows of a contiguous matrix.
at::Tensor rowSum(const at::Tensor &x);

void checkOffsets(const at::Tensor &offsets, int64_t rows);

}  // namespace ctorch
#endif
