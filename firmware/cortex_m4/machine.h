// The machine: a clock of microseconds, two serial lines, and what the emulator was asked for.
//
// QEMU's mps2-an386 is Arm's Application Note 386: a Cortex-M4 at 25 MHz, CMSDK UARTs, SysTick.
#pragma once

#include <stdint.h>

#include "../gripforce/src/board/inbox.h"
#include "../gripforce/src/core/frame.h"

namespace gripforce {

// Where `-device loader` puts them; zero where it does not.
struct Options {
  uint32_t first_tick;
  uint32_t fast;          // conversions follow the link, not the clock
  uint32_t waveform_rows;  // of four counts, one for each millisecond
};
const Options& options();
const int32_t* waveform();

// Conversions are due at each millisecond of SysTick; in fast time, when the link can take them.
class Clock {
 public:
  void begin();
  uint32_t tick_us() const;
  // While stopped, only skip() moves it, by milliseconds.
  void stop(bool stopped);
  void skip(uint32_t n);
  // Whether a conversion is due, and when it was; each is returned once.
  bool conversion_is_due(uint32_t* tick);
  // Sleeps until the next millisecond, unless a conversion is due or the clock stands still.
  void sleep();
};

class Uart {
 public:
  explicit Uart(uint32_t base) : base_(base) {}
  void begin();
  // Sends what fits, takes in what has come; false where nothing has.
  bool poll(uint32_t tick);
  Inbox& inbox() { return inbox_; }
  void send(const Frame& frame);
  bool idle() const { return bytes_left_ == 0; }

 private:
  volatile uint32_t& at(uint32_t offset) const {
    return *reinterpret_cast<volatile uint32_t*>(base_ + offset);
  }

  uint32_t base_;
  Inbox inbox_;
  const uint8_t* next_byte_ = nullptr;
  uint16_t bytes_left_ = 0;
};

constexpr uint32_t kUart0 = 0x40004000, kUart1 = 0x40005000;

}  // namespace gripforce
