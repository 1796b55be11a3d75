#include "ctorch.h"

#include <dlfcn.h>
#include <stdio.h>

typedef const ct_api *(*ct_entry)(int abi_version);

const ct_api *ct_open(const char *path, char *reason, int capacity) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    snprintf(reason, (size_t)capacity, "%s", dlerror());
    return NULL;
  }
  ct_entry entry = (ct_entry)dlsym(library, "ct_shim_api");
  if (entry == NULL) {
    snprintf(reason, (size_t)capacity, "%s does not export ct_shim_api", path);
    return NULL;
  }
  const ct_api *api = entry(CT_ABI_VERSION);
  if (api == NULL) {
    snprintf(
        reason, (size_t)capacity, "%s was built for another version of this program (not %d)", path,
        CT_ABI_VERSION);
  }
  return api;
}
