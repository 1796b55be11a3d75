#ifndef CTORCH_KERNELS_H
#define CTORCH_KERNELS_H

// Loops over packed segments: plain C++, one thread, sums in a fixed order.
//
// In order of priority: equal bits for equal rows in any company; no temporary of the size of
// all pairs but the attention weights; loops that the compiler turns into vector instructions
// (fixed blocks of `lanes` with independent sums). No container and no helper of the standard
// library that needs a symbol: clang drops such symbols when only cloned functions use them.

#include <cmath>
#include <cstdint>
#include <limits>

#if defined(__x86_64__) && defined(__linux__)
#define CT_CLONES __attribute__((target_clones("default", "arch=haswell", "arch=skylake-avx512")))
#else
#define CT_CLONES
#endif
#define CT_INLINE inline __attribute__((always_inline))

namespace ctorch {

constexpr int64_t lanes = 16;
constexpr int64_t panelWidth = 16;

/// Shapes and inputs of one attention step; see `segment_attention` in ctorch.h.
template <typename T>
struct Attention {
  const T *queries;  // [n, width], or null: one zero query for each segment
  const T *keys;     // [n, width]
  const T *gate;     // [width]
  const T *bias;     // [n, heads]
  const int64_t *offsets;
  int64_t segments, width, heads;
  T slope;
};

/// Sum over c of `weight[c]` · leaky(`query[c]` + `key[c]`).
template <typename T, bool asks>
CT_INLINE T leakyDot(const T *query, const T *key, const T *weight, int64_t count, T slope) {
  T sums[lanes] = {};
  int64_t c = 0;
  for (; c + lanes <= count; c += lanes) {
    for (int64_t l = 0; l < lanes; ++l) {
      T z = asks ? query[c + l] + key[c + l] : key[c + l];
      sums[l] += weight[c + l] * (z > 0 ? z : slope * z);
    }
  }
  for (int64_t half = lanes / 2; half > 0; half /= 2)
    for (int64_t l = 0; l < half; ++l) sums[l] += sums[l + half];
  for (; c < count; ++c) {
    T z = asks ? query[c] + key[c] : key[c];
    sums[0] += weight[c] * (z > 0 ? z : slope * z);
  }
  return sums[0];
}

/// Softmax of `scores` [rows, heads] down each column, in place.
template <typename T>
CT_INLINE void softmaxColumns(T *scores, int64_t rows, int64_t heads) {
  for (int64_t h = 0; h < heads; ++h) {
    T top = -std::numeric_limits<T>::infinity();
    for (int64_t j = 0; j < rows; ++j)
      if (scores[j * heads + h] > top) top = scores[j * heads + h];
    T total = 0;
    for (int64_t j = 0; j < rows; ++j) {
      T e = std::exp(scores[j * heads + h] - top);
      scores[j * heads + h] = e;
      total += e;
    }
    for (int64_t j = 0; j < rows; ++j) scores[j * heads + h] /= total;
  }
}

/// `out` [queries, width] and the weights of all pairs, [rows of its segment, heads] a query.
template <typename T, bool asks>
CT_INLINE void attend(const Attention<T> &a, T *out, T *weights) {
  const int64_t slice = a.width / a.heads;
  for (int64_t s = 0; s < a.segments; ++s) {
    const int64_t start = a.offsets[s], rows = a.offsets[s + 1] - start;
    const T *keys = a.keys + start * a.width;
    for (int64_t i = 0; i < (asks ? rows : 1); ++i) {
      const T *query = asks ? a.queries + (start + i) * a.width : nullptr;
      for (int64_t j = 0; j < rows; ++j)
        for (int64_t h = 0; h < a.heads; ++h)
          weights[j * a.heads + h] =
              a.bias[(start + j) * a.heads + h] +
              leakyDot<T, asks>(
                  asks ? query + h * slice : nullptr, keys + j * a.width + h * slice,
                  a.gate + h * slice, slice, a.slope);
      softmaxColumns(weights, rows, a.heads);
      T *sum = out + (asks ? start + i : s) * a.width;
      for (int64_t c = 0; c < a.width; ++c) sum[c] = 0;
      for (int64_t j = 0; j < rows; ++j)
        for (int64_t h = 0; h < a.heads; ++h) {
          const T weight = weights[j * a.heads + h];
          const int64_t first = h * slice;
          const T *key = keys + j * a.width + first;
          for (int64_t c = 0; c < slice; ++c) {
            T z = asks ? query[first + c] + key[c] : key[c];
            sum[first + c] += weight * (z > 0 ? z : a.slope * z);
          }
        }
      weights += rows * a.heads;
    }
  }
}

template <typename T>
struct AttentionGradients {
  T *queries, *keys, *gate, *bias;  // as the inputs; zero at the start
};

/// Gradients from those of the output, `up` [queries, width].
///
/// `scores` is scratch of [rows of the longest segment, heads]. With `a` the weights: `da = up · h`, `dg = a (da - Σ a da)`, `dz = (a up + dg gate) leaky'(z)`.
template <typename T, bool asks>
CT_INLINE void attendBackward(
    const Attention<T> &a, const T *weights, const T *up, AttentionGradients<T> d, T *scores) {
  const int64_t slice = a.width / a.heads;
  for (int64_t s = 0; s < a.segments; ++s) {
    const int64_t start = a.offsets[s], rows = a.offsets[s + 1] - start;
    for (int64_t i = 0; i < (asks ? rows : 1); ++i) {
      const T *query = asks ? a.queries + (start + i) * a.width : nullptr;
      const T *upRow = up + (asks ? start + i : s) * a.width;
      for (int64_t h = 0; h < a.heads; ++h) {
        T mean = 0;
        for (int64_t j = 0; j < rows; ++j) {
          T da = leakyDot<T, asks>(
              asks ? query + h * slice : nullptr, a.keys + (start + j) * a.width + h * slice,
              upRow + h * slice, slice, a.slope);
          scores[j * a.heads + h] = da;
          mean += weights[j * a.heads + h] * da;
        }
        for (int64_t j = 0; j < rows; ++j) {
          T dg = weights[j * a.heads + h] * (scores[j * a.heads + h] - mean);
          scores[j * a.heads + h] = dg;
          d.bias[(start + j) * a.heads + h] += dg;
        }
      }
      for (int64_t j = 0; j < rows; ++j)
        for (int64_t h = 0; h < a.heads; ++h) {
          const T weight = weights[j * a.heads + h], dg = scores[j * a.heads + h];
          const int64_t first = h * slice;
          const T *key = a.keys + (start + j) * a.width + first;
          T *dKey = d.keys + (start + j) * a.width + first;
          T *dQuery = asks ? d.queries + (start + i) * a.width + first : nullptr;
          T *dGate = d.gate + first;
          for (int64_t c = 0; c < slice; ++c) {
            T z = asks ? query[first + c] + key[c] : key[c];
            T slope = z > 0 ? T(1) : a.slope;
            dGate[c] += dg * slope * z;
            T dz = (weight * upRow[first + c] + dg * a.gate[first + c]) * slope;
            dKey[c] += dz;
            if (asks) dQuery[c] += dz;
          }
        }
      weights += rows * a.heads;
    }
  }
}

/// y [rows, out] = x [rows, in] wᵀ + b, w [out, in]; each row is the same chain of operations
/// whatever the others are. `panel` is scratch of [in, panelWidth].
CT_INLINE void multiplyRows(
    const float *x, const float *w, const float *b, float *y, int64_t rows, int64_t in,
    int64_t out, float *panel) {
  typedef float Vector __attribute__((vector_size(32), aligned(4)));
  constexpr int64_t wide = panelWidth, tall = 6;
  for (int64_t first = 0; first < out; first += wide) {
    const int64_t columns = out - first < wide ? out - first : wide;
    for (int64_t k = 0; k < in; ++k)
      for (int64_t c = 0; c < wide; ++c)
        panel[k * wide + c] = c < columns ? w[(first + c) * in + k] : 0;
    float start[wide] = {};
    for (int64_t c = 0; c < columns; ++c) start[c] = b ? b[first + c] : 0;
    for (int64_t row = 0; row < rows; row += tall) {
      // A short last block computes its last row again in place of the missing ones.
      const int64_t height = rows - row < tall ? rows - row : tall;
      const float *lines[tall];
      for (int64_t r = 0; r < tall; ++r) lines[r] = x + (row + (r < height ? r : height - 1)) * in;
      Vector left[tall], right[tall];
      for (int64_t r = 0; r < tall; ++r) {
        left[r] = *reinterpret_cast<const Vector *>(start);
        right[r] = *reinterpret_cast<const Vector *>(start + 8);
      }
      for (int64_t k = 0; k < in; ++k) {
        const Vector low = *reinterpret_cast<const Vector *>(&panel[k * wide]);
        const Vector high = *reinterpret_cast<const Vector *>(&panel[k * wide + 8]);
        for (int64_t r = 0; r < tall; ++r) {
          const float value = lines[r][k];
          left[r] += low * value;
          right[r] += high * value;
        }
      }
      for (int64_t r = 0; r < height; ++r) {
        float line[wide];
        *reinterpret_cast<Vector *>(line) = left[r];
        *reinterpret_cast<Vector *>(line + 8) = right[r];
        for (int64_t c = 0; c < columns; ++c) y[(row + r) * out + first + c] = line[c];
      }
    }
  }
}

/// Mean loss over `count` entries and its gradients; see `ct_loss` in ctorch.h.
template <typename T>
inline T scaledLoss(
    const T *mean, const T *logScale, const T *target, T *dMean, T *dScale, int64_t count,
    bool absolute) {
  const T share = T(1) / static_cast<T>(count), root = std::sqrt(T(2));
  T total = 0;
  for (int64_t i = 0; i < count; ++i) {
    const T difference = mean[i] - target[i], precision = std::exp(-logScale[i]);
    const T scaled = difference * precision;
    if (absolute) {
      const T term = root * std::abs(scaled);
      total += term + logScale[i];
      dMean[i] = root * static_cast<T>((difference > 0) - (difference < 0)) * precision * share;
      dScale[i] = (1 - term) * share;
    } else {
      total += scaled * scaled / 2 + logScale[i];
      dMean[i] = scaled * precision * share;
      dScale[i] = (1 - scaled * scaled) * share;
    }
  }
  return total * share;
}

}  // namespace ctorch
#endif
