#include "cxgboost.h"

#include <dlfcn.h>
#include <stdio.h>

static void *find(void *library, const char *name, const char *file, char *reason, int capacity) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL) snprintf(reason, (size_t)capacity, "%s does not export %s", file, name);
  return symbol;
}

int cx_open(const char *file, cx_api *api, char *reason, int capacity) {
  void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    const char *error = dlerror();
    snprintf(reason, (size_t)capacity, "%s", error == NULL ? "it cannot be opened" : error);
    return 1;
  }
#define CX_BIND(member, name) \
  api->member = (__typeof__(api->member))find(library, name, file, reason, capacity); \
  if (api->member == NULL) return 1;
  CX_BIND(version, "XGBoostVersion")
  CX_BIND(last_error, "XGBGetLastError")
  CX_BIND(set_global_config, "XGBSetGlobalConfig")
  CX_BIND(matrix_from_dense, "XGDMatrixCreateFromMat_omp")
  CX_BIND(matrix_free, "XGDMatrixFree")
  CX_BIND(booster_create, "XGBoosterCreate")
  CX_BIND(booster_free, "XGBoosterFree")
  CX_BIND(booster_set_parameter, "XGBoosterSetParam")
  CX_BIND(booster_boost, "XGBoosterBoostOneIter")
  CX_BIND(booster_save, "XGBoosterSaveModelToBuffer")
#undef CX_BIND
  return 0;
}
