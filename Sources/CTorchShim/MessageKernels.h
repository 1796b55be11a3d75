#ifndef CTORCH_MESSAGE_KERNELS_H
#define CTORCH_MESSAGE_KERNELS_H

// Loops over the messages of packed graphs and over the columns of normalizations: see Kernels.h
// for what holds of the code.

#include "EdgeKernels.h"

namespace ctorch {

/// log(1 + t) for t in 0 … 1, one formula without branches: twice the series of the inverse
/// hyperbolic tangent of t / (2 + t), which is 1/3 at most. Relative error below 2e-7.
CT_INLINE float logOnePlus(float t) {
  const float u = t / (2.0f + t), s = u * u;
  float p = 1.0f / 13.0f;
  p = p * s + 1.0f / 11.0f;
  p = p * s + 1.0f / 9.0f;
  p = p * s + 1.0f / 7.0f;
  p = p * s + 1.0f / 5.0f;
  p = p * s + 1.0f / 3.0f;
  return 2.0f * u * (p * s + 1.0f);
}

CT_INLINE double logOnePlus(double t) { return __builtin_log1p(t); }

/// log(1 + eˣ) and, in `slope`, its derivative.
template <typename T>
CT_INLINE T softplus(T x, T &slope) {
  const T t = exponential(x < 0 ? x : -x), share = 1 / (1 + t);
  slope = x < 0 ? t * share : share;
  return (x < 0 ? T(0) : x) + logOnePlus(t);
}

/// What follows a linear layer; the numbers are those of `ct_activation`.
enum class Activation { none, silu, softplus, shiftedSoftplus };

constexpr double logTwo = 0.693147180559945309;

template <typename T>
CT_INLINE T activated(Activation kind, T z) {
  if (kind == Activation::silu) return z * logistic(z);
  T slope;
  return softplus(z, slope) - (kind == Activation::shiftedSoftplus ? T(logTwo) : T(0));
}

/// The activation of `z` [count]; `y` is `z` or lies apart from it. (Where the two may be one, the
/// loop would not become vector instructions.)
template <typename T, Activation kind>
CT_INLINE void activate(const T *z, T *y, int64_t count) {
  if (z == y) {
    for (int64_t i = 0; i < count; ++i) y[i] = activated(kind, y[i]);
  } else {
    const T *__restrict from = z;
    T *__restrict to = y;
    for (int64_t i = 0; i < count; ++i) to[i] = activated(kind, from[i]);
  }
}

template <typename T>
CT_INLINE void activate(Activation kind, const T *z, T *y, int64_t count) {
  switch (kind) {
    case Activation::none: break;
    case Activation::silu: return activate<T, Activation::silu>(z, y, count);
    case Activation::softplus: return activate<T, Activation::softplus>(z, y, count);
    case Activation::shiftedSoftplus:
      return activate<T, Activation::shiftedSoftplus>(z, y, count);
  }
}

/// The gradient of `z` from `up`, in `d`.
template <typename T>
CT_INLINE void activateBackward(
    Activation kind, const T *__restrict z, const T *__restrict up, T *__restrict d,
    int64_t count) {
  if (kind == Activation::silu) {
    for (int64_t i = 0; i < count; ++i) {
      const T s = logistic(z[i]);
      d[i] = up[i] * (s + z[i] * s * (1 - s));
    }
  } else if (kind == Activation::none) {
    for (int64_t i = 0; i < count; ++i) d[i] = up[i];
  } else {
    for (int64_t i = 0; i < count; ++i) d[i] = up[i] * logistic(z[i]);
  }
}

/// y [rows, count] = exp(−((x − center) · rate)²).
template <typename T>
CT_INLINE void gaussians(
    const T *x, const T *__restrict centers, T rate, T *y, int64_t rows, int64_t count) {
  for (int64_t i = 0; i < rows; ++i) {
    T *__restrict to = y + i * count;
    for (int64_t c = 0; c < count; ++c) {
      const T z = (x[i] - centers[c]) * rate;
      to[c] = exponential(-z * z);
    }
  }
}

/// The gradient of x from `up` and the Gaussians `y`.
template <typename T>
CT_INLINE void gaussiansBackward(
    const T *x, const T *__restrict centers, T rate, const T *y, const T *up, T *d, int64_t rows,
    int64_t count) {
  for (int64_t i = 0; i < rows; ++i) {
    const T *__restrict value = y + i * count, *__restrict above = up + i * count;
    d[i] = sumColumns<T>(count, [&](int64_t c) __attribute__((always_inline)) {
      return -2 * rate * rate * (x[i] - centers[c]) * value[c] * above[c];
    });
  }
}

/// Who sends to whom: the messages of node i lie in offsets[i] ..< offsets[i + 1].
struct MessageRows {
  const int64_t *offsets;  // [n + 1]
  const int64_t *from;     // [e]
  int64_t nodes;
};

/// Adds the row of its receiver and of its sender to each row of `z` [e, width].
template <typename T>
CT_INLINE void addEnds(
    const MessageRows &g, const T *receivers, const T *senders, T *z, int64_t width) {
  for (int64_t i = 0; i < g.nodes; ++i)
    for (int64_t e = g.offsets[i]; e < g.offsets[i + 1]; ++e) {
      const T *__restrict own = receivers + i * width;
      const T *__restrict other = senders + g.from[e] * width;
      T *__restrict to = z + e * width;
      for (int64_t c = 0; c < width; ++c) to[c] += own[c] + other[c];
    }
}

/// The gradients of the ends from those of the messages; both are zero at the start.
template <typename T>
CT_INLINE void addEndsBackward(
    const MessageRows &g, const T *up, T *dReceivers, T *dSenders, int64_t width) {
  for (int64_t i = 0; i < g.nodes; ++i)
    for (int64_t e = g.offsets[i]; e < g.offsets[i + 1]; ++e) {
      const T *__restrict from = up + e * width;
      T *__restrict own = dReceivers + i * width;
      T *__restrict other = dSenders + g.from[e] * width;
      for (int64_t c = 0; c < width; ++c) own[c] += from[c];
      for (int64_t c = 0; c < width; ++c) other[c] += from[c];
    }
}

/// Columns brought to mean 0 and variance 1, then scaled and shifted.
template <typename T>
struct Columns {
  const T *weight, *bias;   // [width]
  const T *mean, *inverse;  // [width]: the reciprocal deviation
  const T *counts;          // [rows], or null: how often each row counts
  double total;             // their sum
  int64_t rows, width;
  bool training;            // whether mean and deviation are those of these rows
};

constexpr int64_t momentRows = 128;

/// Σ counts · x, or Σ counts · (x − mean)², down each column, in `sums` [width] (of doubles);
/// `block` [width] is scratch. Sums of a block of rows first, so that long columns keep their digits.
template <typename T, bool squared>
CT_INLINE void columnMoments(
    const T *x, const T *counts, const T *mean, double *sums, T *__restrict block, int64_t rows,
    int64_t width) {
  for (int64_t c = 0; c < width; ++c) sums[c] = 0;
  for (int64_t first = 0; first < rows; first += momentRows) {
    const int64_t last = first + momentRows < rows ? first + momentRows : rows;
    for (int64_t c = 0; c < width; ++c) block[c] = 0;
    for (int64_t i = first; i < last; ++i) {
      const T *__restrict from = x + i * width;
      const T count = counts ? counts[i] : T(1);
      for (int64_t c = 0; c < width; ++c) {
        const T d = squared ? from[c] - mean[c] : from[c];
        block[c] += squared ? count * d * d : count * d;
      }
    }
    for (int64_t c = 0; c < width; ++c) sums[c] += block[c];
  }
}

/// y = the activation of the normalized x, plus `passed` or null.
template <typename T>
CT_INLINE void normalizeColumns(
    const Columns<T> &n, const T *x, const T *passed, T *y, bool silu) {
  for (int64_t i = 0; i < n.rows; ++i) {
    const T *__restrict from = x + i * n.width;
    T *__restrict to = y + i * n.width;
    for (int64_t c = 0; c < n.width; ++c)
      to[c] = (from[c] - n.mean[c]) * (n.inverse[c] * n.weight[c]) + n.bias[c];
    if (silu)
      for (int64_t c = 0; c < n.width; ++c) to[c] *= logistic(to[c]);
    if (passed)
      for (int64_t c = 0; c < n.width; ++c) to[c] += passed[i * n.width + c];
  }
}

/// The gradient of x, from that of the normalized rows in `d`, in place, once `sums` [width] and
/// `products` [width] hold Σ d and Σ d · (x − mean) / deviation.
template <typename T>
CT_INLINE void centerColumns(
    const Columns<T> &n, const T *x, T *d, const double *sums, const double *products,
    T *__restrict level, T *__restrict slope) {
  const double share = n.training && n.total > 0 ? 1 / n.total : 0;
  for (int64_t c = 0; c < n.width; ++c) {
    level[c] = static_cast<T>(sums[c] * share);
    slope[c] = static_cast<T>(products[c] * share);
  }
  for (int64_t i = 0; i < n.rows; ++i) {
    const T *__restrict from = x + i * n.width;
    T *__restrict to = d + i * n.width;
    const T count = n.counts ? n.counts[i] : T(1);
    for (int64_t c = 0; c < n.width; ++c) {
      const T z = (from[c] - n.mean[c]) * n.inverse[c];
      to[c] = n.weight[c] * n.inverse[c] * (to[c] - count * (level[c] + z * slope[c]));
    }
  }
}

/// Gradients of `normalizeColumns` from `up`; `d` receives that of x.
template <typename T>
CT_INLINE void normalizeColumnsBackward(
    const Columns<T> &n, const T *x, const T *up, T *d, double *sums, double *products,
    T *__restrict block, T *__restrict level, bool silu) {
  const int64_t width = n.width;
  for (int64_t c = 0; c < width; ++c) sums[c] = products[c] = 0;
  for (int64_t first = 0; first < n.rows; first += momentRows) {
    const int64_t last = first + momentRows < n.rows ? first + momentRows : n.rows;
    for (int64_t c = 0; c < width; ++c) block[c] = level[c] = 0;
    for (int64_t i = first; i < last; ++i) {
      const T *__restrict from = x + i * width, *__restrict above = up + i * width;
      T *__restrict to = d + i * width;
      for (int64_t c = 0; c < width; ++c) {
        const T z = (from[c] - n.mean[c]) * n.inverse[c];
        T slope = above[c];
        if (silu) {
          const T y = z * n.weight[c] + n.bias[c], s = logistic(y);
          slope *= s + y * s * (1 - s);
        }
        to[c] = slope;
        block[c] += slope;
        level[c] += slope * z;
      }
    }
    for (int64_t c = 0; c < width; ++c) {
      sums[c] += block[c];
      products[c] += level[c];
    }
  }
  centerColumns(n, x, d, sums, products, block, level);
}

/// out [n, width] = Σ over the messages of a node of weight · σ(first half) · softplus(second half)
/// of its normalized row of `z` [e, 2 width].
template <typename T>
CT_INLINE void gatedSum(
    const MessageRows &g, const Columns<T> &n, const T *z, const T *weights, T *out) {
  const int64_t width = n.width / 2;
  for (int64_t i = 0; i < g.nodes; ++i) {
    T *__restrict to = out + i * width;
    for (int64_t c = 0; c < width; ++c) to[c] = 0;
    for (int64_t e = g.offsets[i]; e < g.offsets[i + 1]; ++e) {
      const T *__restrict gate = z + e * n.width, *__restrict core = gate + width;
      const T weight = weights ? weights[e] : T(1);
      for (int64_t c = 0; c < width; ++c) {
        const T a = (gate[c] - n.mean[c]) * (n.inverse[c] * n.weight[c]) + n.bias[c];
        const int64_t k = c + width;
        const T b = (core[c] - n.mean[k]) * (n.inverse[k] * n.weight[k]) + n.bias[k];
        T slope;
        to[c] += weight * logistic(a) * softplus(b, slope);
      }
    }
  }
}

/// Gradients of `gatedSum` from `up` [n, width]: that of z in `d` [e, 2 width].
template <typename T>
CT_INLINE void gatedSumBackward(
    const MessageRows &g, const Columns<T> &n, const T *z, const T *weights, const T *up, T *d,
    double *sums, double *products, T *__restrict block, T *__restrict level) {
  const int64_t width = n.width / 2;
  for (int64_t c = 0; c < n.width; ++c) sums[c] = products[c] = block[c] = level[c] = 0;
  int64_t pending = 0;
  for (int64_t i = 0; i < g.nodes; ++i) {
    const T *__restrict above = up + i * width;
    for (int64_t e = g.offsets[i]; e < g.offsets[i + 1]; ++e) {
      const T *__restrict from = z + e * n.width;
      T *__restrict to = d + e * n.width;
      const T weight = weights ? weights[e] : T(1);
      for (int64_t c = 0; c < width; ++c) {
        const int64_t k = c + width;
        const T x = (from[c] - n.mean[c]) * n.inverse[c];
        const T y = (from[k] - n.mean[k]) * n.inverse[k];
        const T s = logistic(x * n.weight[c] + n.bias[c]);
        T slope;
        const T p = softplus(y * n.weight[k] + n.bias[k], slope);
        const T share = weight * above[c] * s;
        const T one = share * (1 - s) * p, two = share * slope;
        to[c] = one;
        to[k] = two;
        block[c] += one;
        block[k] += two;
        level[c] += one * x;
        level[k] += two * y;
      }
    }
    pending += g.offsets[i + 1] - g.offsets[i];
    if (pending < momentRows && i + 1 < g.nodes) continue;
    pending = 0;
    for (int64_t c = 0; c < n.width; ++c) {
      sums[c] += block[c];
      products[c] += level[c];
      block[c] = level[c] = 0;
    }
  }
  centerColumns(n, z, d, sums, products, block, level);
}

/// out_i = Σ w_e σ(z_e) values_from[e] / (Σ w_e σ(z_e) + 10⁻⁶), the denominators in `totals`
/// [n, width].
template <typename T>
CT_INLINE void gatedMean(
    const MessageRows &g, const T *z, const T *values, const T *weights, T *out, T *totals,
    int64_t width) {
  for (int64_t i = 0; i < g.nodes; ++i) {
    T *__restrict to = out + i * width, *__restrict total = totals + i * width;
    for (int64_t c = 0; c < width; ++c) to[c] = total[c] = 0;
    for (int64_t e = g.offsets[i]; e < g.offsets[i + 1]; ++e) {
      const T *__restrict from = z + e * width;
      const T *__restrict value = values + g.from[e] * width;
      const T weight = weights ? weights[e] : T(1);
      for (int64_t c = 0; c < width; ++c) {
        const T s = weight * logistic(from[c]);
        to[c] += s * value[c];
        total[c] += s;
      }
    }
    for (int64_t c = 0; c < width; ++c) {
      total[c] += T(1e-6);
      to[c] /= total[c];
    }
  }
}

/// Gradients of `gatedMean` from `up` [n, width]: added to those of z in `d` [e, width] and to
/// `dValues` [n, width].
template <typename T>
CT_INLINE void gatedMeanBackward(
    const MessageRows &g, const T *z, const T *values, const T *weights, const T *out,
    const T *totals, const T *up, T *d, T *dValues, int64_t width) {
  for (int64_t i = 0; i < g.nodes; ++i) {
    const T *__restrict mean = out + i * width, *__restrict total = totals + i * width;
    const T *__restrict above = up + i * width;
    for (int64_t e = g.offsets[i]; e < g.offsets[i + 1]; ++e) {
      const T *__restrict from = z + e * width;
      const T *__restrict value = values + g.from[e] * width;
      T *__restrict dz = d + e * width, *__restrict dValue = dValues + g.from[e] * width;
      const T weight = weights ? weights[e] : T(1);
      for (int64_t c = 0; c < width; ++c) {
        const T s = logistic(from[c]), share = weight * above[c] / total[c];
        dValue[c] += share * s;
        dz[c] += share * (value[c] - mean[c]) * s * (1 - s);
      }
    }
  }
}

/// out [n, width] = Σ over the messages of a node of weight · row.
template <typename T>
CT_INLINE void weightedSum(
    const MessageRows &g, const T *rows, const T *weights, T *out, int64_t width) {
  for (int64_t i = 0; i < g.nodes; ++i) {
    T *__restrict to = out + i * width;
    for (int64_t c = 0; c < width; ++c) to[c] = 0;
    for (int64_t e = g.offsets[i]; e < g.offsets[i + 1]; ++e) {
      const T *__restrict from = rows + e * width;
      const T weight = weights ? weights[e] : T(1);
      for (int64_t c = 0; c < width; ++c) to[c] += weight * from[c];
    }
  }
}

}  // namespace ctorch
#endif
