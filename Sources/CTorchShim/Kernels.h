#ifndef CTORCH_KERNELS_H
#define CTORCH_KERNELS_H

// Loops over packed segments: plain C++, one thread, sums in a fixed order.
//
// In order of priority: equal bits for equal rows in any company; no temporary of the size of
// all pairs but the attention weights; loops that the compiler turns into vector instructions
// (fixed blocks of `lanes` with independent sums). No container and no helper of the standard
// library that needs a symbol: clang drops such symbols when only cloned functions use them.

#include "Vectors.h"

namespace ctorch {

/// Shapes and inputs of one attention step; see `segment_attention` in ctorch.h.
template <typename T>
struct Attention {
  const T *queries;  // [n, width], or null: one zero query for each segment
  const T *keys;     // [n, width]
  int64_t stride;    // from row to row of the queries, and of the keys
  const T *gate;     // [width]
  const T *bias;     // [n, heads]
  const int64_t *offsets;
  int64_t segments, width, heads;
  T slope;
};

/// For each head, the sum over its columns c of `weight[c]` · leaky(`query[c]` + `key[c]`).
template <typename T, bool asks, int64_t fixed>
CT_INLINE void leakyDots(
    const Attention<T> &a, const T *__restrict query, const T *__restrict key,
    const T *__restrict weight, T *__restrict dots) {
  const int64_t blocked = fixed ? a.width / lanes * lanes : 0;
  Lanes<T> sums = {};
  for (int64_t c = 0; c < blocked; c += lanes) {
    const Lanes<T> z = asks ? load(query + c) + load(key + c) : load(key + c);
    sums += load(weight + c) * leaky<T>(z, a.slope);
  }
  if (fixed)
    gatherLanes<T, fixed>(sums, dots);
  else
    for (int64_t h = 0; h < a.heads; ++h) dots[h] = 0;
  for (int64_t c = blocked; c < a.width; ++c) {
    const T z = asks ? query[c] + key[c] : key[c];
    dots[c % a.heads] += weight[c] * (z > 0 ? z : a.slope * z);
  }
}

/// Softmax of `scores` [rows, heads] down each column, in place.
template <typename T>
CT_INLINE void softmaxColumns(T *__restrict scores, int64_t rows, int64_t heads) {
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

/// Sum over the rows of a segment of its weight · leaky(`query` + key), in one row of `sum`.
template <typename T, bool asks, int64_t fixed>
CT_INLINE void weighRows(
    const Attention<T> &a, const T *__restrict query, const T *keys, const T *weights,
    int64_t rows, T *__restrict sum) {
  constexpr int64_t blocks = 4;
  const int64_t heads = fixed ? fixed : a.heads;
  int64_t first = 0;
  if (fixed)
    for (; first + blocks * lanes <= a.width; first += blocks * lanes) {
      Lanes<T> sums[blocks] = {};
      for (int64_t j = 0; j < rows; ++j) {
        const T *key = keys + j * a.stride + first;
        const Lanes<T> weight = spread<T, fixed>(weights + j * heads);
        for (int64_t b = 0; b < blocks; ++b) {
          const Lanes<T> own = load(key + b * lanes);
          sums[b] += weight * leaky<T>(asks ? load(query + first + b * lanes) + own : own, a.slope);
        }
      }
      for (int64_t b = 0; b < blocks; ++b) store(sum + first + b * lanes, sums[b]);
    }
  for (int64_t c = first; c < a.width; ++c) sum[c] = 0;
  for (int64_t j = 0; j < rows; ++j)
    for (int64_t c = first; c < a.width; ++c) {
      const T z = asks ? query[c] + keys[j * a.stride + c] : keys[j * a.stride + c];
      sum[c] += weights[j * heads + c % heads] * (z > 0 ? z : a.slope * z);
    }
}

/// Scores of one query, the highest of each head taken off.
template <typename T, bool asks, int64_t fixed>
CT_INLINE void scoreRows(
    const Attention<T> &a, const T *query, const T *keys, const T *bias, int64_t rows,
    T *__restrict scores) {
  const int64_t heads = fixed ? fixed : a.heads;
  for (int64_t j = 0; j < rows; ++j) {
    leakyDots<T, asks, fixed>(a, query, keys + j * a.stride, a.gate, scores + j * heads);
    for (int64_t h = 0; h < heads; ++h) scores[j * heads + h] += bias[j * heads + h];
  }
  if constexpr (fixed > 0) {
    T top[fixed];
    for (int64_t h = 0; h < fixed; ++h) top[h] = -std::numeric_limits<T>::infinity();
    for (int64_t j = 0; j < rows; ++j)
      for (int64_t h = 0; h < fixed; ++h)
        top[h] = scores[j * fixed + h] > top[h] ? scores[j * fixed + h] : top[h];
    for (int64_t j = 0; j < rows; ++j)
      for (int64_t h = 0; h < fixed; ++h) scores[j * fixed + h] -= top[h];
  } else {
    for (int64_t h = 0; h < heads; ++h) {
      T top = -std::numeric_limits<T>::infinity();
      for (int64_t j = 0; j < rows; ++j)
        top = scores[j * heads + h] > top ? scores[j * heads + h] : top;
      for (int64_t j = 0; j < rows; ++j) scores[j * heads + h] -= top;
    }
  }
}

/// Makes each head's weights of one query sum to 1.
template <typename T, int64_t fixed>
CT_INLINE void shareRows(T *__restrict weights, int64_t rows, int64_t count) {
  if constexpr (fixed > 0) {
    T total[fixed] = {};
    for (int64_t j = 0; j < rows; ++j)
      for (int64_t h = 0; h < fixed; ++h) total[h] += weights[j * fixed + h];
    for (int64_t h = 0; h < fixed; ++h) total[h] = 1 / total[h];
    for (int64_t j = 0; j < rows; ++j)
      for (int64_t h = 0; h < fixed; ++h) weights[j * fixed + h] *= total[h];
  } else {
    for (int64_t h = 0; h < count; ++h) {
      T total = 0;
      for (int64_t j = 0; j < rows; ++j) total += weights[j * count + h];
      for (int64_t j = 0; j < rows; ++j) weights[j * count + h] *= 1 / total;
    }
  }
}

/// `out` [queries, width] and the weights of all pairs, [rows of its segment, heads] a query.
///
/// Scores of all segments first, so that one long loop takes their exponentials.
template <typename T, bool asks, int64_t fixed>
CT_INLINE void attend(const Attention<T> &a, T *out, T *weights) {
  const int64_t width = a.width, heads = fixed ? fixed : a.heads;
  T *place = weights;
  for (int64_t s = 0; s < a.segments; ++s) {
    const int64_t start = a.offsets[s], rows = a.offsets[s + 1] - start;
    for (int64_t i = 0; i < (asks ? rows : 1); ++i, place += rows * heads)
      scoreRows<T, asks, fixed>(
          a, asks ? a.queries + (start + i) * a.stride : nullptr, a.keys + start * a.stride,
          a.bias + start * heads, rows, place);
  }
  const int64_t count = place - weights;
  for (int64_t k = 0; k < count; ++k) weights[k] = exponential(weights[k]);
  place = weights;
  for (int64_t s = 0; s < a.segments; ++s) {
    const int64_t start = a.offsets[s], rows = a.offsets[s + 1] - start;
    for (int64_t i = 0; i < (asks ? rows : 1); ++i, place += rows * heads) {
      shareRows<T, fixed>(place, rows, heads);
      weighRows<T, asks, fixed>(
          a, asks ? a.queries + (start + i) * a.stride : nullptr, a.keys + start * a.stride, place,
          rows, out + (asks ? start + i : s) * width);
    }
  }
}

template <typename T>
struct AttentionGradients {
  T *queries, *keys, *gate, *bias;  // shapes and stride of the inputs; zero at the start
};

/// The part of one pair in the gradients of its query, its key and the gate.
template <typename T, bool asks, int64_t fixed>
CT_INLINE void addPair(
    const Attention<T> &a, const T *__restrict query, const T *__restrict key,
    const T *__restrict up, const T *weights, const T *scores, T *__restrict dQuery,
    T *__restrict dKey, T *__restrict dGate) {
  const T *__restrict gate = a.gate;
  const int64_t heads = fixed ? fixed : a.heads, blocked = fixed ? a.width / lanes * lanes : 0;
  const Lanes<T> weight = spread<T, fixed>(weights), dg = spread<T, fixed>(scores);
  for (int64_t c = 0; c < blocked; c += lanes) {
    const Lanes<T> z = asks ? load(query + c) + load(key + c) : load(key + c);
    const Lanes<T> slope = z > T(0) ? Lanes<T>{} + T(1) : Lanes<T>{} + a.slope;
    store(dGate + c, load(dGate + c) + dg * slope * z);
    const Lanes<T> dz = (weight * load(up + c) + dg * load(gate + c)) * slope;
    store(dKey + c, load(dKey + c) + dz);
    if (asks) store(dQuery + c, load(dQuery + c) + dz);
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

/// Gradients of the scores, `weights` (`scores` - Σ `weights` `scores`), in place of `scores`; they
/// are added to `dBias`.
template <typename T, int64_t fixed>
CT_INLINE void centerScores(
    const T *__restrict weights, T *__restrict scores, T *__restrict dBias, int64_t rows,
    int64_t count) {
  constexpr int64_t step = fixed ? fixed : 1;
  for (int64_t first = 0; first < count; first += step) {
    T mean[step] = {};
    for (int64_t j = 0; j < rows; ++j)
      for (int64_t h = 0; h < step; ++h)
        mean[h] += weights[j * count + first + h] * scores[j * count + first + h];
    for (int64_t j = 0; j < rows; ++j)
      for (int64_t h = 0; h < step; ++h) {
        const int64_t k = j * count + first + h;
        scores[k] = weights[k] * (scores[k] - mean[h]);
        dBias[k] += scores[k];
      }
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
      const T *query = asks ? a.queries + (start + i) * a.stride : nullptr;
      const T *upRow = up + (asks ? start + i : s) * width;
      for (int64_t j = 0; j < rows; ++j)
        leakyDots<T, asks, fixed>(a, query, a.keys + (start + j) * a.stride, upRow, scores + j * heads);
      centerScores<T, fixed>(weights, scores, d.bias + start * heads, rows, heads);
      for (int64_t j = 0; j < rows; ++j)
        addPair<T, asks, fixed>(
            a, query, a.keys + (start + j) * a.stride, upRow, weights + j * heads,
            scores + j * heads, asks ? d.queries + (start + i) * a.stride : nullptr,
            d.keys + (start + j) * a.stride, d.gate);
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
