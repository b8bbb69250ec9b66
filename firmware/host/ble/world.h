// What is around the board: time, pins, a converter, a battery. The pipes tell how far time goes.
#pragma once

#include <stdint.h>

namespace world {

extern uint64_t now_us;
extern uint16_t battery_mv;

// Lets time pass, with all that happens in it: conversions, their interrupts, threads.
void pass(uint64_t microseconds);

// The flash, for tests of its own: after so many words more its power goes (never, where negative).
void break_flash_after(long words);
void erase_flash();

}  // namespace world

// The one that the front end of the sketch expects: an ADS131M04, or four HX711. A count tells the
// conversion's number and the channel: (number + 1 000 000 x channel) in 23 bits.
namespace converter {

uint64_t next_us();  // of the next conversion
void convert();
void pin_written(uint8_t pin, bool high);
bool is_high(uint8_t pin);
void exchange(uint8_t* frame, uint32_t size);  // over SPI

inline int32_t count(uint64_t number, uint8_t channel) {
  return static_cast<int32_t>((number + channel * 1000000ULL) & 0x7FFFFF);
}

}  // namespace converter

// The motion sensor, where the sketch has one.
namespace motion {

uint64_t next_us();
void sample();

}  // namespace motion

// A pin rose or fell, for whoever has an interrupt on that.
void pin_changed(uint8_t pin, bool rose);
