#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>

/// libxml2's `xmlFree` is a variable, which Swift cannot call safely.
static inline void cxml_free(void *text) { xmlFree(text); }
