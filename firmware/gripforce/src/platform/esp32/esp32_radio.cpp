#include "../../../config.h"

#if defined(PLATFORM_ESP32)

#include <Arduino.h>
#include <BLE2902.h>
#include <BLEDevice.h>
#include <esp_gatt_common_api.h>
#include <freertos/stream_buffer.h>

#include "esp32_radio.h"

namespace gripforce {

namespace {

constexpr char kService[] = "64660001-94d0-44d0-8444-4b648bb1aba1";
constexpr char kNotifier[] = "64660002-94d0-44d0-8444-4b648bb1aba1";
constexpr char kTaker[] = "64660003-94d0-44d0-8444-4b648bb1aba1";
constexpr uint16_t kMtu = 247, kAttHead = 3, kLeastMtu = 23;
constexpr uint16_t kInterval15Ms = 12, kInterval30Ms = 24;  // in 1.25 ms
constexpr uint16_t kRoom = 1024;  // for what is written to the radio between two turns of the loop

BLEServer* server = nullptr;
BLECharacteristic* notifier = nullptr;
BLECharacteristic* battery_level = nullptr;
BLE2902 subscription;
// Written by the radio's task, read by the loop.
StreamBufferHandle_t written = nullptr;
volatile bool is_connected = false;
volatile bool was_lost = false;

class Connections : public BLEServerCallbacks {
 public:
  void onConnect(BLEServer*, esp_ble_gatts_cb_param_t* what) override {
    is_connected = true;
    server->updateConnParams(what->connect.remote_bda, kInterval15Ms, kInterval30Ms, 0, 400);
  }
  void onDisconnect(BLEServer*) override {
    is_connected = false;
    was_lost = true;
    server->startAdvertising();
  }
};

class Commands : public BLECharacteristicCallbacks {
 public:
  void onWrite(BLECharacteristic* what) override {
    xStreamBufferSend(written, what->getData(), what->getLength(), 0);
  }
};

// One packet is left for the library's own answers.
bool radio_has_room() { return esp_ble_get_cur_sendable_packets_num(server->getConnId()) > 1; }

}  // namespace

bool EspRadio::begin(const char* name) {
  static Connections connections;
  static Commands commands;
  written = xStreamBufferCreate(kRoom, 1);
  BLEDevice::init(name);
  BLEDevice::setMTU(kMtu);
  server = BLEDevice::createServer();
  if (server == nullptr || written == nullptr) return false;
  server->setCallbacks(&connections);
  BLEService* service = server->createService(kService);
  notifier = service->createCharacteristic(kNotifier, BLECharacteristic::PROPERTY_READ |
                                                          BLECharacteristic::PROPERTY_NOTIFY);
  notifier->addDescriptor(&subscription);
  BLECharacteristic* taker = service->createCharacteristic(
      kTaker, BLECharacteristic::PROPERTY_WRITE | BLECharacteristic::PROPERTY_WRITE_NR);
  taker->setCallbacks(&commands);
  service->start();
  BLEService* battery = server->createService(BLEUUID(static_cast<uint16_t>(0x180F)));
  battery_level = battery->createCharacteristic(
      BLEUUID(static_cast<uint16_t>(0x2A19)),
      BLECharacteristic::PROPERTY_READ | BLECharacteristic::PROPERTY_NOTIFY);
  battery->start();
  BLEDevice::getAdvertising()->addServiceUUID(kService);
  BLEDevice::getAdvertising()->setScanResponse(true);  // the name finds no room beside the number
  BLEDevice::startAdvertising();
  return true;
}

bool EspRadio::connected() const { return is_connected; }

bool EspRadio::show_battery(uint8_t percent) {
  if (battery_level == nullptr) return true;
  battery_level->setValue(&percent, 1);
  return true;
}

void EspRadio::poll() {
  if (written == nullptr) return;
  if (was_lost) {  // the end of a command that was on its way will not come
    was_lost = false;
    xStreamBufferReset(written);
    inbox_.clear();
  }
  uint8_t byte = 0;
  while (inbox_.has_room() && xStreamBufferReceive(written, &byte, 1, 0) == 1) inbox_.put(byte, micros());
  fill();
}

uint8_t EspRadio::room() const {
  if (!is_connected) return kLargestNotification;
  const uint16_t told = server->getPeerMTU(server->getConnId());
  const uint16_t mtu = told < kLeastMtu ? kLeastMtu : told;
  return mtu - kAttHead < kLargestNotification ? static_cast<uint8_t>(mtu - kAttHead)
                                               : kLargestNotification;
}

// A notification that the radio has no room for stays; one that nobody is there for is gone.
bool EspRadio::notify(uint8_t* bytes, uint8_t size) {
  if (!is_connected || !subscription.getNotifications()) return true;
  if (!radio_has_room()) return false;
  notifier->setValue(bytes, size);
  notifier->notify();
  return true;
}

}  // namespace gripforce

#endif
