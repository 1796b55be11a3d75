#include <libxml/xmlversion.h>
/* Keeps the headers of ICU out, which clash with those of Foundation. */
#undef LIBXML_ICU_ENABLED
#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>

/// libxml2's `xmlFree` is a variable, which Swift cannot call safely.
static inline void cxml_free(void *text) { xmlFree(text); }
