#ifndef CTORCH_VECTORS_H
#define CTORCH_VECTORS_H

// Numbers by sixteen for the kernels, in vector types of clang.

#include <cmath>
#include <cstdint>
#include <limits>

#if defined(__x86_64__) && defined(__linux__)
#define CT_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CT_CLONES
#endif
#define CT_INLINE inline __attribute__((always_inline))

// Vectors are passed between functions that are always inlined: no call, no calling convention.
#pragma clang diagnostic ignored "-Wpsabi"

namespace ctorch {

constexpr int64_t lanes = 16;

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

template <typename T, int64_t count>
struct VectorOf {
  typedef T type __attribute__((vector_size(count * sizeof(T)), aligned(sizeof(T))));
};
template <typename T>
using Lanes = typename VectorOf<T, lanes>::type;

template <typename T>
CT_INLINE Lanes<T> load(const T *from) {
  return *reinterpret_cast<const Lanes<T> *>(from);
}

template <typename T>
CT_INLINE void store(T *to, Lanes<T> value) {
  *reinterpret_cast<Lanes<T> *>(to) = value;
}

/// z above 0, `slope` z below.
template <typename T>
CT_INLINE Lanes<T> leaky(Lanes<T> z, T slope) {
  return z > T(0) ? z : z * slope;
}

// Where the number of heads is a template argument (`fixed`, a divisor of `lanes`), lane l is of
// head l mod fixed in every block; with `fixed` 0 the heads are any number and nothing is blocked.

/// One weight for each lane from one for each head.
template <typename T, int64_t fixed>
CT_INLINE Lanes<T> spread(const T *heads) {
  if constexpr (fixed == 0) {
    return Lanes<T>{};
  } else if constexpr (fixed == 1) {
    return Lanes<T>{} + heads[0];
  } else {
    const auto few = *reinterpret_cast<const typename VectorOf<T, fixed>::type *>(heads);
    constexpr int m = fixed - 1;
    return __builtin_shufflevector(
        few, few, 0, 1 & m, 2 & m, 3 & m, 4 & m, 5 & m, 6 & m, 7 & m, 8 & m, 9 & m, 10 & m, 11 & m,
        12 & m, 13 & m, 14 & m, 15 & m);
  }
}

/// Sums of the lanes of each head: halves of the lanes upon each other until the heads are left.
template <typename T, int64_t fixed>
CT_INLINE void gatherLanes(Lanes<T> sums, T *heads) {
  if constexpr (fixed > 0) {
    const auto eight = __builtin_shufflevector(sums, sums, 0, 1, 2, 3, 4, 5, 6, 7) +
                       __builtin_shufflevector(sums, sums, 8, 9, 10, 11, 12, 13, 14, 15);
    const auto four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) +
                      __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
    if constexpr (fixed == 8) {
      for (int64_t h = 0; h < 8; ++h) heads[h] = eight[h];
    } else if constexpr (fixed == 4) {
      for (int64_t h = 0; h < 4; ++h) heads[h] = four[h];
    } else if constexpr (fixed == 2) {
      heads[0] = four[0] + four[2];
      heads[1] = four[1] + four[3];
    } else {
      heads[0] = (four[0] + four[2]) + (four[1] + four[3]);
    }
  }
}

}  // namespace ctorch
#endif
