// Whether the board is well: why it started, the watchdog, the supply voltage, the status LED.
#pragma once

#include <stdint.h>

namespace gripforce {

// DeviceFlags of the last reset.
uint16_t reset_flags();

void start_watchdog();
void feed_watchdog();

uint16_t supply_mv();

// To be called often: shows the state, in eighths of a second.
enum class Light : uint8_t {
  kIdle = 0x01,       // a short flash each second
  kAbsent = 0x15,     // three flashes
  kStreaming = 0xFF,  // steady
};
void begin_light();
void show(Light light, uint32_t tick);

}  // namespace gripforce
