// What bare ARM programs share between reset and main(): there are no startup files of a C library.
#pragma once

#include <stdint.h>

extern "C" {

extern uint32_t stack_top;  // of the linker script

[[noreturn]] void hang();
// Sets up the memory, constructs what is static, and runs main().
[[noreturn]] void run();

typedef void (*Handler)();

}
