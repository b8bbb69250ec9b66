// From reset to main() on a Cortex-M4 without a C library's startup files.
#include <stdint.h>
#include <string.h>

extern "C" {

extern uint8_t data_begin, data_end, data_image, bss_begin, bss_end;
extern uint32_t stack_top;
extern void (*constructors_begin[])();
extern void (*constructors_end[])();

int main();
void on_systick();

[[noreturn]] void hang() {
  for (;;) {
  }
}

[[noreturn]] void reset() {
  // The floating-point unit first (CPACR): code of the library may use it.
  *reinterpret_cast<volatile uint32_t*>(0xE000ED88) |= 0xFu << 20;
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

typedef void (*Handler)();
struct Vectors {
  uint32_t* stack;
  Handler handlers[15];
};
__attribute__((section(".vectors"), used)) extern const Vectors vectors = {
    &stack_top,
    {reset, hang, hang, hang, hang, hang, nullptr, nullptr, nullptr, nullptr, hang, hang, nullptr,
     hang, on_systick}};

}
