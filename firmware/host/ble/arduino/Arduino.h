// The calls of Arduino's mbed core that our board files make, declared as its documentation has
// them. On this computer a world of our own stands behind them; see world.h.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum PinStatus { LOW = 0, HIGH = 1, CHANGE = 2, FALLING = 3, RISING = 4 };
enum PinMode { INPUT = 0, OUTPUT = 1, INPUT_PULLUP = 2 };
typedef uint8_t pin_size_t;

uint32_t micros();
void delay(uint32_t milliseconds);
void delayMicroseconds(unsigned int microseconds);

void pinMode(pin_size_t pin, PinMode mode);
void digitalWrite(pin_size_t pin, PinStatus level);
PinStatus digitalRead(pin_size_t pin);
int analogRead(pin_size_t pin);
void analogReadResolution(int bits);
void attachInterrupt(pin_size_t pin, void (*handler)(), PinStatus mode);
#define digitalPinToInterrupt(pin) (pin)
void noInterrupts();
void interrupts();

#define PROGMEM
#define pgm_read_byte(address) (*(address))

#if defined(BOARD_XIAO)
#define LEDG (12u)
#define PIN_VBAT (32u)
#define PIN_VBAT_ENABLE (31u)
#define PIN_LSM6DS3TR_C_POWER (14u)
#define PIN_LSM6DS3TR_C_INT1 (17u)
#else
#define LEDG (23u)
static const uint8_t A0 = 14;
#endif

// The port of the board's own USB. Its write() waits for the other side; send_nb(), of mbed's
// USBCDC, does not.
class USBSerial {
 public:
  void begin(unsigned long baud);
  bool connected();
  int available();
  int read();
  void send_nb(uint8_t* buffer, uint32_t size, uint32_t* actual, bool now = true);
};

extern USBSerial Serial;
