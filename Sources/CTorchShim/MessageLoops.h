#ifndef CTORCH_MESSAGE_LOOPS_H
#define CTORCH_MESSAGE_LOOPS_H

// The hot loops of MessageKernels.h, one copy for each family of processors in single precision
// (MessageLoops.cpp); see Loops.h for what holds of the copies.

#include "MessageKernels.h"

namespace ctorch {

// The parameters of each loop, for one type of number.
#define CT_ACTIVATE(T) (Activation kind, const T *z, T *y, int64_t count)
#define CT_ACTIVATE_BACKWARD(T) (Activation kind, const T *z, const T *up, T *d, int64_t count)
#define CT_ADD_ENDS(T) \
  (const MessageRows &g, const T *receivers, const T *senders, T *z, int64_t width)
#define CT_ADD_ENDS_BACKWARD(T) \
  (const MessageRows &g, const T *up, T *receivers, T *senders, int64_t width)
#define CT_MOMENTS(T)                                                              \
  (const T *x, const T *counts, const T *mean, double *sums, T *block, int64_t rows, \
   int64_t width, bool squared)
#define CT_NORMALIZE(T) (const Columns<T> &n, const T *x, const T *passed, T *y, bool silu)
#define CT_NORMALIZE_BACKWARD(T)                                                        \
  (const Columns<T> &n, const T *x, const T *up, T *d, double *sums, double *products, \
   T *block, T *level, bool silu)
#define CT_GATED_SUM(T) \
  (const MessageRows &g, const Columns<T> &n, const T *z, const T *weights, T *out)
#define CT_GATED_SUM_BACKWARD(T)                                                              \
  (const MessageRows &g, const Columns<T> &n, const T *z, const T *weights, const T *up, T *d, \
   double *sums, double *products, T *block, T *level)
#define CT_GATED_MEAN(T)                                                                      \
  (const MessageRows &g, const T *z, const T *values, const T *weights, T *out, T *totals, \
   int64_t width)
#define CT_GATED_MEAN_BACKWARD(T)                                                                   \
  (const MessageRows &g, const T *z, const T *values, const T *weights, const T *out,            \
   const T *totals, const T *up, T *d, T *dValues, int64_t width)
#define CT_WEIGHTED_SUM(T) \
  (const MessageRows &g, const T *rows, const T *weights, T *out, int64_t width)
#define CT_GAUSSIANS(T) \
  (const T *x, const T *centers, T rate, T *y, int64_t rows, int64_t count)
#define CT_GAUSSIANS_BACKWARD(T)                                                                    \
  (const T *x, const T *centers, T rate, const T *y, const T *up, T *d, int64_t rows,            \
   int64_t count)

#define CT_DECLARE(name, parameters) \
  void name parameters(float);       \
  void name parameters(double);

CT_DECLARE(runActivation, CT_ACTIVATE)
CT_DECLARE(runActivationBackward, CT_ACTIVATE_BACKWARD)
CT_DECLARE(runAddEnds, CT_ADD_ENDS)
CT_DECLARE(runAddEndsBackward, CT_ADD_ENDS_BACKWARD)
CT_DECLARE(runMoments, CT_MOMENTS)
CT_DECLARE(runNormalize, CT_NORMALIZE)
CT_DECLARE(runNormalizeBackward, CT_NORMALIZE_BACKWARD)
CT_DECLARE(runGatedSum, CT_GATED_SUM)
CT_DECLARE(runGatedSumBackward, CT_GATED_SUM_BACKWARD)
CT_DECLARE(runGatedMean, CT_GATED_MEAN)
CT_DECLARE(runGatedMeanBackward, CT_GATED_MEAN_BACKWARD)
CT_DECLARE(runWeightedSum, CT_WEIGHTED_SUM)
CT_DECLARE(runGaussians, CT_GAUSSIANS)
CT_DECLARE(runGaussiansBackward, CT_GAUSSIANS_BACKWARD)

}  // namespace ctorch
#endif
