// The platform of this build: a Pico without flash that outlives anything, and without a watchdog.
#pragma once

#include "../gripforce/src/board/serial_port.h"
#include "../gripforce/src/board/port_link.h"
#include "../gripforce/src/board/storage.h"

namespace gripforce {

class RamStorage : public Storage {
 public:
  bool begin() {
    for (uint8_t& byte : bytes_) byte = 0xFF;
    return true;
  }
  uint8_t read(uint16_t address) override { return bytes_[address]; }
  void write(uint16_t address, uint8_t value) override { bytes_[address] = value; }

 private:
  uint8_t bytes_[kStorageBytes];
};

typedef OneLink<SerialPort<false>> ThisLink;
typedef RamStorage ThisStorage;

inline void load_uid(Storage&, uint8_t* uid) {
  for (uint8_t i = 0; i < kUidBytes; ++i) uid[i] = static_cast<uint8_t>("rp2040js"[i]);
}
inline uint16_t reset_flags() { return 0; }
inline void start_watchdog() {}
inline void feed_watchdog() {}
inline bool supply_is_sound() { return true; }
inline void rest_unless(bool (*)()) {}
inline void wake_sampler() {}

inline uint32_t interrupts_off() {
  uint32_t before = 0;
  asm volatile("mrs %0, primask\n\tcpsid i" : "=r"(before)::"memory");
  return before;
}
inline void interrupts_as(uint32_t before) { asm volatile("msr primask, %0" ::"r"(before) : "memory"); }

}  // namespace gripforce
