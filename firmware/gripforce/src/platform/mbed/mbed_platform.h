// nRF52840 with Arduino's or Seeed's mbed core: a Nano 33 BLE, a XIAO nRF52840.
#pragma once

#include <Arduino.h>
#include <USB/PluggableUSBSerial.h>
#include <mbed.h>
#include <string.h>

#include "../../board/flash_log.h"
#include "../../board/two_links.h"
#include "ble_link.h"
#include "supervisor.h"

namespace gripforce {

// Serial is a UART in front of the USB port: its write() waits for as long as the other side
// pleases. The port itself, _SerialUSB, has send_nb(), which does not.
struct UsbPort {
  static constexpr bool kKnowsItsHost = true;
  static void begin(uint32_t) { Serial.begin(115200); }  // USB knows no baud rate
  static bool connected() { return _SerialUSB.connected(); }
  static bool available() { return Serial.available() > 0; }
  static uint8_t read() { return static_cast<uint8_t>(Serial.read()); }
  static uint16_t write(const uint8_t* bytes, uint16_t n) {
    uint32_t taken = 0;
    _SerialUSB.send_nb(const_cast<uint8_t*>(bytes), n, &taken);
    return static_cast<uint16_t>(taken);
  }
};

// Below the boot loader of a XIAO (from 0xF4000 on; a Nano's lies at the bottom), and 700 kB above
// the end of the sketch, at whose upload only the sketch's own pages are erased.
class NrfFlash : public Flash {
 public:
  bool begin() override { return flash_.init() == 0; }
  bool read(uint32_t at, uint32_t* word) override { return flash_.read(word, kBegin + at, sizeof *word) == 0; }
  bool program(uint32_t at, uint32_t word) override {
    return flash_.program(&word, kBegin + at, sizeof word) == 0;
  }
  bool erase(uint32_t page) override { return flash_.erase(kBegin + page, kPageBytes) == 0; }

 private:
  static constexpr uint32_t kBegin = 0xF2000;
  mbed::FlashIAP flash_;
};

class NrfStorage : public FlashLog {
 public:
  NrfStorage() : FlashLog(flash_) {}

 private:
  NrfFlash flash_;
};

typedef TwoLinks<UsbPort, BleLink> ThisLink;
typedef NrfStorage ThisStorage;

inline void read_uid(uint8_t* uid) {
  const uint32_t words[] = {NRF_FICR->DEVICEID[0], NRF_FICR->DEVICEID[1]};
  memcpy(uid, words, kUidBytes);
}
inline void load_uid(Storage&, uint8_t* uid) { read_uid(uid); }

void wake_sampler();
inline void rest_unless(bool (*)()) {}  // the thread's board has a rest of its own
inline bool supply_is_sound() { return true; }

inline uint32_t interrupts_off() {
  mbed::CriticalSectionLock::enable();
  return 0;
}
inline void interrupts_as(uint32_t) { mbed::CriticalSectionLock::disable(); }

}  // namespace gripforce
