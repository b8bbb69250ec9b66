// From reset to main() on a Cortex-M4 without a C library's startup files.
#include "../bare/startup.h"

extern "C" {

void on_systick();

[[noreturn]] void reset() {
  // The floating-point unit first (CPACR): code of the library may use it.
  *reinterpret_cast<volatile uint32_t*>(0xE000ED88) |= 0xFu << 20;
  run();
}

struct Vectors {
  uint32_t* stack;
  Handler handlers[15];
};
__attribute__((section(".vectors"), used)) extern const Vectors vectors = {
    &stack_top,
    {reset, hang, hang, hang, hang, hang, nullptr, nullptr, nullptr, nullptr, hang, hang, nullptr,
     hang, on_systick}};

}
