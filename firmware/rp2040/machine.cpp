// Registers, from the RP2040's datasheet: resets, pads, GPIO and its interrupt, timer, UART 0, SPI 0.
#include "Arduino.h"
#include "SPI.h"

Uart Serial;
SpiBus SPI;

void setup();
void loop();

namespace {

volatile uint32_t& reg(uint32_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }

constexpr uint32_t kResets = 0x4000C000, kIo = 0x40014000, kPads = 0x4001C000, kUart = 0x40034000,
                   kSpi = 0x4003C000, kTimer = 0x40054000, kSio = 0xD0000000;
constexpr uint32_t kMicrosLow = kTimer + 0x28;
constexpr uint32_t kIn = kSio + 0x04, kSet = kSio + 0x14, kClear = kSio + 0x18, kDrive = kSio + 0x24,
                   kRelease = kSio + 0x28;
constexpr uint32_t kHappened = kIo + 0xF0, kEnabled = kIo + 0x100, kPending = kIo + 0x120;
constexpr uint32_t kEdgeLow = 4, kEdgeHigh = 8;  // of a pin's four bits
constexpr uint32_t kFunctionSpi = 1, kFunctionUart = 2, kFunctionSio = 5;
constexpr uint32_t kPadInput = 1u << 6, kPadPullUp = 1u << 3, kPadDrive4mA = 1u << 4;
constexpr uint32_t kIoInterrupt = 13, kNvicEnable = 0xE000E100;
constexpr uint8_t kPins = 30;

void (*handlers[kPins])();

void choose(uint8_t pin, uint32_t function, uint32_t pad) {
  reg(kPads + 4 + 4u * pin) = kPadInput | kPadDrive4mA | pad;
  reg(kIo + 4 + 8u * pin) = function;
}

uint32_t group(uint8_t pin) { return pin / 8u * 4; }
uint32_t bits(uint8_t pin, uint32_t which) { return which << pin % 8u * 4; }

}  // namespace

uint32_t micros() { return reg(kMicrosLow); }

void delayMicroseconds(uint32_t us) {
  const uint32_t from = micros();
  while (micros() - from < us) {
  }
}

void delay(uint32_t ms) { delayMicroseconds(1000 * ms); }

void pinMode(uint8_t pin, PinWay way) {
  choose(pin, kFunctionSio, way == INPUT_PULLUP ? kPadPullUp : 0);
  reg(way == OUTPUT ? kDrive : kRelease) = 1u << pin;
}

void digitalWrite(uint8_t pin, PinLevel level) { reg(level == HIGH ? kSet : kClear) = 1u << pin; }

PinLevel digitalRead(uint8_t pin) { return (reg(kIn) >> pin & 1) != 0 ? HIGH : LOW; }

void attachInterrupt(uint8_t pin, void (*handler)(), Edges edges) {
  handlers[pin] = handler;
  const uint32_t which = ((edges & FALLING) != 0 ? kEdgeLow : 0) | ((edges & RISING) != 0 ? kEdgeHigh : 0);
  reg(kHappened + group(pin)) = bits(pin, kEdgeLow | kEdgeHigh);
  reg(kEnabled + group(pin)) = reg(kEnabled + group(pin)) | bits(pin, which);
  reg(kNvicEnable) = 1u << kIoInterrupt;
}

void Uart::begin(uint32_t) {
  choose(0, kFunctionUart, 0);
  choose(1, kFunctionUart, 0);
  reg(kUart + 0x24) = 1;     // the divider, of which the emulator knows nothing
  reg(kUart + 0x2C) = 0x70;  // 8 bits, FIFOs
  reg(kUart + 0x30) = 0x301;
}

int Uart::available() { return (reg(kUart + 0x18) & 0x10) == 0 ? 1 : 0; }
int Uart::read() { return static_cast<int>(reg(kUart) & 0xFF); }
int Uart::availableForWrite() { return (reg(kUart + 0x18) & 0x20) == 0 ? 1 : 0; }

size_t Uart::write(const uint8_t* bytes, size_t n) {
  for (size_t i = 0; i < n; ++i) reg(kUart) = bytes[i];
  return n;
}

void SpiBus::begin() {
  for (uint8_t pin = 16; pin < 20; ++pin) {
    if (pin != 17) choose(pin, kFunctionSpi, 0);
  }
  reg(kSpi + 0x10) = 2;
}

void SpiBus::beginTransaction(const SPISettings& settings) {
  reg(kSpi + 4) = 0;
  reg(kSpi) = 7u | (settings.mode & 2u) << 5 | (settings.mode & 1u) << 7;  // words of 8 bits, SPO, SPH
  reg(kSpi + 4) = 2;
}

void SpiBus::transfer(void* bytes, size_t n) {
  uint8_t* at = static_cast<uint8_t*>(bytes);
  for (size_t i = 0; i < n; ++i) {
    reg(kSpi + 8) = at[i];
    while ((reg(kSpi + 0xC) & 4) == 0) {
    }
    at[i] = static_cast<uint8_t>(reg(kSpi + 8));
  }
}

extern "C" void on_io() {
  for (uint8_t pin = 0; pin < kPins; ++pin) {
    const uint32_t edges = bits(pin, kEdgeLow | kEdgeHigh);
    if ((reg(kPending + group(pin)) & edges) == 0) continue;
    reg(kHappened + group(pin)) = edges;
    if (handlers[pin] != nullptr) handlers[pin]();
  }
}

int main() {
  reg(kResets) = 0;
  setup();
  for (;;) loop();
}
