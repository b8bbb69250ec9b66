// I2C at 400 kHz: one transfer at a time, which goes on by itself and is asked after.
//
// On an AVR the interrupt moves the bytes and the loop goes on; a burst of twelve takes 0.4 ms, for
// which no other sample may have to wait. Elsewhere Arduino's Wire moves them at once.
#pragma once

#include <stdint.h>

namespace gripforce {

class I2c {
 public:
  enum State : uint8_t { kDone, kFailed, kBusy };

  void begin();
  // Begins; `into` must stay where it is until the transfer is no longer busy.
  void read(uint8_t device, uint8_t first_register, uint8_t* into, uint8_t n);
  void write(uint8_t device, uint8_t one_register, uint8_t value);
#if !defined(__AVR__)
  void write(uint8_t device, uint8_t first_register, const uint8_t* values, uint8_t n);
#endif
  State state() const;
  // Gives up a transfer that does not end, which has then failed, and frees a line that a device
  // holds: one that was cut off in the middle of a byte waits for the clocks of its other bits.
  void release();
};

}  // namespace gripforce
