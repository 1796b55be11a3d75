#ifndef CTORCH_EDGE_KERNELS_H
#define CTORCH_EDGE_KERNELS_H

// Loops over the edges of packed graphs: see Kernels.h for what holds of the code.

#include "RowKernels.h"

namespace ctorch {

/// Shapes and inputs of one step of attention over edges; see `edge_attention` in ctorch.h.
template <typename T>
struct EdgeAttention {
  const T *receivers;  // [n, width]
  const T *senders;    // [n, width]
  const T *edges;      // [e, 2 width]: what is added, then what the message is multiplied with
  const T *gate;       // [width]
  const T *bias;       // [e], added to the scores of each edge, or null
  const int64_t *offsets;  // [n + 1]
  const int64_t *from;     // [e]
  int64_t nodes, width, heads;
};

template <typename T>
CT_INLINE T logistic(T x) {
  return 1 / (1 + exponential(-x));
}

/// Messages [e, width] = silu(receiver + sender + edge) · factor, the sums themselves in `sums`, and
/// `weights` [e, heads] before the softmax.
template <typename T, int64_t fixed>
CT_INLINE void edgeMessages(const EdgeAttention<T> &a, T *sums, T *messages, T *weights) {
  const int64_t width = a.width, heads = fixed ? fixed : a.heads;
  for (int64_t i = 0; i < a.nodes; ++i)
    for (int64_t e = a.offsets[i]; e < a.offsets[i + 1]; ++e) {
      const T *__restrict own = a.receivers + i * width;
      const T *__restrict other = a.senders + a.from[e] * width;
      const T *__restrict edge = a.edges + e * 2 * width;
      T *__restrict z = sums + e * width;
      T *__restrict m = messages + e * width;
      for (int64_t c = 0; c < width; ++c) z[c] = own[c] + other[c] + edge[c];
      for (int64_t c = 0; c < width; ++c) m[c] = z[c] * logistic(z[c]) * edge[width + c];
      T *__restrict score = weights + e * heads;
      const int64_t blocked = fixed ? width / lanes * lanes : 0;
      Lanes<T> dots = {};
      for (int64_t c = 0; c < blocked; c += lanes) dots += load(a.gate + c) * load(m + c);
      if (fixed)
        gatherLanes<T, fixed>(dots, score);
      else
        for (int64_t h = 0; h < heads; ++h) score[h] = 0;
      for (int64_t c = blocked; c < width; ++c) score[c % heads] += a.gate[c] * m[c];
      if (a.bias)
        for (int64_t h = 0; h < heads; ++h) score[h] += a.bias[e];
    }
}

/// out [n, width] = the messages of each row weighed by the softmax of their scores.
template <typename T, int64_t fixed>
CT_INLINE void edgeAttend(
    const EdgeAttention<T> &a, T *out, T *sums, T *messages, T *weights) {
  const int64_t width = a.width, heads = fixed ? fixed : a.heads;
  edgeMessages<T, fixed>(a, sums, messages, weights);
  for (int64_t i = 0; i < a.nodes; ++i) {
    const int64_t first = a.offsets[i], rows = a.offsets[i + 1] - first;
    T *__restrict to = out + i * width;
    for (int64_t c = 0; c < width; ++c) to[c] = 0;
    if (rows == 0) continue;
    softmaxColumns(weights + first * heads, rows, heads);
    for (int64_t e = first; e < first + rows; ++e) {
      const T *__restrict m = messages + e * width;
      const T *weight = weights + e * heads;
      const int64_t blocked = fixed ? width / lanes * lanes : 0;
      const Lanes<T> shares = spread<T, fixed>(weight);
      for (int64_t c = 0; c < blocked; c += lanes)
        store(to + c, load(to + c) + shares * load(m + c));
      for (int64_t c = blocked; c < width; ++c) to[c] += weight[c % heads] * m[c];
    }
  }
}

template <typename T>
struct EdgeGradients {
  T *receivers, *senders, *edges, *gate;  // shapes of the inputs; zero at the start
};

/// The scores' part of the gradient of one row, from `up` [width] of its node, in `scores`.
template <typename T, int64_t fixed>
CT_INLINE void edgeScores(
    const EdgeAttention<T> &a, const T *messages, const T *weights, const T *__restrict up,
    int64_t first, int64_t rows, T *scores) {
  const int64_t width = a.width, heads = fixed ? fixed : a.heads;
  for (int64_t r = 0; r < rows; ++r) {
    const T *__restrict m = messages + (first + r) * width;
    T *__restrict score = scores + r * heads;
    const int64_t blocked = fixed ? width / lanes * lanes : 0;
    Lanes<T> dots = {};
    for (int64_t c = 0; c < blocked; c += lanes) dots += load(up + c) * load(m + c);
    if (fixed)
      gatherLanes<T, fixed>(dots, score);
    else
      for (int64_t h = 0; h < heads; ++h) score[h] = 0;
    for (int64_t c = blocked; c < width; ++c) score[c % heads] += up[c] * m[c];
  }
  for (int64_t h = 0; h < heads; ++h) {
    T mean = 0;
    for (int64_t r = 0; r < rows; ++r) mean += weights[(first + r) * heads + h] * scores[r * heads + h];
    for (int64_t r = 0; r < rows; ++r)
      scores[r * heads + h] = weights[(first + r) * heads + h] * (scores[r * heads + h] - mean);
  }
}

/// Gradients of `edgeAttend`; `scores` is scratch of [edges of the longest row, heads].
template <typename T, int64_t fixed>
CT_INLINE void edgeAttendBackward(
    const EdgeAttention<T> &a, const T *sums, const T *messages, const T *weights, const T *up,
    EdgeGradients<T> d, T *scores) {
  const int64_t width = a.width, heads = fixed ? fixed : a.heads;
  const int64_t blocked = fixed ? width / lanes * lanes : 0;
  for (int64_t i = 0; i < a.nodes; ++i) {
    const int64_t first = a.offsets[i], rows = a.offsets[i + 1] - first;
    const T *__restrict above = up + i * width;
    edgeScores<T, fixed>(a, messages, weights, above, first, rows, scores);
    T *__restrict own = d.receivers + i * width;
    for (int64_t e = first; e < first + rows; ++e) {
      const T *__restrict z = sums + e * width, *__restrict m = messages + e * width;
      const T *__restrict factor = a.edges + (2 * e + 1) * width;
      const T *weight = weights + e * heads, *score = scores + (e - first) * heads;
      T *__restrict dz = d.edges + 2 * e * width;
      T *__restrict dFactor = dz + width;
      // The gradient of the message first, where that of the factor will stand.
      const Lanes<T> shares = spread<T, fixed>(weight), own_scores = spread<T, fixed>(score);
      for (int64_t c = 0; c < blocked; c += lanes) {
        store(d.gate + c, load(d.gate + c) + own_scores * load(m + c));
        store(dFactor + c, shares * load(above + c) + own_scores * load(a.gate + c));
      }
      for (int64_t c = blocked; c < width; ++c) {
        d.gate[c] += score[c % heads] * m[c];
        dFactor[c] = weight[c % heads] * above[c] + score[c % heads] * a.gate[c];
      }
      T *__restrict other = d.senders + a.from[e] * width;
      for (int64_t c = 0; c < width; ++c) {
        const T share = logistic(z[c]), silu = z[c] * share;
        dz[c] = dFactor[c] * factor[c] * (share + silu * (1 - share));
        dFactor[c] *= silu;
      }
      for (int64_t c = 0; c < width; ++c) own[c] += dz[c];
      for (int64_t c = 0; c < width; ++c) other[c] += dz[c];
    }
  }
}

template <typename T>
CT_INLINE void edgeAttendAnyHeads(
    const EdgeAttention<T> &a, T *out, T *sums, T *messages, T *weights) {
  switch (a.heads) {
    case 1: return edgeAttend<T, 1>(a, out, sums, messages, weights);
    case 2: return edgeAttend<T, 2>(a, out, sums, messages, weights);
    case 4: return edgeAttend<T, 4>(a, out, sums, messages, weights);
    case 8: return edgeAttend<T, 8>(a, out, sums, messages, weights);
    default: return edgeAttend<T, 0>(a, out, sums, messages, weights);
  }
}

template <typename T>
CT_INLINE void edgeAttendBackwardAnyHeads(
    const EdgeAttention<T> &a, const T *sums, const T *messages, const T *weights, const T *up,
    EdgeGradients<T> d, T *scores) {
  switch (a.heads) {
    case 1: return edgeAttendBackward<T, 1>(a, sums, messages, weights, up, d, scores);
    case 2: return edgeAttendBackward<T, 2>(a, sums, messages, weights, up, d, scores);
    case 4: return edgeAttendBackward<T, 4>(a, sums, messages, weights, up, d, scores);
    case 8: return edgeAttendBackward<T, 8>(a, sums, messages, weights, up, d, scores);
    default: return edgeAttendBackward<T, 0>(a, sums, messages, weights, up, d, scores);
  }
}

}  // namespace ctorch
#endif
