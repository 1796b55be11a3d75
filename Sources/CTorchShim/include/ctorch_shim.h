#ifndef CTORCH_SHIM_H
#define CTORCH_SHIM_H

#include "ctorch.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The table of functions, or NULL where `abi_version` is not the one this library was built for. */
__attribute__((visibility("default"))) const ct_api *ct_shim_api(int abi_version);

#ifdef __cplusplus
}
#endif
#endif
