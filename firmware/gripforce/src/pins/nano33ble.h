// Arduino Nano 33 BLE and its Rev2 (nRF52840), with Arduino's mbed core. All its pins are of 3.3 V: no
// level shifters, and HX711 modules are fed with 3.3 V.
#pragma once

#define PLATFORM_MBED
#ifndef BOARD_LABEL
#define BOARD_LABEL "nano33ble"
#endif

#define PIN_ADC_CS 10  // SCK D13, MISO D12 and MOSI D11 are the SPI's own
#define PIN_ADC_DRDY 2
#define PIN_ADC_RESET 9
#define PIN_HX711_DOUT_1 2
#define PIN_HX711_DOUT_2 3
#define PIN_HX711_DOUT_3 4
#define PIN_HX711_DOUT_4 5
#define PIN_HX711_SCK_1 6
#define PIN_HX711_SCK_2 7
#define PIN_HX711_SCK_3 8
#define PIN_HX711_SCK_4 9
#ifdef FRONTEND_HX711
#define PIN_TRIGGER 10
#define PIN_TTL_OUT 11
#define PIN_STATUS_LED 12
#else
#define PIN_TRIGGER 3
#define PIN_TTL_OUT 4
#define PIN_STATUS_LED 5
#endif

// The board's own motion sensor, on a bus of its own: `#define IMU_LSM9DS1` in config.h, IMU_BMI270 for
// a Rev2. Or a module of the LSM6DS family on I2C (SDA A4, SCL A5).
#if defined(IMU_LSM9DS1) || defined(IMU_BMI270)
#define IMU_WIRE Wire1
#endif
#define PIN_IMU_INT1 A0

// Two equal resistors (100 k) can bring half of the battery's voltage to A1: then define
// BATTERY_AT_A1. Without them the pin floats, and nothing is read from it.
#ifdef BATTERY_AT_A1
#define PIN_BATTERY A1
#define BATTERY_FULL_SCALE_MV 6600  // 3.3 V at the pin
#endif

#include "eight_seconds.h"
