// The calls of the ArduinoBLE library that our board makes, declared as its documentation has them.
// On this computer the radio is a pair of pipes; see radio.h.
#pragma once

#include <stdint.h>

enum BLEProperty { BLERead = 0x02, BLEWriteWithoutResponse = 0x04, BLEWrite = 0x08, BLENotify = 0x10 };
enum BLECharacteristicEvent { BLESubscribed = 0, BLEUnsubscribed = 1, BLEWritten = 3 };
enum BLEDeviceEvent { BLEConnected = 0, BLEDisconnected = 1 };

class BLEDevice {};

class BLECharacteristic {
 public:
  typedef void (*Handler)(BLEDevice, BLECharacteristic);

  BLECharacteristic(const char* uuid, uint16_t properties, int value_size);
  const uint8_t* value() const;
  int valueLength() const;
  int writeValue(const uint8_t* value, int length);
  bool subscribed();
  void setEventHandler(int event, Handler handler);

 private:
  bool notifies_frames_;
};

class BLEService {
 public:
  explicit BLEService(const char* uuid);
  void addCharacteristic(BLECharacteristic& characteristic);
};

class BLELocalDevice {
 public:
  int begin();
  void poll();
  bool connected() const;
  bool setLocalName(const char* name);
  void setDeviceName(const char* name);
  void setConnectionInterval(uint16_t least, uint16_t most);
  void setAdvertisingInterval(uint16_t interval);
  void setAdvertisedService(const BLEService& service);
  void addService(BLEService& service);
  void setEventHandler(BLEDeviceEvent event, void (*handler)(BLEDevice));
  int advertise();
};

extern BLELocalDevice BLE;
