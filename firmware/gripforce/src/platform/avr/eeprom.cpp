#if defined(__AVR__)

#include "eeprom.h"

#include <Arduino.h>
#include <avr/eeprom.h>

#include "../../core/crc16.h"
#include "supervisor.h"

namespace gripforce {

namespace {

uint8_t* at(uint16_t address) { return reinterpret_cast<uint8_t*>(address); }

// An ATmega328P has no serial number. The lowest bits of open analogue inputs and the moment of
// each conversion are noise enough to tell a laboratory's boards apart.
void draw_uid(uint8_t* uid) {
  uint16_t mix = kCrcInit;
  for (uint8_t i = 0; i < kUidBytes; ++i) {
    for (uint8_t round = 0; round < 16; ++round) {
      const int noise = analogRead(static_cast<uint8_t>(A0 + round % 4));
      mix = crc16_add(mix, static_cast<uint8_t>(noise));
      mix = crc16_add(mix, TCNT0);
    }
    uid[i] = static_cast<uint8_t>(mix >> 8 ^ mix);
  }
}

}  // namespace

uint8_t Eeprom::read(uint16_t address) { return eeprom_read_byte(at(address)); }

void Eeprom::write(uint16_t address, uint8_t value) {
  eeprom_update_byte(at(address), value);
  eeprom_busy_wait();
  feed_watchdog();  // a calibration block takes 0.3 s
}

void load_uid(Storage& storage, uint8_t* uid) {
  for (uint8_t i = 0; i < kUidBytes; ++i) uid[i] = storage.read(kUidAt + i);
  const uint16_t crc = crc16(uid, kUidBytes);
  const uint8_t low = storage.read(kUidAt + kUidBytes);
  const uint8_t high = storage.read(kUidAt + kUidBytes + 1);
  if (crc == static_cast<uint16_t>(low | high << 8)) return;
  draw_uid(uid);
  const uint16_t fresh = crc16(uid, kUidBytes);
  for (uint8_t i = 0; i < kUidBytes; ++i) storage.write(kUidAt + i, uid[i]);
  storage.write(kUidAt + kUidBytes, static_cast<uint8_t>(fresh));
  storage.write(kUidAt + kUidBytes + 1, static_cast<uint8_t>(fresh >> 8));
}

}  // namespace gripforce

#endif
