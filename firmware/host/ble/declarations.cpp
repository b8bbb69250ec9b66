// Each declaration of the stub headers in arduino/, used as its real counterpart allows.
//
// The same file is compiled against the stubs (`make ble`) and against Arduino's, Seeed's, mbed's and
// ArduinoBLE's own headers (`make real-core`). What one of them lacks, or has with another type or
// value, does not compile there. A stub that is used nowhere here is one that nothing vouches for.
#include <Arduino.h>
#include <ArduinoBLE.h>
#include <SPI.h>
#include <USB/PluggableUSBSerial.h>
#include <Wire.h>
#include <mbed.h>
#include <utility/ATT.h>
#include <utility/HCI.h>

#include <type_traits>
#include <utility>

namespace {

// The type of an expression is exactly this one.
template <typename Wanted>
struct Returns {
  template <typename Found>
  static constexpr bool is() {
    return std::is_same<Wanted, Found>::value;
  }
};
#define RETURNS(type, expression) static_assert(Returns<type>::is<decltype(expression)>(), #expression)

void nothing() {}

// arduino::, api/Common.h and the core's Arduino.h
static_assert(LOW == 0 && HIGH == 1 && CHANGE == 2 && FALLING == 3 && RISING == 4, "PinStatus");
static_assert(INPUT == 0 && OUTPUT == 1 && INPUT_PULLUP == 2, "PinMode");
RETURNS(void, delay(1));
RETURNS(void, delayMicroseconds(1));
RETURNS(void, pinMode(1, OUTPUT));
RETURNS(void, digitalWrite(1, HIGH));
RETURNS(PinStatus, digitalRead(1));
RETURNS(int, analogRead(1));
RETURNS(void, analogReadResolution(12));
RETURNS(void, attachInterrupt(digitalPinToInterrupt(1), nothing, FALLING));
static_assert(sizeof(micros()) == 4, "micros() wraps at 32 bits");

#if defined(BOARD_XIAO)  // pins_arduino.h of the variant
static_assert(D0 == 0 && D1 == 1 && D2 == 2 && D3 == 3 && D4 == 4, "D0 to D4");
static_assert(D6 == 7 && D7 == 8 && D8 == 9 && D9 == 10 && D10 == 11, "D6 to D10");
static_assert(LEDG == 13 && PIN_VBAT == 6 && PIN_VBAT_ENABLE == 32, "LED, battery");
#if defined(IMU_LSM6DS)
static_assert(PIN_LSM6DS3TR_C_POWER == 15 && PIN_LSM6DS3TR_C_INT1 == 18, "motion sensor");
#endif
#else
static_assert(A0 == 14 && A1 == 15, "A0, A1");
#endif

// arduino::UART and arduino::USBSerial, with what the latter has of mbed's USBCDC
RETURNS(int, Serial.available());
RETURNS(int, Serial.read());
RETURNS(void, Serial.begin(115200));
RETURNS(bool, _SerialUSB.connected());
RETURNS(void, _SerialUSB.send_nb(static_cast<uint8_t*>(nullptr), 1u, static_cast<uint32_t*>(nullptr)));

// SPI.h, Wire.h
RETURNS(void, SPI.begin());
RETURNS(void, SPI.beginTransaction(SPISettings(8000000, MSBFIRST, SPI_MODE1)));
RETURNS(void, SPI.endTransaction());
RETURNS(void, SPI.transfer(static_cast<void*>(nullptr), size_t{18}));
static_assert(SPI_MODE0 == 0 && SPI_MODE1 == 1 && LSBFIRST == 0 && MSBFIRST == 1, "SPI");
RETURNS(void, Wire.begin());
RETURNS(void, Wire.setClock(400000));
RETURNS(void, Wire.beginTransmission(uint8_t{1}));
RETURNS(size_t, Wire.write(uint8_t{1}));
RETURNS(uint8_t, Wire.endTransmission(false));
RETURNS(size_t, Wire.requestFrom(uint8_t{1}, size_t{1}));
RETURNS(int, Wire.read());

// mbed OS
RETURNS(int, std::declval<mbed::FlashIAP&>().init());
RETURNS(int, std::declval<mbed::FlashIAP&>().read(static_cast<void*>(nullptr), 0u, 4u));
RETURNS(int, std::declval<mbed::FlashIAP&>().program(static_cast<const void*>(nullptr), 0u, 4u));
RETURNS(int, std::declval<mbed::FlashIAP&>().erase(0u, 4096u));
RETURNS(void, mbed::CriticalSectionLock::enable());
RETURNS(void, mbed::CriticalSectionLock::disable());
RETURNS(void, std::declval<mbed::Ticker&>().attach(nothing, std::chrono::microseconds(1)));
RETURNS(void, std::declval<rtos::Mutex&>().lock());
RETURNS(void, std::declval<events::EventQueue&>().dispatch_forever());
RETURNS(int, std::declval<events::EventQueue&>().call(nothing));
RETURNS(int, std::declval<events::EventQueue&>().call_every(std::chrono::milliseconds(20), nothing));
static_assert(osPriorityRealtime > osPriorityNormal, "priorities");
static_assert(sizeof NRF_CLOCK->HFCLKSTAT == 4 && sizeof NRF_CLOCK->TASKS_HFCLKSTART == 4, "NRF_CLOCK");
static_assert(sizeof NRF_POWER->RESETREAS == 4 && sizeof NRF_POWER->GPREGRET2 == 4, "NRF_POWER");
static_assert(sizeof NRF_FICR->DEVICEID == 8, "NRF_FICR");

// ArduinoBLE
RETURNS(int, BLE.begin());
RETURNS(void, BLE.poll());
RETURNS(bool, BLE.connected());
RETURNS(int, BLE.advertise());
RETURNS(bool, BLE.setLocalName(""));
RETURNS(void, BLE.setDeviceName(""));
RETURNS(void, BLE.setConnectionInterval(uint16_t{12}, uint16_t{24}));
RETURNS(void, BLE.setAdvertisingInterval(uint16_t{160}));
RETURNS(void, BLE.setEventHandler(BLEDisconnected, static_cast<void (*)(BLEDevice)>(nullptr)));
static_assert(BLERead == 0x02 && BLEWriteWithoutResponse == 0x04 && BLEWrite == 0x08 && BLENotify == 0x10,
              "BLEProperty");
RETURNS(const uint8_t*, std::declval<const BLECharacteristic&>().value());
RETURNS(int, std::declval<const BLECharacteristic&>().valueLength());
RETURNS(int, std::declval<BLECharacteristic&>().writeValue(static_cast<const uint8_t*>(nullptr), 1));
RETURNS(bool, std::declval<BLECharacteristic&>().subscribed());
RETURNS(bool, ATT.connected(uint16_t{0}));
RETURNS(uint16_t, ATT.mtu(uint16_t{0}));

}  // namespace
