#include "radio.h"

#include <Arduino.h>
#include <ArduinoBLE.h>
#include <stdio.h>
#include <string.h>

#include <deque>
#include <vector>

namespace {

std::deque<std::vector<uint8_t>> writes;  // until the device polls
std::vector<uint8_t> written_value;
BLECharacteristic::Handler on_written = nullptr;
bool is_subscribed = false;
int buffers = 0;

bool read_all(void* to, size_t size) { return size == 0 || fread(to, size, 1, stdin) == 1; }

void put(char kind, const uint8_t* bytes, uint16_t size) {
  const uint8_t head[3] = {static_cast<uint8_t>(kind), static_cast<uint8_t>(size),
                           static_cast<uint8_t>(size >> 8)};
  fwrite(head, sizeof head, 1, stdout);
  if (size != 0) fwrite(bytes, 1, size, stdout);
}

}  // namespace

namespace radio {

uint64_t now_us = 0;

bool next_time(uint64_t* until_us) {
  uint8_t head[3];
  while (read_all(head, sizeof head)) {
    std::vector<uint8_t> bytes(static_cast<size_t>(head[1] | head[2] << 8));
    if (!read_all(bytes.data(), bytes.size())) return false;
    switch (head[0]) {
      case 'T':
        if (bytes.size() != sizeof *until_us) return false;
        memcpy(until_us, bytes.data(), sizeof *until_us);
        return true;
      case 'W': writes.push_back(bytes); break;
      case 'S': is_subscribed = true; buffers = kBuffers; break;
      case 'U': is_subscribed = false; break;
      case 'C': ++buffers; break;
      default: return false;
    }
  }
  return false;
}

void done() {
  put('D', nullptr, 0);
  fflush(stdout);
}

}  // namespace radio

uint32_t micros() { return static_cast<uint32_t>(radio::now_us); }

BLELocalDevice BLE;
int BLELocalDevice::begin() { return 1; }
int BLELocalDevice::advertise() { return 1; }
bool BLELocalDevice::connected() const { return is_subscribed; }
void BLELocalDevice::setLocalName(const char*) {}
void BLELocalDevice::setDeviceName(const char*) {}
void BLELocalDevice::setConnectionInterval(uint16_t, uint16_t) {}
void BLELocalDevice::setAdvertisingInterval(uint16_t) {}
void BLELocalDevice::setAdvertisedService(const BLEService&) {}
void BLELocalDevice::addService(BLEService&) {}
BLEService::BLEService(const char*) {}
void BLEService::addCharacteristic(BLECharacteristic&) {}

void BLELocalDevice::poll() {
  while (!writes.empty()) {
    written_value = writes.front();
    writes.pop_front();
    if (on_written != nullptr) on_written(BLEDevice(), BLECharacteristic("", 0, 0));
  }
}

BLECharacteristic::BLECharacteristic(const char*, uint16_t, int) {}
const uint8_t* BLECharacteristic::value() const { return written_value.data(); }
int BLECharacteristic::valueLength() const { return static_cast<int>(written_value.size()); }
bool BLECharacteristic::subscribed() { return is_subscribed; }
void BLECharacteristic::setEventHandler(int event, Handler handler) {
  if (event == BLEWritten) on_written = handler;
}

int BLECharacteristic::writeValue(const uint8_t* value, int length) {
  if (buffers == 0) return 0;
  --buffers;
  put('N', value, static_cast<uint16_t>(length));
  return 1;
}
