#include "startup.h"

#include <string.h>

extern "C" {

extern uint8_t data_begin, data_end, data_image, bss_begin, bss_end;
extern void (*constructors_begin[])();
extern void (*constructors_end[])();

int main();

[[noreturn]] void hang() {
  for (;;) {
  }
}

[[noreturn]] void run() {
  memcpy(&data_begin, &data_image, static_cast<size_t>(&data_end - &data_begin));
  memset(&bss_begin, 0, static_cast<size_t>(&bss_end - &bss_begin));
  for (void (**construct)() = constructors_begin; construct != constructors_end; ++construct) {
    (*construct)();
  }
  main();
  hang();
}

[[noreturn]] void __cxa_pure_virtual() { hang(); }
int __aeabi_atexit(void*, void (*)(void*), void*) { return 0; }
void* __dso_handle = nullptr;

}
