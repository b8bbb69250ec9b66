// The calls of Arduino that the sketch makes, on the registers of an RP2040 without a core of Arduino.
#pragma once

#include <stdint.h>
#include <string.h>

enum PinLevel : uint8_t { LOW = 0, HIGH = 1 };
enum PinWay : uint8_t { INPUT = 0, OUTPUT = 1, INPUT_PULLUP = 2 };
enum Edges : uint8_t { FALLING = 1, RISING = 2, CHANGE = 3 };

uint32_t micros();
void delay(uint32_t ms);
void delayMicroseconds(uint32_t us);
void pinMode(uint8_t pin, PinWay way);
void digitalWrite(uint8_t pin, PinLevel level);
PinLevel digitalRead(uint8_t pin);
inline uint8_t digitalPinToInterrupt(uint8_t pin) { return pin; }
void attachInterrupt(uint8_t pin, void (*handler)(), Edges edges);
inline void noInterrupts() { asm volatile("cpsid i" ::: "memory"); }
inline void interrupts() { asm volatile("cpsie i" ::: "memory"); }

#define PROGMEM
#define pgm_read_byte(address) (*(address))

// UART 0 at GP0 and GP1, under the name that Arduino gives the port to the computer.
class Uart {
 public:
  void begin(uint32_t baud);
  int available();
  int read();
  int availableForWrite();
  size_t write(const uint8_t* bytes, size_t n);
  explicit operator bool() const { return true; }
};
extern Uart Serial;
