#include "MessageLoops.h"

namespace ctorch {
namespace {

template <typename T>
CT_INLINE void anyMoments CT_MOMENTS(T) {
  squared ? columnMoments<T, true>(x, counts, mean, sums, block, rows, width)
          : columnMoments<T, false>(x, counts, mean, sums, block, rows, width);
}

}  // namespace

#define CT_LOOP(name, kernel, parameters, arguments)                            \
  namespace {                                                                   \
  CT_CLONES void name##Float parameters(float) { kernel arguments; }            \
  }                                                                             \
  void name parameters(float) { name##Float arguments; }                        \
  void name parameters(double) { kernel arguments; }

CT_LOOP(runActivation, activate, CT_ACTIVATE, (kind, z, y, count))
CT_LOOP(runActivationBackward, activateBackward, CT_ACTIVATE_BACKWARD, (kind, z, up, d, count))
CT_LOOP(runAddEnds, addEnds, CT_ADD_ENDS, (g, receivers, senders, z, width))
CT_LOOP(
    runAddEndsBackward, addEndsBackward, CT_ADD_ENDS_BACKWARD,
    (g, up, receivers, senders, width))
CT_LOOP(runMoments, anyMoments, CT_MOMENTS, (x, counts, mean, sums, block, rows, width, squared))
CT_LOOP(runNormalize, normalizeColumns, CT_NORMALIZE, (n, x, passed, y, silu))
CT_LOOP(
    runNormalizeBackward, normalizeColumnsBackward, CT_NORMALIZE_BACKWARD,
    (n, x, up, d, sums, products, block, level, silu))
CT_LOOP(runGatedSum, gatedSum, CT_GATED_SUM, (g, n, z, weights, out))
CT_LOOP(
    runGatedSumBackward, gatedSumBackward, CT_GATED_SUM_BACKWARD,
    (g, n, z, weights, up, d, sums, products, block, level))
CT_LOOP(runGatedMean, gatedMean, CT_GATED_MEAN, (g, z, values, weights, out, totals, width))
CT_LOOP(
    runGatedMeanBackward, gatedMeanBackward, CT_GATED_MEAN_BACKWARD,
    (g, z, values, weights, out, totals, up, d, dValues, width))
CT_LOOP(runWeightedSum, weightedSum, CT_WEIGHTED_SUM, (g, rows, weights, out, width))
CT_LOOP(runGaussians, gaussians, CT_GAUSSIANS, (x, centers, rate, y, rows, count))
CT_LOOP(
    runGaussiansBackward, gaussiansBackward, CT_GAUSSIANS_BACKWARD,
    (x, centers, rate, y, up, d, rows, count))

}  // namespace ctorch
