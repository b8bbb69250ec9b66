// Renesas RA4M1 with Arduino's core: an Uno R4 Minima, whose USB is the chip's own, or an Uno R4 WiFi, whose
// USB is an ESP32 at the end of a UART.
#pragma once

#include <Arduino.h>
#include <EEPROM.h>
#include <WDT.h>
#include <string.h>

#include "../../board/port_link.h"
#include "../../board/serial_port.h"
#include "../../board/storage.h"
#include "../../core/messages.h"

namespace gripforce {

// The chip's data flash, by the core's own library: no upload touches it.
class DataFlash : public Storage {
 public:
  bool begin() { return true; }
  uint8_t read(uint16_t address) override { return EEPROM.read(address); }
  void write(uint16_t address, uint8_t value) override {
    EEPROM.update(address, value);
    WDT.refresh();
  }
};

#ifdef NO_USB
// The core's UART waits until all has left, and does not say what it has room for. So few bytes at a
// time take 0.2 ms at 1 Mbaud, for which a converter can wait.
struct BridgePort : SerialPort<false> {
  static uint16_t write(const uint8_t* bytes, uint16_t n) {
    const uint16_t part = n < kPart ? n : kPart;
    return static_cast<uint16_t>(Serial.write(const_cast<uint8_t*>(bytes), part));
  }

 private:
  static constexpr uint16_t kPart = 20;
};
typedef OneLink<BridgePort> ThisLink;
#else
typedef OneLink<SerialPort<true>> ThisLink;
#endif
typedef DataFlash ThisStorage;

inline void read_uid(uint8_t* uid) {
  const bsp_unique_id_t* id = R_BSP_UniqueIdGet();
  for (uint8_t i = 0; i < kUidBytes; ++i) {
    uid[i] = static_cast<uint8_t>(id->unique_id_bytes[i] ^ id->unique_id_bytes[i + kUidBytes]);
  }
}
inline void load_uid(Storage&, uint8_t* uid) { read_uid(uid); }

// The core's start-up leaves the chip's own record, whose bits stay until they are cleared.
inline uint16_t reset_flags() {
  static bool known = false;
  static uint16_t flags = 0;
  if (known) return flags;
  known = true;
  if (R_SYSTEM->RSTSR1_b.WDTRF != 0) flags |= kWatchdogReset;
  if (R_SYSTEM->RSTSR0_b.LVD0RF != 0 && R_SYSTEM->RSTSR0_b.PORF == 0) flags |= kBrownOutReset;
  R_SYSTEM->RSTSR0 = 0;
  R_SYSTEM->RSTSR1 = 0;
  return flags;
}

// A reset takes the watchdog off, also that by which an upload begins.
inline void start_watchdog() {
#if WATCHDOG
  WDT.begin(4000);
#endif
}
inline void feed_watchdog() {
#if WATCHDOG
  WDT.refresh();
#endif
}

inline bool supply_is_sound() { return true; }
inline void rest_unless(bool (*)()) {}
inline void wake_sampler() {}

inline uint32_t interrupts_off() {
  const uint32_t before = __get_PRIMASK();
  __disable_irq();
  return before;
}
inline void interrupts_as(uint32_t before) { __set_PRIMASK(before); }

}  // namespace gripforce
