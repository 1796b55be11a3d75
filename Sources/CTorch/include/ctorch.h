#ifndef CTORCH_H
#define CTORCH_H

/* Tensors with gradients behind a plain C interface.
 *
 * The functions live in a library of their own (libCTorchShim), which is opened on the first
 * tensor: a program that needs none never loads libtorch. That library exports one symbol,
 * `ct_shim_api`, which answers a table of functions; `ct_open` fetches it.
 *
 * Rules: every function that can fail answers a `ct_status` and gives its result through `out`.
 * A tensor received through `out` is owned (+1): release it with `release`. No exception crosses.
 */

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __clang__
#pragma clang diagnostic ignored "-Wnullability-completeness"
#define CT_NONNULL _Nonnull
#else
#define CT_NONNULL
#endif

/* Raised with every change of `ct_api`. */
#define CT_ABI_VERSION 5

typedef struct ct_tensor ct_tensor;
typedef struct ct_generator ct_generator;
typedef struct ct_module ct_module;

typedef enum ct_status { CT_OK = 0, CT_FAILED = 1 } ct_status;

typedef enum ct_type { CT_FLOAT32 = 0, CT_FLOAT64 = 1, CT_INT64 = 2 } ct_type;

typedef enum ct_device { CT_CPU = 0, CT_CUDA = 1 } ct_device;

typedef enum ct_unary {
  CT_NEGATE, CT_EXP, CT_LOG, CT_SQRT, CT_ABS, CT_SQUARE, CT_RELU, CT_SILU, CT_GELU, CT_TANH,
  CT_SIGMOID, CT_SOFTPLUS
} ct_unary;

typedef enum ct_binary {
  CT_ADD, CT_SUBTRACT, CT_MULTIPLY, CT_DIVIDE, CT_MINIMUM, CT_MAXIMUM
} ct_binary;

typedef enum ct_reduction { CT_SUM, CT_MEAN } ct_reduction;

/* Losses of a predicted mean and logarithm of a scale s; each is a mean over all entries.
 * ROBUST_L1: sqrt(2) |y - m| exp(-s) + s. ROBUST_L2: (y - m)^2 exp(-2 s) / 2 + s, which is the
 * Gaussian negative log-likelihood up to the constant log(2 pi) / 2. */
typedef enum ct_loss { CT_ROBUST_L1, CT_ROBUST_L2 } ct_loss;

typedef struct ct_adamw {
  double learning_rate, beta1, beta2, weight_decay, epsilon;
} ct_adamw;

/* Weights of one `attention_layer`, w wide with a hidden layer of size h. */
typedef struct ct_attention_layer {
  const ct_tensor *norm_weight, *norm_bias; /* [w] */
  const ct_tensor *queries;                 /* [h, w], or NULL to pool */
  const ct_tensor *keys, *keys_bias;        /* [h, w], [h] */
  const ct_tensor *gate, *powers;           /* [h], [1, heads] */
  const ct_tensor *output, *output_bias;    /* [w, h], [w] */
  double epsilon, slope;
} ct_attention_layer;

/* What follows a linear layer; the shifted softplus is log(1/2 + exp(x) / 2). */
typedef enum ct_activation {
  CT_PLAIN, CT_WITH_SILU, CT_WITH_SOFTPLUS, CT_WITH_SHIFTED_SOFTPLUS
} ct_activation;

/* Messages of n nodes: message e goes from node from[e] to the node in whose row of offsets it
 * lies. `weights` say how much each counts in a sum, `counts` how often in statistics; NULL is 1. */
typedef struct ct_messages {
  const ct_tensor *offsets, *from;    /* [n + 1], [e], int64 */
  const ct_tensor *weights, *counts;  /* [e] or [e, 1], or NULL */
} ct_messages;

/* Columns to mean 0 and variance 1, then weight * x + bias. In training the statistics are those of
 * the rows, by their counts, and enter the running mean and variance; else these are used. */
typedef struct ct_norm {
  const ct_tensor *weight, *bias;  /* [w] */
  ct_tensor *mean, *variance;      /* [w], running; change in place */
  double epsilon, momentum;
  bool training;
} ct_norm;

