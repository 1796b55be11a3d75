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
#define CT_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CT_CLONES
#endif
#define CT_INLINE inline __attribute__((always_inline))

namespace ctorch {

constexpr int64_t lanes = 16;
constexpr int64_t panelWidth = 16;

/// e to the power x, one formula without branches, so that loops over it become vector
/// instructions. Relative error below 2e-7 down to the smallest normal number, 0 below it.
/// Range reduction by log 2 in two parts and a polynomial of degree 6 (Cephes, expf).
CT_INLINE float exponential(float x) {
  const float clamped = x < -87.0f ? -87.0f : (x > 88.0f ? 88.0f : x);
  const float shifted = clamped * 1.44269504f + 12582912.0f;  // 1.5 · 2²³ rounds to an integer
  const float whole = shifted - 12582912.0f;
  const float r = (clamped - whole * 0.693359375f) + whole * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const int32_t bits = (static_cast<int32_t>(whole) + 127) << 23;
  float power;
  __builtin_memcpy(&power, &bits, sizeof power);
  return x < -87.0f ? 0.0f : p * power;
}

CT_INLINE double exponential(double x) { return __builtin_exp(x); }

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

// Where the number of heads is a template argument (`fixed`, a divisor of `lanes`), lane l is of
// head l mod fixed in every block; with `fixed` 0 the heads are any number and nothing is blocked.

/// For each head, the sum over its columns c of `weight[c]` · leaky(`query[c]` + `key[c]`).
template <typename T, bool asks, int64_t fixed>
CT_INLINE void leakyDots(
    const Attention<T> &a, const T *__restrict query, const T *__restrict key,
    const T *__restrict weight, T *__restrict dots) {
  T sums[lanes] = {};
  const int64_t heads = fixed ? fixed : a.heads, blocked = fixed ? a.width / lanes * lanes : 0;
  for (int64_t c = 0; c < blocked; c += lanes)
    for (int64_t l = 0; l < lanes; ++l) {
      const T z = asks ? query[c + l] + key[c + l] : key[c + l];
      sums[l] += weight[c + l] * (z > 0 ? z : a.slope * z);
    }
  for (int64_t half = lanes / 2; half >= (fixed ? fixed : lanes); half /= 2)
    for (int64_t l = 0; l < half; ++l) sums[l] += sums[l + half];
  for (int64_t h = 0; h < heads; ++h) dots[h] = fixed ? sums[h] : T(0);
  for (int64_t c = blocked; c < a.width; ++c) {
    const T z = asks ? query[c] + key[c] : key[c];
    dots[c % heads] += weight[c] * (z > 0 ? z : a.slope * z);
  }
}

/// One weight for each lane from one for each head.
template <typename T, int64_t fixed>
CT_INLINE void spread(const T *heads, T *__restrict wide) {
  if (fixed == 0) return;
  for (int64_t l = 0; l < lanes; ++l) wide[l] = heads[l % (fixed ? fixed : 1)];
}

/// Softmax of `scores` [rows, heads] down each column, in place.
template <typename T, int64_t fixed = 0>
CT_INLINE void softmaxColumns(T *__restrict scores, int64_t rows, int64_t count) {
  const int64_t heads = fixed ? fixed : count;
  for (int64_t h = 0; h < heads; ++h) {
    T top = -std::numeric_limits<T>::infinity();
    for (int64_t j = 0; j < rows; ++j)
      if (scores[j * heads + h] > top) top = scores[j * heads + h];
    for (int64_t j = 0; j < rows; ++j) scores[j * heads + h] -= top;
  }
  for (int64_t i = 0; i < rows * heads; ++i) scores[i] = exponential(scores[i]);
  for (int64_t h = 0; h < heads; ++h) {
    T total = 0;
    for (int64_t j = 0; j < rows; ++j) total += scores[j * heads + h];
    const T share = 1 / total;
    for (int64_t j = 0; j < rows; ++j) scores[j * heads + h] *= share;
  }
}

/// `out` [queries, width] and the weights of all pairs, [rows of its segment, heads] a query.
template <typename T, bool asks, int64_t fixed>
CT_INLINE void attend(const Attention<T> &a, T *out, T *weights) {
  const int64_t width = a.width, heads = fixed ? fixed : a.heads;
  const int64_t blocked = fixed ? width / lanes * lanes : 0;
  for (int64_t s = 0; s < a.segments; ++s) {
    const int64_t start = a.offsets[s], rows = a.offsets[s + 1] - start;
    const T *keys = a.keys + start * width;
    for (int64_t i = 0; i < (asks ? rows : 1); ++i) {
      const T *__restrict query = asks ? a.queries + (start + i) * width : nullptr;
      for (int64_t j = 0; j < rows; ++j) {
        leakyDots<T, asks, fixed>(a, query, keys + j * width, a.gate, weights + j * heads);
        for (int64_t h = 0; h < heads; ++h)
          weights[j * heads + h] += a.bias[(start + j) * heads + h];
      }
      softmaxColumns<T, fixed>(weights, rows, heads);
      T *__restrict sum = out + (asks ? start + i : s) * width;
      for (int64_t c = 0; c < width; ++c) sum[c] = 0;
      for (int64_t j = 0; j < rows; ++j) {
        const T *__restrict key = keys + j * width;
        T wide[lanes];
        spread<T, fixed>(weights + j * heads, wide);
        for (int64_t c = 0; c < blocked; c += lanes)
          for (int64_t l = 0; l < lanes; ++l) {
            const T z = asks ? query[c + l] + key[c + l] : key[c + l];
            sum[c + l] += wide[l] * (z > 0 ? z : a.slope * z);
          }
        for (int64_t c = blocked; c < width; ++c) {
          const T z = asks ? query[c] + key[c] : key[c];
          sum[c] += weights[j * heads + c % heads] * (z > 0 ? z : a.slope * z);
        }
      }
      weights += rows * heads;
    }
  }
}

template <typename T>
struct AttentionGradients {
  T *queries, *keys, *gate, *bias;  // as the inputs; zero at the start
};

/// The part of one pair in the gradients of its query, its key and the gate.
template <typename T, bool asks, int64_t fixed>
CT_INLINE void addPair(
    const Attention<T> &a, const T *__restrict query, const T *__restrict key,
    const T *__restrict up, const T *weights, const T *scores, T *__restrict dQuery,
    T *__restrict dKey, T *__restrict dGate) {
  const T *__restrict gate = a.gate;
  const int64_t heads = fixed ? fixed : a.heads, blocked = fixed ? a.width / lanes * lanes : 0;
  T weight[lanes], dg[lanes];
  spread<T, fixed>(weights, weight);
  spread<T, fixed>(scores, dg);
  for (int64_t c = 0; c < blocked; c += lanes)
    for (int64_t l = 0; l < lanes; ++l) {
      const T z = asks ? query[c + l] + key[c + l] : key[c + l];
      const T slope = z > 0 ? T(1) : a.slope;
      dGate[c + l] += dg[l] * slope * z;
      const T dz = (weight[l] * up[c + l] + dg[l] * gate[c + l]) * slope;
      dKey[c + l] += dz;
      if (asks) dQuery[c + l] += dz;
    }
  for (int64_t c = blocked; c < a.width; ++c) {
    const int64_t h = c % heads;
    const T z = asks ? query[c] + key[c] : key[c];
    const T slope = z > 0 ? T(1) : a.slope;
    dGate[c] += scores[h] * slope * z;
    const T dz = (weights[h] * up[c] + scores[h] * gate[c]) * slope;
    dKey[c] += dz;
    if (asks) dQuery[c] += dz;
  }
}

/// Gradients from those of the output, `up` [queries, width].
///
/// `scores` is scratch of [rows of the longest segment, heads]. With `a` the weights:
/// `da = up · h`, `dg = a (da - Σ a da)`, `dz = (a up + dg gate) leaky'(z)`.
template <typename T, bool asks, int64_t fixed>
CT_INLINE void attendBackward(
    const Attention<T> &a, const T *weights, const T *up, AttentionGradients<T> d,
    T *__restrict scores) {
  const int64_t width = a.width, heads = fixed ? fixed : a.heads;
  for (int64_t s = 0; s < a.segments; ++s) {
    const int64_t start = a.offsets[s], rows = a.offsets[s + 1] - start;
    for (int64_t i = 0; i < (asks ? rows : 1); ++i) {
      const T *query = asks ? a.queries + (start + i) * width : nullptr;
      const T *upRow = up + (asks ? start + i : s) * width;
      for (int64_t j = 0; j < rows; ++j)
        leakyDots<T, asks, fixed>(a, query, a.keys + (start + j) * width, upRow, scores + j * heads);
      for (int64_t h = 0; h < heads; ++h) {
        T mean = 0;
        for (int64_t j = 0; j < rows; ++j) mean += weights[j * heads + h] * scores[j * heads + h];
        for (int64_t j = 0; j < rows; ++j) {
          const T dg = weights[j * heads + h] * (scores[j * heads + h] - mean);
          scores[j * heads + h] = dg;
          d.bias[(start + j) * heads + h] += dg;
        }
      }
      for (int64_t j = 0; j < rows; ++j)
        addPair<T, asks, fixed>(
            a, query, a.keys + (start + j) * width, upRow, weights + j * heads,
            scores + j * heads, asks ? d.queries + (start + i) * width : nullptr,
            d.keys + (start + j) * width, d.gate);
      weights += rows * heads;
    }
  }
}

/// `attend` for the number of heads at hand.
template <typename T, bool asks>
CT_INLINE void attendAnyHeads(const Attention<T> &a, T *out, T *weights) {
  switch (a.heads) {
    case 1: return attend<T, asks, 1>(a, out, weights);
    case 2: return attend<T, asks, 2>(a, out, weights);
    case 4: return attend<T, asks, 4>(a, out, weights);
    case 8: return attend<T, asks, 8>(a, out, weights);
    default: return attend<T, asks, 0>(a, out, weights);
  }
}

/// `attendBackward` for the number of heads at hand.
template <typename T, bool asks>
CT_INLINE void attendBackwardAnyHeads(
    const Attention<T> &a, const T *weights, const T *up, AttentionGradients<T> d, T *scores) {
  switch (a.heads) {
    case 1: return attendBackward<T, asks, 1>(a, weights, up, d, scores);
    case 2: return attendBackward<T, asks, 2>(a, weights, up, d, scores);
    case 4: return attendBackward<T, asks, 4>(a, weights, up, d, scores);
    case 8: return attendBackward<T, asks, 8>(a, weights, up, d, scores);
    default: return attendBackward<T, asks, 0>(a, weights, up, d, scores);
  }
}

/// y [rows, out] = x [rows, in] wᵀ + b, w [out, in]; each row is the same chain of operations
/// whatever the others are. `panel` is scratch of [in, panelWidth].
CT_INLINE void multiplyRows(
    const float *x, const float *w, const float *b, float *y, int64_t rows, int64_t in,
    int64_t out, float *panel) {
  typedef float Vector __attribute__((vector_size(64), aligned(4)));
  constexpr int64_t wide = panelWidth, tall = 8;
  for (int64_t first = 0; first < out; first += wide) {
    const int64_t columns = out - first < wide ? out - first : wide;
    for (int64_t k = 0; k < in; ++k)
      for (int64_t c = 0; c < wide; ++c)
        panel[k * wide + c] = c < columns ? w[(first + c) * in + k] : 0;
    Vector start = {};
    for (int64_t c = 0; c < columns; ++c) start[c] = b ? b[first + c] : 0;
    for (int64_t row = 0; row < rows; row += tall) {
      // A short last block computes its last row again in place of the missing ones.
      const int64_t height = rows - row < tall ? rows - row : tall;
      const float *lines[tall];
      for (int64_t r = 0; r < tall; ++r) lines[r] = x + (row + (r < height ? r : height - 1)) * in;
      Vector sums[tall];
      for (int64_t r = 0; r < tall; ++r) sums[r] = start;
      for (int64_t k = 0; k < in; ++k) {
        const Vector weights = *reinterpret_cast<const Vector *>(&panel[k * wide]);
        for (int64_t r = 0; r < tall; ++r) sums[r] += weights * lines[r][k];
      }
      for (int64_t r = 0; r < height; ++r)
        for (int64_t c = 0; c < columns; ++c) y[(row + r) * out + first + c] = sums[r][c];
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
