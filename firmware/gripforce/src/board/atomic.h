// What an interrupt must not tear apart, in avr-libc's words on every board.
#pragma once

#if defined(__AVR__)

#include <util/atomic.h>

#else

#include <mbed.h>

namespace gripforce {

class WithoutInterrupts {
 public:
  // True once: a `for` with it runs its body one time.
  bool once() {
    const bool first = first_;
    first_ = false;
    return first;
  }

 private:
  mbed::CriticalSectionLock lock_;
  bool first_ = true;
};

}  // namespace gripforce

#define ATOMIC_BLOCK(how) for (gripforce::WithoutInterrupts off; off.once();)

#endif
