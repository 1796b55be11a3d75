#ifndef ATHANOR_C_DENSE_MATH_H
#define ATHANOR_C_DENSE_MATH_H

/// Adds `sign · Σ_k left[i, k] right[j, k]` to `out[i, j]` for all rows `i` of `left` and `j` of `right`.
///
/// Strides are numbers from one row to the next. A sum runs in an order of its own, four lanes over pieces of
/// 256 terms, whatever stands beside it and whatever registers the processor has: without fused
/// multiplications, so bits are equal everywhere.
void athanor_accumulate_products(
    double *out, long out_stride, double sign,
    const double *left, long left_stride, long left_rows,
    const double *right, long right_stride, long right_rows, long terms);

#endif
