#include "../../config.h"

#ifdef HAS_IMU

#include <Arduino.h>

#include "i2c.h"

#if defined(__AVR__)

#include <util/twi.h>

namespace gripforce {

namespace {

constexpr uint32_t kClockHz = 400000;
constexpr uint8_t kHalfClockUs = 5;  // by hand: any device can follow
constexpr uint8_t kClocksOfAByte = 9;

volatile I2c::State transfer = I2c::kDone;
uint8_t device_address, register_address, value_to_write;
uint8_t* next_byte;
volatile uint8_t bytes_left;
bool writing;

void go_on(uint8_t more = 0) { TWCR = static_cast<uint8_t>(_BV(TWINT) | _BV(TWEN) | _BV(TWIE) | more); }

void end(I2c::State how) {
  TWCR = _BV(TWINT) | _BV(TWEN) | _BV(TWSTO);
  transfer = how;
}

void start(uint8_t device, uint8_t at) {
  device_address = static_cast<uint8_t>(device << 1);
  register_address = at;
  transfer = I2c::kBusy;
  go_on(_BV(TWSTA));
}

void acknowledge_unless_last() { go_on(bytes_left > 1 ? _BV(TWEA) : 0); }

void say(uint8_t byte) {
  TWDR = byte;
  go_on();
}

void after_data_sent() {
  if (!writing) {
    go_on(_BV(TWSTA));
  } else if (bytes_left == 0) {
    end(I2c::kDone);
  } else {
    bytes_left = 0;
    say(value_to_write);
  }
}

void take() {
  *next_byte++ = TWDR;
  bytes_left = static_cast<uint8_t>(bytes_left - 1);
}

// Open drain: a line is pulled low or let go, never driven high.
void pull(uint8_t pin) { pinMode(pin, OUTPUT); }
void let_go(uint8_t pin) { pinMode(pin, INPUT); }

}  // namespace

// No pull-ups of ours: they would take the lines of a 3.3 V sensor to 5 V. Its module has its own.
void I2c::begin() {
  TWSR = 0;
  TWBR = static_cast<uint8_t>((F_CPU / kClockHz - 16) / 2);
  TWCR = _BV(TWEN);
}

void I2c::read(uint8_t device, uint8_t first_register, uint8_t* into, uint8_t n) {
  writing = false;
  next_byte = into;
  bytes_left = n;
  start(device, first_register);
}

void I2c::write(uint8_t device, uint8_t one_register, uint8_t value) {
  writing = true;
  value_to_write = value;
  bytes_left = 1;
  start(device, one_register);
}

I2c::State I2c::state() const { return transfer; }

void I2c::release() {
  TWCR = 0;
  digitalWrite(SDA, LOW);
  digitalWrite(SCL, LOW);
  let_go(SDA);
  for (uint8_t i = 0; i < kClocksOfAByte && digitalRead(SDA) == LOW; ++i) {
    pull(SCL);
    delayMicroseconds(kHalfClockUs);
    let_go(SCL);
    delayMicroseconds(kHalfClockUs);
  }
  pull(SDA);  // and a stop: data rise while the clock is high
  delayMicroseconds(kHalfClockUs);
  let_go(SDA);
  TWCR = _BV(TWEN);
  transfer = kFailed;
}

}  // namespace gripforce

ISR(TWI_vect) {
  using namespace gripforce;
  switch (TW_STATUS) {
    case TW_START: return say(device_address | TW_WRITE);
    case TW_REP_START: return say(device_address | TW_READ);
    case TW_MT_SLA_ACK: return say(register_address);
    case TW_MT_DATA_ACK: return after_data_sent();
    case TW_MR_SLA_ACK: return acknowledge_unless_last();
    case TW_MR_DATA_ACK: take(); return acknowledge_unless_last();
    case TW_MR_DATA_NACK: take(); return end(I2c::kDone);
    default: return end(I2c::kFailed);  // nobody there, or not as a master of its own bus has it
  }
}

#else

#include <Wire.h>

#ifndef IMU_WIRE
#define IMU_WIRE Wire
#endif

namespace gripforce {

namespace {
I2c::State transfer = I2c::kDone;
}

void I2c::begin() {
  IMU_WIRE.begin();
  IMU_WIRE.setClock(400000);
}

void I2c::read(uint8_t device, uint8_t first_register, uint8_t* into, uint8_t n) {
  transfer = kFailed;
  IMU_WIRE.beginTransmission(device);
  IMU_WIRE.write(first_register);
  if (IMU_WIRE.endTransmission(false) != 0) return;
  if (IMU_WIRE.requestFrom(device, n) != n) return;
  for (uint8_t i = 0; i < n; ++i) into[i] = static_cast<uint8_t>(IMU_WIRE.read());
  transfer = kDone;
}

void I2c::write(uint8_t device, uint8_t one_register, uint8_t value) {
  IMU_WIRE.beginTransmission(device);
  IMU_WIRE.write(one_register);
  IMU_WIRE.write(value);
  transfer = IMU_WIRE.endTransmission() == 0 ? kDone : kFailed;
}

void I2c::write(uint8_t device, uint8_t first_register, const uint8_t* values, uint8_t n) {
  IMU_WIRE.beginTransmission(device);
  IMU_WIRE.write(first_register);
  for (uint8_t i = 0; i < n; ++i) IMU_WIRE.write(values[i]);
  transfer = IMU_WIRE.endTransmission() == 0 ? kDone : kFailed;
}

I2c::State I2c::state() const { return transfer; }

void I2c::release() { transfer = kFailed; }  // never busy: Wire has its own time-outs

}  // namespace gripforce

#endif

#endif
