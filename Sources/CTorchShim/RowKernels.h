#ifndef CTORCH_ROW_KERNELS_H
#define CTORCH_ROW_KERNELS_H

// Loops over the rows of a matrix: plain C++, one thread, sums in a fixed order, and each row the
// same chain of operations whatever the others are. See Kernels.h for what holds of the code.

#include "Kernels.h"

namespace ctorch {

typedef float Vector __attribute__((vector_size(64), aligned(4)));
constexpr int64_t vectorWidth = 16;
/// Floats of scratch that `multiplyRows` needs for each input column.
constexpr int64_t panelWidth = 2 * vectorWidth;

/// Columns `first` ..< `first + columns` of `multiplyRows`, at most `count` vectors of them, for
/// `tall` rows at once. Neither number touches the sums, only how many of them fit in registers.
template <int64_t count, int64_t tall>
CT_INLINE void multiplyPanel(
    const float *x, const float *w, const float *b, float *y, int64_t rows, int64_t in,
    int64_t out, int64_t first, int64_t columns, float *panel) {
  constexpr int64_t wide = count * vectorWidth;
  for (int64_t c = 0; c < wide; ++c)
    for (int64_t k = 0; k < in; ++k)
      panel[k * wide + c] = c < columns ? w[(first + c) * in + k] : 0;
  Vector start[count] = {};
  for (int64_t c = 0; c < columns; ++c)
    start[c / vectorWidth][c % vectorWidth] = b ? b[first + c] : 0;
  for (int64_t row = 0; row < rows; row += tall) {
    // A short last block computes its last row again in place of the missing ones.
    const int64_t height = rows - row < tall ? rows - row : tall;
    const float *lines[tall];
    for (int64_t r = 0; r < tall; ++r) lines[r] = x + (row + (r < height ? r : height - 1)) * in;
    Vector sums[tall][count];
    for (int64_t r = 0; r < tall; ++r)
      for (int64_t v = 0; v < count; ++v) sums[r][v] = start[v];
    for (int64_t k = 0; k < in; ++k) {
      const Vector *weights = reinterpret_cast<const Vector *>(panel + k * wide);
      for (int64_t r = 0; r < tall; ++r)
        for (int64_t v = 0; v < count; ++v) sums[r][v] += weights[v] * lines[r][k];
    }
    for (int64_t r = 0; r < tall; ++r) {
      if (r >= height) break;
      float *to = y + (row + r) * out + first;
      if (columns == wide) {
        for (int64_t v = 0; v < count; ++v)
          *reinterpret_cast<Vector *>(to + v * vectorWidth) = sums[r][v];
      } else {
        for (int64_t c = 0; c < columns; ++c) to[c] = sums[r][c / vectorWidth][c % vectorWidth];
      }
    }
  }
}

/// y [rows, out] = x [rows, in] wᵀ + b, w [out, in]; `panel` is scratch of [in, panelWidth].
template <int64_t count, int64_t tall>
CT_INLINE void multiplyRows(
    const float *x, const float *w, const float *b, float *y, int64_t rows, int64_t in,
    int64_t out, float *panel) {
  constexpr int64_t wide = count * vectorWidth;
  for (int64_t first = 0; first < out; first += wide) {
    const int64_t columns = out - first < wide ? out - first : wide;
    if (columns > vectorWidth)
      multiplyPanel<count, tall>(x, w, b, y, rows, in, out, first, columns, panel);
    else
      multiplyPanel<1, tall>(x, w, b, y, rows, in, out, first, columns, panel);
  }
}

CT_INLINE float squareRoot(float x) { return __builtin_sqrtf(x); }
CT_INLINE double squareRoot(double x) { return __builtin_sqrt(x); }

/// Sum of `term(c)` over the columns: one sum for each lane, the lanes in pairs, then the rest.
template <typename T, typename Term>
CT_INLINE T sumColumns(int64_t width, Term term) {
  T sums[lanes] = {};
  const int64_t blocked = width / lanes * lanes;
  for (int64_t c = 0; c < blocked; c += lanes)
    for (int64_t l = 0; l < lanes; ++l) sums[l] += term(c + l);
  for (int64_t half = lanes / 2; half > 0; half /= 2)
    for (int64_t l = 0; l < half; ++l) sums[l] += sums[l + half];
  for (int64_t c = blocked; c < width; ++c) sums[0] += term(c);
  return sums[0];
}

/// Rows to mean 0 and variance 1, then `weight` and `bias`; `stats` [rows, 2] receives the mean
/// and the reciprocal deviation of each row.
template <typename T>
CT_INLINE void normalizeRows(
    const T *x, const T *weight, const T *bias, T *y, T *stats, int64_t rows, int64_t width,
    T epsilon) {
  const T share = T(1) / static_cast<T>(width);
  for (int64_t i = 0; i < rows; ++i) {
    const T *__restrict from = x + i * width;
    T *__restrict to = y + i * width;
    const T mean = share * sumColumns<T>(width, [&](int64_t c) __attribute__((always_inline)) { return from[c]; });
    const T variance = share * sumColumns<T>(width, [&](int64_t c) __attribute__((always_inline)) {
      return (from[c] - mean) * (from[c] - mean);
    });
    const T scale = 1 / squareRoot(variance + epsilon);
    for (int64_t c = 0; c < width; ++c) to[c] = (from[c] - mean) * scale * weight[c] + bias[c];
    stats[2 * i] = mean;
    stats[2 * i + 1] = scale;
  }
}

/// Gradients of `normalizeRows` from `up` [rows, width]; `passed` (or null) is added to those of
/// x. `dWeight` and `dBias` are zero at the start.
template <typename T>
CT_INLINE void normalizeRowsBackward(
    const T *x, const T *__restrict weight, const T *stats, const T *up, const T *passed, T *dx,
    T *__restrict dWeight, T *__restrict dBias, int64_t rows, int64_t width) {
  const T share = T(1) / static_cast<T>(width);
  for (int64_t i = 0; i < rows; ++i) {
    const T *__restrict from = x + i * width, *__restrict d = up + i * width;
    T *__restrict to = dx + i * width;
    const T mean = stats[2 * i], scale = stats[2 * i + 1];
    for (int64_t c = 0; c < width; ++c) {
      dWeight[c] += d[c] * ((from[c] - mean) * scale);
      dBias[c] += d[c];
    }
    const T level = share * sumColumns<T>(width, [&](int64_t c) __attribute__((always_inline)) { return d[c] * weight[c]; });
    const T slope = share * sumColumns<T>(width, [&](int64_t c) __attribute__((always_inline)) {
      return d[c] * weight[c] * ((from[c] - mean) * scale);
    });
    for (int64_t c = 0; c < width; ++c)
      to[c] = scale * (d[c] * weight[c] - level - (from[c] - mean) * scale * slope);
    if (passed)
      for (int64_t c = 0; c < width; ++c) to[c] += passed[i * width + c];
  }
}

/// Adds the rows of `x` to `sum` [width].
template <typename T>
CT_INLINE void addRows(const T *x, T *__restrict sum, int64_t rows, int64_t width) {
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t c = 0; c < width; ++c) sum[c] += x[i * width + c];
}

