// The status LED: what its flashes mean, in eighths of a second.
#pragma once

#include "../../config.h"
#include "pin.h"

#ifndef STATUS_LED_LIT
#define STATUS_LED_LIT 1  // the level at which it is lit
#endif

namespace gripforce {

enum class Light : uint8_t {
  kIdle = 0x01,       // a short flash each second
  kAbsent = 0x15,     // three flashes
  kStreaming = 0xFF,  // steady
};

class StatusLed {
 public:
  void begin() { pin_.make_output(STATUS_LED_LIT == 0); }
  // To be called often.
  void show(Light light, uint32_t tick) {
    const uint8_t eighth = static_cast<uint8_t>(tick >> 17) & 7;  // 131 ms each
    const bool lit = (static_cast<uint8_t>(light) >> eighth & 1) != 0;
    pin_.set(lit == (STATUS_LED_LIT != 0));
  }

 private:
  Pin pin_{PIN_STATUS_LED};
};

}  // namespace gripforce
