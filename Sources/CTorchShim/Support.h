#ifndef CTORCH_SUPPORT_H
#define CTORCH_SUPPORT_H

#include "ctorch_shim.h"

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#ifdef __SSE__
#include <xmmintrin.h>
#endif

#include <atomic>
#include <exception>
#include <initializer_list>
#include <sstream>
#include <string>

struct ct_tensor {
  at::Tensor value;
};

namespace ctorch {

inline thread_local std::string lastError;
inline std::atomic<int64_t> liveTensors{0};

inline void emit(ct_tensor **out, at::Tensor tensor) {
  *out = new ct_tensor{std::move(tensor)};
  liveTensors.fetch_add(1, std::memory_order_relaxed);
}

/// `matmul: [3, 4] × [5, 2]: inner sizes differ`: the operation, the shapes, the reason.
inline void describe(
    const char *operation, std::initializer_list<const ct_tensor *> operands, const char *reason) {
  std::ostringstream text;
  text << operation << ": ";
  const char *separator = "";
  for (const ct_tensor *operand : operands) {
    if (operand == nullptr) continue;
    text << separator << "[";
    separator = " × ";
    const char *comma = "";
    for (int64_t size : operand->value.sizes()) {
      text << comma << size;
      comma = ", ";
    }
    text << "]";
  }
  if (*separator) text << ": ";
  std::string line(reason);
  lastError = text.str() + line.substr(0, line.find('\n'));
}

/// While it lives, numbers below the smallest normal one count as 0 on this thread. Gaussians of far
/// distances are full of them, and products with them take a hundred times as long.
struct WithoutSubnormals {
#ifdef __SSE__
  const unsigned former = _mm_getcsr();
  WithoutSubnormals() { _mm_setcsr(former | 0x8040); }
  ~WithoutSubnormals() { _mm_setcsr(former); }
#endif
};

/// Runs `body`, subnormal numbers included; an exception becomes a message on this thread.
template <typename Body>
ct_status guardedExactly(
    const char *operation, std::initializer_list<const ct_tensor *> operands, Body body) noexcept {
  try {
    // Matrix products of a new thread would share their work out over all processors: how many threads
    // there are is known to each thread apart, and results would depend on which one computes.
    at::internal::lazy_init_num_threads();
    body();
    return CT_OK;
  } catch (const c10::Error &error) {
    describe(operation, operands, error.what_without_backtrace());
  } catch (const std::exception &error) {
    describe(operation, operands, error.what());
  } catch (...) {
    describe(operation, operands, "an unknown failure");
  }
  return CT_FAILED;
}

/// As `guardedExactly`, for all that computes.
template <typename Body>
ct_status guarded(
    const char *operation, std::initializer_list<const ct_tensor *> operands, Body body) noexcept {
  const WithoutSubnormals fast;
  return guardedExactly(operation, operands, body);
}

struct Refusal : std::exception {
  const char *reason;
  explicit Refusal(const char *reason) : reason(reason) {}
  const char *what() const noexcept override { return reason; }
};

inline void require(bool condition, const char *reason) {
  if (!condition) throw Refusal(reason);
}

/// Operations whose gradient is ours (Functions.cpp).
void addFunctions(ct_api &api);
/// The fused steps of the composition encoder (EncoderFunctions.cpp).
void addEncoderFunctions(ct_api &api);
/// The fused steps of message-passing networks (MessageFunctions.cpp).
void addMessageFunctions(ct_api &api);
/// Fused layers and normalizations (RowFunctions.cpp).
void addRowFunctions(ct_api &api);
/// The fused steps of networks on graphs (EdgeFunctions.cpp).
void addEdgeFunctions(ct_api &api);
/// Modules of others (ScriptFunctions.cpp).
void addScriptFunctions(ct_api &api);

}  // namespace ctorch
#endif
