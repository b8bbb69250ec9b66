#include "radio.h"

#include <Arduino.h>
#include <ArduinoBLE.h>
#include <mbed.h>
#include <USB/PluggableUSBSerial.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utility/ATT.h>
#include <utility/HCI.h>

#include <deque>
#include <string>
#include <vector>

#include "world.h"

namespace {

typedef std::vector<uint8_t> Bytes;

std::deque<Bytes> writes;  // until the device polls
Bytes written_value;
BLECharacteristic::Handler on_written = nullptr;
void (*on_disconnected)(BLEDevice) = nullptr;
bool is_connected = false, is_going = false;
uint16_t mtu = 0;

std::deque<uint8_t> typed;  // over USB
bool port_is_open = false, port_is_read = false;

// What the library's calls take, about, and what it may take when a radio has something to say.
constexpr uint64_t kPollUs = 20, kNotifyUs = 100, kBusyUs = 5000;
HCIClass hci;
ATTClass att;

bool read_all(void* to, size_t size) { return size == 0 || fread(to, size, 1, stdin) == 1; }

void put(char kind, const uint8_t* bytes, size_t size) {
  const uint8_t head[3] = {static_cast<uint8_t>(kind), static_cast<uint8_t>(size),
                           static_cast<uint8_t>(size >> 8)};
  fwrite(head, sizeof head, 1, stdout);
  if (size != 0) fwrite(bytes, 1, size, stdout);
}

uint16_t u16(const Bytes& bytes) {
  return bytes.size() < 2 ? uint16_t{0} : static_cast<uint16_t>(bytes[0] | bytes[1] << 8);
}

bool happen(char kind, const Bytes& bytes) {
  switch (kind) {
    case 'W': writes.push_back(bytes); return true;
    case 'S': is_connected = true; mtu = u16(bytes); return true;
    case 'U': is_going = is_connected; return true;
    case 'C': hci.completed(1); return true;
    case 'O': port_is_open = port_is_read = bytes.at(0) != 0; return true;
    case 'P': port_is_read = false; return true;
    case 'B': typed.insert(typed.end(), bytes.begin(), bytes.end()); return true;
    case 'V': world::battery_mv = u16(bytes); return true;
    case 'H': world::pass(u16(bytes) * 1000ULL); return true;
    default: return false;
  }
}

}  // namespace

namespace radio {

bool next_time(uint64_t* until_us) {
  uint8_t head[3];
  while (read_all(head, sizeof head)) {
    Bytes bytes(static_cast<size_t>(head[1] | head[2] << 8));
    if (!read_all(bytes.data(), bytes.size())) return false;
    if (head[0] == 'T') {
      if (bytes.size() != sizeof *until_us) return false;
      memcpy(until_us, bytes.data(), sizeof *until_us);
      return true;
    }
    if (!happen(static_cast<char>(head[0]), bytes)) return false;
  }
  return false;
}

void done() {
  put('D', nullptr, 0);
  fflush(stdout);
}

}  // namespace radio

void NVIC_SystemReset() {
  const uint8_t kept = static_cast<uint8_t>(NRF_POWER->GPREGRET2);
  put('R', &kept, 1);
  fflush(stdout);
  exit(0);
}

HCIClass& HCI = hci;
ATTClass& ATT = att;

// The library waits here until a packet is free. In this program nothing goes on meanwhile.
void HCIClass::sent() {
  if (is_full()) {
    fputs("the board let the library wait for the radio\n", stderr);
    abort();
  }
  ++_pendingPkt;
}

void HCIClass::completed(uint16_t packets) {
  _pendingPkt = static_cast<uint8_t>(packets != 0 && _pendingPkt > packets ? _pendingPkt - packets : 0);
}

bool ATTClass::connected(uint16_t handle) const { return handle == 1 && is_connected; }
uint16_t ATTClass::mtu(uint16_t handle) const { return connected(handle) ? ::mtu : 23; }

BLELocalDevice BLE;
int BLELocalDevice::begin() { return 1; }
int BLELocalDevice::advertise() { return 1; }
bool BLELocalDevice::connected() const { return is_connected; }
bool BLELocalDevice::setLocalName(const char*) { return true; }
void BLELocalDevice::setDeviceName(const char*) {}
void BLELocalDevice::setConnectionInterval(uint16_t, uint16_t) {}
void BLELocalDevice::setAdvertisingInterval(uint16_t) {}
void BLELocalDevice::setAdvertisedService(const BLEService&) {}
void BLELocalDevice::addService(BLEService&) {}
void BLELocalDevice::setEventHandler(BLEDeviceEvent event, void (*handler)(BLEDevice)) {
  if (event == BLEDisconnected) on_disconnected = handler;
}
BLEService::BLEService(const char*) {}
void BLEService::addCharacteristic(BLECharacteristic&) {}

// As in the library, the packets that a lost connection held stay counted.
void BLELocalDevice::poll() {
  world::pass(kPollUs);
  if (is_going) {
    is_going = is_connected = false;
    writes.clear();
    if (on_disconnected != nullptr) on_disconnected(BLEDevice());
    world::pass(kBusyUs);
  }
  while (!writes.empty()) {
    written_value = writes.front();
    writes.pop_front();
    if (on_written != nullptr) on_written(BLEDevice(), BLECharacteristic("", 0, 0));
    world::pass(kBusyUs);
  }
}

BLECharacteristic::BLECharacteristic(const char* uuid, uint16_t, int)
    : notifies_frames_(std::string(uuid).compare(0, 8, "64660002") == 0) {}
const uint8_t* BLECharacteristic::value() const { return written_value.data(); }
int BLECharacteristic::valueLength() const { return static_cast<int>(written_value.size()); }
bool BLECharacteristic::subscribed() { return is_connected; }
void BLECharacteristic::setEventHandler(int event, Handler handler) {
  if (event == BLEWritten) on_written = handler;
}

int BLECharacteristic::writeValue(const uint8_t* value, int length) {
  if (!notifies_frames_) {  // the battery's level, to which nobody here subscribes
    put('L', value, static_cast<size_t>(length));
    return 1;
  }
  world::pass(kNotifyUs);
  if (!is_connected) return 0;
  hci.sent();
  const int room = mtu - 3;  // what is longer is cut
  put('N', value, static_cast<size_t>(length < room ? length : room));
  return 1;
}

UART Serial;
USBSerial _SerialUSB;
void UART::begin(unsigned long) {}
bool USBSerial::connected() { return port_is_open; }
int UART::available() { return static_cast<int>(typed.size()); }

int UART::read() {
  if (typed.empty()) return -1;
  const uint8_t byte = typed.front();
  typed.pop_front();
  return byte;
}

void USBSerial::send_nb(uint8_t* buffer, uint32_t size, uint32_t* actual, bool) {
  constexpr uint32_t kPacket = 64;
  *actual = !port_is_read ? 0 : size < kPacket ? size : kPacket;
  if (*actual != 0) put('B', buffer, *actual);
}
