// What an interrupt must not tear apart, in avr-libc's words on every board.
#pragma once

#include "../platform/platform.h"

#ifndef ATOMIC_BLOCK

namespace gripforce {

class WithoutInterrupts {
 public:
  WithoutInterrupts() : before_(interrupts_off()) {}
  ~WithoutInterrupts() { interrupts_as(before_); }
  WithoutInterrupts(const WithoutInterrupts&) = delete;
  WithoutInterrupts& operator=(const WithoutInterrupts&) = delete;
  // True once: a `for` with it runs its body one time.
  bool once() {
    const bool first = first_;
    first_ = false;
    return first;
  }

 private:
  uint32_t before_;
  bool first_ = true;
};

}  // namespace gripforce

#define ATOMIC_BLOCK(how) for (gripforce::WithoutInterrupts off; off.once();)

#endif