typedef struct ct_api {
  int abi_version;

  /* Message of the last failure on this thread; valid until the next call on it. */
  const char *CT_NONNULL (*CT_NONNULL last_error)(void);
  const char *CT_NONNULL (*CT_NONNULL torch_version)(void);
  /* Threads inside one operation, for every thread that has not used libtorch yet. */
  void (*CT_NONNULL set_threads)(int count);
  /* Tensors that were handed out and not yet released, in the whole process. */
  int64_t (*CT_NONNULL live_tensors)(void);
  void (*CT_NONNULL release)(ct_tensor *a);

  ct_status (*CT_NONNULL from_data)(
      const void *data, ct_type type, const int64_t *shape, int rank, ct_tensor **out);
  ct_status (*CT_NONNULL full)(double value, ct_type type, const int64_t *shape, int rank, ct_tensor **out);
  int (*CT_NONNULL rank)(const ct_tensor *a);
  int64_t (*CT_NONNULL size)(const ct_tensor *a, int dimension);
  /* Type, or -1 where it is none of `ct_type`. */
  int (*CT_NONNULL type)(const ct_tensor *a);
  /* Writes all elements in row-major order; `bytes` must be exactly their size. */
  ct_status (*CT_NONNULL copy_out)(const ct_tensor *a, void *destination, int64_t bytes);
  ct_status (*CT_NONNULL cast)(const ct_tensor *a, ct_type type, ct_tensor **out);

  ct_generator *(*CT_NONNULL generator_new)(uint64_t seed);
  void (*CT_NONNULL generator_release)(ct_generator *g);
  ct_status (*CT_NONNULL random_normal)(
      ct_generator *g, ct_type type, const int64_t *shape, int rank, ct_tensor **out);
  /* Zeroes entries with probability `rate` and scales the others by 1 / (1 - rate). */
  ct_status (*CT_NONNULL dropout)(const ct_tensor *a, double rate, ct_generator *g, ct_tensor **out);

  /* Answers the former setting. Holds for the calling thread alone. */
  bool (*CT_NONNULL set_grad_enabled)(bool enabled);
  ct_status (*CT_NONNULL set_requires_grad)(ct_tensor *a, bool required);
  bool (*CT_NONNULL requires_grad)(const ct_tensor *a);
  ct_status (*CT_NONNULL backward)(const ct_tensor *scalar);
  /* `*out` is NULL where no gradient has arrived. */
  ct_status (*CT_NONNULL grad)(const ct_tensor *a, ct_tensor **out);
  ct_status (*CT_NONNULL clear_grad)(ct_tensor *a);
  ct_status (*CT_NONNULL detach)(const ct_tensor *a, ct_tensor **out);
  /* a <- a + weight (b - a), outside of autograd; weight 1 copies. */
  ct_status (*CT_NONNULL blend)(ct_tensor *a, const ct_tensor *b, double weight);

  ct_status (*CT_NONNULL unary)(ct_unary operation, const ct_tensor *a, ct_tensor **out);
  ct_status (*CT_NONNULL leaky_relu)(const ct_tensor *a, double slope, ct_tensor **out);
  ct_status (*CT_NONNULL binary)(ct_binary operation, const ct_tensor *a, const ct_tensor *b, ct_tensor **out);
  /* a * factor + offset. */
  ct_status (*CT_NONNULL affine)(const ct_tensor *a, double factor, double offset, ct_tensor **out);
  ct_status (*CT_NONNULL matmul)(const ct_tensor *a, const ct_tensor *b, ct_tensor **out);
  /* x w^T + b with x [n, in], w [out, in], b [out] or NULL. Without gradients every row is
   * computed on its own: equal rows give equal bits in any company. */
  ct_status (*CT_NONNULL linear)(
      const ct_tensor *x, const ct_tensor *w, const ct_tensor *b, ct_tensor **out);
  ct_status (*CT_NONNULL layer_norm)(
      const ct_tensor *x, const ct_tensor *w, const ct_tensor *b, double epsilon, ct_tensor **out);
  ct_status (*CT_NONNULL reshape)(const ct_tensor *a, const int64_t *shape, int rank, ct_tensor **out);
  ct_status (*CT_NONNULL transpose)(const ct_tensor *a, int first, int second, ct_tensor **out);
  ct_status (*CT_NONNULL narrow)(
      const ct_tensor *a, int dimension, int64_t start, int64_t count, ct_tensor **out);
  ct_status (*CT_NONNULL concatenate)(
      const ct_tensor *const *parts, int count, int dimension, ct_tensor **out);
  /* Over one dimension, or over all where `dimension` is -1. */
  ct_status (*CT_NONNULL reduce)(ct_reduction kind, const ct_tensor *a, int dimension, ct_tensor **out);
  ct_status (*CT_NONNULL loss)(
      ct_loss kind, const ct_tensor *mean, const ct_tensor *log_scale, const ct_tensor *target,
      ct_tensor **out);

  /* Packed segments: `offsets` [b + 1] rises from 0 to n; segment s holds the rows
   * offsets[s] ..< offsets[s + 1]. */
  ct_status (*CT_NONNULL gather)(const ct_tensor *table, const ct_tensor *index, ct_tensor **out);
  ct_status (*CT_NONNULL segment_reduce)(
      ct_reduction kind, const ct_tensor *a, const ct_tensor *offsets, ct_tensor **out);
  ct_status (*CT_NONNULL segment_softmax)(const ct_tensor *a, const ct_tensor *offsets, ct_tensor **out);
  /* Within each segment, for query i, row j and each head, which owns the columns c with
   * c mod heads equal to its number:
   *   h_ij = leaky(q_i + k_j), g_ij = sum over its columns of gate * h_ij + bias_j,
   *   out_i = sum over j of softmax_j(g_ij) h_ij.
   * keys [n, w], gate [w], bias [n, heads]. With queries [n, w] every row asks and out is
   * [n, w]; with NULL each segment asks once with q = 0 and out is [b, w]. */
  ct_status (*CT_NONNULL segment_attention)(
      const ct_tensor *queries, const ct_tensor *keys, const ct_tensor *gate,
      const ct_tensor *bias, const ct_tensor *offsets, double slope, ct_tensor **out);

  /* layer_norm, linear layers to queries and keys, segment_attention with the bias
   * log_fractions [n, 1] * powers, a linear layer to the output, in one. With queries every row of
   * nodes [n, w] receives its own row besides; without, out is [b, w]. Rows of one segment give
   * equal bits in any company, with gradients and without. */
  ct_status (*CT_NONNULL attention_layer)(
      const ct_tensor *nodes, const ct_attention_layer *layer, const ct_tensor *log_fractions,
      const ct_tensor *offsets, ct_tensor **out);
  /* out_i = base + response * (weight amounts_i + bias), with base and response the halves of row
   * elements[i] of table [r, 2 w]; amounts [n, f], weight [w, f], bias [w]. */
  ct_status (*CT_NONNULL mix_elements)(
      const ct_tensor *table, const ct_tensor *elements, const ct_tensor *amounts,
      const ct_tensor *weight, const ct_tensor *bias, ct_tensor **out);

  /* One AdamW step of every parameter that has a gradient, then clears the gradients.
   * `first`, `second` are the moments, `steps` scalars of type float32; all change in place. */
  ct_status (*CT_NONNULL adamw)(
      ct_tensor *const *parameters, ct_tensor *const *first, ct_tensor *const *second,
      ct_tensor *const *steps, int count, ct_adamw settings);

  /* For each edge e, from node from[e] to the node i in whose row of `offsets` [n + 1] it lies:
   *   m_e = silu(receivers_i + senders_from[e] + edges_e) * factors_e,
   * with edges and factors the halves of row e of `edges` [e, 2 w]; for each head, which owns the
   * columns c with c mod heads equal to its number, g_e = sum over its columns of gate * m_e; then
   *   out_i = sum over the edges of its row of softmax(g + log weight)_e m_e, 0 without any.
   * receivers, senders [n, w], gate [w], weights [e] or NULL where all are 1, from [e] int64. */
  ct_status (*CT_NONNULL edge_attention)(
      const ct_tensor *receivers, const ct_tensor *senders, const ct_tensor *edges,
      const ct_tensor *gate, const ct_tensor *weights, const ct_tensor *offsets,
      const ct_tensor *from, int heads, ct_tensor **out);

  /* Makes `device` the one that computes. Fails where this libtorch or this library cannot. */
  ct_status (*CT_NONNULL use_device)(ct_device device);

  /* The activation of x w^T + b; b may be NULL. Here and below, where no gradients are recorded
   * every row is computed on its own. */
  ct_status (*CT_NONNULL dense)(
      const ct_tensor *x, const ct_tensor *w, const ct_tensor *b, ct_activation kind,
      ct_tensor **out);
  /* For each message from j to i the activation of receivers_i + senders_j + w rows_e:
   * receivers [n, o], senders [k, o], rows [e, in], w [o, in] -> [e, o]. */
  ct_status (*CT_NONNULL edge_dense)(
      const ct_tensor *receivers, const ct_tensor *senders, const ct_tensor *rows,
      const ct_tensor *w, const ct_messages *messages, ct_activation kind, ct_tensor **out);
  /* As edge_dense without activation, normalized over all messages; then for each node the sum over
   * its messages of weight * sigmoid(first half) * softplus(second half): [n, o / 2]. */
  ct_status (*CT_NONNULL gated_convolution)(
      const ct_tensor *receivers, const ct_tensor *senders, const ct_tensor *rows,
      const ct_tensor *w, const ct_messages *messages, const ct_norm *norm, ct_tensor **out);
  /* `sums` z as of edge_dense without activation [e, o]; `means` for each node
   *   sum_e weight_e sigmoid(z_e) values_from[e] / (sum_e weight_e sigmoid(z_e) + 1e-6): [n, o],
   * with values like senders. */
  ct_status (*CT_NONNULL gated_edges)(
      const ct_tensor *receivers, const ct_tensor *senders, const ct_tensor *values,
      const ct_tensor *rows, const ct_tensor *w, const ct_messages *messages, ct_tensor **sums,
      ct_tensor **means);
  /* The normalized x [n, w], its silu where asked for, plus `passed` [n, w] or NULL; counts [n] or
   * NULL. */
  ct_status (*CT_NONNULL normalize_columns)(
      const ct_tensor *x, const ct_tensor *passed, const ct_tensor *counts, const ct_norm *norm,
      bool silu, ct_tensor **out);
  /* For each segment the sum of weight * row; weights [e] or NULL. */
  ct_status (*CT_NONNULL message_sum)(
      const ct_tensor *rows, const ct_tensor *offsets, const ct_tensor *weights, ct_tensor **out);
  /* exp(-((x - center) / width)^2): x with n entries, centers with k -> [n, k]. */
  ct_status (*CT_NONNULL gaussians)(
      const ct_tensor *x, const ct_tensor *centers, double width, ct_tensor **out);

  /* Reads a TorchScript archive, to compute with its method `name` (as a rule "forward"). Several
   * threads may run a module at once. */
  ct_status (*CT_NONNULL module_load)(
      const void *bytes, int64_t length, const char *name, ct_module **out);
  void (*CT_NONNULL module_release)(ct_module *m);
  /* How many arguments the method takes, those that need not be given included or not. */
  int (*CT_NONNULL module_inputs)(const ct_module *m, bool with_defaults);
  /* Names and types of the arguments; valid as long as the module. */
  const char *CT_NONNULL (*CT_NONNULL module_signature)(const ct_module *m);
  /* Runs the method on tensors by position, or on one dictionary of them where there are names.
   * `*out` is the answer, or of a dictionary the entry `output`, or of a tuple or a list the entry
   * `index` where `output` is NULL and `index` not negative; as float64. `gradients` lets the module
   * differentiate inside. */
  ct_status (*CT_NONNULL module_run)(
      const ct_module *m, const char *const *names, const ct_tensor *const *inputs, int count,
      const char *output, int64_t index, bool gradients, ct_tensor **out);
} ct_api;

/* Opens the library at `path` and fetches its table.
 *
 * Answers NULL on failure and then writes the reason to `reason` (cut to `capacity` bytes). */
const ct_api *ct_open(const char *path, char *reason, int capacity);

#ifdef __cplusplus
}
#endif
#endif
