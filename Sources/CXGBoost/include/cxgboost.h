#ifndef CXGBOOST_H
#define CXGBOOST_H

/* The few functions of XGBoost (1.6 and later) that grow a tree, in a table.
 *
 * The library is opened when the first tree is grown, never linked into the program: loading it
 * with its helpers takes about 3 ms, which a command without trees should not pay. The types are
 * those of xgboost/c_api.h, whose header is not needed to build.
 *
 * Rules: a status of 0 is success; after any other, `last_error` tells why (on the same thread).
 */

#include <stdint.h>


typedef struct cx_api {
  void (*version)(int *major, int *minor, int *patch);
  const char * (*last_error)(void);

  /* Settings of the calling thread, as JSON. */
  int (*set_global_config)(const char *json);

  int (*matrix_from_dense)(
      const float *values, uint64_t rows, uint64_t columns, float missing,
      void **out, int threads);
  int (*matrix_free)(void *matrix);

  int (*booster_create)(
      void *const *matrices, uint64_t count, void **out);
  int (*booster_free)(void *booster);
  int (*booster_set_parameter)(void *booster, const char *name, const char *value);

  /* One round of trees for the given derivatives of the loss, one pair a row. */
  int (*booster_boost)(
      void *booster, void *matrix, float *gradients, float *hessians, uint64_t count);

  /* `*out` belongs to the booster and is valid until its next call. */
  int (*booster_save)(
      void *booster, const char *config, uint64_t *length,
      const char **out);
} cx_api;

/* Opens the shared library `file` and fills `api`; 0 for success, else a reason is written. */
int cx_open(const char *file, cx_api *api, char *reason, int capacity);


#endif
