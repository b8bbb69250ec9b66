// From reset to main() on a Cortex-M0+ without a C library's startup files. On a board a second boot
// loader would stand before it; an emulator begins at the vectors.
#include "../bare/startup.h"

extern "C" {

void on_io();

struct Vectors {
  uint32_t* stack;
  Handler handlers[15 + 26];
};
extern const Vectors vectors;

[[noreturn]] void reset() {
  *reinterpret_cast<const Vectors* volatile*>(0xE000ED08) = &vectors;
  run();
}

__attribute__((section(".vectors"), used)) extern const Vectors vectors = {
    &stack_top,
    {reset, hang, hang, hang, hang, hang, nullptr, nullptr, nullptr, nullptr, hang, hang, nullptr, hang, hang,
     hang, hang, hang, hang, hang, hang, hang, hang, hang, hang, hang, hang, hang, on_io, hang, hang, hang, hang,
     hang, hang, hang, hang, hang, hang, hang, hang}};

}
