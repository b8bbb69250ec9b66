#if !defined(__AVR__)  // the sketch's other boards have no radio

#include "ble_link.h"

#include <Arduino.h>
#include <ArduinoBLE.h>
#include <string.h>

namespace gripforce {

namespace {

BLEService service("64660001-94d0-44d0-8444-4b648bb1aba1");
BLECharacteristic notifier("64660002-94d0-44d0-8444-4b648bb1aba1", BLERead | BLENotify,
                           kNotificationBytes);
BLECharacteristic taker("64660003-94d0-44d0-8444-4b648bb1aba1", BLEWrite | BLEWriteWithoutResponse,
                        kNotificationBytes);
BLEService battery_service("180F");
BLECharacteristic battery_level("2A19", BLERead | BLENotify, 1);

constexpr uint16_t kInterval15Ms = 12, kInterval30Ms = 24;  // in 1.25 ms
constexpr uint16_t kAdvertise100Ms = 160;                   // in 0.625 ms

// Written from the radio's poll, read from the loop, on one thread: no lock.
constexpr uint16_t kRoom = 256;
uint8_t received[kRoom];
uint16_t head, tail;
bool lost;
uint32_t last_delimiter;

void written(BLEDevice, BLECharacteristic what) {
  const uint8_t* bytes = what.value();
  for (int i = 0; i < what.valueLength(); ++i) {
    if (bytes[i] == 0) last_delimiter = micros();
    const uint16_t next = static_cast<uint16_t>((head + 1) % kRoom);
    if (next == tail) {
      lost = true;
      return;
    }
    received[head] = bytes[i];
    head = next;
  }
}

}  // namespace

bool BleLink::begin(const char* name) {
  if (!BLE.begin()) return false;
  BLE.setLocalName(name);
  BLE.setDeviceName(name);
  BLE.setConnectionInterval(kInterval15Ms, kInterval30Ms);
  BLE.setAdvertisingInterval(kAdvertise100Ms);
  BLE.setAdvertisedService(service);
  service.addCharacteristic(notifier);
  service.addCharacteristic(taker);
  battery_service.addCharacteristic(battery_level);
  BLE.addService(service);
  BLE.addService(battery_service);
  taker.setEventHandler(BLEWritten, written);
  return BLE.advertise() != 0;
}

bool BleLink::connected() const { return BLE.connected(); }

void BleLink::show_battery(uint8_t percent) { battery_level.writeValue(&percent, 1); }

void BleLink::poll() {
  BLE.poll();
  if (filled_ == kNotificationBytes) notify();
  fill();
}

bool BleLink::has_byte() const { return head != tail; }

uint8_t BleLink::take_byte() {
  const uint8_t byte = received[tail];
  tail = static_cast<uint16_t>((tail + 1) % kRoom);
  return byte;
}

uint32_t BleLink::delimiter_tick() const { return last_delimiter; }

bool BleLink::lost_bytes() {
  const bool was = lost;
  lost = false;
  return was;
}

void BleLink::send(const Frame& frame) {
  next_byte_ = frame.bytes;
  bytes_left_ = frame.size;
  fill();
}

void BleLink::flush() {
  if (filled_ != 0) notify();
  fill();
}

// Moves what fits of the frame into the notification, and the notification out when it is full.
void BleLink::fill() {
  while (bytes_left_ != 0 && filled_ < kNotificationBytes) {
    const uint16_t room = static_cast<uint16_t>(kNotificationBytes - filled_);
    const uint16_t part = bytes_left_ < room ? bytes_left_ : room;
    memcpy(notification_ + filled_, next_byte_, part);
    filled_ = static_cast<uint8_t>(filled_ + part);
    next_byte_ += part;
    bytes_left_ = static_cast<uint16_t>(bytes_left_ - part);
    if (filled_ == kNotificationBytes) notify();
  }
}

// A notification that was not taken stays; one that nobody is there for is gone.
void BleLink::notify() {
  const bool listened_to = BLE.connected() && notifier.subscribed();
  if (!listened_to || notifier.writeValue(notification_, filled_)) filled_ = 0;
}

}  // namespace gripforce

#endif
