#include "../../../config.h"

#if defined(PLATFORM_MBED)

#include "ble_link.h"

#include <Arduino.h>
#include <ArduinoBLE.h>
#include <utility/ATT.h>
#include <utility/HCI.h>

namespace gripforce {

namespace {

BLEService service("64660001-94d0-44d0-8444-4b648bb1aba1");
BLECharacteristic notifier("64660002-94d0-44d0-8444-4b648bb1aba1", BLERead | BLENotify,
                           kLargestNotification);
BLECharacteristic taker("64660003-94d0-44d0-8444-4b648bb1aba1", BLEWrite | BLEWriteWithoutResponse,
                        kLargestNotification);
BLEService battery_service("180F");
BLECharacteristic battery_level("2A19", BLERead | BLENotify, 1);

constexpr uint16_t kInterval15Ms = 12, kInterval30Ms = 24;  // in 1.25 ms
constexpr uint16_t kAdvertise100Ms = 160;                   // in 0.625 ms
constexpr uint16_t kHandles = 16;  // controllers number their connections from 0 on
constexpr uint8_t kLeastNotification = 20;

// The library (1.1 to 2.1) waits without end for a free packet in writeValue(), and does not take
// back those that a lost connection still held, so that after a few losses it waits for ever
// (arduino-libraries/ArduinoBLE issue 45). Its count of them is private. The standard lets an
// explicit instantiation name private members; where they are renamed, this does not compile.
template <uint8_t HCIClass::*kPending, uint8_t HCIClass::*kMost>
struct Packets {
  friend uint8_t& pending_packets(HCIClass& hci) { return hci.*kPending; }
  friend uint8_t most_packets(const HCIClass& hci) { return hci.*kMost; }
};
uint8_t& pending_packets(HCIClass& hci);
uint8_t most_packets(const HCIClass& hci);
template struct Packets<&HCIClass::_pendingPkt, &HCIClass::_maxPkt>;

// One packet is left for the library's own answers, so that it never has to wait either.
bool radio_has_room() {
  const uint8_t pending = pending_packets(HCI);
  return pending == 0 || pending + 1 < most_packets(HCI);
}

Inbox received;

void connection_lost(BLEDevice) {
  pending_packets(HCI) = 0;
  received.clear();
}

void written(BLEDevice, BLECharacteristic what) {
  const uint32_t tick = micros();
  for (int i = 0; i < what.valueLength(); ++i) received.put(what.value()[i], tick);
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
  BLE.setEventHandler(BLEDisconnected, connection_lost);
  return BLE.advertise() != 0;
}

bool BleLink::connected() const { return BLE.connected(); }

bool BleLink::show_battery(uint8_t percent) {
  return radio_has_room() && battery_level.writeValue(&percent, 1) != 0;
}

Inbox& BleLink::inbox() { return received; }

void BleLink::poll() {
  BLE.poll();
  fill();
}

// What a notification may hold: the library cuts a longer one without a word.
uint8_t BleLink::room() const {
  for (uint16_t handle = 0; handle < kHandles; ++handle) {
    if (!ATT.connected(handle)) continue;
    const uint16_t room = static_cast<uint16_t>(ATT.mtu(handle) - 3);
    return room < kLargestNotification ? static_cast<uint8_t>(room) : kLargestNotification;
  }
  return kLeastNotification;
}

// A notification that the radio has no room for stays; one that nobody is there for is gone.
bool BleLink::notify(uint8_t* bytes, uint8_t size) {
  if (!BLE.connected() || !notifier.subscribed()) return true;
  if (!radio_has_room()) return false;
  notifier.writeValue(bytes, size);
  return true;
}

}  // namespace gripforce

#endif
