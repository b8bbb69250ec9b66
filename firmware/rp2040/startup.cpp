// From reset to main() on a Cortex-M0+ without a C library's startup files. On a board a second boot
// loader would stand before it; an emulator begins at the vectors.
#include <stdint.h>
#include <string.h>

extern "C" {

extern uint8_t data_begin, data_end, data_image, bss_begin, bss_end;
extern uint32_t stack_top;
extern void (*constructors_begin[])();
extern void (*constructors_end[])();

int main();
void on_io();

[[noreturn]] void hang() {
  for (;;) {
  }
}

typedef void (*Handler)();
struct Vectors {
  uint32_t* stack;
  Handler handlers[15 + 26];
};
extern const Vectors vectors;

[[noreturn]] void reset() {
  *reinterpret_cast<const Vectors* volatile*>(0xE000ED08) = &vectors;
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

__attribute__((section(".vectors"), used)) extern const Vectors vectors = {
    &stack_top,
    {reset, hang, hang, hang, hang, hang, nullptr, nullptr, nullptr, nullptr, hang, hang, nullptr, hang, hang,
     hang, hang, hang, hang, hang, hang, hang, hang, hang, hang, hang, hang, hang, on_io, hang, hang, hang, hang,
     hang, hang, hang, hang, hang, hang, hang, hang}};

}
