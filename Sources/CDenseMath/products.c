#include "CDenseMath.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

/// Four lanes of a sum, in whatever registers there are; found at any place.
typedef double quad __attribute__((vector_size(32), aligned(8)));

/// A panel of `right`, 64 rows by a piece of 256 terms, fits the second cache.
enum { piece = 256, panel = 64 };

/// With at least so many rows on the left a panel is copied, lest its rows share lines of the cache.
enum { worth_copying = 64 };

struct operands {
  double *out;
  const double *left, *right;
  long out_stride, left_stride, right_stride;
  double sign;
};

/// The products of `m` rows of `left` with `n` rows of `right`.
///
/// Both numbers are constants wherever this is inlined, and at most 4 and 6.
static inline __attribute__((always_inline)) void tile(
    struct operands o, long i, long j, int m, int n, long terms) {
  const double *a = o.left + i * o.left_stride;
  const double *b = o.right + j * o.right_stride;
  quad sums[4][6] = {{{0}}};
  long k = 0;
  for (; k + 4 <= terms; k += 4) {
    quad own[4];
    for (int row = 0; row < m; row++)
      own[row] = *(const quad *)(a + row * o.left_stride + k);
    for (int column = 0; column < n; column++) {
      quad other = *(const quad *)(b + column * o.right_stride + k);
      for (int row = 0; row < m; row++) sums[row][column] += own[row] * other;
    }
  }
  for (int row = 0; row < m; row++) {
    for (int column = 0; column < n; column++) {
      quad lanes = sums[row][column];
      double sum = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
      for (long last = k; last < terms; last++)
        sum += a[row * o.left_stride + last] * b[column * o.right_stride + last];
      o.out[(i + row) * o.out_stride + j + column] += o.sign * sum;
    }
  }
}

/// One panel, in tiles of `m` × `n` that keep the registers full, and single rows at the edges.
static inline __attribute__((always_inline)) void panel_products(
    struct operands o, long left_rows, long right_rows, long terms, int m, int n) {
  long i = 0;
  for (; i + m <= left_rows; i += m) {
    long j = 0;
    for (; j + n <= right_rows; j += n) tile(o, i, j, m, n, terms);
    for (; j < right_rows; j++) tile(o, i, j, m, 1, terms);
  }
  for (; i < left_rows; i++) {
    long j = 0;
    for (; j + 4 <= right_rows; j += 4) tile(o, i, j, 1, 4, terms);
    for (; j < right_rows; j++) tile(o, i, j, 1, 1, terms);
  }
}

static inline __attribute__((always_inline)) void products(
    struct operands all, long left_rows, long right_rows, long terms, int m, int n) {
  double copy[panel * piece];
  for (long first = 0; first < terms; first += piece) {
    long count = terms - first < piece ? terms - first : piece;
    for (long start = 0; start < right_rows; start += panel) {
      long rows = right_rows - start < panel ? right_rows - start : panel;
      struct operands o = all;
      o.out += start;
      o.left += first;
      o.right += start * all.right_stride + first;
      if (left_rows >= worth_copying) {
        for (long row = 0; row < rows; row++)
          memcpy(copy + row * count, o.right + row * o.right_stride, count * sizeof *copy);
        o.right = copy;
        o.right_stride = count;
      }
      panel_products(o, left_rows, rows, count, m, n);
    }
  }
}

typedef void kernel(struct operands, long, long, long);

static void products_plain(struct operands o, long left_rows, long right_rows, long terms) {
  products(o, left_rows, right_rows, terms, 2, 2);
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) static void products_avx2(
    struct operands o, long left_rows, long right_rows, long terms) {
  products(o, left_rows, right_rows, terms, 3, 4);
}

__attribute__((target("avx512f,avx512vl"))) static void products_avx512(
    struct operands o, long left_rows, long right_rows, long terms) {
  products(o, left_rows, right_rows, terms, 4, 6);
}

static kernel *chosen(void) {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
    return products_avx512;
  return __builtin_cpu_supports("avx2") ? products_avx2 : products_plain;
}

#else

static kernel *chosen(void) { return products_plain; }

#endif

void athanor_accumulate_products(
    double *out, long out_stride, double sign,
    const double *left, long left_stride, long left_rows,
    const double *right, long right_stride, long right_rows, long terms) {
  struct operands o = {out, left, right, out_stride, left_stride, right_stride, sign};
  chosen()(o, left_rows, right_rows, terms);
}
