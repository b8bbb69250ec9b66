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

#if defined(BOARD_XIAO)  // as in pins_arduino.h of Seeed's mbed core from 2.9.2 on
#define D0 (0u)
#define D1 (1u)
#define D2 (2u)
#define D3 (3u)
#define D4 (4u)
#define D6 (7u)
#define D7 (8u)
#define D8 (9u)
#define D9 (10u)
#define D10 (11u)
#define LEDG (13u)
#define PIN_VBAT (6u)
#define PIN_VBAT_ENABLE (32u)
#define PIN_LSM6DS3TR_C_POWER (15u)
#define PIN_LSM6DS3TR_C_INT1 (18u)
#else
static const uint8_t A0 = 14, A1 = 15;
#endif

// arduino::UART: since 2.0.0 of the core, Serial is one, in front of the USB port.
class UART {
 public:
  void begin(unsigned long baud);
  int available();
  int read();
};

extern UART Serial;
