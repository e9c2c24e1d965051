// Input that is only read is then declared so.
#define ZLIB_CONST
#include <zlib.h>
