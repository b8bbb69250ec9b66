// An ADS131M04 as its datasheet has it, as far as the driver uses it: commands, registers, DRDY,
// a CRC after each frame, and the last two conversions, the older of which is read first.
#include "../../gripforce/config.h"

#ifdef FRONTEND_ADS131M04

#include <SPI.h>
#include <stdint.h>

#include <deque>

#include "../../gripforce/src/core/crc16.h"
#include "world.h"

namespace {

constexpr uint32_t kResetUs = 5;
constexpr uint16_t kReset[] = {0x2404, 0x0500, 0x0510, 0x030E, 0x0000};  // ID, STATUS, MODE, CLOCK, GAIN

uint16_t registers[64];
uint16_t answer = 0;
uint64_t next_conversion_us = UINT64_MAX, number = 0;
std::deque<uint64_t> held;
bool selected = false;

// 8.192 MHz, halved, over the oversampling ratio that three bits of CLOCK choose.
uint64_t conversion_us() { return (16384ULL >> (7 - (registers[3] >> 2 & 7))) * 1000000 / 4096000; }

void reset() {
  for (uint8_t i = 0; i < 5; ++i) registers[i] = kReset[i];
  held.clear();
  answer = 0;
  next_conversion_us = world::now_us + kResetUs + conversion_us();
}

uint16_t obey(uint16_t command, uint16_t argument) {
  const uint8_t address = static_cast<uint8_t>(command >> 7 & 0x3F);
  switch (command & 0xE000) {
    case 0xA000: return registers[address];
    case 0x6000:
      registers[address] = argument;
      // MODE clears STATUS.RESET, unless its own bit 10 is set, and sets the word length.
      if (address == 2) {
        registers[1] = static_cast<uint16_t>((registers[1] & ~0x0700) | (argument & 0x0300) |
                                             (registers[1] & argument & 0x0400));
      }
      if (address == 3) next_conversion_us = world::now_us + conversion_us();
      return static_cast<uint16_t>(0x4000 | address << 7);
    default: return registers[1];
  }
}

void put24(uint8_t* at, uint32_t word) {
  at[0] = static_cast<uint8_t>(word >> 16);
  at[1] = static_cast<uint8_t>(word >> 8);
  at[2] = static_cast<uint8_t>(word);
}

}  // namespace

namespace converter {

uint64_t next_us() { return next_conversion_us; }

void convert() {
  next_conversion_us += conversion_us();
  held.push_back(number++);
  if (held.size() > 2) held.pop_front();
  pin_changed(PIN_ADC_DRDY, false);
}

void pin_written(uint8_t pin, bool high) {
  if (pin == PIN_ADC_CS) selected = !high;
  if (pin == PIN_ADC_RESET && high) reset();
  if (pin == PIN_ADC_RESET && !high) next_conversion_us = UINT64_MAX;
}

bool is_high(uint8_t) { return true; }

void exchange(uint8_t* frame, uint32_t size) {
  if (!selected || size != 18) return;
  const uint16_t command = static_cast<uint16_t>(frame[0] << 8 | frame[1]);
  const uint16_t argument = static_cast<uint16_t>(frame[3] << 8 | frame[4]);
  put24(frame, static_cast<uint32_t>(answer) << 8);
  for (uint8_t c = 0; c < 4; ++c) {
    const int32_t value = held.empty() ? 0 : count(held.front(), c);
    put24(frame + 3 + 3 * c, static_cast<uint32_t>(value));
  }
  put24(frame + 15, static_cast<uint32_t>(gripforce::crc16(frame, 15)) << 8);
  if (!held.empty()) held.pop_front();
  answer = obey(command, argument);
}

}  // namespace converter

HardwareSPI SPI;
void HardwareSPI::begin() {}
void HardwareSPI::beginTransaction(SPISettings) {}
void HardwareSPI::endTransaction() {}
void HardwareSPI::transfer(void* buffer, size_t size) {
  world::pass(18);  // 144 bits at 8 MHz
  converter::exchange(static_cast<uint8_t*>(buffer), static_cast<uint32_t>(size));
}

#endif
