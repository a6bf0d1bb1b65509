/* Windows has a bcryptprimitives.dll with ProcessPrng, from which Rust's standard library takes its random numbers. Older
 * versions of Wine have none. This one asks the system's random generator by its older name, RtlGenRandom. */

#include <stddef.h>

typedef int BOOL;
typedef unsigned char BOOLEAN;
typedef unsigned char BYTE;
typedef unsigned long ULONG;

/* RtlGenRandom, of advapi32.dll, as it is exported. */
BOOLEAN __stdcall SystemFunction036(void *buffer, ULONG length);

/* Fills a buffer with random bytes. TRUE when it did. */
__declspec(dllexport) BOOL __stdcall ProcessPrng(BYTE *buffer, size_t length)
{
    /* A ULONG has 32 bits here and a size_t 64. */
    const size_t most = 0x10000000;
    while (length > 0) {
        ULONG now = (ULONG)(length < most ? length : most);
        if (!SystemFunction036(buffer, now))
            return 0;
        buffer += now;
        length -= now;
    }
    return 1;
}