/// Shapes and inputs of `mixElements`.
template <typename T>
struct ElementMix {
  const T *table;           // [elements, 2 width]: a base and a response for each element
  const int64_t *elements;  // [rows]
  const T *amounts;         // [rows, features]
  const T *weight;          // [width, features]
  const T *bias;            // [width]
  int64_t rows, features, width;
};

/// out [rows, width] = base of the element + its response · (weight · amounts + bias).
/// `columns` is scratch of [features, width].
template <typename T>
CT_INLINE void mixElements(const ElementMix<T> &a, T *out, T *columns) {
  for (int64_t c = 0; c < a.width; ++c)
    for (int64_t f = 0; f < a.features; ++f)
      columns[f * a.width + c] = a.weight[c * a.features + f];
  for (int64_t i = 0; i < a.rows; ++i) {
    const T *__restrict base = a.table + a.elements[i] * 2 * a.width;
    const T *__restrict response = base + a.width;
    T *__restrict to = out + i * a.width;
    for (int64_t c = 0; c < a.width; ++c) to[c] = a.bias[c];
    for (int64_t f = 0; f < a.features; ++f) {
      const T amount = a.amounts[i * a.features + f];
      for (int64_t c = 0; c < a.width; ++c) to[c] += amount * columns[f * a.width + c];
    }
    for (int64_t c = 0; c < a.width; ++c) to[c] = base[c] + response[c] * to[c];
  }
}

/// Gradients of `mixElements`; all but the scratch `columns` [features, width] and `row` [width]
/// are zero at the start. `dColumns` [features, width] is that of the weight, transposed.
template <typename T>
CT_INLINE void mixElementsBackward(
    const ElementMix<T> &a, const T *up, T *dTable, T *dColumns, T *__restrict dBias, T *columns,
    T *__restrict row) {
  for (int64_t c = 0; c < a.width; ++c)
    for (int64_t f = 0; f < a.features; ++f)
      columns[f * a.width + c] = a.weight[c * a.features + f];
  for (int64_t i = 0; i < a.rows; ++i) {
    const int64_t place = a.elements[i] * 2 * a.width;
    const T *__restrict response = a.table + place + a.width, *__restrict d = up + i * a.width;
    T *__restrict dBase = dTable + place, *__restrict dResponse = dBase + a.width;
    for (int64_t c = 0; c < a.width; ++c) row[c] = a.bias[c];
    for (int64_t f = 0; f < a.features; ++f) {
      const T amount = a.amounts[i * a.features + f];
      for (int64_t c = 0; c < a.width; ++c) row[c] += amount * columns[f * a.width + c];
    }
    for (int64_t c = 0; c < a.width; ++c) {
      dBase[c] += d[c];
      dResponse[c] += d[c] * row[c];
      row[c] = d[c] * response[c];
      dBias[c] += row[c];
    }
    for (int64_t f = 0; f < a.features; ++f) {
      const T amount = a.amounts[i * a.features + f];
      T *__restrict to = dColumns + f * a.width;
      for (int64_t c = 0; c < a.width; ++c) to[c] += amount * row[c];
    }
  }
}

}  // namespace ctorch
#endif
