/* arc4random(3), which libstdc++ takes from glibc where there is one when it is built. glibc has had
 * it since 2.36 only; with this one the programs run on Ubuntu 22.04 too.
 *
 * Nothing here asks it for more than a seed of a hash table. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

uint32_t arc4random(void);

uint32_t arc4random(void) {
  uint32_t number;
  /* A request of so few bytes is answered whole (getrandom(2)). */
  if (getrandom(&number, sizeof number, 0) != sizeof number) abort();
  return number;
}
